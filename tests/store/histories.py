"""Random histories of a small brand: what people write and what the brand decides, step by step."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from hypothesis import strategies as st

from engage_tui.domain.model import Direction, MessageRecord, Millis, Status, Visibility
from engage_tui.domain.outbox import UNDER_WAY, Move, State
from engage_tui.domain.timestamps import HOUR, MINUTE
from engage_tui.domain.triage import Correction, Intent, Sentiment, Triage
from engage_tui.store import conversations, corrections, outbox, readings, standings
from engage_tui.store.conversations import Decision
from engage_tui.store.database import Store
from tests.making import NOW, POLICY, approval, approve, connect, message, take_in

WORDS = ("is it back", "where is my parcel", "多少錢一個杯子", "dziękuję", "first!", "", "🙂")
INTENTS = tuple(Intent)

Step: TypeAlias = tuple[str, int, int, Millis]
"""What happens, in which of a few threads, a free choice, and how long after the step before."""

PEOPLE = ("asks", "asks", "asks", "is answered elsewhere")
DECISIONS = ("resolve", "snooze", "reopen", "restore", "approve", "approve", "outcome", "outcome")
CHANGES = ("edit", "hide", "triage", "correct", "vip")


def histories(*kinds: str) -> st.SearchStrategy[list[Step]]:
    """Return lists of steps of these kinds."""
    step = st.tuples(
        st.sampled_from(kinds),
        st.integers(0, 3),
        st.integers(0, 40),
        st.integers(1, 9).map(lambda n: n * n * 7 * MINUTE),
    )
    return st.lists(step, min_size=1, max_size=25)


@contextmanager
def fresh_store() -> Iterator[Store]:
    """Open a store of its own for one example."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "engage.db")
        connect(store)
        yield store
        store.close()


class History:
    """Applies steps to a store as the program would."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.messages: dict[str, list[MessageRecord]] = {}
        self._decisions: list[Decision] = []
        self._made = 0

    def apply(self, step: Step) -> None:
        """Let one step happen; one that makes no sense yet is an idle moment."""
        kind, number, choice, gap = step
        self.now += gap
        thread = f"T{number}"
        if kind == "asks":
            self._write(thread, choice, Direction.IN)
        elif thread in self.messages:
            act: Callable[[str, int], None] = getattr(self, "_" + kind.replace(" ", "_"))
            act(thread, choice)
        self.store.write(lambda c: standings.advance(c, POLICY, self.now))

    def key(self, thread: str) -> int:
        """Return the local key of a thread."""
        row = self.store.reading.execute("SELECT id FROM conversation WHERE remote_id=?", (thread,))
        return int(row.fetchone()["id"])

    def _write(self, thread: str, choice: int, direction: Direction) -> None:
        known = self.messages.setdefault(thread, [])
        record = message(
            WORDS[choice % len(WORDS)],
            thread=thread,
            remote_id=f"{thread}.{len(known)}" if known else thread,
            at=self.now,
            direction=direction,
            person=f"person{choice % 3}",
        )
        known.append(record)
        take_in(self.store, record, now=self.now)

    def _is_answered_elsewhere(self, thread: str, choice: int) -> None:
        self._write(thread, choice, Direction.OUT)

    def _resolve(self, thread: str, choice: int) -> None:
        self._decide(thread, Decision(Status.RESOLVED, None, None, self.now))

    def _snooze(self, thread: str, choice: int) -> None:
        self._decide(thread, Decision(Status.SNOOZED, self.now, self.now + choice * HOUR, None))

    def _reopen(self, thread: str, choice: int) -> None:
        self._decide(thread, Decision(Status.OPEN, None, None, None))

    def _restore(self, thread: str, choice: int) -> None:
        if self._decisions:
            self._decide(thread, self._decisions[choice % len(self._decisions)])

    def _decide(self, thread: str, new: Decision) -> None:
        key = self.key(thread)
        before = self.store.write(lambda c: conversations.decide(c, key, new, POLICY, self.now))
        self._decisions.append(before)

    def _approve(self, thread: str, choice: int) -> None:
        self._made += 1
        given = approval(
            self.store,
            f"answer {self._made}",
            thread=thread,
            answers=thread,
            at=self.now,
            acknowledgement=choice % 5 == 0,
        )
        approve(self.store, given, at=self.now)

    def _outcome(self, thread: str, choice: int) -> None:
        waiting = [r for r in outbox.list_rows(self.store.reading) if r.state in UNDER_WAY]
        if waiting:
            row = waiting[choice % len(waiting)]
            state = (State.SENT, State.SENT, State.REFUSED, State.CANCELLED)[choice % 4]
            move = Move(state, remote_id=f"R{row.id}" if state is State.SENT else None)
            self.store.write(lambda c: outbox.apply(c, row, move, POLICY, self.now))

    def _edit(self, thread: str, choice: int) -> None:
        self._change(thread, choice, text=f"edited {choice}", edited_at=self.now)

    def _hide(self, thread: str, choice: int) -> None:
        self._change(thread, choice, visibility=list(Visibility)[choice % len(Visibility)])

    def _change(self, thread: str, choice: int, **fields: object) -> None:
        known = self.messages[thread]
        old = known[choice % len(known)]
        record = message(
            thread=thread,
            remote_id=old.remote_id,
            at=old.sent_at,
            direction=old.direction,
            person=old.person.remote_id,
            **{"text": old.text, **fields},  # type: ignore[arg-type]
        )
        take_in(self.store, record, now=self.now)

    def _triage(self, thread: str, choice: int) -> None:
        unread = readings.unread(self.store.reading, 5)
        read = {m.id: reading(INTENTS[(choice + m.id) % len(INTENTS)]) for m in unread}
        self.store.write(lambda c: readings.record(c, read, POLICY, self.now))

    def _correct(self, thread: str, choice: int) -> None:
        lead = conversations.get(self.store.reading, self.key(thread)).lead_message_id
        if lead is not None:
            right = Correction(INTENTS[choice % len(INTENTS)])
            self.store.write(lambda c: corrections.correct(c, lead, right, POLICY, self.now))

    def _vip(self, thread: str, choice: int) -> None:
        key = self.key(thread)
        self.store.write(
            lambda c: conversations.label(c, key, "vip", POLICY, self.now, on=choice % 2 == 0)
        )


def reading(intent: Intent, sentiment: Sentiment = Sentiment.NEUTRAL) -> Triage:
    """Return what the model could say of a message."""
    return Triage(intent, 0.9, sentiment, 0.1, 0.8, 0.1, 0.01, 0.01, "en", "test-1")
