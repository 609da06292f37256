"""The goals of the brand: where each stands, where it leads, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

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
from engage_tui.tui.screens.ask import Confirm
from engage_tui.tui.screens.figure import FigureScreen
from engage_tui.tui.screens.goal_form import GoalForm
from engage_tui.tui.widgets.table import Cell, Column, Row, Rows, Table
from engage_tui.tui.words import count_of, local, short_time

_NONE = (
    "No goal is set yet. A goal takes one figure from where it stands to a target by a date,"
    " and somebody answers for it. a sets the first one."
)
_VIEWER = "Another engage runs in this workspace; goals are set and dropped there."


class GoalsScreen(Screen[None]):
    """Goals by deadline, the one under the cursor in detail.

    Args:
        engine: whose goals these are.
    """

    CSS_PATH = ["../widgets/table.tcss", "goals.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add"),
        Binding("number_sign", "drop", "drop", key_display="#"),
        Binding("r", "recount", "count again"),
        Binding("y", "copy", "copy"),
        Binding("escape,q", "back", "back", key_display="q"),
    ]

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._latest = Latest(self, "goals")
        self._writes = InTurn(self, self._refused)
        self._goals: dict[str, GoalState] = {}
        self._asked_at: Millis = engine.clock()
        self._unfinished: dict[str, str] = {}
        """What was typed into a form that was left."""

    def compose(self) -> ComposeResult:
        """Lay out the goals and the detail."""
        yield Static(id="head")
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
        yield Static(id="empty")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Begin to count."""
        self.query_one("#goals", Table).rows.focus()
        self.query_one("#empty", Static).update(Content(_NONE))
        self.recount()

    def on_resize(self) -> None:
        """Draw the progress bar in its new length."""
        self.call_after_refresh(self._show_detail)

    def recount(self) -> None:
        """Count where every goal stands, as of now; what is shown stays until then."""
        self._show_head("counting …")
        now = self._engine.clock()
        self._latest.ask(
            lambda: self._engine.numbers.goals(at=now), lambda goals: self._show(goals, now)
        )

    def action_recount(self) -> None:
        """Count again."""
        self.recount()

    def action_add(self) -> None:
        """Set a goal with a form."""
        if self._engine.viewer:
            self.notify(_VIEWER, markup=False)
            return
        self.app.push_screen(GoalForm(self._engine, self._unfinished), self._added)

    def action_drop(self) -> None:
        """Give the goal under the cursor up, after a question."""
        key = self.query_one("#goals", Table).key
        if key is None:
            self.notify("There is no goal to drop.", markup=False)
        elif self._engine.viewer:
            self.notify(_VIEWER, markup=False)
        else:
            title = display_row(self._goals[key].goal.title, 60)
            question = Confirm(
                f"Drop the goal “{title}”?",
                "Its figure and everything it was counted from stay.",
                yes="drops it",
            )
            self.app.push_screen(question, lambda sure: self._drop(int(key)) if sure else None)

    def action_copy(self) -> None:
        """Copy the goal under the cursor as text."""
        state = self._chosen()
        if state is None:
            self.notify("There is no goal to copy.", markup=False)
            return
        title = display_row(state.goal.title)
        lines = [title, detail(state, self._asked_at, 40).plain, *heading(state.figure)]
        self.app.copy_to_clipboard("\n".join(lines))
        self.notify("The goal was copied.", markup=False)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss()

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
            self.app.push_screen(FigureScreen(self._engine, state.figure))

    def _chosen(self) -> GoalState | None:
        key = self.query_one("#goals", Table).key
        return self._goals.get(key) if key else None

    def _show(self, goals: Sequence[tuple[int, GoalState]], now: Millis) -> None:
        self._asked_at = now
        self._goals = {str(key): state for key, state in goals}
        self.set_class(not goals, "-empty")
        rows = {key: _row(state, now) for key, state in self._goals.items()}
        self.query_one("#goals", Table).show(rows)
        self._show_head(f"as of {local(now):%H:%M}")
        self._show_detail()

    def _added(self, key: int | None) -> None:
        if key is not None:
            self._unfinished.clear()
            self.notify("The goal is set.", markup=False)
            self.recount()

    def _drop(self, key: int) -> None:
        def drop() -> None:
            with suppress(UnknownGoal):  # somebody else was faster
                self._engine.numbers.drop_goal(key)

        self._writes.ask(drop, lambda _: self.recount())

    def _refused(self, error: Exception) -> None:
        self.notify(display_row(str(error)), severity="error", markup=False)

    def _show_head(self, state: str) -> None:
        paces = Counter(pace_cell(goal).text for goal in self._goals.values())
        known = (cell.text for cell in (*PACES.values(), NO_PACE))
        told = ", ".join(f"{paces[word]} {word}" for word in known if paces[word])
        count = f"{count_of(len(self._goals), 'goal')}: {told} · " if told else ""
        self.query_one("#head", Static).update(
            Content.assemble(("Goals", "bold"), (f"  {count}{state}", QUIET))
        )


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
