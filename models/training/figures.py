"""Works out how good answers are on held-out rows: by set and language, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, recall_score, roc_auc_score

Floats = NDArray[np.float64]
Truth = NDArray[np.int64]
Figures = dict[str, float | list[float]]

FEWEST = 30
"""Groups with fewer rows are not reported: the figure would be noise."""
_DRAWS = 200
_BINS = 10


def calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Return the mean distance between confidence and share of right answers, over ten bins."""
    return sum(
        abs(said - share) * count / len(right)
        for _, said, share, count in reliability(confidence, right)
    )


def reliability(
    confidence: Floats, right: NDArray[np.bool_]
) -> list[tuple[float, float, float, int]]:
    """Return for each bin that holds rows: its start, mean confidence, share right, rows."""
    place = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return [
        (
            at / _BINS,
            float(confidence[place == at].mean()),
            float(right[place == at].mean()),
            int((place == at).sum()),
        )
        for at in range(_BINS)
        if (place == at).any()
    ]


def measure(probabilities: Floats, truth: Truth) -> Figures:
    """Return the figures of one group; the main ones with a 95 % interval."""
    guess = probabilities.argmax(axis=1)
    right = guess == truth
    found: Figures = {
        "rows": len(truth),
        "accuracy": float(right.mean()),
        "ece": calibration_error(probabilities.max(axis=1), right),
    }
    labels = sorted(set(truth.tolist()))
    if len(labels) < 2:
        return _rounded(found)
    if probabilities.shape[1] == 2:
        yes = probabilities[:, 1]
        found["auc"] = float(roc_auc_score(truth, yes))
        found["auc_interval"] = interval(lambda s: roc_auc_score(truth[s], yes[s]), truth)
        found["f1"] = float(f1_score(truth, guess))
        found["f1_interval"] = interval(lambda s: f1_score(truth[s], guess[s]), truth)
    else:
        found["macro_recall"] = macro_recall(truth, guess, labels)
        found["macro_f1"] = macro_f1(truth, guess, labels)
        found["macro_f1_interval"] = interval(lambda s: macro_f1(truth[s], guess[s], labels), truth)
    found["accuracy_interval"] = interval(lambda s: right[s].mean(), truth)
    return _rounded(found)


def macro_recall(truth: Truth, guess: Truth, labels: Sequence[int]) -> float:
    """Return the mean over labels of the share of its rows that were found."""
    return float(recall_score(truth, guess, labels=labels, average="macro", zero_division=0))


def macro_f1(truth: Truth, guess: Truth, labels: Sequence[int]) -> float:
    """Return the mean F1 over labels."""
    return float(f1_score(truth, guess, labels=labels, average="macro", zero_division=0))


def interval(figure: Callable[[NDArray[np.intp]], float], truth: Truth) -> list[float]:
    """Return the 95 % interval of a figure, from samples of the rows drawn with replacement."""
    chosen = np.random.default_rng(1)
    drawn = []
    for _ in range(_DRAWS):
        sample = chosen.integers(len(truth), size=len(truth))
        if len(set(truth[sample].tolist())) > 1:
            drawn.append(float(figure(sample)))
    return [float(edge) for edge in np.quantile(drawn, (0.025, 0.975))]


def _rounded(found: Figures) -> Figures:
    return {
        key: [round(edge, 3) for edge in value] if isinstance(value, list) else round(value, 4)
        for key, value in found.items()
    }
