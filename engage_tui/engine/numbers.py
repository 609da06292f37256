"""Figures and goals of the open workspace; every figure opens into the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engage_tui.domain.figures import Figure, show
from engage_tui.domain.goals import Goal, Relevance, target_from, validate
from engage_tui.domain.kpi import CATALOGUE, find
from engage_tui.domain.model import Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.metrics import explaining, kpis
from engage_tui.metrics import goals as progress
from engage_tui.metrics.goals import GoalState
from engage_tui.store import goals
from engage_tui.store.database import Store


class GoalError(ValueError):
    """A goal cannot be set; the text names everything that is missing or vague."""


class Numbers:
    """Reads go to the calling thread's connection; large windows belong off the loop."""

    def __init__(self, store: Store, policy: SlaPolicy, clock: Callable[[], Millis]) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock

    def figures(
        self,
        names: Sequence[str] | None = None,
        *,
        window: str = "7d",
        at: Millis | None = None,
        by: str | None = None,
        platform: str | None = None,
        account: str | None = None,
    ) -> list[Figure]:
        """Return KPIs for a window that ends now or at `at`; without names all that have data.

        Raises:
            KpiError: there is no such KPI or segment.
            ValueError: the window is not a length of time.
        """
        return kpis.compute(
            self._store.reading,
            names,
            window=window,
            now=self._clock() if at is None else at,
            policy=self._policy,
            by=by,
            platform=platform,
            account=account,
        )

    def explain(self, figure: Figure) -> Iterator[str]:
        """Yield the formula, the inputs and the rows behind a figure, line by line."""
        return explaining.explain(figure)

    def trend(
        self, name: str, *, days: int = 14, platform: str | None = None
    ) -> list[float | None]:
        """Return a KPI for each of the last days, the oldest first."""
        return kpis.trend(
            self._store.reading,
            name,
            now=self._clock(),
            policy=self._policy,
            days=days,
            platform=platform,
        )

    def set_goal(
        self,
        kpi: str,
        target: str,
        deadline: Millis,
        owner: str,
        *,
        title: str = "",
        platform: str | None = None,
        relevance: Relevance | None = None,
        baseline: float | None = None,
    ) -> int:
        """Set a goal whose baseline is the last 30 days, unless given; returns its key.

        Args:
            kpi: the KPI to move.
            target: a value in the KPI's unit, or a change such as `+15 %`.
            deadline: when it is to be reached.
            owner: who answers for it.
            title: how lists call it.
            platform: only this platform.
            relevance: what it is good for.
            baseline: where it starts, if history cannot say.

        Raises:
            KpiError: there is no such KPI.
            GoalError: something is missing or vague.
        """
        now = self._clock()
        entry = find(kpi)
        if baseline is None:
            figure = progress.baseline(self._store.reading, kpi, platform, now, self._policy)
            if figure.value is None:
                raise GoalError(
                    f"there is no history to start from ({figure.missing}); give a --baseline"
                )
            baseline = figure.value
        try:
            aim = target_from(baseline, target)
        except ValueError as error:
            raise GoalError(str(error)) from error
        goal = Goal(
            uid="",
            title=title or f"{entry.title}: {show(aim, entry.unit)}",
            kpi=kpi,
            baseline=baseline,
            target=aim,
            started_at=now,
            deadline=deadline,
            owner=owner,
            relevance=relevance,
            segment={"platform": platform} if platform else {},
        )
        problems = validate(goal, CATALOGUE)
        if problems:
            raise GoalError("; ".join(problems))
        return self._store.write(lambda c: goals.add(c, goal, entry.unit.value, now))

    def goals(self, *, at: Millis | None = None) -> list[tuple[int, GoalState]]:
        """Return every goal by key with its progress and pace, now or at `at`."""
        now = self._clock() if at is None else at
        return [
            (stored.id, progress.state_of(stored.goal, self._store.reading, now, self._policy))
            for stored in goals.list_all(self._store.reading)
        ]

    def drop_goal(self, key: int) -> None:
        """Give a goal up.

        Raises:
            UnknownGoal: there is none.
        """
        self._store.write(lambda c: goals.delete(c, key))
