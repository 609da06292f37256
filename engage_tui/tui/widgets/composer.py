"""Where a reply is written: the text, how long it is, and how it will leave."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea


class Composer(Vertical):
    """A text for one conversation."""

    class Edited(Message):
        """The text is another one."""

    def __init__(self) -> None:
        super().__init__()
        self._described: tuple[str, int, int | None, str] | None = None

    def compose(self) -> ComposeResult:
        """Fill the pane with the text."""
        yield TextArea(
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
            placeholder="r writes a reply, ; takes a template",
        )

    @property
    def area(self) -> TextArea:
        """The text area that takes the focus."""
        return self.query_one(TextArea)

    @property
    def text(self) -> str:
        """What is written."""
        return self.area.text

    @text.setter
    def text(self, text: str) -> None:
        if text != self.area.text:
            self.area.load_text(text)
            self.area.move_cursor(self.area.document.end)

    def describe(self, way: str, length: int, most: int | None, unit: str) -> None:
        """Say how the text will leave, and how much of the platform's limit it takes."""
        described = (way, length, most, unit)
        if described == self._described:
            return
        self._described = described
        limit = f"/{most:,}" if most is not None else ""
        over = length - most if most is not None else 0
        self.border_title = Content(f"{way}, {length:,}{limit} {unit}")
        self.border_subtitle = Content(f"too long by {over:,}" if over > 0 else "")
        self.set_class(over > 0, "-too-long")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the screen."""
        event.stop()
        self.post_message(self.Edited())
