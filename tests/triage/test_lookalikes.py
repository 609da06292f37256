"""The search finds exactly what comparing one by one would find, however the index came about."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engage_tui.store import embeddings
from engage_tui.store.database import Store
from engage_tui.triage.lookalikes import EmbeddingIndex, decode, encode
from tests.making import message, take_in

WIDTH = 24


def some(count: int, seed: int = 1, width: int = WIDTH) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths


@pytest.mark.parametrize(("limit", "least"), [(7, -1.0), (1_000, 0.1), (1, 0.99), (5_000, -1.0)])
def test_a_search_finds_what_comparing_one_by_one_finds(limit: int, least: float) -> None:
    codes = encode(some(1_500))
    keys = [10 * number + 5 for number in range(len(codes))]
    exact = {}
    for key, row in zip(keys, codes.astype(float), strict=True):
        exact[key] = row @ codes[3] / np.linalg.norm(row) / np.linalg.norm(codes[3].astype(float))
    index = EmbeddingIndex()
    index.add(np.array(keys), codes)
    found = index.nearest(codes[3].tobytes(), limit, least)
    wanted = sorted((cosine for cosine in exact.values() if cosine >= least), reverse=True)
    assert [cosine for _, cosine in found] == pytest.approx(wanted[:limit], abs=1e-5)
    assert [exact[key] for key, _ in found] == pytest.approx(wanted[:limit], abs=1e-5)
    assert len({key for key, _ in found}) == len(found)


def test_equally_near_ones_come_newest_first() -> None:
    codes = encode(some(60))
    codes[20:40] = codes[3]
    index = EmbeddingIndex()
    index.add(np.arange(60), codes)
    nearest = [key for key, _ in index.nearest(codes[3].tobytes(), 5)]
    assert nearest == [39, 38, 37, 36, 35]


def test_codes_keep_cosines() -> None:
    rows = some(400, width=384)
    back = decode([row.tobytes() for row in encode(rows)])
    assert np.abs(back @ back.T - rows @ rows.T).max() < 0.005
    assert np.abs(np.linalg.norm(back, axis=1) - 1).max() < 1e-5


def test_a_row_of_zeros_is_like_nothing() -> None:
    index = EmbeddingIndex()
    index.add(np.array([1, 2]), np.array([[0, 0], [127, 0]], np.int8))
    ((key, cosine),) = index.nearest(bytes([127, 0]), 5, 0.5)
    assert key == 2
    assert cosine == pytest.approx(1.0)


def test_an_empty_index_finds_nothing() -> None:
    assert EmbeddingIndex().nearest(bytes(4), 3) == []


def test_it_keeps_little_more_than_the_codes() -> None:
    index = EmbeddingIndex()
    for start in range(0, 5_000, 500):
        index.add(np.arange(start, start + 500), np.ones((500, 384), np.int8))
    held = sum(value.nbytes for value in vars(index).values() if isinstance(value, np.ndarray))
    assert held <= 2 * 5_000 * 400


def test_growing_bit_by_bit_gives_what_loading_at_once_gives(store: Store) -> None:
    take_in(store, *(message(thread=f"T{number}", remote_id=f"T{number}") for number in range(60)))
    vectors = encode(some(80))
    chosen = np.random.default_rng(4)
    grown = EmbeddingIndex()
    for _ in range(25):
        keys = chosen.choice(np.arange(1, 61), chosen.integers(1, 12), replace=False).tolist()
        rows = {
            key: None if chosen.random() < 0.1 else vectors[chosen.integers(80)].tobytes()
            for key in keys
        }
        store.write(lambda c, rows=rows: embeddings.record(c, rows, "m-1"))  # type: ignore[misc]
        grown.refresh(store.reading)
        gone = [key for key, codes in rows.items() if codes is None]
        grown.drop(gone)
    fresh = EmbeddingIndex()
    fresh.refresh(store.reading)
    assert len(grown) == len(fresh) > 40
    for row in vectors[:20]:
        assert grown.nearest(row.tobytes(), 100) == fresh.nearest(row.tobytes(), 100)


def test_another_model_begins_anew(store: Store) -> None:
    take_in(store, message(thread="A"), message(thread="B"), message(thread="C"))
    codes = [row.tobytes() for row in encode(some(4))]
    index = EmbeddingIndex()
    store.write(lambda c: embeddings.record(c, {1: codes[0], 2: codes[1]}, "m-1"))
    index.refresh(store.reading)
    assert len(index) == 2
    store.write(lambda c: embeddings.record(c, {3: codes[2]}, "m-2"))
    index.refresh(store.reading)
    assert [key for key, _ in index.nearest(codes[0], 10)] == [3]
    store.write(lambda c: embeddings.record(c, {1: codes[3]}, "m-2"))
    index.refresh(store.reading)
    assert [key for key, _ in index.nearest(codes[3], 10)][0] == 1
