"""The list of conversations: a window over any number of ids, drawn a line at a time.

The order is an array of ids. Rows are read in blocks of `BLOCK` by whoever answers `Missing`, and
until then a grey line stands for them. A move of the cursor draws two lines.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import filterfalse
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from engage_tui.domain.model import Millis
from engage_tui.tui.ink import ink
from engage_tui.tui.rows import Flags, ListRow, RowPainter, due

BLOCK = 128
"""Rows that are read together."""
KEPT = 32 * BLOCK
"""Rows that are remembered."""

_LINES = ("row", "cursor", "cursor-blurred", "selected")
_PARTS = (
    "overdue", "soon", "later", "settled", "badge", "who", "quiet", "urgent", "mark",
)  # fmt: skip


class MessageList(ScrollView, can_focus=True):
    """Conversations in queue order, with a cursor and a selection.

    Args:
        clock: the present moment, for the time that is left.
    """

    COMPONENT_CLASSES = {f"list--{name}" for name in (*_LINES, *_PARTS)}
    BINDINGS: ClassVar[list[BindingType]] = []

    @dataclass
    class Missing(Message):
        """Rows that are to be shown and are not known yet."""

        keys: list[int]

        def can_replace(self, message: Message) -> bool:
            """Only what is to be shown now matters."""
            return isinstance(message, MessageList.Missing)

    @dataclass
    class Moved(Message):
        """The cursor stands on another conversation, or on none."""

        key: int | None

    @dataclass
    class Opened(Message):
        """A conversation was clicked that has the cursor already."""

        key: int

    @dataclass
    class SelectionChanged(Message):
        """Other conversations are selected than before."""

        count: int

    def __init__(self, clock: Callable[[], Millis], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._ids: array[int] = array("q")
        self._rows: OrderedDict[int, ListRow] = OrderedDict()
        self._stale: set[int] = set()
        self._painter: RowPainter | None = None
        self._anchor: int | None = None
        self._ranged: frozenset[int] = frozenset()
        self.cursor = 0
        self.selected: set[int] = set()
        self.unsent: frozenset[int] = frozenset()
        self.outgoing: frozenset[int] = frozenset()
        self.absolute = False

    @property
    def ids(self) -> array[int]:
        """The conversations in order; not to be changed."""
        return self._ids

    @property
    def key(self) -> int | None:
        """The conversation under the cursor."""
        return self._ids[self.cursor] if self._ids else None

    @property
    def ranging(self) -> bool:
        """Whether a move of the cursor selects."""
        return self._anchor is not None

    def known(self, key: int) -> ListRow | None:
        """Return what is known of a conversation."""
        return self._rows.get(key)

    def fill(self, ids: array[int], rows: Iterable[ListRow] = ()) -> None:
        """Show other conversations from the top; the selection goes."""
        self._ids = ids
        self.renew(rows)
        self.cursor = 0
        self.select(())
        self._resized(0)
        self.post_message(self.Moved(self.key))

    def merge(self, ids: array[int]) -> None:
        """Show the list in a newer order; the conversation under the cursor stays on its line."""
        before, line = self.key, self.cursor - self.scroll_offset.y
        self._ids = ids
        self.cursor = self._place(before)
        if self.selected:
            self.selected.intersection_update(ids)
        self._resized(max(0, self.cursor - line))
        if self.key != before:
            self.post_message(self.Moved(self.key))

    def renew(self, rows: Iterable[ListRow]) -> None:
        """Show rows in a newer state; all others are read again when they come into sight."""
        self._stale.update(self._rows)
        self.take(rows)

    def take(self, rows: Iterable[ListRow]) -> None:
        """Remember rows that were read, and draw them."""
        for row in rows:
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
            self._stale.discard(row.id)
        while len(self._rows) > KEPT:
            self._stale.discard(self._rows.popitem(last=False)[0])
        self.refresh()

    def drop(self, keys: Iterable[int]) -> None:
        """Take conversations out; the cursor stays on its line."""
        gone = set(keys)
        before = self.key
        above = sum(map(gone.__contains__, self._ids[: self.cursor]))
        self._ids = array("q", filterfalse(gone.__contains__, self._ids))
        self.cursor = max(0, min(self.cursor - above, len(self._ids) - 1))
        self.select(self.selected - gone)
        self._resized(self.scroll_offset.y)
        if self.key != before:
            self.post_message(self.Moved(self.key))

    def move(self, by: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        self.move_to(self.cursor + by)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; only the two rows are drawn, unless the window has to move."""
        if not self._ids:
            return
        index = max(0, min(index, len(self._ids) - 1))
        old, self.cursor = self.cursor, index
        if index == old:
            return
        self._extend_range()
        self.refresh_line(old)
        self.refresh_line(index)
        self._follow()
        self.post_message(self.Moved(self.key))

    def move_to_key(self, key: int) -> bool:
        """Put the cursor on a conversation; returns whether it is listed."""
        try:
            self.move_to(self._ids.index(key))
        except ValueError:
            return False
        return True

    def page(self, share: float) -> None:
        """Move the cursor by a share of the window's height."""
        self.move(round(self.window * share) or (1 if share > 0 else -1))

    @property
    def window(self) -> int:
        """The rows that fit on the screen."""
        return max(1, self.scrollable_content_region.height)

    def select(self, keys: Iterable[int]) -> None:
        """Select exactly these conversations."""
        self._anchor = None
        self.selected = set(keys)
        self._selection_changed()

    def toggle(self) -> None:
        """Select the row under the cursor, or not any more."""
        if self.key is not None:
            self.selected ^= {self.key}
            self._selection_changed()

    def begin_range(self) -> None:
        """Select with every move of the cursor from here on, or stop doing so."""
        self._anchor = self.cursor if self._anchor is None else None
        self._ranged = frozenset(self.selected)
        self._extend_range()

    def in_sight(self) -> Sequence[int]:
        """Return the conversations in the window and a little around it."""
        top = self.scroll_offset.y
        return self._ids[max(0, top - BLOCK // 2) : top + self.window + BLOCK // 2]

    def render_line(self, y: int) -> Strip:
        """Return a line of the window."""
        if self._painter is None:
            self._painter = self._mixed()
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._ids):
            return self._painter.blank(width)
        key = self._ids[index]
        flags = Flags(
            index == self.cursor,
            key in self.selected,
            key in self.unsent,
            key in self.outgoing,
            self.has_focus,
        )
        row = self._rows.get(key)
        if row is None:
            return self._painter.waiting(width, flags)
        label = due(row, self._clock(), absolute=self.absolute)
        return self._painter.row(row, width, flags, label)

    def notify_style_update(self) -> None:
        """Forget what was drawn in other colours."""
        super().notify_style_update()
        self._painter = None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows that come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._want_visible()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._resized(self.scroll_offset.y)

    def on_focus(self) -> None:
        """Show the cursor of a list that has the focus."""
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        """Show the cursor of a list that has lost the focus."""
        self.refresh_line(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; open what has it already."""
        index = event.y - self.gutter.top + self.scroll_offset.y
        if index >= len(self._ids):
            return
        if index == self.cursor:
            self.post_message(self.Opened(self._ids[index]))
        self.move_to(index)

    def _place(self, key: int | None) -> int:
        """Return the row of a conversation; that of the cursor if it is not listed any more."""
        if key is not None and key in self._ids:
            return self._ids.index(key)
        return max(0, min(self.cursor, len(self._ids) - 1))

    def _resized(self, top: int) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._ids))
        self.scroll_to(y=top, animate=False, force=True)
        self._follow()
        self._want_visible()
        self.refresh()

    def _follow(self) -> None:
        """Scroll by at least a third of the window when the cursor has left it."""
        top, height = self.scroll_offset.y, self.window
        if self.cursor < top:
            top = min(self.cursor, top - height // 3)
        elif self.cursor >= top + height:
            top = max(self.cursor - height + 1, top + height // 3)
        else:
            return
        self.scroll_to(y=max(0, top), animate=False, force=True)

    def _want_visible(self) -> None:
        top = self.scroll_offset.y
        shown = self._ids[top : top + self.window]
        if any(map(self._unread, shown)):
            first = top // BLOCK * BLOCK
            last = (top + len(shown) - 1) // BLOCK * BLOCK + BLOCK
            self.post_message(self.Missing(list(filter(self._unread, self._ids[first:last]))))

    def _unread(self, key: int) -> bool:
        return key not in self._rows or key in self._stale

    def _extend_range(self) -> None:
        if self._anchor is not None:
            first, last = sorted((self._anchor, self.cursor))
            self.selected = {*self._ranged, *self._ids[first : last + 1]}
            self._selection_changed()

    def _selection_changed(self) -> None:
        self.refresh()
        self.post_message(self.SelectionChanged(len(self.selected)))

    def _mixed(self) -> RowPainter:
        """Return a painter with the styles that the theme gives."""
        lines = {name: self.get_component_rich_style(f"list--{name}") for name in _LINES}
        parts = {name: ink(self, f"list--{name}") for name in _PARTS}
        return RowPainter(lines | parts)
