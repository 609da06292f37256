"""A small table: headings over some hundred aligned rows that a cursor moves through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option


class Cell(NamedTuple):
    """Text that passed the display gate, and how it looks."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the one without a width takes what the others leave."""

    title: str
    width: int = 0
    right: bool = False
    least: int = 0
    """Cells that the table must have for this column to be shown."""


Row = Sequence[Cell]


def aligned(row: Row, columns: Sequence[Column], width: int) -> Content:
    """Return a row as one line of exactly so many cells, columns without room left out."""
    shown = [(cell, c) for cell, c in zip(row, columns, strict=True) if width >= c.least]
    taken = sum(column.width + 1 for _, column in shown) - 1
    parts: list[tuple[str, str]] = []
    for cell, column in shown:
        text = _fitted(cell.text, column.width or max(1, width - taken), right=column.right)
        parts += [(text, cell.style), (" ", "")]
    return Content.assemble(*parts[:-1])


def _fitted(text: str, width: int, *, right: bool) -> str:
    room = width - cell_len(text)
    if room < 0:
        return set_cell_size(text, width - 1) + "…"
    return " " * room + text if right else text + " " * room


class Rows(OptionList):
    """The rows of a table, with the keys that every list of the console has."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "open"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("G", "last", show=False),
        Binding("ctrl+f", "page_down", show=False),
        Binding("ctrl+b", "page_up", show=False),
    ]


class Table(Vertical):
    """Headings and rows under keys; `Rows.OptionSelected` tells the key of the one chosen.

    Args:
        columns: what each row has; every row has a cell for each of them.
        id: for stylesheets and queries.
    """

    def __init__(self, *columns: Column, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._cells: dict[str, Row] = {}

    def compose(self) -> ComposeResult:
        """Lay out the headings over the rows."""
        yield Static(classes="headings")
        yield Rows(compact=True)

    @property
    def rows(self) -> Rows:
        """What takes the focus."""
        return self.query_one(Rows)

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        option = self.rows.highlighted_option
        return option.id if option else None

    def show(self, rows: Mapping[str, Row]) -> None:
        """Show these rows; the cursor stays on its key, or on its line if that is gone."""
        if list(rows) == list(self._cells):
            for key, row in rows.items():
                self.change(key, row)
            return
        before, line = self.key, self.rows.highlighted or 0
        self._cells = dict(rows)
        self._draw()
        if rows:
            places = {key: place for place, key in enumerate(rows)}
            self.rows.highlighted = places.get(before or "", min(line, len(rows) - 1))

    def change(self, key: str, row: Row) -> None:
        """Show one row anew, if it is there."""
        if key in self._cells:
            self._cells[key] = row
            self.rows.replace_option_prompt(key, self._line(row))

    def on_resize(self) -> None:
        """Align everything anew to the new width."""
        highlighted = self.rows.highlighted
        self._draw()
        self.rows.highlighted = highlighted

    def _draw(self) -> None:
        titles = [Cell(column.title) for column in self._columns]
        self.query_one(Static).update(self._line(titles))
        self.rows.set_options(Option(self._line(row), id=key) for key, row in self._cells.items())

    def _line(self, row: Row) -> Content:
        return aligned(row, self._columns, self.rows.scrollable_content_region.width)
