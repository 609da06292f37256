"""The outbox: what waits, what was sent, and what is uncertain until a person decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from engage_tui.domain.display import display_row, display_text
from engage_tui.domain.outbox import FINAL, State
from engage_tui.domain.timestamps import SECOND
from engage_tui.engine.engine import Engine
from engage_tui.store.actions import OutboxRow
from engage_tui.tui.background import InTurn, Latest
from engage_tui.tui.keymap import Place
from engage_tui.tui.messages import OpenConversation
from engage_tui.tui.screens.command_screen import Act, CommandScreen
from engage_tui.tui.thread_lines import next_step
from engage_tui.tui.widgets.status import KeyHints, StatusLine
from engage_tui.tui.widgets.table import Cell, Column, Row, Rows, Table
from engage_tui.tui.widgets.top_bar import TopBar
from engage_tui.tui.words import BADGES, full_time, plain, span

_VIEWER = "This is a viewer: another engage writes in this workspace. Decide there."
_STYLES = {State.NEEDS_HUMAN: "bold $error", State.REFUSED: "$error", State.EXPIRED: "$error"}


class OutboxScreen(CommandScreen):
    """Rows of the outbox, the open ones first.

    Args:
        engine: the open workspace.
    """

    CSS_PATH = ["../widgets/table.tcss", "outbox.tcss"]

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._latest = Latest(self, "outbox")
        self._writes = InTurn(self, self._refused)
        self._rows: Mapping[str, OutboxRow] = {}

    def compose(self) -> ComposeResult:
        """Lay the rows over the words of the one under the cursor."""
        yield TopBar(self._engine.settings.brand.name, self._engine.accounts(), "Outbox")
        table = Table(
            Column("age", 6, right=True),
            Column("", 2),
            Column("to", 18),
            Column("what", 13, least=84),
            Column("state and next step"),
            Column("text", 44, least=130),
        )
        table.border_title = "Outbox"
        yield table
        yield Static(id="words")
        yield StatusLine()
        yield KeyHints()

    def on_mount(self) -> None:
        """Show what is there, and let the seconds run."""
        self.query_one(KeyHints).show(Place.OUTBOX)
        self._table.rows.focus()
        self._read()
        self.set_interval(1, self._read)

    @property
    def place(self) -> Place:
        """What has the focus."""
        return Place.OUTBOX

    @cached_property
    def acts(self) -> Mapping[str, Act]:
        """What each command does here."""
        desk = self._engine.desk
        uncertain = frozenset({State.NEEDS_HUMAN})
        unfinished = frozenset(State) - FINAL

        def verdict(value: str) -> Callable[[int], OutboxRow]:
            return lambda row: desk.resolve(row, value)

        return {
            "outbox.cancel": lambda: self._act(desk.cancel, unfinished, "taken back"),
            "outbox.retry": lambda: self._act(desk.retry, unfinished, "tried now"),
            "outbox.there": lambda: self._act(verdict("there"), uncertain, "decided"),
            "outbox.again": lambda: self._act(verdict("again"), uncertain, "decided"),
            "outbox.drop": lambda: self._act(verdict("drop"), uncertain, "decided"),
            "outbox.open": self._open,
            "back": self._leave,
            "leave": self._leave,
        }

    def keys_pending(self, began: str, ways_on: list[tuple[str, str]]) -> None:
        """Show a sequence that has begun."""
        self.query_one(StatusLine).pending(began, ways_on)

    @on(Rows.OptionHighlighted)
    def _show_words(self) -> None:
        row = self._row
        if row is None:
            return
        parts = [Content(display_text(row.body, lines=20))] if row.body else []
        if row.note:
            parts.append(Content.styled(display_row(row.note), "$warning"))
        sent = f", sent {full_time(row.sent_at)}" if row.sent_at else ""
        approved = f"approved {full_time(row.approved_at)} by {row.approved_by or 'nobody'}{sent}"
        parts.append(Content.styled(display_row(approved), "$foreground-muted"))
        self.query_one("#words", Static).update(Content("\n").join(parts))

    @on(Rows.OptionSelected)
    def _open(self) -> None:
        row = self._row
        if row is not None:
            self.app.post_message(OpenConversation(row.conversation_id))

    @property
    def _table(self) -> Table:
        return self.query_one(Table)

    @property
    def _row(self) -> OutboxRow | None:
        return self._rows.get(self._table.key or "")

    def _read(self) -> None:
        self._latest.ask(self._engine.desk.outbox, self._show)

    def _show(self, rows: list[OutboxRow]) -> None:
        first = not self._rows
        now = self._engine.clock()
        self._rows = {str(row.id): row for row in rows}
        self._table.show({key: _cells(row, now) for key, row in self._rows.items()})
        if not rows:
            sentence = "Nothing was sent yet. Replies that you approve appear here."
            self.query_one("#words", Static).update(sentence)
        elif first:
            self._show_words()

    def _act(self, work: Callable[[int], OutboxRow], states: frozenset[State], past: str) -> None:
        row = self._row
        if row is None:
            self.tell("There is nothing in the outbox.")
        elif self._engine.viewer:
            self.tell(_VIEWER, wrong=True)
        elif row.state not in states:
            self.tell(f"This one is {row.state.in_words}; that decision is not open for it.")
        else:
            self._writes.ask(lambda: work(row.id), lambda done: self._acted(done, past))

    def _acted(self, row: OutboxRow, past: str) -> None:
        self.tell(f"{past.capitalize()}: now {row.state.in_words}.")
        self._read()

    def _refused(self, error: Exception) -> None:
        self.tell(str(error), wrong=True)

    def _leave(self) -> None:
        self.app.pop_screen()


def _cells(row: OutboxRow, now: int) -> Row:
    age = now - row.approved_at
    return (
        Cell(span(age) if age >= SECOND else "now", "$foreground-muted"),
        Cell(BADGES[row.platform], "$foreground-muted"),
        Cell(display_row(row.handle, 40)),
        Cell(plain(row.kind.value), "$foreground-muted"),
        Cell(next_step(row, now), _STYLES.get(row.state, "")),
        Cell(display_row(row.body), "$foreground-muted"),
    )
