"""Stored messages get their reading and their embedding together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engage_tui.store import embeddings, readings
from engage_tui.store.database import Connection, Store
from engage_tui.triage import Classifier, TriageWorker
from engage_tui.triage.lookalikes import decode
from engage_tui.triage.stored import triage_stored
from tests.making import POLICY, Ticking, message, scalar, take_in

from .conftest import TinyModel


def read_all(store: Store, folder: Path) -> int:
    worker = TriageWorker(folder)
    try:
        return triage_stored(store, worker, POLICY, Ticking())
    finally:
        worker.close()


def test_every_text_that_says_something_gets_its_embedding(store: Store, tiny: TinyModel) -> None:
    texts = ["how much is it?", " ", "kiedy będzie paczka"]
    take_in(store, *(message(text, thread=f"T{at}") for at, text in enumerate(texts)))
    assert read_all(store, tiny.folder) == 3
    rows = embeddings.embedded(store.reading, [1, 2, 3])
    assert [row.message for row in rows] == [1, 3]
    assert {row.model for row in rows} == {"tiny-1"}
    exact = Classifier(tiny.folder).read([texts[0], texts[2]]).embeddings
    stored = decode([row.codes for row in rows])
    assert np.einsum("ij,ij->i", exact, stored) == pytest.approx(1, abs=0.001)


def test_an_edited_text_gets_another_embedding(store: Store, tiny: TinyModel) -> None:
    take_in(store, message("how much?", thread="A", remote_id="A"))
    read_all(store, tiny.folder)
    before = embeddings.embedded(store.reading, [1])[0].codes
    take_in(store, message("love it love it", thread="A", remote_id="A"))
    assert read_all(store, tiny.folder) == 1
    assert embeddings.embedded(store.reading, [1])[0].codes != before


def test_a_reading_is_not_stored_without_its_embedding(
    store: Store, tiny: TinyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(store, message("how much?"))

    def failing(connection: Connection, *others: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(embeddings, "record", failing)
    with pytest.raises(OSError, match="no room"):
        read_all(store, tiny.folder)
    assert scalar(store.reading, "SELECT count(*) FROM triage") == 0
    assert readings.unread_count(store.reading) == 1


def test_a_closed_worker_leaves_the_rest_waiting(store: Store, tiny: TinyModel) -> None:
    take_in(store, message("how much?"))
    worker = TriageWorker(tiny.folder)
    worker._closed.set()
    assert triage_stored(store, worker, POLICY, Ticking()) == 0
    worker.close()
    assert readings.unread_count(store.reading) == 1
