"""The brand's channels."""

from __future__ import annotations

from dataclasses import dataclass

from engage_tui.domain.model import Millis, Platform
from engage_tui.store.database import Connection


@dataclass(frozen=True, slots=True)
class Account:
    """A connected or imported channel of the brand."""

    id: int
    platform: Platform
    handle: str
    remote_id: str | None
    name: str
    state: str
    """`imported`, `connected`, or `parked` with the reason in `note`."""
    note: str


def ensure(connection: Connection, platform: str, handle: str, now: Millis) -> int:
    """Return the key of an account, adding it when it is seen for the first time."""
    row = connection.execute(
        "SELECT id FROM account WHERE platform = ? AND handle = ?", (platform, handle)
    ).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO account (platform, handle, created_at) VALUES (?, ?, ?) RETURNING id",
            (platform, handle, now),
        ).fetchone()
    return int(row["id"])


def connect(
    connection: Connection,
    platform: str,
    handle: str,
    remote_id: str,
    name: str,
    now: Millis,
) -> int:
    """Record that an account can be read and written; returns its key."""
    key = ensure(connection, platform, handle, now)
    connection.execute(
        """UPDATE account SET remote_id = ?, name = ?, state = 'connected', state_note = ''
        WHERE id = ?""",
        (remote_id, name, key),
    )
    return key


def park(connection: Connection, account_id: int, note: str) -> None:
    """Stop using an account until it is connected again; nothing stored is lost."""
    connection.execute(
        "UPDATE account SET state = 'parked', state_note = ? WHERE id = ?",
        (note, account_id),
    )


def list_all(connection: Connection) -> list[Account]:
    """Return every account by platform and handle."""
    rows = connection.execute("SELECT * FROM account ORDER BY platform, handle")
    return [
        Account(
            row["id"],
            Platform(row["platform"]),
            row["handle"],
            row["remote_id"],
            row["name"],
            row["state"],
            row["state_note"],
        )
        for row in rows
    ]
