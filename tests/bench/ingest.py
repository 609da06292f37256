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
    """Take the same messages in both ways, batch by batch in turn, so that noise meets both.

    The records exist before the clocks start; the bare way inserts the very rows that ours made, in
    transactions of the same size.
    """
    records = list(messages(count))
    policy = SlaPolicy()
    ours, bare = Store(folder / "ours.db"), Store(folder / "bare.db")
    seconds = [0.0, 0.0]
    last = dict.fromkeys(_TABLES, 0)
    for start in range(0, count, BATCH):
        batch = records[start : start + BATCH]
        begun = time.process_time()
        ours.write(lambda c, batch=batch: ingest(c, batch, policy, END))  # type: ignore[misc]
        seconds[0] += time.process_time() - begun
        rows = {table: _newer(ours.reading, table, last) for table in _TABLES}
        begun = time.process_time()
        bare.write(lambda c, rows=rows: _insert(c, rows))  # type: ignore[misc]
        seconds[1] += time.process_time() - begun
    ours.close()
    bare.close()
    return IngestFigures(count, *seconds)


def _newer(connection: Connection, table: str, last: dict[str, int]) -> list[tuple[object, ...]]:
    found = connection.execute(f"SELECT * FROM {table} WHERE id > ? ORDER BY id", (last[table],))
    rows = [tuple(row) for row in found]
    last[table] = max((int(str(row[0])) for row in rows), default=last[table])
    return rows


def _insert(connection: Connection, rows: Mapping[str, Sequence[tuple[object, ...]]]) -> None:
    for table, values in rows.items():
        if values:
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
