"""One figure opened up: its formula, what it was made of, and the conversations behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from engage_tui.domain.display import display_name, display_row
from engage_tui.domain.figures import Figure
from engage_tui.domain.samples import Sample
from engage_tui.engine.engine import Engine
from engage_tui.metrics.explaining import heading
from engage_tui.store.queue import QueueRow
from engage_tui.tui.background import Latest
from engage_tui.tui.figure_words import QUIET, day_and_time, narrowed, outcome, proof
from engage_tui.tui.keymap import Place
from engage_tui.tui.messages import OpenConversation
from engage_tui.tui.screens.command_screen import Act
from engage_tui.tui.screens.tables import TablesScreen
from engage_tui.tui.widgets.table import Cell, Column, Row, Rows, Table
from engage_tui.tui.words import BADGES, count_of, full_time

PAGE: Final = 200
"""Rows that are read at a time."""

_MORE: Final = "more"


@dataclass(frozen=True, slots=True)
class _Opened:
    """A figure with the first of its rows, and how many there are after them."""

    figure: Figure
    samples: Sequence[Sample]
    rest: int
    conversations: Mapping[int, QueueRow]


def _open(engine: Engine, asked: Figure, limit: int) -> _Opened:
    """Count the figure again, on a connection of this thread, and read rows of it."""
    segment = asked.segment
    figures = engine.numbers.figures(
        [asked.kpi.name],
        window=asked.window,
        at=asked.end,
        by="actor" if "actor" in segment else None,
        platform=segment.get("platform"),
    )
    figure = next(found for found in figures if found.segment == segment)
    rows = iter(figure.rows)
    samples = list(islice(rows, limit))
    rest = sum(1 for _ in rows)
    keys = list({sample.conversation for sample in samples})
    found = engine.inbox.rows(engine.inbox.select("lane:all"), keys)
    return _Opened(figure, samples, rest, {row.id: row for row in found})


class FigureScreen(TablesScreen):
    """What a figure was made of; a row leads to its conversation.

    Args:
        engine: whose figure it is.
        figure: one for all, a platform, or people or automation.
    """

    HERE = "Figures"
    PLACE = Place.ROWS
    CSS_PATH = ["../widgets/table.tcss", "figure.tcss"]

    def __init__(self, engine: Engine, figure: Figure) -> None:
        super().__init__(engine)
        self._asked = figure
        self._latest = Latest(self, "figure")
        self._limit = PAGE
        self._opened: _Opened | None = None

    def tables(self) -> ComposeResult:
        """Lay out the proof over the rows."""
        with Vertical(id="about") as about:
            about.border_title = Content(self._asked.kpi.title)
            yield Static(id="proof")
        rows = Table(
            Column("from", 18),
            Column("text"),
            Column(self._asked.kpi.begins, 12),
            Column("outcome", 26),
            id="rows",
        )
        rows.border_title = "Rows behind it"
        yield rows

    def on_mount(self) -> None:
        """Show the proof, which is known, and read the rows."""
        self._show_proof(self._asked)
        self.query_one("#rows", Table).rows.focus()
        self._read()

    @property
    def acts(self) -> Mapping[str, Act]:
        """What each command does here."""
        return {**super().acts, "figures.copy": self._copy}

    def _copy(self) -> None:
        figure = self._opened.figure if self._opened else self._asked
        self.copied("\n".join(heading(figure)), figure.kpi.title)

    @on(Rows.OptionSelected)
    def _choose(self, event: Rows.OptionSelected) -> None:
        """Go to the conversation of a row, or read more rows."""
        if event.option.id == _MORE:
            self._limit += PAGE
            self._read()
        elif self._opened is not None:
            sample = self._opened.samples[event.option_index]
            self.post_message(OpenConversation(sample.conversation))

    def _read(self) -> None:
        limit = self._limit
        self.say("", "reading the rows …")
        self._latest.ask(lambda: _open(self.engine, self._asked, limit), self._show)

    def _show(self, opened: _Opened) -> None:
        self._opened = opened
        self._show_proof(opened.figure)
        rows = {str(place): _row(opened, sample) for place, sample in enumerate(opened.samples)}
        if opened.rest:
            more = Cell(f"… {opened.rest:,} more", QUIET)
            rows[_MORE] = (more, Cell("enter shows the next ones", QUIET), Cell(""), Cell(""))
        self.query_one("#rows", Table).show(rows)
        total = len(opened.samples) + opened.rest
        self.say(count_of(total, "row") if total else "No row: nothing of the kind happened.")

    def _show_proof(self, figure: Figure) -> None:
        told = f"{narrowed(figure)}, until {full_time(figure.end)}\n"
        self.query_one("#proof", Static).update(Content(told) + proof(figure))


def _row(opened: _Opened, sample: Sample) -> Row:
    found = opened.conversations.get(sample.conversation)
    begun = sample.at if sample.since is None else sample.since
    if found is None:
        who, text = f"conversation {sample.conversation}", ""
    else:
        name = display_name(found.handle or found.name, str(found.id))
        who, text = f"{BADGES[found.platform]} {name}", display_row(found.text)
    return (
        Cell(who, "bold"),
        Cell(text),
        Cell(day_and_time(begun), QUIET),
        outcome(opened.figure.kpi, sample),
    )
