"""The layer that was learnt from a person's corrections, between the network and its calibration.

It adds `[embedding, 1] @ weights` to the scores of intent, sentiment, toxicity and spam.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engage_tui.triage.contract import ModelError, columns

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

COLUMNS = {head: part for head, part in columns(0).items() if head != "language"}
"""Where the heads stand that a layer corrects."""
WIDTH = max(part.stop for part in COLUMNS.values())

# Embeddings and weights are rounded to steps so coarse that their products and the sums of those
# fit into a double without rounding. So the order of adding, which differs with the number of
# rows, does not matter, and a message gets the same scores whatever else is read with it.
_FINE = 2.0**15
_STEPS = 2.0**12
_LARGEST = 2.0**7


class Layer:
    """One version of what was learnt.

    Args:
        version: what is put behind the model's own.
        weights: [width of the embedding + 1, `WIDTH`]; the last row is added whatever is read.
    """

    def __init__(self, version: str, weights: Doubles) -> None:
        self.version = version
        self._weights = np.rint(np.clip(weights, -_LARGEST, _LARGEST) * _STEPS) / _STEPS

    @classmethod
    def from_bytes(cls, version: str, written: bytes, embedding: int) -> Layer:
        """Read what `to_bytes` wrote for embeddings of a width.

        Raises:
            ModelError: it is no layer for such embeddings.
        """
        steps = np.frombuffer(written[: len(written) // 4 * 4], "<i4")
        if len(written) != 4 * (embedding + 1) * WIDTH:
            raise ModelError(f"what was learnt as {version} does not fit the triage model")
        return cls(version, steps.reshape(embedding + 1, WIDTH) / _STEPS)

    def to_bytes(self) -> bytes:
        """Return the weights as whole steps; reading them gives the same layer to the last bit."""
        return (self._weights * _STEPS).astype("<i4").tobytes()

    def adjust(self, scores: Floats, embeddings: Floats) -> Floats:
        """Return corrected scores; those of languages stay."""
        rounded = np.rint(embeddings.astype(np.float64) * _FINE) / _FINE
        moved = scores.astype(np.float64)
        moved[:, :WIDTH] += rounded @ self._weights[:-1] + self._weights[-1]
        return moved.astype(np.float32)
