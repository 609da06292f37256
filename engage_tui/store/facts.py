"""Small single values of a workspace, such as the fingerprint of the rules in force."""

from __future__ import annotations

from engage_tui.store.database import Connection


def get(connection: Connection, key: str) -> str | None:
    """Return a value, or None when it was never set."""
    row = connection.execute("SELECT value FROM fact WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row["value"])


def put(connection: Connection, key: str, value: str) -> None:
    """Set a value."""
    connection.execute(
        "INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (key, value),
    )
