"""Read messages with what they really are: a person's corrections, and a model's anchors.

Anchors are messages that ship beside a model in `triage.anchors.npz`, so that what is learnt from
one person's corrections can be held against messages of all kinds:

- `model`: name and version of the model that read them;
- `codes`: int8 [messages, width], embeddings up to their length;
- `scores`: float16 [messages, columns], as the network gives them;
- `labels`: int8 [messages, 4], the right column of intent and sentiment and 0 or 1 for toxicity and
  spam, -1 where it is not known;
- `languages`: int8 [messages], the place of the language among the contract's labels, -1 for `und`.

Every other one is only measured on, so messages of all kinds must be spread over the whole file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engage_tui.domain.triage import Correction, Intent, Sentiment
from engage_tui.triage.contract import OTHERWISE, Contract, ModelError
from engage_tui.triage.layer import COLUMNS, WIDTH, Doubles, Floats

ANCHORS = "triage.anchors.npz"
HEADS = tuple(COLUMNS)
_UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Examples:
    """Messages as the model reads them without any layer, and what is known of them."""

    inputs: Doubles
    """Embeddings with a column of ones: [messages, width + 1]."""
    logits: Doubles
    """Calibrated scores: [messages, `WIDTH`]."""
    steepness: Doubles
    """By how much the calibration multiplies what a layer adds: [messages, 4 heads]."""
    labels: NDArray[np.int8]
    """The right column in each head, or 0 and 1 for no and yes; -1 is not known."""

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: NDArray[np.bool_] | slice) -> Examples:
        return Examples(
            self.inputs[rows], self.logits[rows], self.steepness[rows], self.labels[rows]
        )


def make(
    contract: Contract,
    scores: Floats,
    embeddings: Floats,
    languages: Sequence[str],
    labels: NDArray[np.int8],
) -> Examples:
    """Return examples from what a network gave, calibrated for their languages."""
    logits = scores[:, :WIDTH].astype(np.float64)
    steepness = np.ones((len(logits), len(HEADS)))
    for place, (head, own) in enumerate(COLUMNS.items()):
        scales = contract.calibration[head]
        chosen = [scales.get(language, scales[OTHERWISE]) for language in languages]
        steepness[:, place] = [1 / scale.temperature for scale in chosen]
        logits[:, own] *= steepness[:, [place]]
        logits[:, own] += np.array([scale.shift for scale in chosen])[:, None]
    ones = np.ones((len(embeddings), 1))
    return Examples(np.hstack([embeddings, ones]), logits, steepness, labels)


def labels_of(corrections: Sequence[Correction]) -> NDArray[np.int8]:
    """Return corrections as columns, in the order of the heads."""
    intents, sentiments = list(Intent), list(Sentiment)
    rows = [
        (
            -1 if said.intent is None else intents.index(said.intent),
            -1 if said.sentiment is None else sentiments.index(said.sentiment),
            -1 if said.toxic is None else said.toxic,
            -1 if said.spam is None else said.spam,
        )
        for said in corrections
    ]
    return np.array(rows, np.int8).reshape(-1, len(HEADS))


def read_anchors(folder: Path, contract: Contract) -> Examples:
    """Read the anchors beside a model.

    Raises:
        ModelError: they are missing or another model's.
    """
    path = folder / ANCHORS
    try:
        with np.load(path, allow_pickle=False) as written:
            model = str(written["model"])
            codes = written["codes"].astype(np.float32)
            scores = written["scores"].astype(np.float32)
            labels = written["labels"].astype(np.int8)
            languages = written["languages"].tolist()
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"nothing can be learnt on this model: {path} is missing or cannot be read"
        ) from error
    shapes = (codes.shape[1:], scores.shape[1:], labels.shape[1:])
    width = contract.columns["language"].stop
    if model != contract.model or shapes != ((contract.embedding,), (width,), (len(HEADS),)):
        raise ModelError(f"{path} belongs to another model than {contract.model}")
    names = (*contract.languages, _UNDETERMINED)
    lengths = np.maximum(np.linalg.norm(codes, axis=1, keepdims=True), 1e-9)
    return make(contract, scores, codes / lengths, [names[place] for place in languages], labels)


def write_anchors(
    folder: Path,
    contract: Contract,
    scores: Floats,
    embeddings: Floats,
    languages: Sequence[str],
    labels: NDArray[np.int8],
) -> None:
    """Write the anchors of a model beside it.

    Args:
        folder: the model's.
        contract: what the folder holds.
        scores: as the network gives them, [messages, columns].
        embeddings: [messages, width].
        languages: as the model names them.
        labels: [messages, 4], see above.
    """
    places = {name: place for place, name in enumerate(contract.languages)}
    largest = np.maximum(np.abs(embeddings).max(axis=1, keepdims=True), 1e-9)
    np.savez_compressed(
        folder / ANCHORS,
        model=np.array(contract.model),
        codes=np.rint(127 * embeddings / largest).astype(np.int8),
        scores=scores.astype(np.float16),
        labels=labels,
        languages=np.array([places.get(name, -1) for name in languages], np.int8),
    )
