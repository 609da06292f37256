"""The thread that owns the model."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from engage_tui.triage import Classifier, ModelError, TriageWorker
from engage_tui.triage.network import Batch, Network

from .conftest import WIDTH, TinyModel


def test_texts_come_back_read_and_in_order(tiny: TinyModel) -> None:
    worker = TriageWorker(tiny.folder)
    texts = [f"word {number}" for number in range(30)]
    futures = [worker.submit([text]) for text in texts]
    read = [future.result(timeout=30)[0] for future in futures]
    worker.close()
    assert read == Classifier(tiny.folder).classify(texts)


def test_readings_carry_embeddings_beside_the_answers(tiny: TinyModel) -> None:
    worker = TriageWorker(tiny.folder)
    texts = ["how much?", ""]
    triages, readings = worker.submit_reading(texts).result(timeout=30)
    worker.close()
    assert triages == Classifier(tiny.folder).classify(texts)
    assert readings.said.tolist() == [True, False]
    assert readings.embeddings.shape == (2, WIDTH)


def test_the_caller_never_reads_itself(tiny: TinyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    run = Network.run

    def noting(self: Network, batch: Batch) -> object:
        threads.append(threading.current_thread().name)
        return run(self, batch)

    monkeypatch.setattr(Network, "run", noting)
    worker = TriageWorker(tiny.folder)
    worker.submit(["hi"]).result(timeout=30)
    worker.close()
    assert threads == ["triage_0"]


def test_closing_stops_between_two_batches(
    tiny: TinyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[Batch] = []
    begun, go_on = threading.Event(), threading.Event()
    run = Network.run

    def slow(self: Network, batch: Batch) -> object:
        batches.append(batch)
        begun.set()
        assert go_on.wait(30)
        return run(self, batch)

    monkeypatch.setattr(Network, "run", slow)
    worker = TriageWorker(tiny.folder)
    reading, waiting = worker.submit(["word " * 80] * 100), worker.submit(["hi"])
    assert begun.wait(30)
    closing = threading.Thread(target=worker.close)
    closing.start()
    with pytest.raises(CancelledError):
        waiting.result(timeout=30)
    go_on.set()
    closing.join(30)
    assert not closing.is_alive()
    assert len(batches) == 1
    with pytest.raises(CancelledError):
        reading.result(timeout=30)


def test_a_missing_model_reaches_the_future(tmp_path: Path) -> None:
    worker = TriageWorker(tmp_path)
    with pytest.raises(ModelError, match="missing"):
        worker.submit(["hi"]).result(timeout=30)
    worker.close()


def test_a_later_change_of_the_callers_list_does_not_matter(tiny: TinyModel) -> None:
    worker = TriageWorker(tiny.folder)
    texts = ["one", "two"]
    future = worker.submit(texts)
    texts.clear()
    assert len(future.result(timeout=30)) == 2
    worker.close()


def test_a_closed_worker_takes_nothing_more(tiny: TinyModel) -> None:
    worker = TriageWorker(tiny.folder)
    worker.close()
    with pytest.raises(RuntimeError):
        worker.submit(["hi"])
    assert "triage_0" not in {thread.name for thread in threading.enumerate()}
