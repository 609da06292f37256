"""The two lines at the foot: what is going on, and the keys that matter here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from engage_tui.domain.display import SafeText
from engage_tui.tui.keymap import BY_ID, FOOTERS, Place
from engage_tui.tui.messages import CommandChosen

Part = tuple[str, str]
"""A text and its style."""


class StatusLine(Widget):
    """What can be undone, is being sent, or needs a person; on the right what the engine does.

    On the left the parts that come first win where there is no room for all.
    """

    def __init__(self) -> None:
        super().__init__()
        self._left: Sequence[Part] = ()
        self._right: Part = ("", "")
        self._pending: Sequence[Part] = ()

    def show(self, left: Iterable[Part], right: Part) -> None:
        """Show what is going on."""
        shown = [part for part in left if part[0]]
        if (shown, right) != (self._left, self._right):
            self._left, self._right = shown, right
            self.refresh()

    def pending(self, began: str, ways_on: Iterable[tuple[str, str]]) -> None:
        """Show the keys of a sequence that has begun, and how it may go on."""
        parts: list[Part] = [(f"{began}-", "bold $accent")] if began else []
        for key, command in ways_on:
            parts.append((f"{key} {BY_ID[command].label}", ""))
        self._pending = parts
        self.refresh()

    def render(self) -> Content:
        """Return the line."""
        width = self.size.width
        if self._pending:
            return _joined(self._pending, width, "  ")
        right = Content.styled(*self._right).truncate(width, ellipsis=True)
        left = _joined(self._left, max(0, width - right.cell_length - 2), " · ")
        gap = " " * max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, gap, right)


class KeyHints(Widget):
    """The keys that matter where the focus is; a click is as good as the key."""

    def __init__(self) -> None:
        super().__init__()
        self._place = Place.LIST

    def show(self, place: Place) -> None:
        """Show the keys of a place."""
        if place is not self._place:
            self._place = place
            self.refresh()

    def render(self) -> Content:
        """Return as many hints as fit."""
        hints = [_hint(command) for command in self._commands()]
        return _joined([(hint, "") for hint in hints], self.size.width, "  ", keys=True)

    def on_click(self, event: events.Click) -> None:
        """Run the command that was clicked."""
        at = 0
        offset = event.get_content_offset(self)
        for command in self._commands():
            end = at + len(_hint(command))
            if offset is not None and at <= offset.x < end:
                self.post_message(CommandChosen(command))
            at = end + 2

    def _commands(self) -> tuple[str, ...]:
        return FOOTERS.get(self._place, ())


def _hint(command: str) -> str:
    keys = BY_ID[command].shown_keys.split(" ")[0]
    return f"{keys} {BY_ID[command].label}"


def _joined(parts: Sequence[Part], width: int, between: str, *, keys: bool = False) -> Content:
    """Join as many parts as fit; the first is cut where even it does not."""
    content = Content()
    for text, style in parts:
        piece = _with_key(text) if keys else Content.styled(SafeText(text), style)
        longer = content + between + piece if content else piece
        if longer.cell_length > width:
            return content or piece.truncate(width, ellipsis=True)
        content = longer
    return content


def _with_key(hint: str) -> Content:
    key, blank, label = hint.partition(" ")
    return Content.assemble(
        (key, "bold $footer-key-foreground"), (blank + label, "$foreground-muted")
    )
