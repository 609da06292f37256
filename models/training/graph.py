"""Builds the network as an ONNX graph with weights of one byte.

Products of matrices are taken in whole numbers. Two ways bring a layer's input to bytes, and with
both a row's answer depends on that row alone:

- `_steady`, after a normalisation, where the reach of each channel is known from sample rows: every
  channel is divided by a constant, and its weights are multiplied by it (a few channels are a
  hundred times as large as the rest; one step for all would leave nothing of the others);
- `_by_row`, elsewhere: each row of states is divided by its own largest value.

Weights take 64 steps to each side of zero and not 127: processors without instructions for sums
of bytes add products in pairs, in 16 bits, which must not overflow, so that every processor gives
the same sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from models.training.reference import EPSILON, Floats, Reach, Weights, layers

_STEPS = 64
_WORD_STEPS = 127
_RATHER_WEIGHTS = 0.6
"""How much of a channel's reach its weights carry: 0 none, 1 all; 0.5 to 0.8 are about as good."""
_MARGIN = 1.2
"""Room above what the sample rows reach."""
_CONTRIB = "com.microsoft"


class Graph:
    """Nodes and constants in the making; names are given by counting."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, value: NDArray[Any]) -> str:
        """Add a constant and return its name."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def number(self, value: float) -> str:
        """Add a single number as a constant."""
        return self.constant(np.array(value, np.float32))

    def whole(self, *values: int) -> str:
        """Add a short list of whole numbers, which shapes and axes are, as a constant."""
        return self.constant(np.array(values, np.int64))

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        output = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def parts(self, value: str, axis: int, *sizes: int) -> list[str]:
        """Add a node that splits a value."""
        outputs = [f"n{len(self.nodes)}.{part}" for part in range(len(sizes))]
        inputs = [value, self.whole(*sizes)]
        self.nodes.append(helper.make_node("Split", inputs, outputs, axis=axis))
        return outputs


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A layer's input as bytes: `(codes - zero) * step`, times `rows` and `channels` if given."""

    codes: str
    step: str
    zero: str
    rows: str = ""
    channels: Floats | None = None


def transformer(graph: Graph, weights: Weights, heads: int, reach: Reach) -> tuple[str, str, str]:
    """Add the encoder over the input `pieces`.

    Returns:
        The states [rows, length, width], which places hold a piece [rows, length] as 0 or 1, and
        what keeps the others out of a softmax, of the same shape.
    """
    present = graph.add("Greater", "pieces", graph.constant(np.array(0, np.int32)))
    present = graph.add("Cast", present, to=TensorProto.FLOAT)
    absent = graph.add("Sub", present, graph.number(1))
    absent = graph.add("Mul", absent, graph.number(1e4))
    over_heads = graph.add("Unsqueeze", absent, graph.whole(1, 2))
    x = _normalised(graph, weights, "encoder.norm", _words(graph, weights))
    for layer in range(layers(weights)):
        name = f"encoder.layers.{layer}"
        weight, bias = _of(weights, f"{name}.qkv")
        codes = _steady(graph, x, reach[f"{name}.qkv"], weight)
        seen = _attention(graph, codes, weight, bias, heads, over_heads)
        mixed = _linear(graph, _by_row(graph, seen), *_of(weights, f"{name}.mix"))
        x = _normalised(graph, weights, f"{name}.mix_norm", graph.add("Add", x, mixed))
        weight, bias = _of(weights, f"{name}.grow")
        inner = _linear(graph, _steady(graph, x, reach[f"{name}.grow"], weight), weight, bias)
        codes = _by_row_after_gelu(graph, graph.add("Gelu", inner, domain=_CONTRIB))
        small = _linear(graph, codes, *_of(weights, f"{name}.shrink"))
        x = _normalised(graph, weights, f"{name}.shrink_norm", graph.add("Add", x, small))
    return x, present, absent


def tasks(
    graph: Graph,
    weights: Weights,
    widths: Mapping[str, int],
    factors: Floats,
    given: tuple[str, str],
    reach: Reach,
) -> str:
    """Add the heads that look at the states; their scores side by side, each times its factor.

    Each piece is scored by itself, and then the scores are weighed by what the head looks for:
    the same as scoring the weighed state, and all heads are one product of matrices.
    """
    states, absent = given
    looks = np.concatenate([weights[f"tasks.{head}.look.weight"] for head in widths])
    kinds = np.concatenate([weights[f"tasks.{head}.score.weight"] for head in widths])
    bias = np.concatenate([weights[f"tasks.{head}.score.bias"] for head in widths])
    kinds, bias = kinds * factors[:, None], bias * factors
    both = np.concatenate([looks, kinds])
    codes = _steady(graph, states, reach["tasks"], both)
    found = _linear(graph, codes, both, np.concatenate([np.zeros(len(looks), np.float32), bias]))
    shares, scores = graph.parts(found, 2, len(looks), len(kinds))
    shares = graph.add("Transpose", shares, perm=[0, 2, 1])
    shares = graph.add("Add", shares, graph.add("Unsqueeze", absent, graph.whole(1)))
    weighed = graph.add("MatMul", graph.add("Softmax", shares, axis=-1), scores)
    own = np.repeat(np.eye(len(looks), dtype=np.float32), list(widths.values()), axis=1)
    return graph.add(
        "ReduceSum", graph.add("Mul", weighed, graph.constant(own)), graph.whole(1), keepdims=0
    )


def embedding(graph: Graph, weights: Weights, states: str, present: str, name: str) -> None:
    """Add the sentence embedding as an output: the mean state through `embed`, of length 1."""
    count = graph.add("ReduceSum", present, graph.whole(1), keepdims=1)
    shares = graph.add("Unsqueeze", graph.add("Div", present, count), graph.whole(1))
    mean = graph.add("Squeeze", graph.add("MatMul", shares, states), graph.whole(1))
    found = _linear(graph, _by_row(graph, mean), weights["embed.weight"], None)
    length = graph.add("ReduceL2", found, axes=[1], keepdims=1)
    graph.add("Div", found, length, name=name)


def ngrams(graph: Graph, codes: NDArray[np.int8], scales: Floats) -> str:
    """Add the scores of the n-grams over the input `ngrams`, by `export.pack`'s codes.

    Looks up, adds up whole numbers, divides by the root of the count.
    """
    wide = graph.add(
        "Cast", graph.add("Gather", graph.constant(codes), "ngrams"), to=TensorProto.INT32
    )
    squared = graph.add("Mul", wide, graph.add("Abs", wide))
    total = graph.add("ReduceSum", squared, graph.whole(1), keepdims=0)
    total = graph.add("Cast", total, to=TensorProto.FLOAT)
    present = graph.add("Greater", "ngrams", graph.constant(np.array(0, np.int32)))
    present = graph.add("Cast", present, to=TensorProto.FLOAT)
    count = graph.add("ReduceSum", present, graph.whole(1), keepdims=1)
    length = graph.add("Sqrt", graph.add("Max", count, graph.number(1)))
    return graph.add("Mul", graph.add("Div", total, length), graph.constant(scales))


def _words(graph: Graph, weights: Weights) -> str:
    """Add up what each piece and each position stands for; a piece has a scale of its own."""
    words = weights["encoder.words.weight"]
    codes, scales = _rounded(words, _WORD_STEPS)
    x = graph.add(
        "Cast", graph.add("Gather", graph.constant(codes), "pieces"), to=TensorProto.FLOAT
    )
    scale = graph.add("Gather", graph.constant(scales[:, None].astype(np.float16)), "pieces")
    x = graph.add("Mul", x, graph.add("Cast", scale, to=TensorProto.FLOAT))
    length = graph.add("Shape", "pieces", start=1, end=2)
    positions = graph.constant(weights["encoder.positions"].astype(np.float16))
    positions = graph.add("Cast", positions, to=TensorProto.FLOAT)
    positions = graph.add("Slice", positions, graph.whole(0), length, graph.whole(0))
    return graph.add("Add", x, positions)


def _attention(
    graph: Graph, codes: _Bytes, weight: Floats, bias: Floats, heads: int, absent: str
) -> str:
    """Add one layer's attention, from the input of `qkv` to that of `mix`."""
    width = weight.shape[1]
    size = width // heads

    def part(number: int, factor: float, order: list[int]) -> str:
        # Three products and not one, since splitting its result would copy all of it.
        rows = slice(number * width, (number + 1) * width)
        y = _linear(graph, codes, weight[rows] * np.float32(factor), bias[rows] * factor)
        y = graph.add("Reshape", y, graph.whole(0, 0, heads, size))
        return graph.add("Transpose", y, perm=order)

    q, k, v = part(0, size**-0.5, [0, 2, 1, 3]), part(1, 1, [0, 2, 3, 1]), part(2, 1, [0, 2, 1, 3])
    shares = graph.add("Add", graph.add("MatMul", q, k), absent)
    seen = graph.add("MatMul", graph.add("Softmax", shares, axis=-1), v)
    seen = graph.add("Transpose", seen, perm=[0, 2, 1, 3])
    return graph.add("Reshape", seen, graph.whole(0, 0, width))


def _steady(graph: Graph, x: str, reach: tuple[Floats, Floats], weight: Floats) -> _Bytes:
    """Bring values of known reach to bytes, each channel by a constant of its own."""
    low, high = (np.asarray(_MARGIN * side, np.float32) for side in reach)
    most = np.maximum(np.maximum(-low, high), 1e-3)
    heaviest = np.maximum(np.abs(weight).max(axis=0), 1e-4)
    channels = most**_RATHER_WEIGHTS / heaviest ** (1 - _RATHER_WEIGHTS)
    channels = np.asarray(channels, np.float32)
    low, high = np.minimum(low / channels, 0), np.maximum(high / channels, 0)
    step = float(high.max() - low.min()) / 255
    zero = graph.constant(np.array(round(-float(low.min()) / step), np.uint8))
    x = graph.add("Mul", x, graph.constant(1 / channels))
    steps = graph.number(step)
    codes = graph.add("QuantizeLinear", x, steps, zero)
    return _Bytes(codes, steps, zero, channels=channels)


def _by_row(graph: Graph, x: str) -> _Bytes:
    """Bring values to bytes by the largest of each row."""
    high = graph.add("ReduceMax", x, axes=[-1], keepdims=1)
    low = graph.add("ReduceMin", x, axes=[-1], keepdims=1)
    most = graph.add("Max", high, graph.add("Neg", low), graph.number(1e-6))
    return _in_steps(graph, x, most, 127, 128)


def _by_row_after_gelu(graph: Graph, x: str) -> _Bytes:
    """Bring values to bytes, of which none is below -0.17, so that most steps serve the others."""
    most = graph.add("ReduceMax", x, axes=[-1], keepdims=1)
    return _in_steps(graph, x, graph.add("Max", most, graph.number(1)), 218, 37)


def _in_steps(graph: Graph, x: str, most: str, steps: int, zero: int) -> _Bytes:
    step, middle = graph.number(1 / steps), graph.constant(np.array(zero, np.uint8))
    codes = graph.add("QuantizeLinear", graph.add("Div", x, most), step, middle)
    return _Bytes(codes, step, middle, rows=most)


def _linear(graph: Graph, given: _Bytes, weight: Floats, bias: Floats | None) -> str:
    """Add a product of bytes with weights [outputs, inputs] of one byte, each output by a scale."""
    if given.channels is not None:
        weight = weight * given.channels
    codes, scales = _rounded(weight, _STEPS)
    names = [given.codes, graph.constant(codes.T), given.step, graph.constant(scales), given.zero]
    if bias is not None and not given.rows:
        names += ["", graph.constant(np.asarray(bias, np.float32))]
    y = graph.add("MatMulIntegerToFloat", *names, domain=_CONTRIB)
    if given.rows:
        y = graph.add("Mul", y, given.rows)
        if bias is not None:
            y = graph.add("Add", y, graph.constant(bias))
    return y


def _rounded(weight: Floats, steps: int) -> tuple[NDArray[np.int8], Floats]:
    """Return weights as whole numbers and the scale of each row."""
    scales = np.abs(weight).max(axis=1) / steps
    scales[scales == 0] = 1
    codes = np.rint(weight / scales[:, None]).astype(np.int8)
    return codes, scales.astype(np.float32)


def _normalised(graph: Graph, weights: Weights, name: str, x: str) -> str:
    weight, bias = (graph.constant(value) for value in _of(weights, name))
    return graph.add("LayerNormalization", x, weight, bias, axis=-1, epsilon=EPSILON)


def _of(weights: Weights, name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]
