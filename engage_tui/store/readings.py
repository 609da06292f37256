"""What the model said of messages, and what people corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engage_tui.domain.events import Event
from engage_tui.domain.model import Actor, Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.triage import Intent, Sentiment, Triage
from engage_tui.store import events, standings
from engage_tui.store.database import Connection
from engage_tui.store.ids import many, new_uid


class Unread(NamedTuple):
    """A message that the model has not read."""

    id: int
    text: str


def unread(connection: Connection, limit: int) -> list[Unread]:
    """Return messages to triage, the newest arrivals first."""
    rows = connection.execute(
        """SELECT m.id, m.text FROM triage_todo d JOIN message m ON m.id = d.message_id
        ORDER BY d.message_id DESC LIMIT ?""",
        (limit,),
    )
    return [Unread(*row) for row in rows]


def any_unread(connection: Connection) -> bool:
    """Whether a message waits for the model."""
    return connection.execute("SELECT 1 FROM triage_todo LIMIT 1").fetchone() is not None


def unread_count(connection: Connection) -> int:
    """Return how many messages wait for the model."""
    return int(connection.execute("SELECT count(*) FROM triage_todo").fetchone()[0])


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
    connection.execute(
        "DELETE FROM triage_todo WHERE message_id IN (SELECT value FROM json_each(?))",
        (many(results),),
    )
    return standings.refresh(connection, _conversations(connection, list(results)), policy, now)


def correct(
    connection: Connection,
    message_id: int,
    policy: SlaPolicy,
    now: Millis,
    *,
    intent: Intent | None = None,
    sentiment: Sentiment | None = None,
) -> None:
    """Record what a person says a message really is; it wins over every model."""
    before = connection.execute(
        "SELECT intent, sentiment FROM correction WHERE message_id = ? ORDER BY id DESC LIMIT 1",
        (message_id,),
    ).fetchone()
    known = (before["intent"], before["sentiment"]) if before else (None, None)
    after = (
        intent.value if intent else known[0],
        sentiment.value if sentiment else known[1],
    )
    connection.execute(
        """INSERT INTO correction (uid, message_id, intent, sentiment, corrected_at)
        VALUES (?, ?, ?, ?, ?)""",
        (new_uid(), message_id, *after, now),
    )
    row = connection.execute(
        """SELECT m.conversation_id, m.account_id, a.platform FROM message m
        JOIN account a ON a.id = m.account_id WHERE m.id = ?""",
        (message_id,),
    ).fetchone()
    events.append(
        connection,
        [
            Event(
                "corrected",
                row["platform"],
                at=now,
                ingested_at=now,
                actor=Actor.HUMAN,
                account_id=row["account_id"],
                conversation_id=row["conversation_id"],
                message_id=message_id,
                intent=after[0],
                kind=after[1],
            )
        ],
    )
    standings.refresh(connection, [row["conversation_id"]], policy, now)


def _conversations(connection: Connection, messages: Sequence[int]) -> list[int]:
    rows = connection.execute(
        "SELECT DISTINCT conversation_id FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (many(messages),),
    )
    return [row[0] for row in rows]
