"""The figures of the brand: what they are, how they moved, and a way into the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from engage_tui.domain.figures import Figure, show
from engage_tui.engine.engine import Engine
from engage_tui.metrics.explaining import heading
from engage_tui.tui.background import Latest
from engage_tui.tui.counting import BY_ACTOR, BY_PLATFORM, KPIS, Counted, count
from engage_tui.tui.figure_words import QUIET, change_cell, day_chart, proof, sparkline
from engage_tui.tui.keymap import Place
from engage_tui.tui.screens.command_screen import Act
from engage_tui.tui.screens.figure import FigureScreen
from engage_tui.tui.screens.tables import TablesScreen
from engage_tui.tui.widgets.table import Cell, Column, Row, Rows, Table
from engage_tui.tui.words import NAMES, local

_PERIODS: Final = (7, 30)
_TREND_DAYS: Final = 14
_CHART: Final = 8
"""Lines of the highest bar."""
_AUTHORS: Final = {"human": "people", "automation": "automation"}


class KpiScreen(TablesScreen):
    """Figures over 7 or 30 days against the time before.

    Args:
        engine: whose figures these are.
    """

    HERE = "Figures"
    PLACE = Place.FIGURES
    CSS_PATH = ["../widgets/table.tcss", "kpi.tcss"]

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._latest = Latest(self, "figures")
        self._days = _PERIODS[0]
        self._platform: str | None = None
        self._counted: Counted | None = None
        self._trends: dict[str, list[float | None]] = {}

    def tables(self) -> ComposeResult:
        """Lay out the figures, their parts, and what is said about the one under the cursor."""
        with Container(id="panes"):
            yield Table(
                Column("figure"),
                Column("now", 8, right=True),
                Column("before", 8, right=True, least=52),
                Column(" change", 17),
                Column(f"last {_TREND_DAYS} days", _TREND_DAYS, least=68),
                id="figures",
            )
            yield _parts_table("platforms", "By platform", "breaches")
            yield _parts_table("authors", "People and automation", "replies")
            with Vertical(id="about"):
                yield Static(id="formula")
                yield Static(id="days")
        yield Static(id="empty")

    def on_mount(self) -> None:
        """Begin to count."""
        self.query_one("#figures", Table).rows.focus()
        self.recount()

    def recount(self) -> None:
        """Count everything anew, as of now; what is shown stays until then."""
        days, platform = self._days, self._platform
        self.counting = True
        self._show_head()
        self.say("", "counting …")
        self._latest.ask(lambda: count(self.engine, days, platform), self._show)

    @property
    def acts(self) -> Mapping[str, Act]:
        """What each command does here."""
        return {
            **super().acts,
            "figures.recount": self.recount,
            "figures.copy": self._copy,
            "figures.shorter": lambda: self._look_at(_PERIODS[0]),
            "figures.longer": lambda: self._look_at(_PERIODS[1]),
        }

    def back(self) -> None:
        """Widen to all platforms again, or leave."""
        if self._platform is None:
            super().back()
        else:
            self._platform = None
            self.recount()

    def _look_at(self, days: int) -> None:
        if self._days != days:
            self._days = days
            self.recount()

    def _copy(self) -> None:
        figure = self._figure()
        if figure is None:
            self.tell("There is no figure to copy yet.")
        else:
            self.copied("\n".join(heading(figure)), figure.kpi.title)

    @on(Rows.OptionHighlighted, "#figures Rows")
    def _tell_about(self) -> None:
        figure = self._figure()
        if figure is not None:
            self.query_one("#about").border_title = Content(figure.kpi.title)
            self.query_one("#formula", Static).update(proof(figure))
            days = self._trends.get(figure.kpi.name)
            chart = day_chart(days, figure.kpi.unit, figure.end, _CHART) if days else ""
            self.query_one("#days", Static).update(chart)

    @on(Rows.OptionSelected, "#figures Rows")
    def _open_figure(self) -> None:
        figure = self._figure()
        if figure is not None:
            self.app.push_screen(FigureScreen(self.engine, figure))

    @on(Rows.OptionSelected, "#platforms Rows")
    def _narrow(self, event: Rows.OptionSelected) -> None:
        """Look at one platform, or at all again."""
        chosen = event.option.id
        self._platform = None if chosen == self._platform else chosen
        self.recount()

    @on(Rows.OptionSelected, "#authors Rows")
    def _open_author(self, event: Rows.OptionSelected) -> None:
        """Open the reply rate of people or of automation."""
        if self._counted is not None and event.option.id is not None:
            figure = self._counted.by_actor[event.option.id]["reply_rate"]
            self.app.push_screen(FigureScreen(self.engine, figure))

    def _figure(self) -> Figure | None:
        """Return the figure under the cursor."""
        key = self.query_one("#figures", Table).key
        return self._counted.now[key] if self._counted and key else None

    def _show(self, counted: Counted) -> None:
        """Show what was counted, then count the trends one after the other."""
        if self._counted is None or self._counted.platform != counted.platform:
            self._trends.clear()
        self._counted = counted
        self.set_class(counted.empty, "-empty")
        if counted.empty:
            self.query_one("#empty", Static).update(Content(_nothing(counted)))
            self._finished(counted)
            return
        figures = self.query_one("#figures", Table)
        figures.show({name: self._row(counted, name) for name in KPIS})
        self.focus_again(figures)
        self.query_one("#platforms", Table).show(_platform_rows(counted))
        self.query_one("#authors", Table).show(_author_rows(counted))
        self._tell_about()
        self._ask_trends(counted, KPIS)

    def _ask_trends(self, counted: Counted, names: Sequence[str]) -> None:
        """Count the trend of the first name, show it, and go on with the rest."""
        if not names:
            self._finished(counted)
            return
        name, trend = names[0], self.engine.numbers.trend

        def show_trend(values: list[float | None]) -> None:
            self._trends[name] = values
            figures = self.query_one("#figures", Table)
            figures.change(name, self._row(counted, name))
            if figures.key == name:
                self._tell_about()
            self._ask_trends(counted, names[1:])

        self._latest.ask(
            lambda: trend(name, days=_TREND_DAYS, platform=counted.platform), show_trend
        )

    def _row(self, counted: Counted, name: str) -> Row:
        now, before = counted.now[name], counted.before[name]
        moved = change_cell(now, before)
        return (
            Cell(now.kpi.title),
            Cell(show(now.value, now.kpi.unit), "bold"),
            Cell(show(before.value, now.kpi.unit), QUIET),
            moved._replace(text=f" {moved.text}"),
            Cell(sparkline(self._trends.get(name, [])), "$primary"),
        )

    def _show_head(self) -> None:
        where = f", {NAMES[self._platform]}" if self._platform else ""
        told = f"Last {self._days} days against the {self._days} before{where}"
        self.query_one("#figures").border_title = Content(told)

    def _finished(self, counted: Counted) -> None:
        self.counting = False
        wider = "esc goes back to all platforms" if counted.platform else ""
        self.say(wider, f"as of {local(counted.end):%H:%M}")


def _parts_table(id: str, title: str, last: str) -> Table:
    table = Table(
        Column(""),
        Column("replied", 7, right=True),
        Column("first", 6, right=True, least=40),
        Column("in SLA", 7, right=True),
        Column(last, 8, right=True),
        id=id,
    )
    table.border_title = title
    return table


def _platform_rows(counted: Counted) -> dict[str, Row]:
    return {
        platform: (
            Cell(NAMES[platform], "bold" if platform == counted.platform else ""),
            *(_value(figures.get(name)) for name in BY_PLATFORM),
        )
        for platform, figures in counted.by_platform.items()
    }


def _author_rows(counted: Counted) -> dict[str, Row]:
    replies = counted.now["automation_share"]
    automated, sent = replies.numerator or 0, replies.denominator or 0
    wrote = {"automation": automated, "human": sent - automated}
    return {
        author: (
            Cell(_AUTHORS[author]),
            *(_value(figures.get(name)) for name in BY_ACTOR),
            Cell(f"{wrote[author]:,}"),
        )
        for author, figures in sorted(counted.by_actor.items(), reverse=True)
    }


def _value(figure: Figure | None) -> Cell:
    return Cell("–" if figure is None else show(figure.value, figure.kpi.unit))


def _nothing(counted: Counted) -> str:
    longer = "" if counted.days == _PERIODS[-1] else " ] looks at 30 days."
    return (
        f"Nothing came in during the last {2 * counted.days} days, so there is nothing to count."
        f"{longer} ctrl+r in the inbox looks for new messages; `engage import` brings history."
    )
