"""How the console writes goals: their pace, where they lead, and what to do next."""

from __future__ import annotations

from textual.content import Content

from engage_tui.domain.display import display_row
from engage_tui.domain.figures import show
from engage_tui.domain.goals import PaceState
from engage_tui.domain.kpi import Unit
from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY
from engage_tui.metrics.goals import GoalState
from engage_tui.tui.figure_words import BAD, GOOD, QUIET, difference, progress_bar
from engage_tui.tui.widgets.table import Cell
from engage_tui.tui.words import NAMES, count_of, local, plain

PACES = {
    PaceState.REACHED: Cell("reached", GOOD),
    PaceState.AHEAD: Cell("ahead", GOOD),
    PaceState.ON: Cell("on pace", GOOD),
    PaceState.BEHIND: Cell("behind", BAD),
    PaceState.MISSED: Cell("missed", BAD),
}
NO_PACE = Cell("no value", QUIET)

_EARLY = 0.1
"""Share of the time before which a straight line into the future says nothing."""
_WEEK = 7 * DAY
_WIDEST_BAR = 60

_OVERDUE_FIRST = "Overdue conversations weigh most: g i, then g n, jumps to the next one."
_LEVERS = {
    "reply_rate": "What has no reply stands in Needs reply: g i.",
    "comment_handled_rate": "Comments that nobody dealt with stand in Needs reply: g i.",
    "sla_response_rate": _OVERDUE_FIRST,
    "sla_compliance": _OVERDUE_FIRST,
    "sla_breaches": _OVERDUE_FIRST,
    "art": _OVERDUE_FIRST,
    "frt_any": _OVERDUE_FIRST,
    "response_time": _OVERDUE_FIRST,
}


def date(moment: Millis) -> str:
    """Write a day in full: `2 Nov 2026`."""
    shown = local(moment)
    return f"{shown.day} {shown:%b %Y}"


def pace_cell(state: GoalState) -> Cell:
    """Return the pace in a word."""
    return PACES[state.pace.state] if state.pace else NO_PACE


def detail(state: GoalState, now: Millis, width: int) -> Content:
    """Return everything about a goal, in lines of at most so many cells where that matters."""
    goal, unit = state.goal, state.figure.kpi.unit
    where = NAMES[goal.segment["platform"]] if "platform" in goal.segment else "all platforms"
    good_for = f" · for {plain(goal.relevance)}" if goal.relevance else ""
    owner = display_row(goal.owner, 40)
    parts = [
        Content.styled(f"owner {owner}{good_for} · {where}", QUIET),
        Content.assemble(
            ("from ", QUIET),
            show(goal.baseline, unit),
            ("  now ", QUIET),
            (show(state.value, unit), "bold"),
            ("  to ", QUIET),
            show(goal.target, unit),
            (f"  by {date(goal.deadline)}, {_time_left(goal.deadline - now)}", QUIET),
        ),
    ]
    if state.pace:
        cells = max(10, min(width, _WIDEST_BAR))
        bar = progress_bar(state.pace.progress, state.pace.expected, cells)
        style = pace_cell(state).style
        parts += [Content.styled(bar, style), Content("│ marks where it should be by now.")]
    parts += [Content.styled(state.sentence, "bold"), Content(leads_to(state))]
    parts += [Content.assemble(("\nWhat next: ", QUIET), what_next(state, now))]
    return Content("\n").join(part for part in parts if part)


def leads_to(state: GoalState) -> str:
    """Say where the figure will be at the deadline if it goes on like this."""
    pace = state.pace
    if pace is None or pace.state in (PaceState.REACHED, PaceState.MISSED):
        return ""
    if pace.expected < _EARLY or state.projected is None:
        return "Too early to say where it leads."
    goal, unit = state.goal, state.figure.kpi.unit
    lacking = (goal.target - state.projected) * (1 if goal.rising else -1)
    if lacking <= 0:
        return f"If it goes on like this, the target is reached by {date(goal.deadline)}."
    likely = max(0.0, state.projected)
    if unit is Unit.PERCENT:
        likely = min(100.0, likely)
    short = difference(likely - goal.target, unit)
    return (
        f"If it goes on like this: {show(likely, unit)} on {date(goal.deadline)},"
        f" {short} short of the target."
    )


def what_next(state: GoalState, now: Millis) -> str:
    """Say plainly what can be done now."""
    goal = state.goal
    if state.pace is None or state.value is None:
        return "Nothing to measure yet; ctrl+r in the inbox looks for new messages."
    if state.pace.state is PaceState.REACHED:
        return "It is done. a sets the next goal, # drops this one."
    if state.pace.state is PaceState.MISSED:
        return "Its time is over. a sets a new goal from where it stands, # drops this one."
    weeks = max((goal.deadline - now) / _WEEK, 1.0)
    step = difference((goal.target - state.value) / weeks, state.figure.kpi.unit)
    needed = f"It takes {step} {'more' if goal.rising else 'less'} each week from here."
    return f"{needed} {_LEVERS.get(goal.kpi, '')} Enter shows the rows behind the figure."


def _time_left(length: Millis) -> str:
    days = abs(length) // DAY
    return f"{count_of(days, 'day')} left" if length > 0 else f"over for {count_of(days, 'day')}"
