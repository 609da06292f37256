"""The conversation pane: who and where above, the messages below, drawn a line at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widgets import Static

from engage_tui.tui.ink import ink
from engage_tui.tui.thread_lines import Line

_STYLES = ("text", "who", "ours", "theirs", "lead", "quiet", "pending", "trouble")


class ThreadBody(ScrollView, can_focus=True):
    """The lines of a conversation; those on their way out are kept apart, as they change often."""

    COMPONENT_CLASSES = {f"thread--{name}" for name in _STYLES}
    BINDINGS: ClassVar[list[BindingType]] = []

    class Widened(Message):
        """The lines have to be laid out for another width."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._tail: Sequence[Line] = ()
        self._laid_out_for = 0

    @property
    def width(self) -> int:
        """Cells that a line may have."""
        return max(10, self.scrollable_content_region.width - 1)

    def show(self, lines: Sequence[Line], tail: Sequence[Line], *, to_end: bool) -> None:
        """Show a conversation; `tail` is what is on its way out."""
        self._lines, self._tail = lines, tail
        self._measure()
        if to_end:
            self.scroll_end(animate=False, force=True, immediate=True)
        self.refresh()

    def show_tail(self, tail: Sequence[Line]) -> None:
        """Show what is on its way out in a newer state; only its lines are drawn."""
        changed, longer = tail != self._tail, len(tail) != len(self._tail)
        self._tail = tail
        if longer:
            self._measure()
            self.scroll_end(animate=False, force=True, immediate=True)
            self.refresh()
        elif changed:
            self.refresh_lines(len(self._lines), len(tail))

    def render_line(self, y: int) -> Strip:
        """Return a line of the window."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        line = self._line(index)
        strip = Strip([Segment(text, ink(self, f"thread--{name}")) for text, name in line])
        if (span := self._selected(index)) is not None:
            strip = _marked(strip, span, self.screen.get_component_rich_style("screen--selection"))
        strip = strip.adjust_cell_length(width).apply_style(self.rich_style)
        return strip.apply_offsets(0, index)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the text that the mouse has marked."""
        lines = (*self._lines, *self._tail)
        text = "\n".join("".join(part for part, _ in line) for line in lines)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the marked text."""
        self.refresh()

    def on_resize(self) -> None:
        """Ask for lines that fit."""
        if self.width != self._laid_out_for:
            self._laid_out_for = self.width
            self.post_message(self.Widened())

    def _measure(self) -> None:
        height = len(self._lines) + len(self._tail)
        self.virtual_size = Size(self.scrollable_content_region.width, height)

    def _line(self, index: int) -> Line:
        if index < len(self._lines):
            return self._lines[index]
        index -= len(self._lines)
        return self._tail[index] if index < len(self._tail) else ()

    def _selected(self, index: int) -> tuple[int, int] | None:
        selection = self.text_selection
        return None if selection is None else selection.get_span(index)


def _marked(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    text = strip.text
    start, end = (cell_len(text[:at]) if at >= 0 else strip.cell_length for at in span)
    before, marked, after = strip.crop(0, start), strip.crop(start, end), strip.crop(end)
    return Strip.join([before, Strip(Segment.apply_style(marked, post_style=style)), after])


class ThreadPane(Vertical):
    """A conversation with its heading."""

    def compose(self) -> ComposeResult:
        """Lay the heading over the messages."""
        yield Static(id="thread-header")
        yield ThreadBody()

    @property
    def body(self) -> ThreadBody:
        """The messages."""
        return self.query_one(ThreadBody)

    def head(self, title: Content, header: Content) -> None:
        """Show who the conversation is with and how it stands."""
        self.border_title = title
        self.query_one("#thread-header", Static).update(header, layout=False)

    def clear(self, sentence: str) -> None:
        """Show a sentence instead of a conversation."""
        self.head(Content(""), Content(""))
        self.body.show([((sentence, "quiet"),)], (), to_end=False)
