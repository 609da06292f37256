"""Fits one linear head on hashed features, and makes its probabilities honest on held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from scipy.special import expit, log_softmax, softmax
from sklearn.linear_model import LogisticRegression

from engage_tui.triage.features import NGrams, extract

Floats = NDArray[np.float32]
_CHUNK = 512


@dataclass(slots=True)
class Head:
    """A fitted head: scores are `features @ weights + bias`, one column for each label.

    A head with the two labels `0` and `1` has one column, for `1`.
    """

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    calibration: dict[str, float]

    @property
    def binary(self) -> bool:
        """Whether it answers yes or no."""
        return len(self.labels) == 2

    def probabilities(self, scores: Floats) -> Floats:
        """Turn scores into probabilities, one column for each label."""
        if self.binary:
            yes = expit(scores[:, 0])
            return np.stack([1 - yes, yes], axis=1)
        return np.asarray(softmax(scores, axis=1), np.float32)


def matrix(texts: Sequence[str], ngrams: NGrams) -> csr_matrix:
    """Return the features of texts as rows of length 1 (every feature of a text weighs alike)."""
    ids, counts = [], []
    for start in range(0, len(texts), _CHUNK):
        bags = extract(texts[start : start + _CHUNK], ngrams)
        ids.append(bags.ids)
        counts.append(np.diff(bags.starts))
    sizes = np.concatenate(counts)
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return csr_matrix((values, np.concatenate(ids), starts), (len(texts), ngrams.buckets))


def fit(
    features: csr_matrix,
    labels: Sequence[str],
    weights: Sequence[float],
    order: Sequence[str],
    strength: float,
    rounds: int,
) -> Head:
    """Fit a head by logistic regression; `strength` is the inverse of the regularisation.

    Rare features are stretched before the fit, so that they are held back less than common ones,
    and the stretch is folded into the weights.
    """
    seen = np.asarray(features.getnnz(axis=0), np.float32)
    rarity = np.log((1 + features.shape[0]) / (1 + seen)).astype(np.float32) / 4
    places = {label: place for place, label in enumerate(order)}
    model = LogisticRegression(C=strength, max_iter=rounds, tol=1e-6)
    model.fit(
        features @ diags(rarity),
        np.array([places[label] for label in labels]),
        sample_weight=np.array(weights, np.float32),
    )
    if len(model.classes_) != len(order):
        raise ValueError(f"only {len(model.classes_)} of {len(order)} labels have rows")
    return Head(
        tuple(order),
        np.asarray(model.coef_.T * rarity[:, None], np.float32),
        np.asarray(model.intercept_, np.float32),
        {},
    )


def calibrate(head: Head, scores: Floats, truth: Sequence[str], weights: Sequence[float]) -> None:
    """Fold a temperature (and for yes or no a shift) into the head, found on held-out scores."""
    places = np.array([head.labels.index(label) for label in truth])
    mass = np.array(weights) / np.sum(weights)

    def loss(parameters: NDArray[np.float64]) -> float:
        scaled = scores * np.exp(parameters[0])
        if head.binary:
            sign = np.where(places == 1, 1.0, -1.0)
            return float(mass @ np.logaddexp(0, -sign * (scaled[:, 0] + parameters[1])))
        return float(-mass @ log_softmax(scaled, axis=1)[np.arange(len(places)), places])

    start = np.zeros(2 if head.binary else 1)
    found = minimize(loss, start, method="Nelder-Mead").x
    factor, shift = float(np.exp(found[0])), float(found[1]) if head.binary else 0.0
    head.weights = (head.weights * np.float32(factor)).astype(np.float32)
    head.bias = (head.bias * np.float32(factor) + np.float32(shift)).astype(np.float32)
    head.calibration = {"temperature": round(1 / factor, 4), "shift": round(shift, 4)}
