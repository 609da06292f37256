"""Runs the ONNX network over texts, batch by batch; the one module that loads onnxruntime."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

from engage_tui.triage.contract import INPUTS, OUTPUTS, Contract, ModelError
from engage_tui.triage.features import Bags, Ids, NGrams, hashed, normalise
from engage_tui.triage.pieces import WINDOW, Pieces

Floats = NDArray[np.float32]

# onnxruntime's exceptions share no base class below Exception.
_NOT_A_NETWORK = (
    runtime.Fail,
    runtime.InvalidArgument,
    runtime.InvalidGraph,
    runtime.InvalidProtobuf,
    runtime.NoSuchFile,
    runtime.NotImplemented,
)

_STRETCH = 65_536
"""Characters that are hashed at once."""
_STEP = 8
"""Rows are filled up to a multiple of this, so that there are few lengths to sort them into."""
_MOST_PIECES = 192
"""In one batch; what the layers hand on then stays in the processor's own memory."""
_MOST_NGRAMS = 16_384
"""In one batch."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one length for the network, and the text that each belongs to."""

    texts: NDArray[np.intp]
    pieces: Ids
    ngrams: Ids


@dataclass(frozen=True, slots=True)
class Readings:
    """What the network gives for texts, one row for each."""

    scores: Floats
    """[texts, columns], uncalibrated; the columns are those of `Contract.columns`."""
    embeddings: Floats
    """[texts, width], each of length 1: texts that mean the same point the same way."""
    said: NDArray[np.bool_]
    """Whether there was anything to read; where not, scores and embeddings are 0."""


class Network:
    """An opened network; reads on one core, since the console needs the others."""

    def __init__(self, contract: Contract) -> None:
        """Open the network.

        Raises:
            ModelError: a file is no network or vocabulary, or not of the promised shape.
        """
        self._contract = contract
        self._ngrams = NGrams(contract.buckets, contract.words, contract.shortest, contract.longest)
        self._pieces = _vocabulary(contract)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # Batches differ in shape each time: planned memory would only pile up.
        options.enable_mem_pattern = False
        try:
            self._session = onnxruntime.InferenceSession(
                str(contract.network), options, providers=["CPUExecutionProvider"]
            )
        except _NOT_A_NETWORK as error:
            raise ModelError(f"{contract.network} cannot be opened as a network") from error
        shapes = {output.name: output.shape[1:] for output in self._session.get_outputs()}
        width = contract.columns["language"].stop
        inputs = tuple(given.name for given in self._session.get_inputs())
        if inputs != INPUTS or shapes != dict(
            zip(OUTPUTS, ([width], [contract.embedding]), strict=True)
        ):
            raise ModelError(f"{contract.network} does not have the shape that its contract names")

    def read(self, texts: Sequence[str], between: Callable[[], None]) -> Readings:
        """Read texts of any length; the answer for one does not depend on the others.

        Of a text in several windows, intent and sentiment are the mean, toxicity and spam the
        worst of all.

        Args:
            texts: as they were written.
            between: called before each batch; what it raises ends the reading.
        """
        columns = self._contract.columns
        worst = slice(columns["toxicity"].start, columns["spam"].stop)
        total = np.zeros((len(texts), columns["language"].stop), np.float32)
        highest = np.full((len(texts), worst.stop - worst.start), -np.inf, np.float32)
        embeddings = np.zeros((len(texts), self._contract.embedding), np.float32)
        windows = np.zeros((len(texts), 1), np.float32)
        for batch in self.batches(texts):
            between()
            scores, embedding = self.run(batch)
            np.add.at(total, batch.texts, scores)
            np.add.at(embeddings, batch.texts, embedding)
            np.add.at(windows, batch.texts, np.float32(1))
            np.maximum.at(highest, batch.texts, scores[:, worst])
        said = windows[:, 0] > 0
        total /= np.maximum(windows, 1)
        total[said, worst] = highest[said]
        several = windows[:, 0] > 1
        embeddings[several] /= np.linalg.norm(embeddings[several], axis=1, keepdims=True)
        return Readings(total, embeddings, said)

    def batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Cut texts into batches, rows of one length together; texts without words are left out."""
        words = [normalise(text) for text in texts]
        stretch: list[int] = []
        characters = 0
        for place, normalised in enumerate(words):
            if not normalised:
                continue
            if stretch and characters + len(normalised) > _STRETCH:
                yield from self._stretch(stretch, words)
                stretch, characters = [], 0
            stretch.append(place)
            characters += len(normalised)
        if stretch:
            yield from self._stretch(stretch, words)

    def run(self, batch: Batch) -> tuple[Floats, Floats]:
        """Return scores and embeddings of one batch."""
        given = dict(zip(INPUTS, (batch.pieces, batch.ngrams), strict=True))
        scores, embeddings = self._session.run(list(OUTPUTS), given)
        return scores, embeddings

    def _stretch(self, places: Sequence[int], words: Sequence[str]) -> Iterator[Batch]:
        """Sort the windows of some texts by length and part them into batches."""
        bags = hashed([words[place] for place in places], self._ngrams)
        counts = np.diff(bags.starts).tolist()
        rows = [
            (-(-len(window) // _STEP) * _STEP, counts[text], text, window)
            for text, place in enumerate(places)
            for window in self._pieces.windows(words[place])
        ]
        rows.sort(key=lambda row: row[:2])
        start = 0
        for end, (length, count, *_) in enumerate(rows):
            more = end + 1 - start
            full = more * length > _MOST_PIECES or more * count > _MOST_NGRAMS
            if end > start and (full or length != rows[start][0]):
                yield _batch(rows[start:end], bags, places)
                start = end
        yield _batch(rows[start:], bags, places)


def _batch(
    rows: Sequence[tuple[int, int, int, list[int]]], bags: Bags, places: Sequence[int]
) -> Batch:
    """Fill up rows of one length."""
    pieces = np.zeros((len(rows), rows[0][0]), np.int32)
    # The row with the most n-grams is the last.
    ngrams = np.zeros((len(rows), max(1, rows[-1][1])), np.int32)
    for row, (_, count, text, window) in enumerate(rows):
        pieces[row, : len(window)] = window
        ngrams[row, :count] = bags.ids[bags.starts[text] : bags.starts[text + 1]]
    return Batch(np.array([places[row[2]] for row in rows], np.intp), pieces, ngrams)


def _vocabulary(contract: Contract) -> Pieces:
    """Read the pieces, one a line."""
    if contract.window != WINDOW:
        raise ModelError(f"{contract.network} reads other windows than this version cuts")
    try:
        lines = contract.vocabulary.read_text(encoding="utf-8").split("\n")
        return Pieces(lines[:-1])
    except (OSError, ValueError) as error:
        raise ModelError(f"{contract.vocabulary} is not a vocabulary of word pieces") from error
