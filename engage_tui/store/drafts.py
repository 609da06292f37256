"""Proposed replies and what became of them."""

from __future__ import annotations

from typing import NamedTuple

from engage_tui.domain.model import ActionKind, Millis
from engage_tui.store.database import Connection
from engage_tui.store.ids import new_uid


class UnknownDraft(LookupError):
    """There is no proposed draft under this key."""

    def __init__(self, key: int) -> None:
        super().__init__(f"draft {key} does not wait for approval")


class Draft(NamedTuple):
    """A proposed reply with its provenance."""

    id: int
    conversation_id: int
    message_id: int
    kind: ActionKind
    text: str
    source: str
    template_id: str | None
    language: str | None
    acknowledgement: bool
    status: str


_COLUMNS = (
    "id, conversation_id, message_id, kind, text, source, template_id, language,"
    " acknowledgement, status"
)


def propose(
    connection: Connection,
    conversation_id: int,
    message_id: int,
    kind: ActionKind,
    text: str,
    now: Millis,
    *,
    source: str,
    template_id: str | None = None,
    language: str | None = None,
    acknowledgement: bool = False,
) -> int:
    """Add a draft in place of an earlier proposal for the conversation; returns its key."""
    connection.execute(
        "UPDATE draft SET status = 'stale', decided_at = ? WHERE conversation_id = ?"
        " AND status = 'proposed'",
        (now, conversation_id),
    )
    row = connection.execute(
        """INSERT INTO draft (uid, conversation_id, message_id, kind, text, source, template_id,
        language, acknowledgement, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        RETURNING id""",
        (
            new_uid(),
            conversation_id,
            message_id,
            kind.value,
            text,
            source,
            template_id,
            language,
            acknowledgement,
            now,
        ),
    ).fetchone()
    return int(row["id"])


def get(connection: Connection, key: int) -> Draft:
    """Return a draft that waits for a decision.

    Raises:
        UnknownDraft: there is none, or it was decided already.
    """
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM draft WHERE id = ? AND status = 'proposed'", (key,)
    ).fetchone()
    if row is None:
        raise UnknownDraft(key)
    return _draft(tuple(row))


def proposed_for(connection: Connection, conversation_id: int) -> Draft | None:
    """Return the draft that waits for approval in a conversation, if any."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM draft WHERE conversation_id = ? AND status = 'proposed'"
        " ORDER BY id DESC LIMIT 1",
        (conversation_id,),
    ).fetchone()
    return _draft(tuple(row)) if row else None


def decide(connection: Connection, key: int, status: str, now: Millis) -> None:
    """Mark a draft `approved`, `rejected` or `stale`."""
    connection.execute(
        "UPDATE draft SET status = ?, decided_at = ? WHERE id = ?", (status, now, key)
    )


def _draft(row: tuple[object, ...]) -> Draft:
    draft = Draft(*row)  # type: ignore[arg-type]
    return draft._replace(kind=ActionKind(draft.kind), acknowledgement=bool(draft.acknowledgement))
