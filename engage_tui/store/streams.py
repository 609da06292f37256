"""What was read of each list on a platform, and which lists below others are still to be read."""

from __future__ import annotations

from typing import NamedTuple

from engage_tui.domain.model import Millis
from engage_tui.store.database import Connection


class StreamState(NamedTuple):
    """Progress of one list; empty when it was never read."""

    mark: str | None = None
    """The platform's mark when the list was last read to its end."""
    cursor: str | None = None
    """Where an unfinished reading goes on."""
    read_at: Millis | None = None
    swept_at: Millis | None = None
    """When it was last read completely, not only its newest part."""


class Unread(NamedTuple):
    """A list that may have changed since it was last read."""

    name: str
    newest_first: bool
    mark: str


def get(connection: Connection, account_id: int, name: str) -> StreamState:
    """Return the progress of a list."""
    row = connection.execute(
        "SELECT mark, cursor, read_at, swept_at FROM stream WHERE account_id = ? AND name = ?",
        (account_id, name),
    ).fetchone()
    return StreamState(*row) if row else StreamState()


def answered_lately(
    connection: Connection, account_id: int, since: Millis, limit: int
) -> list[tuple[str, str]]:
    """Return remote id and kind of the conversations that we wrote in last, newest first."""
    rows = connection.execute(
        """SELECT c.remote_id, c.kind, max(o.sent_at) AS wrote FROM outbox o
        JOIN conversation c ON c.id = o.conversation_id
        WHERE o.account_id = ? AND o.state = 'sent' AND o.sent_at >= ? AND o.body <> ''
        GROUP BY c.id ORDER BY wrote DESC LIMIT ?""",
        (account_id, since, limit),
    )
    return [(row["remote_id"], row["kind"]) for row in rows]


def save(connection: Connection, account_id: int, name: str, state: StreamState) -> None:
    """Store progress, in the same transaction as the page that made it."""
    connection.execute(
        """INSERT INTO stream (account_id, name, mark, cursor, read_at, swept_at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET mark = excluded.mark,
        cursor = excluded.cursor, read_at = excluded.read_at, swept_at = excluded.swept_at""",
        (account_id, name, *state),
    )


def want(connection: Connection, account_id: int, child: Unread) -> bool:
    """Note a list below another one as unread; returns False where that was known, or it is read.

    Noted in the same transaction as the page that named it, it cannot be forgotten.
    """
    cursor = connection.execute(
        """INSERT INTO stream (account_id, name, newest_first, wanted) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET wanted = excluded.wanted WHERE wanted IS NOT excluded.wanted""",
        (account_id, *child),
    )
    return cursor.rowcount > 0


def unread(connection: Connection, account_id: int) -> list[Unread]:
    """Return the lists that were noted as unread and not read to their end since."""
    rows = connection.execute(
        """SELECT name, newest_first, wanted FROM stream
        WHERE account_id = ? AND wanted IS NOT NULL AND wanted IS NOT mark ORDER BY name""",
        (account_id,),
    )
    return [Unread(name, bool(newest_first), mark) for name, newest_first, mark in rows]
