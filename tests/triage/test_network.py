"""The network: what the parts say, the same whatever the batch, and picky about its files."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from random import Random

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage_tui.triage import ModelError
from engage_tui.triage.contract import columns, read_contract
from engage_tui.triage.network import Network
from engage_tui.triage.pieces import WINDOW
from models.training import export, reference
from models.training.reference import Floats, Reach

from .conftest import ATTENTION_HEADS, LANGUAGES, TEXTS, WIDTHS, TinyModel
from .edits import edit

OWN = columns(len(LANGUAGES))


@pytest.fixture(scope="module")
def network(tiny: TinyModel) -> Network:
    return Network(read_contract(tiny.folder))


def nothing() -> None:
    """Go on reading."""


def expected(parts: export.Parts, pieces: reference.Pieces, ngrams: reference.Pieces) -> Floats:
    """Return the scores of some rows in full precision, n-gram weights as they are packed."""
    states = reference.states(parts.weights, ATTENTION_HEADS, pieces, Reach())
    looked = np.concatenate(
        [reference.scores(parts.weights, head, states, pieces) for head in WIDTHS], axis=1
    )
    kept = export.unpack(*export.pack(parts.ngram_weights))
    counts = np.maximum((ngrams > 0).sum(axis=1, keepdims=True), 1)
    found = kept[ngrams].sum(axis=1) / np.sqrt(counts) * parts.fusion.ngrams + parts.fusion.bias
    found[:, : looked.shape[1]] += looked * parts.fusion.transformer
    return np.asarray(found, np.float32)


def test_the_network_gives_what_its_parts_say(tiny: TinyModel, network: Network) -> None:
    for batch in network.batches(TEXTS):
        scores, embeddings = network.run(batch)
        wanted = expected(tiny.parts, batch.pieces, batch.ngrams)
        # Languages come from whole numbers alone; the rest went through layers of one byte.
        np.testing.assert_allclose(
            scores[:, OWN["language"]], wanted[:, OWN["language"]], atol=2e-4, rtol=1e-5
        )
        np.testing.assert_allclose(scores, wanted, atol=0.15)
        states = reference.states(tiny.parts.weights, ATTENTION_HEADS, batch.pieces, Reach())
        exact = reference.embeddings(tiny.parts.weights, states, batch.pieces)
        assert (embeddings * exact).sum(axis=1).min() > 0.995
        np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-5)


def test_packing_keeps_weights_to_a_small_share_of_the_largest(tiny: TinyModel) -> None:
    weights = tiny.parts.ngram_weights[1:]
    kept = export.unpack(*export.pack(tiny.parts.ngram_weights))[1:]
    assert np.abs(weights - kept).max() < np.abs(weights).max() / 120
    small = np.abs(weights) < np.abs(weights).max() / 100
    assert np.abs(weights - kept)[small].max() < np.abs(weights).max() / 1_000


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(TEXTS) | st.text(max_size=60), max_size=40), st.randoms())
def test_a_row_is_the_same_to_the_last_bit_in_any_batch(
    network: Network, texts: list[str], dice: Random
) -> None:
    together = network.read(texts, nothing)
    places = list(range(len(texts)))
    dice.shuffle(places)
    shuffled = network.read([texts[place] for place in places], nothing)
    assert shuffled.scores.tobytes() == together.scores[places].tobytes()
    assert shuffled.embeddings.tobytes() == together.embeddings[places].tobytes()
    for place in places[:3]:
        alone = network.read([texts[place]], nothing)
        assert alone.scores.tobytes() == together.scores[place : place + 1].tobytes()
        assert alone.embeddings.tobytes() == together.embeddings[place : place + 1].tobytes()


def test_a_batch_holds_rows_of_one_length_and_few_pieces(network: Network) -> None:
    texts = [*TEXTS, *("word " * count for count in range(1, 120))]
    rows = 0
    for batch in network.batches(texts):
        assert batch.pieces.shape[1] % 8 == 0
        assert (batch.pieces[:, -8:] > 0).any(axis=1).all()
        assert len(batch.texts) == 1 or batch.pieces.size <= 192
        assert batch.pieces.shape[1] <= WINDOW
        rows += len(batch.texts)
    assert rows > len(texts)


def test_a_long_text_is_the_mean_of_its_windows_and_as_bad_as_the_worst(network: Network) -> None:
    text = "word how much?! " * 60
    batches = list(network.batches([text]))
    scores = np.concatenate([network.run(batch)[0] for batch in batches])
    vectors = np.concatenate([network.run(batch)[1] for batch in batches])
    assert len(scores) > 2
    readings = network.read([text], nothing)
    for head, own in OWN.items():
        over = scores[:, own].max(axis=0) if head in ("toxicity", "spam") else None
        wanted = scores[:, own].mean(axis=0) if over is None else over
        np.testing.assert_allclose(readings.scores[0, own], wanted, atol=1e-5)
    mean = vectors.mean(axis=0)
    np.testing.assert_allclose(readings.embeddings[0], mean / np.linalg.norm(mean), atol=1e-5)


def test_texts_without_words_are_not_read(network: Network) -> None:
    readings = network.read(["", " \n", "\u200b", "ok"], nothing)
    assert readings.said.tolist() == [False, False, False, True]
    assert not readings.scores[:3].any()
    assert not readings.embeddings[:3].any()
    assert network.read([], nothing).scores.shape == (0, OWN["language"].stop)


def test_reading_ends_with_what_is_raised_between_batches(network: Network) -> None:
    seen: list[None] = []

    def stop() -> None:
        seen.append(None)
        if len(seen) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        network.read(TEXTS, stop)


def test_weights_leave_room_for_sums_of_two_products_in_16_bits(tiny: TinyModel) -> None:
    model = onnx.load(tiny.folder / "triage.onnx")
    constants = {found.name: found for found in model.graph.initializer}
    products = [node for node in model.graph.node if node.op_type == "MatMulIntegerToFloat"]
    assert len(products) == 2 * 6 + 2
    for node in products:
        assert np.abs(onnx.numpy_helper.to_array(constants[node.input[1]]).astype(int)).max() <= 64


def test_a_file_that_is_no_network_is_refused(tiny: TinyModel, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    replace(tmp_path, "triage.onnx", b"nonsense")
    with pytest.raises(ModelError, match="cannot be opened"):
        Network(read_contract(tmp_path))


@pytest.mark.parametrize("content", [b"[PAD]\n[UNK]\n", b"\xff\xfe", b""])
def test_a_file_that_is_no_vocabulary_is_refused(
    tiny: TinyModel, tmp_path: Path, content: bytes
) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    replace(tmp_path, "triage.vocab.txt", content)
    with pytest.raises(ModelError, match="not a vocabulary"):
        Network(read_contract(tmp_path))


@pytest.mark.parametrize("changed", ["language", "embedding", "window"])
def test_a_network_of_another_shape_is_refused(
    tiny: TinyModel, tmp_path: Path, changed: str
) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    if changed == "language":
        edit(tmp_path, "labels", language=[*LANGUAGES, "de"])
    else:
        edit(tmp_path, "features", **{changed: 48})
    with pytest.raises(ModelError, match=r"shape|windows"):
        Network(read_contract(tmp_path))


def replace(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    edit(folder, "sha256", **{name: hashlib.sha256(content).hexdigest()})
