"""Keys: local integers handed out by the one writer, and uids for what is made here."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterable

from engage_tui.store.database import Connection


def next_id(connection: Connection, table: str) -> int:
    """Return the first free key of a table of ours; valid until the transaction ends."""
    row = connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
    return int(row[0])


def many(values: Iterable[object]) -> str:
    """Return values as one bound parameter for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(values), ensure_ascii=False)


def new_uid() -> str:
    """Return a time-ordered UUID (version 7)."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (stamp & (1 << 48) - 1) << 80 | random & (1 << 80) - 1
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
