"""The form that sets a goal: it counts where the figure stands, and says what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from engage_tui.domain.display import display_row
from engage_tui.domain.figures import Figure, show
from engage_tui.domain.goals import Goal, Relevance, problems, target_from
from engage_tui.domain.kpi import CATALOGUE, Better, Kpi, Unit, find
from engage_tui.domain.model import Millis, Platform
from engage_tui.domain.timestamps import DAY, SECOND, parse_duration, parse_iso
from engage_tui.engine.engine import Engine
from engage_tui.engine.numbers import GoalError
from engage_tui.metrics.goals import WINDOW
from engage_tui.tui.background import InTurn, Latest
from engage_tui.tui.figure_words import BAD, QUIET, difference
from engage_tui.tui.goal_words import date
from engage_tui.tui.words import NAMES, count_of, plain

_FIRST: Final = {
    "kpi": "reply_rate",
    "platform": "",
    "target": "",
    "deadline": "30d",
    "owner": "",
    "relevance": "",
}
_TARGETS: Final = {
    Unit.PERCENT: "90, +5, +10 % or -20 %",
    Unit.SECONDS: "15m, 2h or -30 %",
    Unit.COUNT: "50, +20 or -30 %",
}


def draft(
    written: Mapping[str, str], baseline: float | None, now: Millis
) -> tuple[Goal, dict[str, str]]:
    """Read a form into a goal; returns it with a sentence for each field that is not right."""
    kpi, start = find(written["kpi"]), baseline or 0.0
    wrong: dict[str, str] = {}
    target, deadline = start + 1, now + 1
    try:
        target = target_from(start, _in_unit(written["target"], kpi.unit))
    except ValueError:
        wrong["target"] = f"Write it like {_TARGETS[kpi.unit]}."
    try:
        deadline = _moment(written["deadline"], now)
    except ValueError:
        wrong["deadline"] = "Write it like 30d, 60d, 90d or 2027-01-31."
    if not written["relevance"]:
        wrong["relevance"] = "What is it good for? Choose one."
    called = f"{kpi.title}: {show(target, kpi.unit)}"
    goal = Goal(
        uid="",
        title=called,
        kpi=kpi.name,
        baseline=baseline,
        target=target,
        started_at=now,
        deadline=deadline,
        owner=written["owner"].strip(),
        relevance=Relevance(written["relevance"]) if written["relevance"] else None,
        segment={"platform": written["platform"]} if written["platform"] else {},
    )
    for problem in problems(goal, CATALOGUE):
        wrong.setdefault(problem.field, problem.sentence)
    return goal, wrong


def _in_unit(text: str, unit: Unit) -> str:
    """Return a target in the unit of its figure: `15m` are 900 seconds."""
    if unit is not Unit.SECONDS:
        return text
    length = text.strip().lstrip("+-")
    sign = text.strip()[: len(text.strip()) - len(length)]
    try:
        return f"{sign}{parse_duration(length) // SECOND}"
    except ValueError:
        return text


def _moment(text: str, now: Millis) -> Millis:
    try:
        return now + parse_duration(text)
    except ValueError:
        return parse_iso(text)


class GoalForm(ModalScreen[int | None]):
    """Asks for a goal and sets it; returns its key.

    Args:
        engine: where it is set.
        written: what was typed before; it is kept up to date for the next time.
    """

    CSS_PATH = "goal_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "set it"),
        Binding("escape", "dismiss(None)", "back"),
    ]

    def __init__(self, engine: Engine, written: dict[str, str]) -> None:
        super().__init__()
        self._engine = engine
        self._written = written
        for field, text in _FIRST.items():
            written.setdefault(field, text)
        self._touched = {field for field in _FIRST if written[field]}
        self._baseline: Figure | None = None
        self._latest = Latest(self, "baseline")
        self._writes = InTurn(self, self._refused)

    def compose(self) -> ComposeResult:
        """Lay out the fields, each over the line for what is said about it."""
        written = self._written
        kpis = [(kpi.title, kpi.name) for kpi in CATALOGUE.values()]
        platforms = [("all platforms", ""), *((NAMES[p], p.value) for p in Platform)]
        uses = [(plain(use).capitalize(), use.value) for use in Relevance]
        with Vertical(classes="form") as form:
            form.border_title = "New goal"
            form.border_subtitle = "tab next field, ctrl+s sets it, esc goes back"
            yield from _field("kpi", "figure", _select(kpis, written["kpi"]))
            yield from _field("platform", "on", _select(platforms, written["platform"]))
            yield from _field("baseline", "starts at", Static())
            yield from _field("target", "target", Input(written["target"], compact=True))
            yield from _field("deadline", "by", Input(written["deadline"], compact=True))
            yield from _field(
                "owner",
                "owner",
                Input(written["owner"], placeholder="who answers for it", compact=True),
            )
            yield from _field("relevance", "good for", _select(uses, written["relevance"] or None))

    def on_mount(self) -> None:
        """Begin to count where the figure stands."""
        self._count()

    def action_save(self) -> None:
        """Set the goal if nothing is wrong, else say what is."""
        self._touched = set(_FIRST) | {"baseline"}
        goal, wrong = self._show_notes()
        if wrong or self._baseline is None:
            return

        def save() -> int | str:
            try:
                return self._engine.numbers.set_goal(
                    goal.kpi,
                    f"{goal.target:.6f}",
                    goal.deadline,
                    goal.owner,
                    title=goal.title,
                    platform=goal.segment.get("platform"),
                    relevance=goal.relevance,
                    baseline=goal.baseline,
                )
            except GoalError as error:
                return str(error)

        self._writes.ask(save, self._saved)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._take(event.input.id, event.value)

    @on(Input.Submitted)
    def _go_on(self) -> None:
        self.focus_next()

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        chosen = event.value
        field = event.select.id
        changed = isinstance(chosen, str) and self._take(field, chosen)
        if changed and field in ("kpi", "platform"):
            self._count()

    def _take(self, field: str | None, text: str) -> bool:
        """Keep what was written into a field; returns whether it is something else than before."""
        if field is None or self._written[field] == text:
            return False
        self._written[field] = text
        self._touched.add(field)
        self._show_notes()
        return True

    def _count(self) -> None:
        """Count where the figure stands, over the time that goals are measured by."""
        kpi, platform = self._written["kpi"], self._written["platform"] or None
        self._baseline = None
        self.query_one("#target", Input).placeholder = _TARGETS[find(kpi).unit]
        self.query_one("#baseline", Static).update(Content.styled("counting …", QUIET))

        def count() -> Figure:
            (figure,) = self._engine.numbers.figures([kpi], window=WINDOW, platform=platform)
            return figure

        self._latest.ask(count, self._counted)

    def _counted(self, figure: Figure) -> None:
        self._baseline = figure
        text = show(figure.value, figure.kpi.unit)
        over = f"  the last 30 days, {figure.n:,} counted"
        self.query_one("#baseline", Static).update(Content.assemble(text, (over, QUIET)))
        self._touched.add("baseline")
        self._show_notes()

    def _saved(self, key: int | str) -> None:
        if isinstance(key, int):
            self.dismiss(key)
        else:
            self.notify(display_row(key), severity="error", markup=False)

    def _refused(self, error: Exception) -> None:
        self.notify(display_row(str(error)), severity="error", markup=False)

    def _show_notes(self) -> tuple[Goal, dict[str, str]]:
        """Say beside each field that was written in what is wrong with it, or what it means."""
        now, figure = self._engine.clock(), self._baseline
        goal, wrong = draft(self._written, figure.value if figure else None, now)
        if figure is None:
            wrong.pop("baseline", None)
        elif figure.missing:
            wrong["baseline"] = f"There is no history to start from: {figure.missing}."
        hints = _hints(goal, now)
        for field in (*_FIRST, "baseline"):
            note = Content()
            if field in self._touched:
                said = Content.styled(hints.get(field, ""), QUIET)
                note = Content.styled(wrong[field], BAD) if field in wrong else said
            self.query_one(f"#note-{field}", Static).update(note)
            self.query_one(f"#note-{field}", Static).display = bool(note)
        return goal, wrong


def _hints(goal: Goal, now: Millis) -> dict[str, str]:
    """Return what the fields mean where they are right."""
    days = count_of((goal.deadline - now) // DAY, "day")
    hints = {"deadline": f"{date(goal.deadline)}, in {days}"}
    if goal.baseline is not None:
        hints["target"] = _aim(find(goal.kpi), goal.baseline, goal.target)
    return hints


def _aim(kpi: Kpi, baseline: float, target: float) -> str:
    side = "above" if target > baseline else "below"
    aim = f"{show(target, kpi.unit)}, {difference(target - baseline, kpi.unit)} {side} today"
    wrong_way = kpi.better is (Better.DOWN if target > baseline else Better.UP)
    return f"{aim}; that is worse than today" if wrong_way else aim


def _field(name: str, label: str, control: Widget) -> ComposeResult:
    control.id = name
    with Horizontal(classes="field"):
        yield Static(Content(label), classes="label")
        yield control
    note = Static(classes="note")
    note.id = f"note-{name}"
    note.display = False
    yield note


def _select(options: list[tuple[str, str]], chosen: str | None) -> Select[str]:
    if chosen is None:
        return Select(options, prompt="choose", compact=True)
    return Select(options, value=chosen, allow_blank=False, compact=True)
