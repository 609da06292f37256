"""Writes trained parts as a model that the program reads: network, vocabulary and contract.

The weights of n-grams are kept as one signed byte each, `c`, and read as `c * |c|` times the
column's scale: the steps are fine near zero, where most weights are, and the sum over a text stays
a whole number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, checker, helper, save_model

from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.triage.contract import (
    CONTRACT,
    FORMAT,
    HEADS,
    INPUTS,
    NETWORK,
    OUTPUTS,
    SCHEME,
    VOCABULARY,
    columns,
    read_contract,
)
from engage_tui.triage.features import NGrams
from engage_tui.triage.pieces import PAD, WINDOW
from models.training import graph, reference
from models.training.reference import Floats, Reach

_MOST = 127
_SIZES = ("length", "features")


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the two scores of a column become one: `transformer * a + ngrams * b + bias`."""

    transformer: Floats
    """One for each column but those of the languages, which n-grams alone decide."""
    ngrams: Floats
    """One for each column."""
    bias: Floats
    """One for each column."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a model is made of, as plain arrays; columns are in the contract's order."""

    weights: Mapping[str, Floats]
    """The transformer's, by the names in `encoder.Reader.state_dict()`."""
    vocabulary: Sequence[str]
    sample: NDArray[np.int32]
    """Rows of pieces of typical texts in all languages, some hundreds, filled up with 0."""
    ngram_weights: Floats
    """[buckets, columns]"""
    ngrams: NGrams
    fusion: Fusion
    languages: Sequence[str]
    calibration: Mapping[str, Mapping[str, Mapping[str, float]]]
    """For each head and language, as the contract has it."""
    least_language: float
    abstain: Mapping[str, float]
    heads: int = 12
    """Attention heads in a layer."""


def pack(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return the signed bytes of each weight and the scale of each column."""
    scales = np.abs(weights).max(axis=0) / _MOST**2
    scales[scales == 0] = 1
    codes = np.sign(weights) * np.sqrt(np.abs(weights) / scales)
    codes[0] = 0  # Bucket 0 fills up short rows and must not count.
    return np.rint(codes).astype(np.int8), scales.astype(np.float32)


def unpack(codes: NDArray[np.int8], scales: Floats) -> Floats:
    """Return the weights that the network works with."""
    wide = codes.astype(np.float32)
    return wide * np.abs(wide) * scales


def write(folder: Path, parts: Parts, name: str, version: str) -> None:
    """Write `triage.onnx`, `triage.vocab.txt` and `triage.json` into a folder.

    Raises:
        ModelError: what was written is no model that the program would take.
        ValueError: the parts do not fit together.
    """
    save_model(_network(parts), folder / NETWORK)
    if any("\n" in piece for piece in parts.vocabulary):
        raise ValueError("a piece holds a line break")
    lines = "".join(f"{piece}\n" for piece in parts.vocabulary)
    (folder / VOCABULARY).write_text(lines, encoding="utf-8", newline="\n")
    contract = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "sha256": {
            file: hashlib.sha256((folder / file).read_bytes()).hexdigest()
            for file in (NETWORK, VOCABULARY)
        },
        "labels": {
            "intent": list(Intent),
            "sentiment": list(Sentiment),
            "language": list(parts.languages),
        },
        "features": {
            "scheme": SCHEME,
            "buckets": parts.ngrams.buckets,
            "words": parts.ngrams.words,
            "shortest": parts.ngrams.shortest,
            "longest": parts.ngrams.longest,
            "window": WINDOW,
            "embedding": len(parts.weights["embed.weight"]),
        },
        "thresholds": {"language": parts.least_language, "abstain": dict(parts.abstain)},
        "calibration": {head: dict(parts.calibration[head]) for head in HEADS},
    }
    text = json.dumps(contract, indent=2, ensure_ascii=False)
    (folder / CONTRACT).write_text(f"{text}\n", encoding="utf-8")
    read_contract(folder)


def calibrate(folder: Path, calibration: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """Replace the calibration of a model that is written already.

    Raises:
        ModelError: what was written is no model that the program would take.
    """
    path = folder / CONTRACT
    contract = json.loads(path.read_text(encoding="utf-8"))
    contract["calibration"] = {head: dict(calibration[head]) for head in HEADS}
    text = json.dumps(contract, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    read_contract(folder)


def _network(parts: Parts) -> ModelProto:
    """Build the network: both kinds of scores, put together, and the embedding."""
    reach = _reach(parts)
    own = columns(len(parts.languages))
    widths = {head: own[head].stop - own[head].start for head in HEADS}
    languages = widths.pop("language")
    width = len(parts.weights["embed.weight"])
    built = graph.Graph()
    states, present, absent = graph.transformer(built, parts.weights, parts.heads, reach)
    factors = parts.fusion.transformer
    looked = graph.tasks(built, parts.weights, widths, factors, (states, absent), reach)
    codes, scales = pack(parts.ngram_weights)
    counted = graph.ngrams(built, codes, scales * parts.fusion.ngrams)
    # The languages' columns come last.
    first, last = built.parts(counted, 1, sum(widths.values()), languages)
    both = built.add("Concat", built.add("Add", first, looked), last, axis=1)
    built.add("Add", both, built.constant(parts.fusion.bias), name=OUTPUTS[0])
    graph.embedding(built, parts.weights, states, present, OUTPUTS[1])
    number, info = TensorProto.INT32, helper.make_tensor_value_info
    model = helper.make_model(
        helper.make_graph(
            built.nodes,
            "triage",
            [info(name, number, ["rows", size]) for name, size in zip(INPUTS, _SIZES, strict=True)],
            [
                info(OUTPUTS[0], TensorProto.FLOAT, ["rows", sum(widths.values()) + languages]),
                info(OUTPUTS[1], TensorProto.FLOAT, ["rows", width]),
            ],
            built.constants,
        ),
        # An old opset and format: every onnxruntime that the project allows reads them.
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
        ir_version=8,
    )
    checker.check_model(model)
    return model


def _reach(parts: Parts) -> Reach:
    """Find what the inputs of the layers reach on the sample, rows of like length together."""
    reach = Reach()
    lengths = (parts.sample != PAD).sum(axis=1)
    order = np.argsort(lengths, kind="stable")
    for places in np.array_split(order, max(1, len(order) // 32)):
        rows = parts.sample[places, : lengths[places].max()]
        reference.states(parts.weights, parts.heads, rows, reach)
    return reach
