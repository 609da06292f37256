"""Where goals come from and where they stand: baselines and present values from the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engage_tui.domain.figures import Figure
from engage_tui.domain.goals import Goal, Pace, pace, projected
from engage_tui.domain.model import Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.metrics.kpis import compute
from engage_tui.store.database import Connection

WINDOW: Final = "30d"
"""Baselines and present values are both taken over this, so that counts compare too (S266)."""


@dataclass(frozen=True, slots=True)
class GoalState:
    """How a goal is doing; without a value there is no pace, and `sentence` says what is missing.

    `progress` and `expected` are shares of the way, `projected` the value at the deadline if it
    goes on like this.
    """

    goal: Goal
    figure: Figure
    value: float | None
    pace: Pace | None
    projected: float | None
    sentence: str

    @property
    def progress(self) -> float | None:
        """The share of the way that the value has come, 1 being the target."""
        return self.pace.progress if self.pace else None

    @property
    def expected(self) -> float | None:
        """The share of the time that has gone by."""
        return self.pace.expected if self.pace else None


def baseline(
    connection: Connection, kpi: str, platform: str | None, now: Millis, policy: SlaPolicy
) -> Figure:
    """Return a KPI over the 30 days before `now`.

    Raises:
        KpiError: there is no such KPI.
    """
    (figure,) = compute(connection, [kpi], window=WINDOW, now=now, policy=policy, platform=platform)
    return figure


def state_of(goal: Goal, connection: Connection, now: Millis, policy: SlaPolicy) -> GoalState:
    """Return how far a goal has come; after its deadline, how far it had come by then.

    Raises:
        KpiError: its KPI does not exist.
        ValueError: it has no baseline, or it equals the target.
    """
    seen = min(now, goal.deadline)
    figure = baseline(connection, goal.kpi, goal.segment.get("platform"), seen, policy)
    value = {"mean": figure.mean, "median": figure.median}.get(goal.statistic, figure.value)
    if value is None:
        return GoalState(goal, figure, None, None, None, f"No value yet: {figure.missing}.")
    standing = pace(goal, value, now)
    return GoalState(goal, figure, value, standing, projected(goal, value, now), standing.sentence)
