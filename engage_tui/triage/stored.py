"""Reads the stored messages that the model has not seen, in batches beside everything else."""

from __future__ import annotations

from collections.abc import Callable

from engage_tui.domain.model import Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.store import readings
from engage_tui.store.database import Store
from engage_tui.triage.worker import TriageWorker

BATCH = 512
"""Messages in one transaction; small enough that other writes get their turn."""


def triage_stored(
    store: Store,
    worker: TriageWorker,
    policy: SlaPolicy,
    clock: Callable[[], Millis],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Triage everything that waits, newest arrivals first; returns how many were read.

    Raises:
        ModelError: the model cannot be used; nothing was lost, the messages keep waiting.
    """
    total = readings.unread_count(store.reading)
    done = 0
    while batch := readings.unread(store.reading, BATCH):
        results = worker.submit([message.text for message in batch]).result()
        found = {message.id: result for message, result in zip(batch, results, strict=True)}
        store.write(
            lambda connection, found=found: readings.record(  # type: ignore[misc]
                connection, found, policy, clock()
            )
        )
        done += len(batch)
        progress(done, max(total, done))
    return done
