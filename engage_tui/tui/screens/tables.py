"""What the screens of tables share: their first and last lines, and moving, opening and leaving."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.timer import Timer

from engage_tui.engine.engine import Engine
from engage_tui.tui.figure_words import QUIET
from engage_tui.tui.keymap import Place
from engage_tui.tui.screens.command_screen import Act, CommandScreen
from engage_tui.tui.widgets.status import KeyHints, StatusLine
from engage_tui.tui.widgets.table import Rows, Table
from engage_tui.tui.widgets.top_bar import TopBar

_SOON = 5
"""Seconds in which the news of the engine are gathered before everything is counted again."""


class TablesScreen(CommandScreen):
    """A screen of tables with the lines that every screen has.

    Args:
        engine: an open engine.
    """

    HERE = ""
    """How the first line calls it."""
    PLACE = Place.ELSEWHERE
    HORIZONTAL_BREAKPOINTS = [
        (0, "-tiny"),
        (60, "-narrow"),
        (100, "-medium"),
        (140, "-wide"),
    ]

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.counting = False
        self._soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay the tables out between the first and the last lines."""
        yield TopBar(self.engine.settings.brand.name, self.engine.accounts(), self.HERE)
        yield from self.tables()
        yield StatusLine()
        yield KeyHints()

    def tables(self) -> ComposeResult:
        """Lay out what is between."""
        yield from ()

    def on_mount(self) -> None:
        """Show the keys of this screen."""
        self.query_one(KeyHints).show(self.place)

    @property
    def place(self) -> Place:
        """What has the focus."""
        return self.PLACE

    @property
    def acts(self) -> Mapping[str, Act]:
        """What each command does here."""
        return {
            "figures.open": self._open,
            "figures.first": self._first,
            "back": self.back,
            "leave": self.back,
        }

    def back(self) -> None:
        """Leave."""
        self.dismiss()

    def recount(self) -> None:
        """Read what is shown anew; what is opened for one moment stays as it is."""

    def noticed(self, progress: tuple[str, str], *, changed: bool) -> None:
        """Count again soon after something has changed."""
        if changed and self._soon is None:
            self._recount_soon()

    def keys_pending(self, began: str, ways_on: list[tuple[str, str]]) -> None:
        """Show a sequence that has begun."""
        self.query_one(StatusLine).pending(began, ways_on)

    def say(self, sentence: str, right: str = "") -> None:
        """Show a sentence in the status line, and what is going on at its right."""
        self.query_one(StatusLine).show([(sentence, QUIET)], (right, QUIET))

    def focus_again(self, table: Table) -> None:
        """Give a table the focus if nothing has it, because there was nothing to show."""
        if self.focused is None:
            self.call_after_refresh(table.rows.focus)

    def copied(self, text: str, what: str) -> None:
        """Copy a text and say so."""
        self.app.copy_to_clipboard(text)
        self.tell(f"{what} was copied.")

    def _recount_soon(self) -> None:
        self._soon = self.set_timer(_SOON, self._recount_now)

    def _recount_now(self) -> None:
        self._soon = None
        if self.counting:
            self._recount_soon()
        else:
            self.recount()

    def _open(self) -> None:
        if isinstance(self.focused, Rows):
            self.focused.action_select()

    def _first(self) -> None:
        if isinstance(self.focused, Rows):
            self.focused.action_first()
