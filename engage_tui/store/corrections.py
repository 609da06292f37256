"""What people say that messages really are, and which messages are worth asking them about."""

from __future__ import annotations

from typing import NamedTuple

from engage_tui.domain.events import RECEIPTS, Event
from engage_tui.domain.model import Actor, Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.triage import Correction, Intent, Sentiment, Triage
from engage_tui.store import events, standings
from engage_tui.store.database import Connection
from engage_tui.store.ids import many, new_uid


class NotRead(LookupError):
    """There is no reading that could be confirmed."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"the model has not read message {message_id}; `engage triage` reads it")


class UnknownMessage(LookupError):
    """There is no message under this key."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"there is no message {message_id}; `engage triage --check` lists some")


class Taught(NamedTuple):
    """A message and what a person says of it."""

    text: str
    correction: Correction


class Doubtful(NamedTuple):
    """A message of which the model is not sure."""

    id: int
    conversation: int
    text: str
    reading: Triage


def correct(
    connection: Connection,
    message_id: int,
    correction: Correction,
    policy: SlaPolicy,
    now: Millis,
) -> Correction:
    """Record what a message really is, over what was said before; returns what that was.

    It wins over every model.

    Raises:
        UnknownMessage: there is none.
    """
    before = _newest(connection, message_id)
    put(connection, message_id, correction.over(before), policy, now)
    return before


def confirm(connection: Connection, message_id: int, policy: SlaPolicy, now: Millis) -> Correction:
    """Record that intent and sentiment are right as they are shown; returns what stood before.

    Raises:
        NotRead: the model said nothing of it yet.
    """
    before = _newest(connection, message_id)
    row = connection.execute(
        "SELECT intent, sentiment FROM triage WHERE message_id = ?", (message_id,)
    ).fetchone()
    if row is None:
        raise NotRead(message_id)
    shown = before.over(Correction(Intent(row["intent"]), Sentiment(row["sentiment"])))
    put(connection, message_id, shown, policy, now)
    return before


def put(
    connection: Connection,
    message_id: int,
    correction: Correction,
    policy: SlaPolicy,
    now: Millis,
) -> None:
    """Let a correction stand instead of every earlier one; an empty one takes them back.

    Raises:
        UnknownMessage: there is none.
    """
    message = connection.execute(
        """SELECT m.conversation_id, m.account_id, a.platform FROM message m
        JOIN account a ON a.id = m.account_id WHERE m.id = ?""",
        (message_id,),
    ).fetchone()
    if message is None:
        raise UnknownMessage(message_id)
    connection.execute(
        """INSERT INTO correction (uid, message_id, intent, sentiment, spam, toxic, corrected_at,
        said_intent, said_language, said_model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            new_uid(),
            message_id,
            correction.intent,
            correction.sentiment,
            correction.spam,
            correction.toxic,
            now,
            *_said(connection, message_id),
        ),
    )
    events.append(
        connection,
        [
            Event(
                "corrected",
                message["platform"],
                at=now,
                ingested_at=now,
                actor=Actor.HUMAN,
                account_id=message["account_id"],
                conversation_id=message["conversation_id"],
                message_id=message_id,
                intent=correction.intent,
                kind=correction.sentiment,
            )
        ],
    )
    standings.refresh(connection, [message["conversation_id"]], policy, now)


def taught(connection: Connection) -> list[Taught]:
    """Return every message that people corrected or confirmed, the oldest first."""
    rows = connection.execute(
        """SELECT m.text, x.intent, x.sentiment, x.spam, x.toxic FROM correction x
        JOIN message m ON m.id = x.message_id
        WHERE x.id = (SELECT max(id) FROM correction WHERE message_id = x.message_id)
        AND coalesce(x.intent, x.sentiment, x.spam, x.toxic) IS NOT NULL ORDER BY m.id"""
    )
    return [Taught(row["text"], _correction(*row[1:])) for row in rows]


def doubtful(connection: Connection, start: Millis, end: Millis, limit: int) -> list[Doubtful]:
    """Return the least certain readings of a time that nobody judged, each text once."""
    rows = connection.execute(
        """SELECT m.id, m.conversation_id, m.text, min(t.intent_confidence) AS sure, t.*
        FROM event e JOIN message m ON m.id = e.message_id JOIN triage t ON t.message_id = m.id
        LEFT JOIN correction x ON x.id = (SELECT max(id) FROM correction WHERE message_id = m.id)
        WHERE e.at >= ? AND e.at < ? AND e.name IN (SELECT value FROM json_each(?))
        AND coalesce(x.intent, x.sentiment, x.spam, x.toxic) IS NULL AND trim(m.text) <> ''
        GROUP BY m.text ORDER BY sure, m.id LIMIT ?""",
        (start, end, many(RECEIPTS), limit),
    )
    return [
        Doubtful(
            row["id"],
            row["conversation_id"],
            row["text"],
            Triage(
                Intent(row["intent"]),
                row["intent_confidence"],
                Sentiment(row["sentiment"]),
                row["negative"],
                row["neutral"],
                row["positive"],
                row["toxicity"],
                row["spam"],
                row["language"],
                row["model"],
            ),
        )
        for row in rows
    ]


def _newest(connection: Connection, message_id: int) -> Correction:
    row = connection.execute(
        """SELECT intent, sentiment, spam, toxic FROM correction
        WHERE message_id = ? ORDER BY id DESC LIMIT 1""",
        (message_id,),
    ).fetchone()
    return Correction() if row is None else _correction(*row)


def _correction(
    intent: str | None, sentiment: str | None, spam: int | None, toxic: int | None
) -> Correction:
    return Correction(
        Intent(intent) if intent else None,
        Sentiment(sentiment) if sentiment else None,
        None if spam is None else bool(spam),
        None if toxic is None else bool(toxic),
    )


def _said(connection: Connection, message_id: int) -> tuple[object, ...]:
    """Return what the model had said when a person first judged the text as it is.

    Later readings may come from a layer that learnt from this very message.
    """
    row = connection.execute(
        """SELECT said_intent, said_language, said_model FROM correction
        WHERE message_id = :message AND said_intent IS NOT NULL AND corrected_at > coalesce(
            (SELECT max(replaced_at) FROM message_edit WHERE message_id = :message), 0)
        ORDER BY id LIMIT 1""",
        {"message": message_id},
    ).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT intent, language, model FROM triage WHERE message_id = ?", (message_id,)
        ).fetchone()
    return (None, None, None) if row is None else tuple(row)
