"""Conversations: one with its messages, and the decisions that people take about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from engage_tui.domain.events import Event
from engage_tui.domain.model import Actor, Millis, Status
from engage_tui.domain.sla import SlaPolicy
from engage_tui.store import events, people, standings
from engage_tui.store.database import Connection, Row
from engage_tui.store.ids import new_uid

VIP = "vip"
"""The label that marks the person, not the conversation."""


class UnknownConversation(LookupError):
    """There is no conversation under this key."""

    def __init__(self, key: int) -> None:
        super().__init__(f"there is no conversation {key}; `engage queue` lists them")


class MessageRow(NamedTuple):
    """One message of a conversation; texts and names are raw."""

    id: int
    remote_id: str
    direction: str
    actor: str
    handle: str
    name: str
    text: str
    attachments: str
    sent_at: Millis
    edited_at: Millis | None
    visibility: str
    acknowledgement: int
    intent: str | None
    intent_confidence: float | None
    corrected: int
    sentiment: str | None
    toxicity: float | None
    spam: float | None
    language: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with everything a reading pane shows; `messages` are the newest, in order."""

    id: int
    account_id: int
    platform: str
    account: str
    kind: str
    remote_id: str
    person_id: int
    person_remote_id: str
    handle: str
    name: str
    follower: bool | None
    vip: bool
    post: str | None
    post_remote_id: str | None
    post_permalink: str | None
    status: str
    lane: str
    tier: str | None
    received_at: Millis | None
    due_at: Millis | None
    snoozed_until: Millis | None
    escalated: str | None
    lead_message_id: int | None
    labels: tuple[str, ...]
    messages: tuple[MessageRow, ...]
    total_messages: int


class Decision(NamedTuple):
    """What a person decided about a conversation; kept for undo."""

    status: str
    snoozed_at: Millis | None
    snoozed_until: Millis | None
    resolved_at: Millis | None


def get(connection: Connection, key: int, *, newest: int = 200) -> Conversation:
    """Return one conversation with its newest messages.

    Raises:
        UnknownConversation: there is none.
    """
    row = connection.execute(
        """SELECT c.*, a.platform, a.handle AS account, p.remote_id AS person_remote_id,
        p.handle, p.name, p.follower, p.vip, post.title AS post, post.remote_id AS post_remote_id,
        post.permalink AS post_permalink
        FROM conversation c JOIN account a ON a.id = c.account_id
        JOIN person p ON p.id = c.person_id LEFT JOIN post ON post.id = c.post_id
        WHERE c.id = ?""",
        (key,),
    ).fetchone()
    if row is None:
        raise UnknownConversation(key)
    total = connection.execute(
        "SELECT count(*) FROM message WHERE conversation_id = ?", (key,)
    ).fetchone()[0]
    labels = connection.execute(
        "SELECT name FROM label WHERE conversation_id = ? ORDER BY name", (key,)
    ).fetchall()
    return Conversation(
        id=row["id"],
        account_id=row["account_id"],
        platform=row["platform"],
        account=row["account"],
        kind=row["kind"],
        remote_id=row["remote_id"],
        person_id=row["person_id"],
        person_remote_id=row["person_remote_id"],
        handle=row["handle"],
        name=row["name"],
        follower=None if row["follower"] is None else bool(row["follower"]),
        vip=bool(row["vip"]),
        post=row["post"],
        post_remote_id=row["post_remote_id"],
        post_permalink=row["post_permalink"],
        status=row["status"],
        lane=row["lane"],
        tier=row["tier"],
        received_at=row["received_at"],
        due_at=row["due_at"],
        snoozed_until=row["snoozed_until"],
        escalated=row["escalated"],
        lead_message_id=row["lead_message_id"],
        labels=tuple(label["name"] for label in labels),
        messages=tuple(_messages(connection, key, newest)),
        total_messages=total,
    )


def _messages(connection: Connection, key: int, newest: int) -> list[MessageRow]:
    rows = connection.execute(
        """SELECT m.id, m.remote_id, m.direction, m.actor, coalesce(p.handle, ''),
        coalesce(p.name, ''), m.text, m.attachments, m.sent_at, m.edited_at, m.visibility,
        m.acknowledgement, coalesce(x.intent, t.intent), t.intent_confidence,
        coalesce(x.intent, x.sentiment, x.spam, x.toxic) IS NOT NULL,
        coalesce(x.sentiment, t.sentiment), t.toxicity, t.spam, t.language, t.model
        FROM message m LEFT JOIN person p ON p.id = m.person_id
        LEFT JOIN triage t ON t.message_id = m.id
        LEFT JOIN correction x ON x.id = (SELECT max(id) FROM correction WHERE message_id = m.id)
        WHERE m.conversation_id = ? ORDER BY m.sent_at DESC, m.id DESC LIMIT ?""",
        (key, newest),
    )
    return [MessageRow(*row) for row in rows][::-1]


def decision(connection: Connection, key: int) -> Decision:
    """Return the present decision, so that it can be restored later."""
    row = _find(connection, key)
    return Decision(row["status"], row["snoozed_at"], row["snoozed_until"], row["resolved_at"])


def decide(
    connection: Connection, key: int, new: Decision, policy: SlaPolicy, now: Millis
) -> Decision:
    """Resolve, put off, reopen or restore; returns the decision that stood before.

    A snooze counts from now on, also a restored one.
    """
    before = decision(connection, key)
    if new.status == Status.SNOOZED:
        new = new._replace(snoozed_at=now)
    connection.execute(
        """UPDATE conversation SET status = ?, snoozed_at = ?, snoozed_until = ?, resolved_at = ?
        WHERE id = ?""",
        (*new, key),
    )
    name = {"resolved": "resolved", "snoozed": "snoozed", "open": "reopened"}[new.status]
    until = new.snoozed_until if new.status == Status.SNOOZED else new.resolved_at
    _record(connection, key, name, now, value=until)
    standings.refresh(connection, [key], policy, now)
    return before


def escalate(connection: Connection, key: int, kind: str, now: Millis) -> None:
    """Hand a conversation on: `support`, `sales` or `crisis`."""
    connection.execute("UPDATE conversation SET escalated = ? WHERE id = ?", (kind, key))
    _record(connection, key, "escalated", now, kind=kind)


def label(
    connection: Connection,
    key: int,
    name: str,
    policy: SlaPolicy,
    now: Millis,
    *,
    on: bool = True,
) -> bool:
    """Put a label on or take it off; returns whether that changed anything.

    The label `vip` marks the person, and with it all of the person's conversations.
    """
    row = _find(connection, key)
    if name == VIP:
        was = connection.execute(
            "SELECT vip FROM person WHERE id = ?", (row["person_id"],)
        ).fetchone()["vip"]
        if bool(was) is on:
            return False
        touched = people.set_vip(connection, row["person_id"], on)
        standings.refresh(connection, touched, policy, now)
    elif on:
        if not connection.execute(
            "INSERT OR IGNORE INTO label (conversation_id, name, uid) VALUES (?, ?, ?)",
            (key, name, new_uid()),
        ).rowcount:
            return False
    elif not connection.execute(
        "DELETE FROM label WHERE conversation_id = ? AND name = ?", (key, name)
    ).rowcount:
        return False
    _record(connection, key, "labelled" if on else "unlabelled", now, kind=name)
    return True


def label_names(connection: Connection) -> list[str]:
    """Return every label in use."""
    rows = connection.execute("SELECT DISTINCT name FROM label ORDER BY name")
    return [row["name"] for row in rows]


def _find(connection: Connection, key: int) -> Row:
    row: Row | None = connection.execute(
        """SELECT c.*, a.platform FROM conversation c JOIN account a ON a.id = c.account_id
        WHERE c.id = ?""",
        (key,),
    ).fetchone()
    if row is None:
        raise UnknownConversation(key)
    return row


def _record(
    connection: Connection,
    key: int,
    name: str,
    now: Millis,
    *,
    kind: str | None = None,
    value: float | None = None,
) -> None:
    row = _find(connection, key)
    events.append(
        connection,
        [
            Event(
                name,
                row["platform"],
                at=now,
                ingested_at=now,
                actor=Actor.HUMAN,
                account_id=row["account_id"],
                conversation_id=key,
                intent=row["intent"],
                sla_tier=row["tier"],
                kind=kind,
                value=value,
            )
        ],
    )
