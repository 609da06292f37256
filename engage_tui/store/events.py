"""The append-only event table."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from engage_tui.domain.events import COLUMNS, Event
from engage_tui.store.database import Connection

_values = attrgetter(*COLUMNS)
_INSERT = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


def append(connection: Connection, events: Iterable[Event]) -> None:
    """Add facts; their names were checked when they were made."""
    connection.executemany(_INSERT, map(_values, events))
