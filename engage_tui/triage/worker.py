"""One thread that owns the model, so that no screen and no loop ever waits for it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from engage_tui.domain.triage import Triage
from engage_tui.triage.classifier import Classifier, Layer

if TYPE_CHECKING:
    from engage_tui.triage.network import Readings


class TriageWorker:
    """Reads texts in its own thread, in the order in which they were handed in."""

    def __init__(self, folder: Path | None = None, layer: Layer | None = None) -> None:
        """Take note of the model's folder; it is opened in the thread with the first texts."""
        self._folder = folder
        self._layer = layer
        self._classifier: Classifier | None = None
        self._closed = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="triage")

    def submit(self, texts: Sequence[str]) -> Future[list[Triage]]:
        """Hand in texts; the future holds one triage for each, or the `ModelError`.

        Raises:
            RuntimeError: the worker was closed.
        """
        return self._thread.submit(self._classify, list(texts))

    def submit_reading(self, texts: Sequence[str]) -> Future[tuple[list[Triage], Readings]]:
        """Hand in texts as `submit` does; the future also holds their embeddings.

        Raises:
            RuntimeError: the worker was closed.
        """
        return self._thread.submit(self._read, list(texts))

    def close(self) -> None:
        """Drop what has not begun, stop what is being read after its batch, end the thread.

        What was dropped or stopped has a future that was cancelled.
        """
        self._closed.set()
        self._thread.shutdown(cancel_futures=True)

    def _classify(self, texts: list[str]) -> list[Triage]:
        """Read texts, in the worker's thread."""
        return self._read(texts)[0]

    def _read(self, texts: list[str]) -> tuple[list[Triage], Readings]:
        """Read texts and keep what the network gave, in the worker's thread."""
        if self._classifier is None:
            self._classifier = Classifier(self._folder, self._layer)
        readings = self._classifier.read(texts, self._go_on)
        return self._classifier.triage(readings, texts), readings

    def _go_on(self) -> None:
        """Stop the reading when the worker was closed."""
        if self._closed.is_set():
            raise CancelledError
