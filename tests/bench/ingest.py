"""How fast messages go in, against a bare `executemany` into the same tables in the same run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engage_tui.domain.sla import SlaPolicy
from engage_tui.engine.intake import BATCH
from engage_tui.store.database import Connection, Store
from engage_tui.store.ingest import ingest
from tests.bench.corpus import END, messages

_TABLES = ("account", "person", "post", "conversation", "message", "event")


@dataclass(frozen=True, slots=True)
class IngestFigures:
    """CPU seconds of both ways for the same rows."""

    messages: int
    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """Our rate over the bare rate; the law is at least one half."""
        return self.bare / self.ours


def fill(path: Path, count: int) -> Store:
    """Return a store with that many messages, taken in as an import does."""
    store = Store(path)
    policy = SlaPolicy()
    source = messages(count)
    while batch := list(islice(source, BATCH)):
        store.write(lambda c, batch=batch: ingest(c, batch, policy, END))  # type: ignore[misc]
    return store


def measure(folder: Path, count: int) -> IngestFigures:
    """Take the same messages in both ways; the records exist before the clock starts."""
    records = list(messages(count))
    policy = SlaPolicy()
    store = Store(folder / "ours.db")
    begun = time.process_time()
    for start in range(0, count, BATCH):
        batch = records[start : start + BATCH]
        store.write(lambda c, batch=batch: ingest(c, batch, policy, END))  # type: ignore[misc]
    ours = time.process_time() - begun
    rows = {
        table: [tuple(row) for row in store.reading.execute(f"SELECT * FROM {table} ORDER BY id")]
        for table in _TABLES
    }
    store.close()
    bare = Store(folder / "bare.db")
    begun = time.process_time()
    bare.write(lambda c: _insert(c, rows))
    seconds = time.process_time() - begun
    bare.close()
    return IngestFigures(count, ours, seconds)


def _insert(connection: Connection, rows: Mapping[str, Sequence[tuple[object, ...]]]) -> None:
    for table, values in rows.items():
        if values:
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
