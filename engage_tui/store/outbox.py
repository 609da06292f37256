"""The outbox table: approved actions, fenced claims, and moves that need evidence.

Call everything that changes a row inside a durable transaction (`Store.write(..., durable=True)`):
the intent has to be on the disk before the network is touched.
"""

from __future__ import annotations

import sqlite3

from engage_tui.domain.model import ActionKind, Millis, Visibility
from engage_tui.domain.outbox import CANCELLABLE, LEASE, UNDER_WAY, Move, State, body_hash, guard
from engage_tui.domain.sla import SlaPolicy
from engage_tui.store import standings
from engage_tui.store.actions import SELECT, Approval, OutboxRow, from_row
from engage_tui.store.database import Connection
from engage_tui.store.echoes import name_for
from engage_tui.store.effects import record, take_effect
from engage_tui.store.ids import new_uid


class OutboxError(Exception):
    """An action cannot be queued or changed; the text says why and what to do."""


_OPEN = "o.state NOT IN ('sent', 'refused', 'cancelled', 'expired')"


def approve(connection: Connection, approval: Approval, policy: SlaPolicy, now: Millis) -> int:
    """Queue an approved action, bound to the hash of its words; returns its key.

    Raises:
        OutboxError: the same words went or go to the same target already.
    """
    digest = body_hash(approval.body)
    try:
        row = connection.execute(
            """INSERT INTO outbox (uid, account_id, conversation_id, draft_id, kind, target,
            answers, body,
            body_hash, approved_hash, repetition, source, template_id, acknowledgement, actor,
            approved_by, approved_at, deadline_at, state, next_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)
            RETURNING id""",
            (
                new_uid(),
                approval.account_id,
                approval.conversation_id,
                approval.draft_id,
                approval.kind.value,
                approval.target,
                approval.answers,
                approval.body,
                digest,
                digest,
                approval.repetition,
                approval.source,
                approval.template_id,
                approval.acknowledgement,
                approval.actor.value,
                approval.approved_by,
                now,
                approval.deadline_at,
                approval.not_before,
            ),
        ).fetchone()
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorname != "SQLITE_CONSTRAINT_UNIQUE":
            raise
        raise OutboxError(
            "the same words were approved for this message already; change them, or repeat them"
            " on purpose with --again"
        ) from error
    key = int(row["id"])
    if approval.kind.writes_text:
        record(connection, get(connection, key), "reply_approved", now)
    standings.refresh(connection, [approval.conversation_id], policy, now)
    return key


def get(connection: Connection, key: int) -> OutboxRow:
    """Return one action.

    Raises:
        OutboxError: there is none.
    """
    row = connection.execute(f"{SELECT} WHERE o.id = ?", (key,)).fetchone()
    if row is None:
        raise OutboxError(f"there is no outbox row {key}; `engage outbox list` shows them")
    return from_row(row)


def list_rows(
    connection: Connection,
    *,
    only_open: bool = False,
    conversation: int | None = None,
    limit: int = 200,
) -> list[OutboxRow]:
    """Return actions, the open ones first, then the newest."""
    wanted = [_OPEN] if only_open else []
    if conversation is not None:
        wanted.append("o.conversation_id = :conversation")
    rows = connection.execute(
        f"""{SELECT} WHERE {" AND ".join(wanted) or "1"}
        ORDER BY {_OPEN} DESC, o.id DESC LIMIT :limit""",
        {"conversation": conversation, "limit": limit},
    )
    return [from_row(row) for row in rows]


def due(connection: Connection, now: Millis, limit: int = 20) -> list[OutboxRow]:
    """Return the actions whose next step is due, in the order they were approved."""
    # The plus keeps SQLite from reading all that was ever sent in the order of its keys.
    rows = connection.execute(
        f"""{SELECT} WHERE {_OPEN} AND o.state <> 'needs_human' AND o.next_at <= ?
        AND a.state <> 'parked' ORDER BY +o.id LIMIT ?""",
        (now, limit),
    )
    return [from_row(row) for row in rows]


def claim(connection: Connection, key: int, policy: SlaPolicy, now: Millis) -> OutboxRow | None:
    """Take a row for sending: intent, attempt and a new fence are stored before the network.

    Returns None when it may not be sent (any more); the guards are decided here again.
    """
    row = get(connection, key)
    if row.state not in CANCELLABLE or (row.next_at or 0) > now or _parked(connection, row):
        return None
    stop = guard(row.facts, now)
    if stop is None and row.kind is not ActionKind.DELETE and _target_gone(connection, row):
        stop = Move(State.CANCELLED, note="the message it answers is not there any more")
    if stop is None and body_hash(row.body) != row.body_hash:
        stop = Move(State.NEEDS_HUMAN, note="the stored text is not the one that was approved")
    if stop is not None:
        _move(connection, row, stop, policy, now)
        return None
    connection.execute(
        """UPDATE outbox SET state = 'sending', attempts = attempts + 1, fence = fence + 1,
        started_at = ?, next_at = ?, looks = 0 WHERE id = ?""",
        (now, now + LEASE, key),
    )
    connection.execute(
        "INSERT INTO attempt (outbox_id, number, started_at) VALUES (?, ?, ?)",
        (key, row.attempts + 1, now),
    )
    return get(connection, key)


def apply(
    connection: Connection, row: OutboxRow, move: Move, policy: SlaPolicy, now: Millis
) -> bool:
    """Make a move if the row still stands where `row` was read; returns whether it was made."""
    current = get(connection, row.id)
    if current.fence != row.fence or current.state is not row.state:
        return False
    if row.kind.writes_text and move.remote_id in bound_remote_ids(connection, row.account_id):
        move = Move(State.NEEDS_HUMAN, note="the platform named a message that is another reply's")
    _move(connection, current, move, policy, now)
    return True


def abandoned(connection: Connection) -> list[OutboxRow]:
    """Return every row that a process left behind while sending; ask only before sending starts."""
    return [from_row(row) for row in connection.execute(f"{SELECT} WHERE o.state = 'sending'")]


def cancel(connection: Connection, key: int, policy: SlaPolicy, now: Millis) -> OutboxRow:
    """Take an action back, or note the wish where its outcome is not known yet.

    Raises:
        OutboxError: it was sent or ended otherwise.
    """
    row = get(connection, key)
    if row.state.final:
        raise OutboxError(f"outbox row {key} cannot be taken back: {row.state.in_words}")
    if row.state in CANCELLABLE:
        _move(connection, row, Move(State.CANCELLED, note="taken back"), policy, now)
    else:
        connection.execute("UPDATE outbox SET cancel_wished = 1 WHERE id = ?", (key,))
    return get(connection, key)


def retry(connection: Connection, key: int, policy: SlaPolicy, now: Millis) -> OutboxRow:
    """Make the next step due now: a repeat where nothing left, a look-up where something may have.

    Raises:
        OutboxError: the row has come to its end, so there is nothing to try again.
    """
    row = get(connection, key)
    if row.state.final:
        raise OutboxError(
            f"outbox row {key} has ended ({row.state.in_words}); write and approve a new reply"
        )
    if row.state is not State.SENDING:
        # What may have arrived is looked up again and never simply sent.
        uncertain = row.state is State.NEEDS_HUMAN
        again = Move(State.RECONCILING if uncertain else row.state, now, row.note)
        _move(connection, row, again, policy, now)
    return get(connection, key)


def resolve(
    connection: Connection,
    key: int,
    verdict: str,
    policy: SlaPolicy,
    now: Millis,
) -> OutboxRow:
    """Let a person end an uncertain row: `there`, `again` or `drop`.

    Raises:
        OutboxError: the row is not uncertain.
    """
    row = get(connection, key)
    if row.state is not State.NEEDS_HUMAN:
        raise OutboxError(f"outbox row {key} needs no decision: {row.state.in_words}")
    moves = {
        "there": Move(State.SENT, remote_id=name_for(connection, row)),
        "again": Move(State.RETRY_WAIT, now, "a person asked to send it again", unknown_attempts=0),
        "drop": Move(State.CANCELLED, note="dropped by a person"),
    }
    _move(connection, row, moves[verdict], policy, now)
    return get(connection, key)


def bound_remote_ids(connection: Connection, account_id: int) -> set[str]:
    """Return the remote ids that belong to other rows of an account already."""
    rows = connection.execute(
        "SELECT remote_id FROM outbox WHERE account_id = ? AND remote_id IS NOT NULL",
        (account_id,),
    )
    return {row["remote_id"] for row in rows}


def _move(
    connection: Connection, row: OutboxRow, move: Move, policy: SlaPolicy, now: Millis
) -> None:
    connection.execute(
        """UPDATE outbox SET state = ?, next_at = ?, note = ?, looks = ?,
        unknown_attempts = coalesce(?, unknown_attempts), remote_id = ?, sent_at = ?,
        ended_at = CASE WHEN ? THEN NULL ELSE coalesce(ended_at, ?) END
        WHERE id = ?""",
        (
            move.state.value,
            move.next_at,
            move.note,
            move.looks,
            move.unknown_attempts,
            move.remote_id,
            now if move.state is State.SENT else None,
            move.state in UNDER_WAY,
            now,
            row.id,
        ),
    )
    if row.state is State.SENDING:
        connection.execute(
            "UPDATE attempt SET ended_at = ?, outcome = ? WHERE outbox_id = ? AND number = ?",
            (now, move.state.value, row.id, row.attempts),
        )
    if move.state is State.SENT and move.remote_id is not None:
        take_effect(connection, row, move.remote_id, now)
    elif move.state is State.CANCELLED and row.kind.writes_text:
        record(connection, row, "reply_cancelled", now)
    standings.refresh(connection, [row.conversation_id], policy, now)


def _parked(connection: Connection, row: OutboxRow) -> bool:
    account = connection.execute(
        "SELECT state FROM account WHERE id = ?", (row.account_id,)
    ).fetchone()
    return bool(account["state"] == "parked")


def _target_gone(connection: Connection, row: OutboxRow) -> bool:
    target = connection.execute(
        "SELECT visibility FROM message WHERE account_id = ? AND remote_id = ?",
        (row.account_id, row.answers),
    ).fetchone()
    return target is not None and target["visibility"] == Visibility.GONE
