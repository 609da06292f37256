"""What an action that came to its end changes in our own data."""

from __future__ import annotations

from engage_tui.domain.cleaning import clean, search_form
from engage_tui.domain.events import Event, message_event
from engage_tui.domain.model import (
    ActionKind,
    Actor,
    Direction,
    Kind,
    Millis,
    Visibility,
)
from engage_tui.store import events
from engage_tui.store.actions import OutboxRow
from engage_tui.store.database import Connection

_SHOWN_AS = {
    ActionKind.HIDE: Visibility.HIDDEN,
    ActionKind.UNHIDE: Visibility.VISIBLE,
    ActionKind.HOLD: Visibility.HELD,
    ActionKind.PUBLISH: Visibility.VISIBLE,
    ActionKind.REJECT: Visibility.REJECTED,
    ActionKind.DELETE: Visibility.GONE,
}


def take_effect(connection: Connection, row: OutboxRow, remote_id: str, now: Millis) -> None:
    """Show in our own data what the platform now shows."""
    if row.kind in _SHOWN_AS:
        connection.execute(
            "UPDATE message SET visibility = ? WHERE account_id = ? AND remote_id = ?",
            (_SHOWN_AS[row.kind].value, row.account_id, row.target),
        )
        record(connection, row, "moderation_action", now)
        return
    known = connection.execute(
        "SELECT id FROM message WHERE account_id = ? AND remote_id = ?",
        (row.account_id, remote_id),
    ).fetchone()
    if known is not None:
        # The sync was faster than the answer: its row is ours, and its event stands.
        connection.execute(
            "UPDATE message SET outbox_id = ?, actor = ?, acknowledgement = ? WHERE id = ?",
            (row.id, row.actor, row.acknowledgement, known["id"]),
        )
        return
    text = clean(row.body)
    message = connection.execute(
        """INSERT INTO message (account_id, conversation_id, remote_id, parent, direction, actor,
        text, search_text, sent_at, ingested_at, acknowledgement, outbox_id)
        VALUES (?, ?, ?, ?, 'out', ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            row.account_id,
            row.conversation_id,
            remote_id,
            row.answers if row.kind is ActionKind.REPLY else None,
            row.actor,
            text,
            search_form(text),
            now,
            now,
            row.acknowledgement,
            row.id,
        ),
    ).fetchone()
    name = message_event(
        Direction.OUT,
        Kind.DM if row.kind is ActionKind.DM else Kind.COMMENT,
        Actor(row.actor),
        acknowledgement=row.acknowledgement,
    )
    record(connection, row, name, now, message_id=message["id"])


def record(
    connection: Connection,
    row: OutboxRow,
    name: str,
    now: Millis,
    *,
    message_id: int | None = None,
) -> None:
    """Add the event of an action, with what is known of its conversation."""
    about = connection.execute(
        """SELECT c.intent, c.tier, post.remote_id AS post, p.remote_id AS person
        FROM conversation c
        JOIN person p ON p.id = c.person_id LEFT JOIN post ON post.id = c.post_id
        WHERE c.id = ?""",
        (row.conversation_id,),
    ).fetchone()
    if message_id is None:
        target = connection.execute(
            "SELECT id FROM message WHERE account_id = ? AND remote_id = ?",
            (row.account_id, row.answers),
        ).fetchone()
        message_id = target["id"] if target else None
    events.append(
        connection,
        [
            Event(
                name,
                row.platform,
                at=now,
                ingested_at=now,
                actor=Actor(row.actor),
                account_id=row.account_id,
                conversation_id=row.conversation_id,
                message_id=message_id,
                content_id=about["post"],
                user_id=about["person"],
                handle=row.handle or None,
                template_id=row.template_id,
                intent=about["intent"],
                sla_tier=about["tier"],
                kind=row.kind.value,
            )
        ],
    )
