"""What is in the outbox: the seconds until it leaves, what needs a person, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engage_tui.domain.display import display_row
from engage_tui.domain.outbox import CANCELLABLE, State
from engage_tui.domain.timestamps import SECOND
from engage_tui.store.actions import OutboxRow
from engage_tui.tui.background import Latest
from engage_tui.tui.widgets.status import Part
from engage_tui.tui.words import count_of

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen

_BAD_ENDS = frozenset({State.REFUSED, State.EXPIRED})


class _Outbox(NamedTuple):
    open: list[OutboxRow]
    ended: list[OutboxRow]
    """What was open when it was last read."""


class Sending:
    """The open rows of the outbox, as they were last read."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._desk = screen.engine.desk
        self._latest = Latest(screen, "outbox")
        self.rows: list[OutboxRow] = []

    @property
    def leaving(self) -> list[OutboxRow]:
        """What can still be taken back, the next to leave first."""
        rows = [row for row in self.rows if row.state in CANCELLABLE]
        return sorted(rows, key=lambda row: row.next_at or 0)

    def of(self, conversation: int) -> list[OutboxRow]:
        """Return what is open in a conversation, the oldest first."""
        return [row for row in reversed(self.rows) if row.conversation_id == conversation]

    def refresh(self) -> None:
        """Read the outbox again."""
        known = {row.id for row in self.rows}

        def work() -> _Outbox:
            rows = self._desk.outbox(only_open=True)
            gone = known.difference(row.id for row in rows)
            ended = [row for row in self._desk.outbox() if row.id in gone] if gone else []
            return _Outbox(rows, ended)

        self._latest.ask(work, self._read)

    def parts(self) -> list[Part]:
        """Return what the status line says of it, the most urgent first."""
        parts: list[Part] = []
        stuck = sum(row.state is State.NEEDS_HUMAN for row in self.rows)
        if stuck:
            parts.append((f"{count_of(stuck, 'send')} uncertain: g x", "bold $error"))
        unsure = sum(row.state in (State.UNKNOWN, State.RECONCILING) for row in self.rows)
        if unsure:
            parts.append((f"{count_of(unsure, 'send')} being looked up", "$warning"))
        if self.leaving:
            parts.append((self._countdown(), "bold $accent"))
        return parts

    def _countdown(self) -> str:
        rows = self.leaving
        first = rows[0]
        left = max(0, (first.next_at or 0) - self._screen.engine.clock())
        when = f"in {-(-left // SECOND)} s" if left else "now"
        verb = "sending" if first.state is State.QUEUED else "trying again"
        if len(rows) > 1:
            wait = count_of(len(rows), "send")
            return f"{wait} wait, the next leaves {when} (u takes the last one back)"
        what = "reply to" if first.kind.writes_text else first.kind.value
        return f"{verb} {when}: {what} {display_row(first.handle, 24)} (u takes it back)"

    def _read(self, outbox: _Outbox) -> None:
        self.rows = outbox.open
        for row in outbox.ended:
            if row.state in _BAD_ENDS:
                what = f"{row.kind.value} to {row.handle}: {row.state.in_words}. {row.note}"
                self._screen.tell(display_row(what), wrong=True)
        self._screen.undos.forget_left(row.id for row in self.leaving)
        outgoing = frozenset(row.conversation_id for row in self.rows)
        if outgoing != self._screen.listing.outgoing:
            self._screen.listing.outgoing = outgoing
            self._screen.listing.refresh()
        self._screen.reading.tick()
        self._screen.refresh_status()
