"""What was read of each list on a platform."""

from __future__ import annotations

from typing import NamedTuple

from engage_tui.domain.model import Millis
from engage_tui.store.database import Connection


class StreamState(NamedTuple):
    """Progress of one stream; empty when it was never read."""

    mark: str | None = None
    """The platform's mark when the stream was last read to its end."""
    cursor: str | None = None
    """Where an unfinished reading goes on."""
    read_at: Millis | None = None
    swept_at: Millis | None = None
    """When it was last read completely, not only its newest part."""


def get(connection: Connection, account_id: int, name: str) -> StreamState:
    """Return the progress of a stream."""
    row = connection.execute(
        "SELECT mark, cursor, read_at, swept_at FROM stream WHERE account_id = ? AND name = ?",
        (account_id, name),
    ).fetchone()
    return StreamState(*row) if row else StreamState()


def save(connection: Connection, account_id: int, name: str, state: StreamState) -> None:
    """Store progress, in the same transaction as the page that made it."""
    connection.execute(
        """INSERT INTO stream (account_id, name, mark, cursor, read_at, swept_at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET mark = excluded.mark,
        cursor = excluded.cursor, read_at = excluded.read_at, swept_at = excluded.swept_at""",
        (account_id, name, *state),
    )
