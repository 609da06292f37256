"""The network computed plainly in numpy, in full precision: what its small form is measured by."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from engage_tui.triage.pieces import PAD

Floats = NDArray[np.float32]
Pieces = NDArray[np.int32]
Weights = Mapping[str, Floats]
EPSILON = 1e-12
"""Of every normalisation, as in `encoder.Layer`."""


class Reach:
    """The smallest and the largest value that each channel takes on sample rows."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Floats, Floats]] = {}

    def note(self, name: str, values: Floats) -> None:
        """Widen the range of `name` by values [pieces, channels]."""
        low, high = values.min(axis=0), values.max(axis=0)
        if name in self._found:
            low = np.minimum(low, self._found[name][0])
            high = np.maximum(high, self._found[name][1])
        self._found[name] = low, high

    def __getitem__(self, name: str) -> tuple[Floats, Floats]:
        return self._found[name]


def states(weights: Weights, heads: int, pieces: Pieces, reach: Reach) -> Floats:
    """Return one state for each piece; notes what the inputs of `qkv`, `grow` and `tasks` reach."""
    present = pieces != PAD
    x = weights["encoder.words.weight"][pieces]
    x = x + weights["encoder.positions"][: pieces.shape[1]]
    x = _normalised(weights, "encoder.norm", x)
    for layer in range(layers(weights)):
        name = f"encoder.layers.{layer}"
        reach.note(f"{name}.qkv", x[present])
        seen = _attention(_linear(weights, f"{name}.qkv", x), heads, present)
        x = _normalised(weights, f"{name}.mix_norm", x + _linear(weights, f"{name}.mix", seen))
        reach.note(f"{name}.grow", x[present])
        inner = _linear(weights, f"{name}.grow", x)
        inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
        x = x + _linear(weights, f"{name}.shrink", inner)
        x = _normalised(weights, f"{name}.shrink_norm", x)
    reach.note("tasks", x[present])
    return np.asarray(x, np.float32)


def scores(weights: Weights, task: str, x: Floats, pieces: Pieces) -> Floats:
    """Return the scores of one task [rows, labels]."""
    shares = x @ weights[f"tasks.{task}.look.weight"][0]
    pooled = np.einsum("rl,rlw->rw", _softmax(np.where(pieces == PAD, -1e4, shares)), x)
    return _linear(weights, f"tasks.{task}.score", np.asarray(pooled, np.float32))


def embeddings(weights: Weights, x: Floats, pieces: Pieces) -> Floats:
    """Return sentence embeddings of length 1."""
    present = (pieces != PAD)[..., None]
    mean = (x * present).sum(axis=1) / present.sum(axis=1) @ weights["embed.weight"].T
    return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


def layers(weights: Weights) -> int:
    """Return how many layers the weights hold."""
    return sum(name.endswith(".qkv.weight") for name in weights)


def _linear(weights: Weights, name: str, x: Floats) -> Floats:
    weight = weights[f"{name}.weight"]
    # As one product of matrices: one for each row takes many times as long.
    flat = x.reshape(-1, weight.shape[1]) @ weight.T + weights[f"{name}.bias"]
    return flat.reshape(*x.shape[:-1], weight.shape[0])


def _normalised(weights: Weights, name: str, x: Floats) -> Floats:
    x = x - x.mean(axis=-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON)
    return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _attention(qkv: Floats, heads: int, present: NDArray[np.bool_]) -> Floats:
    rows, length, width = qkv.shape
    size = width // 3 // heads
    q, k, v = qkv.reshape(rows, length, 3, heads, size).transpose(2, 0, 3, 1, 4)
    shares = q @ k.swapaxes(-1, -2) / math.sqrt(size)
    shares = _softmax(np.where(present[:, None, None, :], shares, -1e4))
    seen = (shares @ v).swapaxes(1, 2).reshape(rows, length, width // 3)
    return np.asarray(seen, np.float32)


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)
