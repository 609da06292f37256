"""The thread that owns the model."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engage_tui.triage import Classifier, ModelError, TriageWorker

from .conftest import TinyModel


def test_texts_come_back_read_and_in_order(tiny: TinyModel) -> None:
    worker = TriageWorker(tiny.folder)
    texts = [f"message {number}" for number in range(30)]
    futures = [worker.submit([text]) for text in texts]
    read = [future.result(timeout=30)[0] for future in futures]
    worker.close()
    assert read == Classifier(tiny.folder).classify(texts)


def test_the_caller_never_reads_itself(tiny: TinyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    classify = Classifier.classify

    def noting(self: Classifier, texts: list[str]) -> object:
        threads.append(threading.current_thread().name)
        return classify(self, texts)

    monkeypatch.setattr(Classifier, "classify", noting)
    worker = TriageWorker(tiny.folder)
    worker.submit(["hi"]).result(timeout=30)
    worker.close()
    assert threads == ["triage_0"]


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
