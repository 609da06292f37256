"""One thread that owns the model, so that no screen and no loop ever waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from engage_tui.domain.triage import Triage
from engage_tui.triage.classifier import Classifier


class TriageWorker:
    """Reads texts in its own thread, in the order in which they were handed in."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take note of the model's folder; it is opened in the thread with the first texts."""
        self._folder = folder
        self._classifier: Classifier | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="triage")

    def submit(self, texts: Sequence[str]) -> Future[list[Triage]]:
        """Hand in texts; the future holds one triage for each, or the `ModelError`.

        Raises:
            RuntimeError: the worker was closed.
        """
        return self._thread.submit(self._classify, list(texts))

    def close(self) -> None:
        """Drop what has not begun, wait for what is being read, end the thread."""
        self._thread.shutdown(cancel_futures=True)

    def _classify(self, texts: list[str]) -> list[Triage]:
        """Read texts, in the worker's thread."""
        if self._classifier is None:
            self._classifier = Classifier(self._folder)
        return self._classifier.classify(texts)
