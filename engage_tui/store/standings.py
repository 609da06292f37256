"""Keeps lane, tier and due time of conversations true; the only writer of those columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby, islice
from operator import itemgetter

from engage_tui.domain.events import Event
from engage_tui.domain.model import Actor, Direction, Millis, Status, Visibility
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.standing import Standing, Thread, ThreadMessage, stand
from engage_tui.domain.triage import Intent
from engage_tui.store import events
from engage_tui.store.database import Connection, Row
from engage_tui.store.ids import many

_CHUNK = 500

ANSWERS = "kind IN ('reply', 'private_reply', 'dm') AND acknowledgement = 0"
"""Which outbox rows will answer a conversation when they arrive."""

_CONVERSATIONS = f"""
    SELECT c.id, c.status, c.snoozed_at, c.snoozed_until, c.resolved_at, c.lane, c.tier,
        c.received_at, c.due_at,
        c.warn_at, c.order_at, c.lead_message_id, c.intent, c.sentiment, a.platform, a.handle,
        p.vip, coalesce(k.priority, 0) AS priority, c.account_id,
        EXISTS (SELECT 1 FROM outbox WHERE conversation_id = c.id AND ended_at IS NULL
            AND {ANSWERS}) AS pending
    FROM conversation c
    JOIN account a ON a.id = c.account_id
    JOIN person p ON p.id = c.person_id
    LEFT JOIN post ON post.id = c.post_id
    LEFT JOIN campaign k ON k.id = post.campaign_id
    WHERE c.id IN (SELECT value FROM json_each(?))
"""

_MESSAGES = """
    SELECT m.conversation_id, m.id, m.direction, m.sent_at, m.ingested_at, o.approved_at,
        m.acknowledgement, m.visibility, coalesce(x.intent, t.intent) AS intent,
        coalesce(x.sentiment, t.sentiment) AS sentiment
    FROM message m LEFT JOIN triage t ON t.message_id = m.id
    LEFT JOIN outbox o ON o.id = m.outbox_id
    LEFT JOIN correction x ON x.id = (SELECT max(id) FROM correction WHERE message_id = m.id)
    WHERE m.conversation_id IN (SELECT value FROM json_each(?))
    ORDER BY m.conversation_id, m.sent_at, m.id
"""

_UPDATE = """
    UPDATE conversation SET status = ?, lane = ?, tier = ?, received_at = ?, due_at = ?,
        warn_at = ?, order_at = ?, lead_message_id = ?, intent = ?, sentiment = ?
    WHERE id = ?
"""

_DIRECTIONS = {d.value: d for d in Direction}
_VISIBILITIES = {v.value: v for v in Visibility}
_INTENTS: dict[str | None, Intent | None] = {i.value: i for i in Intent} | {None: None}


def refresh(
    connection: Connection, ids: Collection[int], policy: SlaPolicy, now: Millis
) -> list[int]:
    """Recompute where these conversations stand; returns those whose place changed.

    A closed or snoozed conversation that a new message or a reply brings back is reopened, with an
    event.
    """
    moved: list[int] = []
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        moved += _refresh_chunk(connection, chunk, policy, now)
    return moved


def refresh_all(connection: Connection, policy: SlaPolicy, now: Millis, after: int) -> int | None:
    """Recompute one slice of all conversations, from a key on; returns the next key or None.

    Call it in transactions of its own until it returns None, so that other writes get their turn.
    """
    rows = connection.execute(
        "SELECT id FROM conversation WHERE id > ? ORDER BY id LIMIT ?", (after, _CHUNK)
    ).fetchall()
    ids = [row[0] for row in rows]
    refresh(connection, ids, policy, now)
    return ids[-1] if len(ids) == _CHUNK else None


def advance(connection: Connection, policy: SlaPolicy, now: Millis) -> list[int]:
    """Move one slice of what time alone moves; returns those that moved, none at the end.

    Snoozes end, and what was not answered for long becomes history.
    """
    rows = connection.execute(
        """SELECT id FROM conversation WHERE lane = 'snoozed' AND snoozed_until <= ?
        UNION ALL SELECT id FROM conversation WHERE lane = 'needs_reply' AND received_at < ?
        LIMIT ?""",
        (now, now - policy.history, _CHUNK),
    ).fetchall()
    return refresh(connection, [row[0] for row in rows], policy, now)


def load_threads(
    connection: Connection, ids: Iterable[int], *, until: Millis | None = None
) -> list[tuple[Row, Thread, dict[int, str | None]]]:
    """Return conversations as the arithmetic sees them, with the sentiment of each message.

    Args:
        connection: any connection.
        ids: local keys of conversations.
        until: leave out messages sent later.
    """
    wanted = many(ids)
    rows = connection.execute(_CONVERSATIONS, (wanted,)).fetchall()
    messages: dict[int, list[ThreadMessage]] = {}
    sentiments: dict[int, dict[int, str | None]] = {}
    found = connection.execute(_MESSAGES, (wanted,))
    for conversation, group in groupby(found, key=itemgetter(0)):
        thread: list[ThreadMessage] = []
        moods: dict[int, str | None] = {}
        for _, key, direction, sent_at, ingested, approved, ack, visibility, intent, mood in group:
            if until is not None and sent_at > until:
                break
            thread.append(
                ThreadMessage(
                    key,
                    _DIRECTIONS[direction],
                    sent_at,
                    ingested,
                    approved,
                    bool(ack),
                    _VISIBILITIES[visibility],
                    _INTENTS[intent],
                )
            )
            moods[key] = mood
        messages[conversation] = thread
        sentiments[conversation] = moods
    return [
        (row, _thread(row, messages.get(row["id"], [])), sentiments.get(row["id"], {}))
        for row in rows
    ]


def _thread(row: Row, messages: list[ThreadMessage]) -> Thread:
    return Thread(
        account=f"{row['platform']}:{row['handle']}",
        status=Status(row["status"]),
        snoozed_at=row["snoozed_at"],
        snoozed_until=row["snoozed_until"],
        resolved_at=row["resolved_at"],
        vip=bool(row["vip"]),
        campaign_priority=bool(row["priority"]),
        reply_pending=bool(row["pending"]),
        messages=messages,
    )


def columns(
    thread: Thread, standing: Standing, sentiments: dict[int, str | None]
) -> tuple[object, ...]:
    """Return the derived columns of a conversation, in the order of `DERIVED`."""
    lead = standing.lead
    intent = next((m.intent for m in thread.messages if m.id == lead), None)
    return (
        standing.status.value,
        standing.lane.value,
        standing.tier.value if standing.tier else None,
        standing.received_at,
        standing.due_at,
        standing.warn_at,
        standing.order_at,
        lead,
        intent.value if intent else None,
        sentiments.get(lead) if lead is not None else None,
    )


DERIVED = (
    "status",
    "lane",
    "tier",
    "received_at",
    "due_at",
    "warn_at",
    "order_at",
    "lead_message_id",
    "intent",
    "sentiment",
)


def _refresh_chunk(
    connection: Connection, ids: list[int], policy: SlaPolicy, now: Millis
) -> list[int]:
    updates = []
    reopened = []
    for row, thread, sentiments in load_threads(connection, ids):
        standing = stand(thread, policy, now)
        after = columns(thread, standing, sentiments)
        if after == tuple(row[name] for name in DERIVED):
            continue
        updates.append((*after, row["id"]))
        # A snooze that ends by time needs no event; one that an approved reply ends does.
        ended = thread.status is Status.SNOOZED and thread.reply_pending
        if (ended or thread.status is Status.RESOLVED) and standing.status is Status.OPEN:
            reopened.append(
                Event(
                    "reopened",
                    row["platform"],
                    at=now,
                    ingested_at=now,
                    actor=Actor.HUMAN if thread.reply_pending else Actor.CUSTOMER,
                    account_id=row["account_id"],
                    conversation_id=row["id"],
                    # What was closed stays answered; `store/past.py` needs to know until when.
                    value=thread.resolved_at,
                )
            )
    connection.executemany(_UPDATE, updates)
    events.append(connection, reopened)
    return [update[-1] for update in updates]
