"""Outbox rows as they are stored, and the select that reads them."""

from __future__ import annotations

from typing import NamedTuple

from engage_tui.domain.model import ActionKind, Actor, Millis
from engage_tui.domain.outbox import Row, State


class Approval(NamedTuple):
    """What was approved, by whom, and when it may leave."""

    account_id: int
    conversation_id: int
    kind: ActionKind
    target: str
    """Remote id of what the platform is asked to act on; for a direct message the person."""
    answers: str
    """Remote id of the message that it is about."""
    body: str
    source: str
    actor: Actor
    approved_by: str | None
    not_before: Millis
    deadline_at: Millis | None = None
    draft_id: int | None = None
    template_id: str | None = None
    acknowledgement: bool = False
    repetition: int = 0
    """Above 0: the same words to the same target once more, on purpose."""


class OutboxRow(NamedTuple):
    """One stored action."""

    id: int
    uid: str
    account_id: int
    conversation_id: int
    kind: ActionKind
    target: str
    """Remote id of what the platform is asked to act on; for a direct message the person."""
    answers: str
    """Remote id of the message that it is about."""
    body: str
    body_hash: str
    source: str
    template_id: str | None
    acknowledgement: bool
    actor: str
    approved_by: str | None
    approved_at: Millis
    deadline_at: Millis | None
    state: State
    next_at: Millis | None
    attempts: int
    unknown_attempts: int
    looks: int
    fence: int
    started_at: Millis | None
    cancel_wished: bool
    remote_id: str | None
    sent_at: Millis | None
    note: str
    platform: str
    account: str
    conversation: str
    """The platform's id of the conversation."""
    handle: str

    @property
    def facts(self) -> Row:
        """The part that the transitions look at."""
        return Row(
            state=self.state,
            attempts=self.attempts,
            unknown_attempts=self.unknown_attempts,
            looks=self.looks,
            started_at=self.started_at,
            deadline_at=self.deadline_at,
            cancel_wished=self.cancel_wished,
            sets_state=not self.kind.writes_text,
        )


SELECT = """
    SELECT o.id, o.uid, o.account_id, o.conversation_id, o.kind, o.target, o.answers,
        o.body, o.body_hash,
        o.source, o.template_id, o.acknowledgement, o.actor, o.approved_by, o.approved_at,
        o.deadline_at, o.state, o.next_at, o.attempts, o.unknown_attempts, o.looks, o.fence,
        o.started_at, o.cancel_wished, o.remote_id, o.sent_at, o.note, a.platform, a.handle,
        c.remote_id, p.handle
    FROM outbox o
    CROSS JOIN account a ON a.id = o.account_id
    CROSS JOIN conversation c ON c.id = o.conversation_id
    CROSS JOIN person p ON p.id = c.person_id
"""
"""Cross joins, so that SQLite never begins with the conversations, of which there are most."""


def from_row(row: tuple[object, ...]) -> OutboxRow:
    """Turn a selected row into its typed form."""
    stored = OutboxRow(*row)  # type: ignore[arg-type]
    return stored._replace(
        kind=ActionKind(stored.kind),
        state=State(stored.state),
        acknowledgement=bool(stored.acknowledgement),
        cancel_wished=bool(stored.cancel_wished),
    )
