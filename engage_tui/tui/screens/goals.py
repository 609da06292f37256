"""The goals of the brand: where each stands, where it leads, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from engage_tui.domain.display import display_row
from engage_tui.domain.figures import show
from engage_tui.domain.model import Millis
from engage_tui.engine.engine import Engine
from engage_tui.metrics.explaining import heading
from engage_tui.metrics.goals import GoalState
from engage_tui.store.goals import UnknownGoal
from engage_tui.tui.background import InTurn, Latest
from engage_tui.tui.figure_words import QUIET
from engage_tui.tui.goal_words import NO_PACE, PACES, detail, pace_cell
from engage_tui.tui.keymap import Place
from engage_tui.tui.screens.ask import Confirm
from engage_tui.tui.screens.command_screen import Act
from engage_tui.tui.screens.figure import FigureScreen
from engage_tui.tui.screens.goal_form import GoalForm
from engage_tui.tui.screens.tables import TablesScreen
from engage_tui.tui.widgets.table import Cell, Column, Row, Rows, Table
from engage_tui.tui.words import local, short_time

_NONE = (
    "No goal is set yet. A goal takes one figure from where it stands to a target by a date,"
    " and somebody answers for it. a sets the first one."
)
_VIEWER = "Another engage runs in this workspace; goals are set and dropped there."


class GoalsScreen(TablesScreen):
    """Goals by deadline, the one under the cursor in detail.

    Args:
        engine: whose goals these are.
    """

    HERE = "Goals"
    PLACE = Place.GOALS
    CSS_PATH = ["../widgets/table.tcss", "goals.tcss"]

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._latest = Latest(self, "goals")
        self._writes = InTurn(self, self._refused)
        self._goals: dict[str, GoalState] = {}
        self._asked_at: Millis = engine.clock()
        self._unfinished: dict[str, str] = {}
        """What was typed into a form that was left."""

    def tables(self) -> ComposeResult:
        """Lay out the goals and the detail."""
        with Container(id="panes"):
            goals = Table(
                Column("goal"),
                Column("from", 7, right=True, least=60),
                Column("now", 7, right=True),
                Column("target", 7, right=True),
                Column("pace", 8),
                Column("due", 6, least=50),
                id="goals",
            )
            goals.border_title = "Goals"
            yield goals
            with VerticalScroll(id="detail", can_focus=False):
                yield Static()
        yield Static(Content(_NONE), id="empty")

    def on_mount(self) -> None:
        """Begin to count."""
        self.query_one("#goals", Table).rows.focus()
        self.recount()

    def on_resize(self) -> None:
        """Draw the progress bar in its new length."""
        self.call_after_refresh(self._show_detail)

    def recount(self) -> None:
        """Count where every goal stands, as of now; what is shown stays until then."""
        self.counting = True
        self.say(self._summary(), "counting …")
        now = self.engine.clock()
        self._latest.ask(
            lambda: self.engine.numbers.goals(at=now), lambda goals: self._show(goals, now)
        )

    @property
    def acts(self) -> Mapping[str, Act]:
        """What each command does here."""
        return {
            **super().acts,
            "figures.recount": self.recount,
            "figures.copy": self._copy,
            "goals.add": self._add,
            "goals.drop": self._ask_drop,
        }

    def _add(self) -> None:
        if self.engine.viewer:
            self.tell(_VIEWER)
        else:
            self.app.push_screen(GoalForm(self.engine, self._unfinished), self._added)

    def _ask_drop(self) -> None:
        key = self.query_one("#goals", Table).key
        if key is None:
            self.tell("There is no goal to drop.")
        elif self.engine.viewer:
            self.tell(_VIEWER)
        else:
            title = display_row(self._goals[key].goal.title, 60)
            question = Confirm(
                f"Drop the goal “{title}”?",
                "Its figure and everything it was counted from stay.",
                yes="drops it",
            )
            self.app.push_screen(question, lambda sure: self._drop(int(key)) if sure else None)

    def _copy(self) -> None:
        state = self._chosen()
        if state is None:
            self.tell("There is no goal to copy.")
            return
        told = detail(state, self._asked_at, 40).plain
        lines = [display_row(state.goal.title), told, *heading(state.figure)]
        self.copied("\n".join(lines), "The goal")

    @on(Rows.OptionHighlighted)
    def _show_detail(self) -> None:
        state = self._chosen()
        if state is not None:
            pane = self.query_one("#detail", VerticalScroll)
            pane.border_title = Content(display_row(state.goal.title, 80))
            width = pane.scrollable_content_region.width
            pane.query_one(Static).update(detail(state, self._asked_at, width))

    @on(Rows.OptionSelected)
    def _open_figure(self) -> None:
        state = self._chosen()
        if state is not None:
            self.app.push_screen(FigureScreen(self.engine, state.figure))

    def _chosen(self) -> GoalState | None:
        key = self.query_one("#goals", Table).key
        return self._goals.get(key) if key else None

    def _show(self, goals: Sequence[tuple[int, GoalState]], now: Millis) -> None:
        self._asked_at = now
        self._goals = {str(key): state for key, state in goals}
        self.set_class(not goals, "-empty")
        rows = {key: _row(state, now) for key, state in self._goals.items()}
        table = self.query_one("#goals", Table)
        table.show(rows)
        self.focus_again(table)
        self.counting = False
        self.say(self._summary(), f"as of {local(now):%H:%M}")
        self._show_detail()

    def _added(self, key: int | None) -> None:
        if key is not None:
            self._unfinished.clear()
            self.tell("The goal is set.")
            self.recount()

    def _drop(self, key: int) -> None:
        def drop() -> None:
            with suppress(UnknownGoal):  # somebody else was faster
                self.engine.numbers.drop_goal(key)

        self._writes.ask(drop, lambda _: self.recount())

    def _refused(self, error: Exception) -> None:
        self.tell(display_row(str(error)), wrong=True)

    def _summary(self) -> str:
        paces = Counter(pace_cell(goal).text for goal in self._goals.values())
        known = (cell.text for cell in (*PACES.values(), NO_PACE))
        return ", ".join(f"{paces[word]} {word}" for word in known if paces[word])


def _row(state: GoalState, now: Millis) -> Row:
    goal, unit = state.goal, state.figure.kpi.unit
    return (
        Cell(display_row(goal.title)),
        Cell(show(goal.baseline, unit), QUIET),
        Cell(show(state.value, unit), "bold"),
        Cell(show(goal.target, unit)),
        pace_cell(state),
        Cell(short_time(goal.deadline, now), QUIET),
    )
