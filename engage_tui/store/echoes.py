"""Replies that a person said had arrived, until the platform's own message gives them their id."""

from __future__ import annotations

from collections.abc import Sequence

from engage_tui.domain.model import Direction, MessageRecord
from engage_tui.domain.outbox import CLOCK_SKEW, same_words
from engage_tui.store.actions import OutboxRow
from engage_tui.store.database import Connection, Row


def name_for(connection: Connection, row: OutboxRow) -> str:
    """Return the id of a reply that is said to be there; a made-up one while it is not known."""
    found = connection.execute(
        """SELECT remote_id, text FROM message WHERE conversation_id = ? AND direction = 'out'
        AND outbox_id IS NULL AND sent_at >= ? ORDER BY sent_at DESC""",
        (row.conversation_id, row.approved_at - CLOCK_SKEW),
    )
    for message in found:
        if same_words(row.body, message["text"]):
            return str(message["remote_id"])
    return f"confirmed-by-person:{row.uid}"


def adopt(connection: Connection, records: Sequence[MessageRecord]) -> None:
    """Give the replies with made-up ids those of the messages that turn out to be them."""
    nameless = connection.execute(
        """SELECT o.id, o.account_id, o.body, o.approved_at, a.platform, a.handle
        FROM outbox o JOIN account a ON a.id = o.account_id
        WHERE o.remote_id GLOB 'confirmed-by-person:*'"""
    ).fetchall()
    for row in nameless:
        echo = next((r for r in records if _is_echo(connection, r, row)), None)
        if echo is not None:
            connection.execute(
                "UPDATE message SET remote_id = ?, sent_at = ? WHERE outbox_id = ?",
                (echo.remote_id, echo.sent_at, row["id"]),
            )
            connection.execute(
                "UPDATE outbox SET remote_id = ? WHERE id = ?", (echo.remote_id, row["id"])
            )


def _is_echo(connection: Connection, record: MessageRecord, row: Row) -> bool:
    return (
        record.direction is Direction.OUT
        and (record.platform, record.account) == (row["platform"], row["handle"])
        and record.sent_at >= row["approved_at"] - CLOCK_SKEW
        and same_words(row["body"], record.text)
        and connection.execute(
            "SELECT 1 FROM message WHERE account_id = ? AND remote_id = ?",
            (row["account_id"], record.remote_id),
        ).fetchone()
        is None
    )
