"""Reads the stored messages that the model has not seen, in batches beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from engage_tui.domain.model import Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.triage import Triage
from engage_tui.store import embeddings, readings
from engage_tui.store.database import Connection, Store
from engage_tui.store.readings import Unread
from engage_tui.triage.worker import TriageWorker

if TYPE_CHECKING:
    from engage_tui.triage.network import Readings

BATCH = 512
"""Messages in one transaction; small enough that other writes get their turn."""

_LAYER = "+"
"""In a model's name: what follows is a layer of corrections, which leaves embeddings alone."""


def triage_stored(
    store: Store,
    worker: TriageWorker,
    policy: SlaPolicy,
    clock: Callable[[], Millis],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Triage everything that waits, newest arrivals first; returns how many were read.

    When the worker is closed meanwhile, the rest keeps waiting.

    Raises:
        ModelError: the model cannot be used; nothing was lost, the messages keep waiting.
    """
    total = readings.unread_count(store.reading)
    done = 0
    while batch := readings.unread(store.reading, BATCH):
        try:
            said, read = worker.submit_reading([message.text for message in batch]).result()
        except CancelledError:
            break
        found = {message.id: result for message, result in zip(batch, said, strict=True)}
        codes = _codes(batch, read)

        def work(
            connection: Connection,
            found: dict[int, Triage] = found,
            codes: dict[int, bytes | None] = codes,
            model: str = said[0].model.partition(_LAYER)[0],
        ) -> None:
            readings.record(connection, found, policy, clock())
            embeddings.record(connection, codes, model)

        store.write(work)
        done += len(batch)
        progress(done, max(total, done))
    return done


def _codes(batch: Sequence[Unread], read: Readings) -> dict[int, bytes | None]:
    """Return the codes of each message; None where nothing is said."""
    from engage_tui.triage.lookalikes import encode

    rows = zip(batch, encode(read.embeddings), read.said.tolist(), strict=True)
    return {message.id: row.tobytes() if said else None for message, row, said in rows}
