"""A small inbox to ask figures of: messages, readings and decisions in a few words each."""

from __future__ import annotations

from itertools import count

from engage_tui.domain.events import Event
from engage_tui.domain.figures import Figure
from engage_tui.domain.model import (
    Actor,
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
)
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.timestamps import parse_iso
from engage_tui.domain.triage import Correction, Intent, Sentiment, Triage
from engage_tui.metrics.kpis import compute
from engage_tui.store import corrections, events, readings
from engage_tui.store.database import Connection, Store
from engage_tui.store.ingest import ingest


def at(clock: str, day: int = 2) -> Millis:
    """Return a moment of November 2026: `10:00` or `10:00:05`."""
    return parse_iso(f"2026-11-{day:02}T{clock}Z")


NEXT_DAY = at("00:00", 3)


class Inbox:
    """A store with the verbs of a test; conversations are named by their remote id."""

    def __init__(self, store: Store, policy: SlaPolicy | None = None) -> None:
        self.store = store
        self.policy = policy or SlaPolicy()
        self._numbers = count(1)

    @property
    def reading(self) -> Connection:
        return self.store.reading

    def say(
        self,
        thread: str,
        when: Millis,
        direction: str = "in",
        *,
        kind: Kind = Kind.COMMENT,
        platform: Platform = Platform.YOUTUBE,
        account: str = "@brand",
        actor: Actor | None = None,
        known_at: Millis | None = None,
    ) -> int:
        """Take one message in; returns its key."""
        record = MessageRecord(
            platform=platform,
            account=account,
            kind=kind,
            conversation=thread,
            remote_id=f"{thread}.{next(self._numbers)}",
            person=PersonRecord(f"person of {thread}"),
            direction=Direction(direction),
            text="words",
            sent_at=when,
            actor=actor,
        )
        known = when if known_at is None else known_at
        self.store.write(lambda c: ingest(c, [record], self.policy, known))
        row = self.reading.execute(
            "SELECT id FROM message WHERE remote_id = ?", (record.remote_id,)
        ).fetchone()
        return int(row["id"])

    def answer(self, thread: str, when: Millis, *, automated: bool = False) -> int:
        """Take a meaningful reply in."""
        return self.say(thread, when, "out", actor=Actor.AUTOMATION if automated else Actor.HUMAN)

    def key(self, thread: str) -> int:
        row = self.reading.execute(
            "SELECT id FROM conversation WHERE remote_id = ?", (thread,)
        ).fetchone()
        return int(row["id"])

    def event(
        self, name: str, thread: str, when: Millis, *, kind: str | None = None, message: int = 0
    ) -> None:
        """Append a fact about a conversation; acknowledgements come from an automation."""
        fact = Event(
            name,
            "youtube",
            at=when,
            ingested_at=when,
            actor=Actor.AUTOMATION if name == "ack_sent" else Actor.HUMAN,
            conversation_id=self.key(thread),
            message_id=message or None,
            kind=kind,
        )
        self.store.write(lambda c: events.append(c, [fact]))

    def read(self, message: int, intent: Intent, sentiment: Sentiment = Sentiment.NEUTRAL) -> None:
        """Give a message a reading of the model."""
        reading = Triage(intent, 0.9, sentiment, 0.1, 0.8, 0.1, 0.0, 0.0, "en", "test")
        self.store.write(lambda c: readings.record(c, {message: reading}, self.policy, NEXT_DAY))

    def correct(self, message: int, intent: Intent) -> None:
        """Let a person say what a message really is."""
        self.store.write(
            lambda c: corrections.correct(c, message, Correction(intent), self.policy, NEXT_DAY)
        )

    def figure(
        self, name: str, *, window: str = "24h", now: Millis = NEXT_DAY, platform: str | None = None
    ) -> Figure:
        """Return one KPI, by default of 2 November."""
        (figure,) = compute(
            self.reading, [name], window=window, now=now, policy=self.policy, platform=platform
        )
        return figure

    def parts(
        self, name: str, by: str, *, window: str = "24h", now: Millis = NEXT_DAY
    ) -> dict[str, Figure]:
        """Return one KPI told apart, by the value of the segment."""
        figures = compute(self.reading, [name], window=window, now=now, policy=self.policy, by=by)
        return {figure.segment[by]: figure for figure in figures}
