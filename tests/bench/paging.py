"""What the first page of the queue and one more page cost, counted in SQLite's own steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from engage_tui.domain.query import Query
from engage_tui.store import queue
from engage_tui.store.database import Connection, Store

_STEP = 10
"""Virtual machine instructions between two ticks of SQLite's progress counter."""


@dataclass(frozen=True, slots=True)
class PageFigures:
    """Virtual machine steps (rounded to tens), and CPU milliseconds, for one page of 50 rows."""

    first: int
    later: int
    rows: int
    milliseconds: float


def measure(store: Store) -> PageFigures:
    """Read the first page of the live queue, and the rows that a cursor in its middle needs."""
    connection = store.reading
    selection = queue.compile_query(Query())
    page = queue.page(connection, selection, limit=50)
    ids = queue.ids(connection, selection)
    middle = ids[len(ids) // 2 : len(ids) // 2 + 128]
    seconds = []
    for _ in range(9):
        begun = time.process_time()
        queue.page(connection, selection, limit=50)
        seconds.append(time.process_time() - begun)
    return PageFigures(
        first=steps(connection, lambda: queue.page(connection, selection, limit=50)),
        later=steps(connection, lambda: queue.rows(connection, middle, selection)),
        rows=len(page),
        milliseconds=median(seconds) * 1_000,
    )


def steps(connection: Connection, work: Callable[[], object]) -> int:
    """Return how many virtual machine steps some reading takes."""
    ticks = 0

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return 0

    connection.set_progress_handler(tick, _STEP)
    try:
        work()
    finally:
        connection.set_progress_handler(None, 0)
    return ticks * _STEP
