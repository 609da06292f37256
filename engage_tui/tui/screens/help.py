"""The help page, made of the commands themselves; what acts where the focus was comes first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from engage_tui.tui.keymap import Command, Group, Place, at

_KEYS = 15
_COLUMN = 48
_LEGEND = (
    ("-12m", "overdue by so long; a minus is always too late"),
    ("!! !", "premium and priority, the tiers that are due first"),
    ("V", "the person is a VIP"),
    ("D", "a draft or an unsent text waits"),
    ("→", "something is on its way out"),
    ("?", "a send is uncertain and needs you"),
)


class HelpScreen(ModalScreen[None]):
    """Keys by what they are for; typing filters them.

    Args:
        place: where the focus was.
    """

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,f1", "dismiss(None)", "Back"),
        ("down", "scroll(1)", "Down"),
        ("up", "scroll(-1)", "Up"),
        ("pagedown", "scroll(10)", "Page down"),
        ("pageup", "scroll(-10)", "Page up"),
    ]

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Lay the filter over the keys."""
        with Vertical(id="help") as dialog:
            dialog.border_title = Content(f"Help: {self._place.value}")
            dialog.border_subtitle = "type to filter, esc closes"
            yield Input(placeholder="filter by key or word")
            with VerticalScroll(can_focus=False):
                yield Static()

    def on_input_changed(self) -> None:
        """Show what has the words in it."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Use as many columns as there is room for."""
        self.call_after_refresh(self._show)

    def action_scroll(self, lines: int) -> None:
        """Scroll by some lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _show(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        found = [command for command in at(self._place) if _has(command, words)]
        blocks = [_block(group, found) for group in Group]
        if not words:
            blocks.append(_legend())
        area = self.query_one(VerticalScroll).scrollable_content_region.width
        columns = max(1, area // _COLUMN)
        text = _in_columns([block for block in blocks if block], columns, area // columns)
        self.query_one(Static).update(text or Content("No command has these words."))


def _has(command: Command, words: Iterable[str]) -> bool:
    searched = f"{command.shown_keys} {command.title} {command.group.value}".casefold()
    return all(word in searched for word in words)


def _block(group: Group, commands: Iterable[Command]) -> list[Content]:
    lines = []
    for command in commands:
        if command.group is group:
            keys = command.shown_keys or "(palette)"
            lines.append(_line(keys, command.title))
    return [Content.styled(group.value, "bold $primary"), *lines, Content()] if lines else []


def _legend() -> list[Content]:
    lines = [_line(mark, meaning) for mark, meaning in _LEGEND]
    return [Content.styled("Marks in the list", "bold $primary"), *lines, Content()]


def _line(keys: str, title: str) -> Content:
    return Content.assemble((f" {keys:<{_KEYS}}", "bold"), " ", title)


def _in_columns(blocks: list[list[Content]], columns: int, width: int) -> Content:
    """Lay blocks out in columns of about the same height, none torn apart."""
    height = -(-sum(map(len, blocks)) // columns)
    placed: list[list[Content]] = [[]]
    for block in blocks:
        if placed[-1] and len(placed[-1]) + len(block) // 2 > height and len(placed) < columns:
            placed.append([])
        placed[-1] += block
    lines = []
    for number in range(max(map(len, placed))):
        cells = [column[number] if number < len(column) else Content() for column in placed]
        lines.append(
            Content().join(
                cell.truncate(width - 1, ellipsis=True, pad=True) + " " for cell in cells
            )
        )
    return Content("\n").join(lines)
