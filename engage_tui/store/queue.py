"""The queue: queries of the small query language compiled to bound SQL, and rows by page.

Every page is one index range: lanes are ordered by (order_at, id), so that the cost of a page does
not depend on how many conversations there are.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engage_tui.domain.cleaning import search_phrase
from engage_tui.domain.model import Lane, Millis
from engage_tui.domain.query import Query, Term
from engage_tui.store.database import Connection
from engage_tui.store.ids import many

ALL = "all"
"""The value of `lane:` that stands for every lane."""

LIVE = "conversation"
"""The table that holds the present state; `past.rebuild` makes another one of the same shape."""


class QueueRow(NamedTuple):
    """One conversation as lists show it; `text` is the raw text of the leading message."""

    id: int
    platform: str
    account: str
    kind: str
    handle: str
    name: str
    vip: int
    lane: str
    status: str
    tier: str | None
    received_at: Millis | None
    due_at: Millis | None
    warn_at: Millis | None
    snoozed_until: Millis | None
    intent: str | None
    intent_confidence: float | None
    sentiment: str | None
    escalated: str | None
    post: str | None
    text: str
    attachments: str
    has_draft: int
    trouble: int
    """Whether a send of it needs a person or was refused."""
    order_at: int


_ROW = """
    SELECT c.id, a.platform, a.handle, c.kind, p.handle, p.name, p.vip,
        c.lane, c.status, c.tier, c.received_at, c.due_at, c.warn_at, c.snoozed_until, c.intent,
        t.intent_confidence, c.sentiment, c.escalated, post.title,
        coalesce(m.text, ''), coalesce(m.attachments, ''),
        EXISTS (SELECT 1 FROM draft d WHERE d.conversation_id = c.id AND d.status = 'proposed'),
        EXISTS (SELECT 1 FROM outbox o WHERE o.conversation_id = c.id
            AND o.state = 'needs_human'),
        c.order_at
    FROM {table} c
    JOIN account a ON a.id = c.account_id
    JOIN person p ON p.id = c.person_id
    LEFT JOIN post ON post.id = c.post_id
    LEFT JOIN message m ON m.id = c.lead_message_id
    LEFT JOIN triage t ON t.message_id = c.lead_message_id
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """A compiled query: a condition on `c` and its bound values."""

    where: str
    values: tuple[object, ...]
    table: str = LIVE


def compile_query(query: Query, table: str = LIVE) -> Selection:
    """Turn a query into SQL; without a lane or a status it asks for what needs a reply."""
    conditions: list[str] = []
    values: list[object] = []
    if not (query.asks("lane") or query.asks("status")):
        conditions.append("c.lane = 'needs_reply'")
    for term in query.terms:
        condition = _condition(term, values)
        conditions.append(f"NOT coalesce({condition}, 0)" if term.negated else condition)
    return Selection(" AND ".join(conditions) or "1", tuple(values), table)


def page(
    connection: Connection,
    selection: Selection,
    *,
    limit: int,
    after: tuple[int, int] | None = None,
) -> list[QueueRow]:
    """Return the next conversations in queue order.

    Args:
        connection: a reading connection.
        selection: what to show.
        limit: rows at most.
        after: `order_at` and `id` of the last row seen; from the start without it.
    """
    found = _ids(connection, selection, after, f"LIMIT {int(limit)}")
    return rows(connection, found, selection)


def ids(connection: Connection, selection: Selection) -> array[int]:
    """Return all conversations in queue order, eight bytes each."""
    return _ids(connection, selection, None, "")


def rows(connection: Connection, wanted: Sequence[int], selection: Selection) -> list[QueueRow]:
    """Return these conversations in the order given, with one statement."""
    sql = f"{_ROW.format(table=selection.table)} WHERE c.id IN (SELECT value FROM json_each(?))"
    found = {row[0]: QueueRow(*row) for row in connection.execute(sql, (many(wanted),))}
    return [found[key] for key in wanted if key in found]


def _ids(
    connection: Connection,
    selection: Selection,
    after: tuple[int, int] | None,
    tail: str,
) -> array[int]:
    where, values = selection.where, selection.values
    if after is not None:
        where, values = f"{where} AND (c.order_at, c.id) > (?, ?)", (*values, *after)
    sql = f"SELECT c.id FROM {selection.table} c WHERE {where} ORDER BY c.order_at, c.id {tail}"
    return array("q", (row[0] for row in connection.execute(sql, values)))


def count(connection: Connection, selection: Selection) -> int:
    """Return how many conversations a selection has."""
    sql = f"SELECT count(*) FROM {selection.table} c WHERE {selection.where}"
    return int(connection.execute(sql, selection.values).fetchone()[0])


def counts(connection: Connection) -> dict[Lane, int]:
    """Return how many conversations stand in each lane, without reading them."""
    result = dict.fromkeys(Lane, 0)
    for lane, number in connection.execute("SELECT lane, conversations FROM lane_count"):
        result[Lane(lane)] = number
    return result


def _condition(term: Term, values: list[object]) -> str:
    if term.key is None:
        values.append(search_phrase(str(term.values[0])))
        return (
            "c.id IN (SELECT m.conversation_id FROM message_fts f JOIN message m ON m.id = f.rowid"
            " WHERE message_fts MATCH ?)"
        )
    if term.key == "lane" and ALL in term.values:
        return "1"
    if term.key == "lane" and len(term.values) == 1:
        # Only with an equality is a page one range of the index.
        values.append(term.values[0])
        return "c.lane = ?"
    if term.key in _MOMENTS:
        values.append(term.values[0])
        return _MOMENTS[term.key]
    values.append(many(term.values))
    return _COLUMNS[term.key]


_MOMENTS = {
    "before": "c.received_at < ?",
    "after": "c.received_at >= ?",
    "due": "c.due_at < ?",
}

_LIST = "(SELECT value FROM json_each(?))"

_COLUMNS = {
    "platform": f"c.account_id IN (SELECT id FROM account WHERE platform IN {_LIST})",
    "account": (
        "c.account_id IN (SELECT a.id FROM account a, json_each(?) v"
        " WHERE ltrim(a.handle, '@') = v.value COLLATE NOCASE)"
    ),
    "person": (
        "c.person_id IN (SELECT p.id FROM person p, json_each(?) v"
        " WHERE v.value COLLATE NOCASE IN (ltrim(p.handle, '@'), p.name))"
    ),
    "lane": f"c.lane IN {_LIST}",
    "kind": f"c.kind IN {_LIST}",
    "status": f"c.status IN {_LIST}",
    "tier": f"c.tier IN {_LIST}",
    "intent": f"c.intent IN {_LIST}",
    "sentiment": f"c.sentiment IN {_LIST}",
    "label": f"c.id IN (SELECT conversation_id FROM label WHERE name IN {_LIST})",
    "has": (
        "c.id IN (SELECT conversation_id FROM draft WHERE status = 'proposed')"
        " AND json_array_length(?) > 0"
    ),
}
