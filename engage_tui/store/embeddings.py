"""Embeddings of messages, and the messages that look-alikes and groups are shown as."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engage_tui.domain.model import Lane
from engage_tui.store.database import Connection
from engage_tui.store.ids import many

_CHUNK = 8_192


class Slice(NamedTuple):
    """Embeddings in the order in which they were stored; `codes` follow each other without gaps."""

    messages: array[int]
    codes: bytes
    last: int
    """The key from which the next slice goes on."""


class Asked(NamedTuple):
    """What a conversation is compared by."""

    message: int | None
    """None where only we wrote."""


class Embedded(NamedTuple):
    """A message that has an embedding; texts and names are raw."""

    message: int
    conversation: int
    account_id: int
    platform: str
    account: str
    kind: str
    handle: str
    name: str
    lane: str
    intent: str | None
    intent_confidence: float | None
    language: str | None
    text: str
    model: str
    codes: bytes


_EMBEDDED = """
    SELECT m.id, m.conversation_id, m.account_id, a.platform, a.handle, c.kind,
        coalesce(p.handle, ''), coalesce(p.name, ''), c.lane, coalesce(x.intent, t.intent),
        t.intent_confidence, t.language, m.text, e.model, e.vector
    FROM conversation c JOIN message m ON {message}
    JOIN message_embedding e ON e.message_id = m.id
    JOIN account a ON a.id = m.account_id
    LEFT JOIN person p ON p.id = m.person_id
    LEFT JOIN triage t ON t.message_id = m.id
    LEFT JOIN correction x ON x.id = (SELECT max(id) FROM correction WHERE message_id = m.id)
"""


def record(connection: Connection, codes: Mapping[int, bytes | None], model: str) -> None:
    """Store embeddings by message; None takes away what an earlier text of the message had."""
    connection.execute(
        "DELETE FROM message_embedding WHERE message_id IN (SELECT value FROM json_each(?))",
        (many(codes),),
    )
    connection.executemany(
        "INSERT INTO message_embedding (message_id, model, vector) VALUES (?, ?, ?)",
        [(key, model, vector) for key, vector in codes.items() if vector is not None],
    )


def newest_model(connection: Connection) -> str | None:
    """Return the model that made the newest embedding; those of others say nothing beside it."""
    row = connection.execute(
        "SELECT model FROM message_embedding ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])


def since(connection: Connection, model: str, after: int) -> Slice:
    """Return a slice of a model's embeddings that were stored after a key; empty at the end."""
    rows = connection.execute(
        """SELECT message_id, vector, id FROM message_embedding
        WHERE id > ? AND model = ? ORDER BY id LIMIT ?""",
        (after, model, _CHUNK),
    ).fetchall()
    return Slice(
        array("q", (row[0] for row in rows)),
        b"".join(row[1] for row in rows),
        rows[-1][2] if rows else after,
    )


def embedded(connection: Connection, messages: Sequence[int]) -> list[Embedded]:
    """Return messages in the order given; those gone or without an embedding are left out."""
    rows = connection.execute(
        f"""{_EMBEDDED.format(message="m.conversation_id = c.id")}
        WHERE m.id IN (SELECT value FROM json_each(?))""",
        (many(messages),),
    )
    found = {row[0]: Embedded(*row) for row in rows}
    return [found[key] for key in messages if key in found]


def waiting(
    connection: Connection, model: str, lanes: Sequence[Lane], limit: int
) -> list[Embedded]:
    """Return the leading messages of conversations in some lanes, in the order of the queue.

    Those of which the model has no embedding are left out.
    """
    rows = connection.execute(
        f"""{_EMBEDDED.format(message="m.id = c.lead_message_id")}
        WHERE c.lane IN (SELECT value FROM json_each(?)) AND e.model = ?
        ORDER BY c.order_at, c.id LIMIT ?""",
        (many(lanes), model, limit),
    )
    return [Embedded(*row) for row in rows]


def asked(connection: Connection, conversation: int) -> Asked | None:
    """Return the leading message of a conversation, or the newest that came in.

    None where there is no such conversation.
    """
    row = connection.execute(
        """SELECT coalesce(c.lead_message_id, (SELECT m.id FROM message m
            WHERE m.conversation_id = c.id AND m.direction = 'in'
            ORDER BY m.sent_at DESC, m.id DESC LIMIT 1))
        FROM conversation c WHERE c.id = ?""",
        (conversation,),
    ).fetchone()
    return None if row is None else Asked(*row)
