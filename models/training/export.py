"""Writes fitted heads as one ONNX network and its contract.

Weights are kept as one signed byte each, `c`, and read as `c * |c|` times the column's scale: the
steps are fine near zero, where most weights are, and the sum over a text stays a whole number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, checker, helper, numpy_helper, save_model

from engage_tui.triage.contract import CONTRACT, FORMAT, HEADS, INPUT, NETWORK, SCHEME
from engage_tui.triage.features import NGrams
from models.training.fit import Floats, Head

_MOST = 127


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


def write(
    folder: Path,
    heads: Mapping[str, Head],
    ngrams: NGrams,
    name: str,
    version: str,
    least_language: float,
) -> None:
    """Write `triage.onnx` and `triage.json` into a folder."""
    if tuple(heads) != HEADS:
        raise ValueError(f"heads must be {HEADS}")
    codes, scales = pack(np.concatenate([head.weights for head in heads.values()], axis=1))
    bias = np.concatenate([head.bias for head in heads.values()])
    model = _network(heads, codes, scales, bias)
    save_model(model, folder / NETWORK)
    contract = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "sha256": hashlib.sha256((folder / NETWORK).read_bytes()).hexdigest(),
        "labels": {key: list(head.labels) for key, head in heads.items() if not head.binary},
        "features": {
            "scheme": SCHEME,
            "buckets": ngrams.buckets,
            "words": ngrams.words,
            "shortest": ngrams.shortest,
            "longest": ngrams.longest,
        },
        "thresholds": {"language": least_language},
        "calibration": {key: head.calibration for key, head in heads.items()},
    }
    text = json.dumps(contract, indent=2, ensure_ascii=False)
    (folder / CONTRACT).write_text(f"{text}\n", encoding="utf-8")


def _network(
    heads: Mapping[str, Head], codes: NDArray[np.int8], scales: Floats, bias: Floats
) -> ModelProto:
    """Build the graph: look up, add up, divide by the root of the count, split into heads."""
    node = helper.make_node
    widths = [head.weights.shape[1] for head in heads.values()]
    constants: dict[str, NDArray[Any]] = {
        "codes": codes,
        "scales": scales,
        "bias": bias,
        "nothing": np.array(0, np.int32),
        "one": np.array(1, np.float32),
        "places": np.array([1], np.int64),
        "widths": np.array(widths, np.int64),
    }
    nodes = [
        node("Gather", ["codes", INPUT], ["found"]),
        node("Cast", ["found"], ["wide"], to=TensorProto.INT32),
        node("Abs", ["wide"], ["size"]),
        node("Mul", ["wide", "size"], ["squared"]),
        node("ReduceSum", ["squared", "places"], ["whole"], keepdims=0),
        node("Cast", ["whole"], ["sum"], to=TensorProto.FLOAT),
        node("Greater", [INPUT, "nothing"], ["present"]),
        node("Cast", ["present"], ["counted"], to=TensorProto.FLOAT),
        node("ReduceSum", ["counted", "places"], ["count"], keepdims=1),
        node("Max", ["count", "one"], ["at_least_one"]),
        node("Sqrt", ["at_least_one"], ["length"]),
        node("Div", ["sum", "length"], ["mean"]),
        node("Mul", ["mean", "scales"], ["scaled"]),
        node("Add", ["scaled", "bias"], ["scores"]),
        node("Split", ["scores", "widths"], [f"{key}_scores" for key in heads], axis=1),
    ]
    outputs = []
    for (key, head), width in zip(heads.items(), widths, strict=True):
        if head.binary:
            nodes.append(node("Sigmoid", [f"{key}_scores"], [f"{key}_column"]))
            nodes.append(node("Squeeze", [f"{key}_column", "places"], [key]))
        else:
            nodes.append(node("Softmax", [f"{key}_scores"], [key], axis=1))
        shape = ["messages"] if head.binary else ["messages", width]
        outputs.append(helper.make_tensor_value_info(key, TensorProto.FLOAT, shape))
    graph = helper.make_graph(
        nodes,
        "triage",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT32, ["messages", "features"])],
        outputs,
        [numpy_helper.from_array(value, key) for key, value in constants.items()],
    )
    # An old opset and format: every onnxruntime that the project allows reads them.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    return model
