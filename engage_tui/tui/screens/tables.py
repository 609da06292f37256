"""What the screens of tables share: their first and last lines, and moving, opening and leaving."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult

from engage_tui.engine.engine import Engine
from engage_tui.tui.keymap import Place
from engage_tui.tui.messages import CommandChosen
from engage_tui.tui.screens.command_screen import Act, CommandScreen
from engage_tui.tui.widgets.status import KeyHints, StatusLine
from engage_tui.tui.widgets.table import Rows
from engage_tui.tui.widgets.top_bar import TopBar

_QUIET = "$text-muted"


class TablesScreen(CommandScreen):
    """A screen of tables with the lines that every screen has.

    Args:
        engine: an open engine.
    """

    HERE = ""
    """How the first line calls it."""
    PLACE = Place.ELSEWHERE

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine

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
        }

    def back(self) -> None:
        """Leave."""
        self.dismiss()

    def keys_pending(self, began: str, ways_on: list[tuple[str, str]]) -> None:
        """Show a sequence that has begun."""
        self.query_one(StatusLine).pending(began, ways_on)

    def say(self, sentence: str, right: str = "") -> None:
        """Show a sentence in the status line, and what is going on at its right."""
        self.query_one(StatusLine).show([(sentence, _QUIET)], (right, _QUIET))

    def copied(self, text: str, what: str) -> None:
        """Copy a text and say so."""
        self.app.copy_to_clipboard(text)
        self.tell(f"{what} was copied.")

    @on(KeyHints.Clicked)
    def _run_hint(self, event: KeyHints.Clicked) -> None:
        self.post_message(CommandChosen(event.command))

    def _open(self) -> None:
        if isinstance(self.focused, Rows):
            self.focused.action_select()

    def _first(self) -> None:
        if isinstance(self.focused, Rows):
            self.focused.action_first()
