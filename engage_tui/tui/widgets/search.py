"""The line in which a search is typed, with what is wrong with it below."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from engage_tui.domain.query import QueryError


class SearchBar(Vertical):
    """Asks for the words of a search, or of a narrowing of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Back")]

    class Submitted(Message):
        """The words are complete."""

        def __init__(self, words: str, *, narrowing: bool) -> None:
            super().__init__()
            self.words = words
            self.narrowing = narrowing

    class Left(Message):
        """Nothing is to be searched for."""

    def __init__(self) -> None:
        super().__init__()
        self._narrowing = False

    def compose(self) -> ComposeResult:
        """Lay the line over the place for what is wrong."""
        with Horizontal():
            yield Static(id="search-prompt")
            yield Input(
                placeholder="words, platform:youtube, intent:complaint, label:vip, after:7d, due:2h"
            )
        yield Static(id="search-error")

    def open(self, *, narrowing: bool) -> None:
        """Show the line and take the focus."""
        self._narrowing = narrowing
        self.query_one("#search-prompt", Static).update("Narrow" if narrowing else "Search")
        what = "what is listed" if narrowing else "every message"
        hint = Content.styled(f"enter searches {what}, esc goes back", "$foreground-muted")
        self.query_one("#search-error", Static).update(hint)
        self.add_class("-open")
        line = self.query_one(Input)
        line.value = ""
        line.focus()

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("-open")

    def refuse(self, error: QueryError) -> None:
        """Show what is wrong, with a caret below the place."""
        # The second line starts below the words, so that the caret points into them.
        _, caret = error.caret().split("\n")
        self.query_one("#search-error", Static).update(
            Content.assemble((caret, "bold $error"), "\n", (error.message, "$error"))
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the words on."""
        event.stop()
        words = event.value.strip()
        self.post_message(
            self.Submitted(words, narrowing=self._narrowing) if words else self.Left()
        )

    def action_leave(self) -> None:
        """Leave without searching."""
        self.post_message(self.Left())
