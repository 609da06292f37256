"""The state as it was: rebuilds where conversations stood at a moment from messages and events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from engage_tui.domain.model import Millis, Status
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.standing import Thread, stand
from engage_tui.store import standings
from engage_tui.store.database import Connection, Row
from engage_tui.store.ids import many

_CHUNK = 500
_numbers = count(1)


def rebuild(connection: Connection, policy: SlaPolicy, at: Millis) -> str:
    """Fill a temporary table with all conversations as they stood at `at`; returns its name.

    Messages sent later are left out and decisions taken later undone. Labels, corrections and VIP
    marks are today's. The cost grows with the whole history, unlike that of the live queue.
    """
    table = f"conversation_at_{next(_numbers)}"
    connection.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.conversation WHERE 0")
    names = [row["name"] for row in connection.execute(f"PRAGMA temp.table_info({table})")]
    changed = {*standings.DERIVED, "snoozed_at", "snoozed_until", "resolved_at"}
    kept = ", ".join(name for name in names if name not in changed)
    insert = (
        f"INSERT INTO temp.{table} ({kept}, snoozed_until, {', '.join(standings.DERIVED)})"
        f" SELECT {kept}{', ?' * (1 + len(standings.DERIVED))} FROM main.conversation WHERE id = ?"
    )
    for ids in _chunks(connection):
        decisions, pending = _decisions(connection, ids, at), _pending(connection, ids, at)
        found = []
        for row, today, sentiments in standings.load_threads(connection, ids, until=at):
            if today.messages:
                thread = _as_it_was(today, decisions.get(row["id"]), pending=row["id"] in pending)
                derived = standings.columns(thread, stand(thread, policy, at), sentiments)
                found.append((thread.snoozed_until, *derived, row["id"]))
        connection.executemany(insert, found)
    connection.execute(f"CREATE INDEX temp.{table}_queue ON {table} (lane, order_at, id)")
    return f"temp.{table}"


def as_it_was(connection: Connection, key: int, thread: Thread, at: Millis) -> Thread:
    """Return one conversation with what had been decided about it at `at`."""
    decision = _decisions(connection, [key], at).get(key)
    return _as_it_was(thread, decision, pending=key in _pending(connection, [key], at))


def _chunks(connection: Connection) -> Iterator[list[int]]:
    last = 0
    while True:
        rows = connection.execute(
            "SELECT id FROM main.conversation WHERE id > ? ORDER BY id LIMIT ?",
            (last, _CHUNK),
        ).fetchall()
        if not rows:
            return
        last = rows[-1]["id"]
        yield [row["id"] for row in rows]


def _decisions(connection: Connection, ids: Sequence[int], at: Millis) -> dict[int, Row]:
    """Return the last decision about each conversation until then, where there was one."""
    rows = connection.execute(
        """SELECT conversation_id, name, at, value, max(id) FROM event
        WHERE conversation_id IN (SELECT value FROM json_each(?)) AND at <= ?
        AND name IN ('resolved', 'reopened', 'snoozed') GROUP BY conversation_id""",
        (many(ids), at),
    )
    return {row["conversation_id"]: row for row in rows}


def _pending(connection: Connection, ids: Sequence[int], at: Millis) -> set[int]:
    """Return the conversations in which an approved reply was on its way."""
    rows = connection.execute(
        f"""SELECT conversation_id FROM outbox
        WHERE conversation_id IN (SELECT value FROM json_each(?)) AND {standings.ANSWERS}
        AND approved_at <= ? AND (ended_at IS NULL OR ended_at > ?)""",
        (many(ids), at, at),
    )
    return {row["conversation_id"] for row in rows}


def _as_it_was(thread: Thread, decision: Row | None, *, pending: bool) -> Thread:
    plain = replace(
        thread,
        status=Status.OPEN,
        snoozed_at=None,
        snoozed_until=None,
        resolved_at=None,
        reply_pending=pending,
    )
    if decision is None:
        return plain
    value = None if decision["value"] is None else int(decision["value"])
    if decision["name"] == "snoozed":
        return replace(plain, status=Status.SNOOZED, snoozed_at=decision["at"], snoozed_until=value)
    status = Status.RESOLVED if decision["name"] == "resolved" else Status.OPEN
    return replace(plain, status=status, resolved_at=value)
