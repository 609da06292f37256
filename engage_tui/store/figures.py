"""Reads the events that figures are made of: those of a window, then all of the conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from engage_tui.domain.events import RECEIPTS, REPLIES
from engage_tui.domain.model import Direction, Millis
from engage_tui.domain.standing import MODERATED
from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.domain.turns import ConversationFacts, Step, in_order
from engage_tui.store.database import Connection
from engage_tui.store.ids import many

_CHUNK = 500

_MOVES = (*RECEIPTS, *REPLIES, "corrected")
_TOLD = (*_MOVES, "resolved", "escalated", "moderation_action")

_ABOUT = """
    SELECT c.id, a.platform, a.handle, p.vip, coalesce(k.priority, 0)
    FROM conversation c
    JOIN account a ON a.id = c.account_id
    JOIN person p ON p.id = c.person_id
    LEFT JOIN post ON post.id = c.post_id
    LEFT JOIN campaign k ON k.id = post.campaign_id
    WHERE c.id IN (SELECT value FROM json_each(:ids))
    AND (:platform IS NULL OR a.platform = :platform) AND (:account IS NULL OR a.handle = :account)
"""

_STEPS = """
    SELECT e.conversation_id, e.id, e.at, e.name, e.actor, e.message_id, e.kind,
        CASE e.name WHEN 'corrected' THEN e.intent ELSE coalesce(x.intent, t.intent) END,
        coalesce(x.sentiment, t.sentiment),
        m.direction, m.actor, m.acknowledgement, m.visibility, y.said_intent, y.said_language
    FROM event e
    LEFT JOIN message m ON m.id = e.message_id
    LEFT JOIN triage t ON t.message_id = e.message_id
    LEFT JOIN correction x ON x.id =
        (SELECT max(id) FROM correction WHERE message_id = e.message_id)
    LEFT JOIN correction y ON e.name = 'corrected' AND y.id = (SELECT max(id) FROM correction
        WHERE message_id = e.message_id AND corrected_at <= e.at)
    WHERE e.conversation_id IN (SELECT value FROM json_each(:ids)) AND e.at < :end
    AND e.name IN (SELECT value FROM json_each(:names))
    ORDER BY e.conversation_id
"""

_INTENTS: dict[str | None, Intent | None] = {i.value: i for i in Intent} | {None: None}
_SENTIMENTS: dict[str | None, Sentiment | None] = {s.value: s for s in Sentiment} | {None: None}
_UNSEEN = {visibility.value for visibility in MODERATED}


def first_moment(connection: Connection) -> Millis | None:
    """Return the time of the oldest event, or None when there is none."""
    row = connection.execute("SELECT min(at) FROM event").fetchone()
    return None if row[0] is None else int(row[0])


def conversations(
    connection: Connection,
    start: Millis,
    end: Millis,
    *,
    platform: str | None = None,
    account: str | None = None,
) -> Iterator[ConversationFacts]:
    """Yield the conversations that were written in or judged from `start` on and before `end`.

    Each comes with everything that happened in it before `end`. Only the window's part of the
    index and the events of these conversations are read, some hundred conversations at a time.

    Args:
        connection: a reading connection; it must stay open while this is iterated.
        start: the first moment of the window.
        end: the first moment after it.
        platform: only conversations there.
        account: only conversations of accounts with this handle.
    """
    touched = [
        row[0]
        for row in connection.execute(
            """SELECT DISTINCT conversation_id FROM event
            WHERE at >= ? AND at < ? AND name IN (SELECT value FROM json_each(?))
            AND conversation_id IS NOT NULL ORDER BY conversation_id""",
            (start, end, many(_MOVES)),
        )
    ]
    for first in range(0, len(touched), _CHUNK):
        chosen = {
            "ids": many(touched[first : first + _CHUNK]),
            "platform": platform,
            "account": account,
        }
        about = {row[0]: row[1:] for row in _plain(connection, _ABOUT, chosen)}
        wanted = {"ids": many(about), "end": end, "names": many(_TOLD)}
        rows = _plain(connection, _STEPS, wanted)
        for key, group in groupby(rows, key=itemgetter(0)):
            where, handle, vip, priority = about[key]
            steps = sorted(map(_step, group), key=in_order)
            yield ConversationFacts(key, where, handle, steps, bool(vip), bool(priority))


def _plain(
    connection: Connection, statement: str, values: dict[str, Any]
) -> Sequence[tuple[Any, ...]]:
    """Return rows as tuples, which are cheaper than `sqlite3.Row` where there are very many."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(statement, values).fetchall()


def _step(row: tuple[Any, ...]) -> Step:
    """Make a step of a row; what the message says of itself wins over its event.

    A sync that is faster than the end of our own sending records the reply before it is known
    whose it was and whether it only acknowledged; the message learns both later.
    """
    _, key, at, name, actor, message, kind, intent, mood, direction, author, ack, seen, *said = row
    if name in REPLIES and direction == Direction.OUT:
        actor = author
        name = "ack_sent" if ack else name
    return Step(
        key,
        at,
        name,
        actor == "automation",
        message,
        kind,
        _INTENTS[intent],
        _SENTIMENTS[mood],
        seen not in _UNSEEN,
        _INTENTS[said[0]],
        said[1],
    )
