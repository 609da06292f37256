"""Decisions about conversations: done, put off, labels, corrections; and taking them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engage_tui.domain.display import display_row
from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY, HOUR, from_datetime, parse_duration
from engage_tui.domain.triage import Correction, Intent, Sentiment
from engage_tui.engine.inbox import ESCALATIONS
from engage_tui.store.conversations import Decision
from engage_tui.tui.undo import Act
from engage_tui.tui.words import full_time, local, plain

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen

MANY = 10
"""From so many conversations on a decision about all of them is asked for."""


_LONGEST: Millis = 366 * DAY

_VERDICTS: Final[Mapping[str, Correction]] = {
    **{plain(intent.value): Correction(intent) for intent in Intent},
    **{f"sentiment: {mood.value}": Correction(sentiment=mood) for mood in Sentiment},
    "advertising or fraud: yes": Correction(spam=True),
    "advertising or fraud: no": Correction(spam=False),
    "toxic: yes": Correction(toxic=True),
    "toxic: no": Correction(toxic=False),
}
"""What a person can say of a message, in the words of the list."""


class Deciding:
    """Acts on the selection, or on the conversation under the cursor."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._inbox = screen.engine.inbox

    async def done(self) -> None:
        """Close: there is nothing to answer."""
        await self._decide("close", "closed", self._inbox.resolve)

    async def reopen(self) -> None:
        """Bring back into the queue."""
        await self._decide("reopen", "reopened", self._inbox.reopen)

    async def snooze(self) -> None:
        """Put off until a time that is chosen."""
        if not self._screen.targets():
            self._screen.tell("There is no conversation to put off.")
            return
        until = await self._ask_until()
        if until is not None:
            past = f"put off until {full_time(until)}"
            await self._decide("put off", past, lambda key: self._inbox.snooze(key, until))

    async def label(self) -> None:
        """Put a label on, or take it off where it is on already."""
        keys = self._screen.targets()
        if not keys or not await self._sure("label", len(keys)):
            return
        from engage_tui.tui.screens.ask import AskText

        known = sorted({"vip", *self._inbox.label_names()})
        hint = "known: " + ", ".join(display_row(name, 30) for name in known[:8])
        question = AskText("Label (again takes it off)", hint, known=known)
        name = await self._screen.app.push_screen_wait(question)
        if name is None:
            return

        def work() -> tuple[list[int], bool]:
            changed = [key for key in keys if self._inbox.label(key, name)]
            if changed:
                return changed, True
            return [key for key in keys if self._inbox.label(key, name, on=False)], False

        def done(result: tuple[list[int], bool]) -> None:
            changed, on = result
            verb = "labelled" if on else "took the label off"
            self._done(
                f"{verb} {self._whom(keys)}: {display_row(name, 20)}",
                lambda: [self._inbox.label(key, name, on=not on) for key in changed],
                keys,
            )

        self._screen.writes.ask(work, done)

    async def correct(self) -> None:
        """Say what the leading message really is."""
        message = self._screen.reading.leading()
        key = self._screen.listing.key
        if message is None or key is None:
            self._screen.tell("There is no message to correct.")
            return
        from engage_tui.tui.screens.ask import Choice

        options = [(name, name) for name in _VERDICTS]
        shown = message.intent and plain(message.intent)
        chosen = await self._screen.app.push_screen_wait(
            Choice("What is it really?", options, shown)
        )
        if chosen is None:
            return

        def done(before: Correction) -> None:
            def undo() -> None:
                self._inbox.restore_correction(message.id, before)

            self._done(f"corrected to {chosen}", undo, [key])

        self._screen.writes.ask(lambda: self._inbox.correct(message.id, _VERDICTS[chosen]), done)

    async def escalate(self) -> None:
        """Hand on to those who have to know."""
        keys = self._screen.targets()
        if not keys or not await self._sure("hand on", len(keys)):
            return
        from engage_tui.tui.screens.ask import Choice

        options = [(kind, kind) for kind in ESCALATIONS]
        kind = await self._screen.app.push_screen_wait(Choice("Hand on to whom?", options))
        if kind is None:
            return

        def work() -> None:
            for key in keys:
                self._inbox.escalate(key, kind)

        def done(_: None) -> None:
            self._screen.tell(f"Handed {self._whom(keys)} on to {kind}.")
            self._screen.decided()

        self._screen.writes.ask(work, done)

    def undo(self) -> None:
        """Take the last act back."""
        act = self._screen.undos.pop()
        if act is None:
            self._screen.tell("There is nothing to take back.")
            return

        def done(_: object) -> None:
            act.after()
            self._screen.tell(f"Taken back: {act.sentence}.")
            self._screen.decided(act.key)

        self._screen.writes.ask(act.undo, done)

    async def _decide(self, verb: str, past: str, one: Callable[[int], Decision]) -> None:
        keys = self._screen.targets()
        if not keys:
            self._screen.tell(f"There is no conversation to {verb}.")
            return
        if not await self._sure(verb, len(keys)):
            return
        whom = self._whom(keys)

        def done(before: list[tuple[int, Decision]]) -> None:
            self._done(
                f"{past} {whom}",
                lambda: [self._inbox.restore(key, decision) for key, decision in before],
                keys,
            )

        self._screen.writes.ask(lambda: [(key, one(key)) for key in keys], done)
        if self._screen.browsing.decided_stay:
            self._screen.listing.select(())
        else:
            self._screen.listing.drop(keys)

    def _done(self, sentence: str, undo: Callable[[], object], keys: list[int]) -> None:
        self._screen.undos.push(Act(sentence, undo, key=keys[0]))
        self._screen.decided()

    async def _sure(self, verb: str, number: int) -> bool:
        return number < MANY or await self._screen.sure(
            f"{verb.capitalize()} {number} conversations?"
        )

    def _whom(self, keys: list[int]) -> str:
        row = self._screen.listing.known(keys[0]) if len(keys) == 1 else None
        return str(row.who) if row else f"{len(keys):,}"

    async def _ask_until(self) -> Millis | None:
        from engage_tui.tui.screens.ask import AskText, Choice

        now = self._screen.engine.clock()
        times = _snoozes(now)
        options = [(name, f"{name:<16}{full_time(until)}") for name, until in times.items()]
        chosen = await self._screen.app.push_screen_wait(
            Choice("Put off until", [*options, ("other", "other length…")])
        )
        if chosen != "other":
            return times[chosen] if chosen else None
        length = await self._screen.app.push_screen_wait(
            AskText("Put off for how long?", "like 90m, 3h, 2d, 1w", problem=_no_duration)
        )
        return now + parse_duration(length) if length else None


def _snoozes(now: Millis) -> dict[str, Millis]:
    """Return the usual times to come back to something; mornings are those of this machine."""
    morning = local(now).replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - morning.weekday())
    return {
        "1 hour": now + HOUR,
        "4 hours": now + 4 * HOUR,
        "tomorrow": from_datetime(morning + timedelta(days=1)),
        "next Monday": from_datetime(monday),
    }


def _no_duration(text: str) -> str:
    try:
        length = parse_duration(text)
    except ValueError as error:
        return str(error)
    return "" if 0 < length <= _LONGEST else "choose a length of more than nothing, at most a year"
