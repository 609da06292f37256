"""What the model said of messages, and which ones wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engage_tui.domain.model import Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.triage import Triage
from engage_tui.store import facts, standings
from engage_tui.store.database import Connection
from engage_tui.store.ids import many

_CHUNK = 5_000
_MODEL = "model in use"


class Unread(NamedTuple):
    """A message that waits for the model."""

    id: int
    text: str


def unread(connection: Connection, limit: int) -> list[Unread]:
    """Return messages to triage, newest arrivals first, and those read before only after them."""
    found: list[Unread] = []
    for table in ("triage_todo", "triage_again"):
        rows = connection.execute(
            f"""SELECT m.id, m.text FROM {table} d JOIN message m ON m.id = d.message_id
            ORDER BY d.message_id DESC LIMIT ?""",
            (limit - len(found),),
        )
        found += [Unread(*row) for row in rows]
    return found


def any_read(connection: Connection) -> bool:
    """Whether the model has read anything."""
    return connection.execute("SELECT 1 FROM triage LIMIT 1").fetchone() is not None


def any_unread(connection: Connection) -> bool:
    """Whether a message waits that the model never read."""
    return connection.execute("SELECT 1 FROM triage_todo LIMIT 1").fetchone() is not None


def unread_count(connection: Connection) -> int:
    """Return how many messages wait for the model, those that it is to read again included."""
    fresh = connection.execute("SELECT count(*) FROM triage_todo").fetchone()[0]
    return int(fresh) + again_count(connection)


def again_count(connection: Connection) -> int:
    """Return how many messages wait only because another model read them."""
    return int(connection.execute("SELECT count(*) FROM triage_again").fetchone()[0])


def model_in_use(connection: Connection) -> str | None:
    """Return the model for which older readings were queued last, or None before the first."""
    return facts.get(connection, _MODEL)


def use_model(connection: Connection, model: str) -> None:
    """Note that all readings of other models are queued."""
    facts.put(connection, _MODEL, model)


def read_again(connection: Connection, model: str, before: int | None = None) -> int | None:
    """Queue a slice of the messages that another model read, the newest first.

    Call it in transactions of its own until it returns None, so that other writes get their turn;
    then note it with `use_model`.

    Args:
        connection: the writing connection.
        model: whose readings are to stay.
        before: what the last call returned.
    """
    keys = [
        row[0]
        for row in connection.execute(
            """SELECT message_id FROM triage WHERE message_id < coalesce(?, 1 << 62)
            ORDER BY message_id DESC LIMIT ?""",
            (before, _CHUNK),
        )
    ]
    if not keys:
        return None
    among = (keys[-1], keys[0])
    # What waits because it has no embedding yet is to wait on.
    connection.execute(
        """DELETE FROM triage_again WHERE message_id BETWEEN ? AND ?
        AND message_id IN (SELECT message_id FROM message_embedding)""",
        among,
    )
    connection.execute(
        """INSERT OR IGNORE INTO triage_again SELECT message_id FROM triage
        WHERE message_id BETWEEN ? AND ? AND model <> ?
        AND message_id NOT IN (SELECT message_id FROM triage_todo)""",
        (*among, model),
    )
    return int(keys[-1])


def record(
    connection: Connection,
    results: Mapping[int, Triage],
    policy: SlaPolicy,
    now: Millis,
) -> list[int]:
    """Store readings by message; returns the conversations that moved because of them."""
    connection.executemany(
        """INSERT OR REPLACE INTO triage (message_id, intent, intent_confidence, sentiment,
        negative, neutral, positive, toxicity, spam, language, model, triaged_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                key,
                t.intent.value,
                t.intent_confidence,
                t.sentiment.value,
                t.negative,
                t.neutral,
                t.positive,
                t.toxicity,
                t.spam,
                t.language,
                t.model,
                now,
            )
            for key, t in results.items()
        ],
    )
    for table in ("triage_todo", "triage_again"):
        connection.execute(
            f"DELETE FROM {table} WHERE message_id IN (SELECT value FROM json_each(?))",
            (many(results),),
        )
    return standings.refresh(connection, _conversations(connection, list(results)), policy, now)


def _conversations(connection: Connection, messages: Sequence[int]) -> list[int]:
    rows = connection.execute(
        "SELECT DISTINCT conversation_id FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (many(messages),),
    )
    return [row[0] for row in rows]
