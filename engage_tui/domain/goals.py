"""SMART goals: whether one is complete, how far it has come, and whether it keeps pace.

Progress is the share of the way from baseline to target, so it reads the same for a figure that
should fall (36 h → 6 h) as for one that should rise. Time is the share of the way from start to
deadline. A goal keeps pace while the two differ by at most `TOLERANCE`.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import to_iso

TOLERANCE = 0.05
"""Within five points of the way a goal is on pace: 44 % where 50 % is due is behind (T18)."""

_SLIGHTLY = 0.15
"""Up to this share of the way the sentence says `slightly`."""


class Relevance(StrEnum):
    """What reaching the goal is good for (S274)."""

    SALES = "sales"
    RETENTION = "retention"
    BRAND_SAFETY = "brand_safety"
    QUALIFIED_LEADS = "qualified_leads"
    TOXICITY_REDUCTION = "toxicity_reduction"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A value to be reached on the way."""

    title: str
    value: float
    at: Millis


@dataclass(frozen=True, slots=True)
class Goal:
    """One KPI from a baseline to a target by a deadline; values are in the KPI's own unit.

    What may be missing while a goal is written is optional here; `validate` says what is missing.
    """

    uid: str
    title: str
    kpi: str
    baseline: float | None
    target: float
    started_at: Millis
    deadline: Millis
    owner: str
    relevance: Relevance | None = None
    statistic: str = ""
    """`mean` or `median` where the KPI has both; empty: its headline."""
    segment: Mapping[str, str] = field(default_factory=dict)
    """What the KPI is narrowed to: `{"platform": "youtube"}`."""
    milestones: tuple[Milestone, ...] = ()
    stop_rule: str = ""

    @property
    def rising(self) -> bool:
        """Whether the figure should grow."""
        return self.target > _baseline(self)


class PaceState(StrEnum):
    """Where a goal stands against the time that has gone by."""

    REACHED = "reached"
    AHEAD = "ahead"
    ON = "on"
    BEHIND = "behind"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Pace:
    """How a goal is doing; `progress` and `expected` are shares of the way, 1 being the target."""

    state: PaceState
    progress: float
    expected: float
    sentence: str


def progress(goal: Goal, value: float) -> float:
    """Return the share of the way from baseline to target.

    It is below 0 when the figure moved away from the target and above 1 beyond it.

    Raises:
        ValueError: the goal has no baseline, or it equals the target.
    """
    baseline = _baseline(goal)
    if baseline == goal.target:
        raise ValueError("the target equals the baseline")
    return (value - baseline) / (goal.target - baseline)


def expected(goal: Goal, now: Millis) -> float:
    """Return the share of the time that has gone by, from 0 at the start to 1 at the deadline."""
    share = (now - goal.started_at) / max(goal.deadline - goal.started_at, 1)
    return min(max(share, 0.0), 1.0)


def reached(goal: Goal, value: float) -> bool:
    """Return whether the target is met; the target itself counts (T20)."""
    return value >= goal.target if goal.rising else value <= goal.target


def pace(goal: Goal, value: float, now: Millis) -> Pace:
    """Compare how far the goal has come with how much of its time is gone.

    Raises:
        ValueError: as `progress`.
    """
    done, due = progress(goal, value), expected(goal, now)
    if reached(goal, value):
        return Pace(PaceState.REACHED, done, due, "The target is reached.")
    come = f"{_percent(done)} of the way"
    if now >= goal.deadline:
        return Pace(PaceState.MISSED, done, due, f"The deadline passed at {come}.")
    gap = done - due
    compared = f"{come}, {_percent(due)} expected by now"
    # Rounded, so that a gap of exactly the tolerance does not hang on binary fractions.
    if round(abs(gap), 9) <= TOLERANCE:
        return Pace(PaceState.ON, done, due, f"{compared}: on pace.")
    state = PaceState.AHEAD if gap > 0 else PaceState.BEHIND
    much = "slightly " if abs(gap) <= _SLIGHTLY else ""
    return Pace(state, done, due, f"{compared}: {much}{state}.")


def projected(goal: Goal, value: float, now: Millis) -> float | None:
    """Return the value at the deadline if it goes on as since the start.

    None until some time has gone by. After the deadline nothing is projected: it is the value.

    Raises:
        ValueError: the goal has no baseline.
    """
    gone = expected(goal, now)
    return None if gone == 0 else _baseline(goal) + (value - _baseline(goal)) / gone


@dataclass(frozen=True, slots=True)
class Change:
    """From one value to another; for percentages `absolute` is in percentage points (T17)."""

    absolute: float
    relative: float | None
    """As a share of the first value, 0.5 being +50 %; None when that is 0."""


def change(before: float, after: float) -> Change:
    """Return how a value changed, both ways of saying it."""
    absolute = after - before
    return Change(absolute, absolute / abs(before) if before else None)


def target_from(baseline: float, wish: str) -> float:
    """Return the target that is meant by `90`, `+20`, `-3`, `+15 %` or `-70%`.

    With a sign it counts from the baseline, with a sign and `%` it is a share of it (S272).

    Raises:
        ValueError: the wish is none of these.
    """
    written = re.fullmatch(r"\s*([+\-\u2212]?)\s*(\d+(?:[.,]\d+)?)\s*(%?)\s*", wish)
    if not written:
        raise ValueError(f"{wish!r} is not a target; write it like 90, +20, +15 % or -70 %")
    sign, digits, percent = written.groups()
    amount = float(digits.replace(",", "."))
    if not sign:
        return amount
    step = abs(baseline) * amount / 100 if percent else amount
    return baseline + step if sign == "+" else baseline - step


class Problem(NamedTuple):
    """What is missing or wrong, and in which field of the goal."""

    field: str
    sentence: str


def validate(goal: Goal, known_kpis: Collection[str]) -> list[str]:
    """Return a sentence for everything that is missing or wrong; none when the goal is complete."""
    return [problem.sentence for problem in problems(goal, known_kpis)]


def problems(goal: Goal, known_kpis: Collection[str]) -> list[Problem]:
    """Return everything that is missing or wrong, for a form that shows it beside the fields."""
    found = [*_wording(goal.title), *_measure(goal, known_kpis), *_time(goal)]
    if goal.owner.strip().lower() in _NOBODY:
        found.append(Problem("owner", "Who is responsible? A goal needs an owner."))
    if goal.relevance is None:
        choices = ", ".join(Relevance)
        found.append(Problem("relevance", f"What is it good for? Choose one of: {choices}."))
    return found


_NOBODY = {"", "-", "?", "n/a", "nobody", "none", "tbd"}


def _measure(goal: Goal, known_kpis: Collection[str]) -> Iterator[Problem]:
    if goal.kpi not in known_kpis:
        near = difflib.get_close_matches(goal.kpi, list(known_kpis), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        yield Problem("kpi", f"There is no KPI called {goal.kpi!r}.{hint}")
    if goal.statistic not in ("", "mean", "median"):
        wanted = "The statistic is mean or median, or left out for the headline figure."
        yield Problem("statistic", wanted)
    if goal.baseline is None:
        yield Problem("baseline", "Where does it stand today? A goal needs a baseline.")
    elif not math.isfinite(goal.baseline) or not math.isfinite(goal.target):
        yield Problem("target", "Baseline and target are numbers.")
    elif goal.baseline == goal.target:
        yield Problem("target", "The target equals the baseline, so there is nothing to reach.")


def _time(goal: Goal) -> Iterator[Problem]:
    if goal.deadline <= goal.started_at:
        start = to_iso(goal.started_at)
        yield Problem("deadline", f"The deadline has to come after the start, which is {start}.")
    for milestone in goal.milestones:
        title = repr(milestone.title)
        if not goal.started_at < milestone.at <= goal.deadline:
            yield Problem("milestones", f"The milestone {title} lies outside the goal's time.")
        if (
            goal.baseline not in (None, goal.target)
            and not 0 < progress(goal, milestone.value) <= 1
        ):
            yield Problem("milestones", f"The milestone {title} is not on the way to the target.")


# Words that say nothing of what should change; a title of nothing else is a wish (S273).
_EMPTY_WORDS = """
    a an and as be do for get have in it make more of on our some the to us we with
    achieve become better boost bring drive enhance gain grow improve increase maximise maximize
    optimise optimize raise strengthen
    activity audience awareness brand community engagement fans followers growth impact interaction
    interactions media online performance popularity presence reach results social success
    things visibility best bigger good great greater higher much overall soon
    zwiększyć poprawić więcej lepiej zaangażowanie społeczność zasięg zasięgi
    aumentar mejorar más mejor comunidad interacción alcance visibilidad
    mehr besser steigern erhöhen verbessern bekanntheit reichweite sichtbarkeit
"""


def _wording(title: str) -> Iterator[Problem]:
    words = re.findall(r"\w+", title.lower())
    if not words:
        yield Problem("title", "What exactly should change? A goal needs a title.")
    elif set(words) <= set(_EMPTY_WORDS.split()):
        vague = f"{title!r} is vague: say which behaviour changes, where and by how much."
        yield Problem("title", vague)


def _baseline(goal: Goal) -> float:
    if goal.baseline is None:
        raise ValueError("the goal has no baseline")
    return goal.baseline


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
