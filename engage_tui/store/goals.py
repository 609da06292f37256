"""The goals that a brand has set itself."""

from __future__ import annotations

from typing import NamedTuple

from engage_tui.domain.goals import Goal, Relevance
from engage_tui.domain.model import Millis
from engage_tui.store.database import Connection, Row
from engage_tui.store.ids import new_uid


class UnknownGoal(LookupError):
    """There is no goal under this key."""

    def __init__(self, key: int) -> None:
        super().__init__(f"there is no goal {key}; `engage goals list` shows them")


class StoredGoal(NamedTuple):
    """A goal with its local key."""

    id: int
    goal: Goal
    unit: str
    created_at: Millis


def add(connection: Connection, goal: Goal, unit: str, now: Millis) -> int:
    """Store a complete goal, giving it a uid if it has none; returns its key.

    Raises:
        ValueError: it has no baseline, or says something that cannot be stored.
    """
    if goal.baseline is None:
        raise ValueError("a goal without a baseline cannot be stored")
    if goal.segment.keys() - {"platform"} or goal.statistic or goal.milestones or goal.stop_rule:
        raise ValueError(
            "goals are kept for the headline of a KPI, in all or on one platform;"
            " other segments, another statistic, milestones and stop rules are not"
        )
    row = connection.execute(
        """INSERT INTO goal (uid, title, kpi, platform, unit, baseline, target, started_at,
        deadline, owner, relevance, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        RETURNING id""",
        (
            goal.uid or new_uid(),
            goal.title,
            goal.kpi,
            goal.segment.get("platform"),
            unit,
            goal.baseline,
            goal.target,
            goal.started_at,
            goal.deadline,
            goal.owner,
            goal.relevance.value if goal.relevance else "",
            now,
        ),
    ).fetchone()
    return int(row["id"])


def list_all(connection: Connection) -> list[StoredGoal]:
    """Return every goal, the nearest deadline first."""
    rows = connection.execute("SELECT * FROM goal ORDER BY deadline, id")
    return [_stored(row) for row in rows]


def get(connection: Connection, key: int) -> StoredGoal:
    """Return one goal.

    Raises:
        UnknownGoal: there is none.
    """
    row = connection.execute("SELECT * FROM goal WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise UnknownGoal(key)
    return _stored(row)


def delete(connection: Connection, key: int) -> None:
    """Remove a goal.

    Raises:
        UnknownGoal: there is none.
    """
    if not connection.execute("DELETE FROM goal WHERE id = ?", (key,)).rowcount:
        raise UnknownGoal(key)


def _stored(row: Row) -> StoredGoal:
    goal = Goal(
        uid=row["uid"],
        title=row["title"],
        kpi=row["kpi"],
        baseline=row["baseline"],
        target=row["target"],
        started_at=row["started_at"],
        deadline=row["deadline"],
        owner=row["owner"],
        relevance=Relevance(row["relevance"]) if row["relevance"] else None,
        segment={"platform": row["platform"]} if row["platform"] else {},
    )
    return StoredGoal(row["id"], goal, row["unit"], row["created_at"])
