"""Fits one linear head on hashed features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from engage_tui.triage.features import NGrams, extract

Floats = NDArray[np.float32]
_CHUNK = 512


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
) -> tuple[Floats, Floats]:
    """Return weights and bias of a head, fitted by logistic regression.

    `strength` is the inverse of the regularisation. A head with two labels has one column.

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
    return (
        np.asarray(model.coef_.T * rarity[:, None], np.float32),
        np.asarray(model.intercept_, np.float32),
    )
