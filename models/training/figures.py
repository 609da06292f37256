"""Measures a head on held-out lessons, by set and language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, recall_score, roc_auc_score

from models.training.fit import Floats, Head
from models.training.sources import EXAM, Lesson

_FEWEST = 30
"""Groups with fewer rows are not reported: the figure would be noise."""


def even_weights(lessons: Sequence[Lesson], only: str = "") -> list[float]:
    """Return weights under which every set and language counts the same, whatever its size.

    With `only` no other set counts at all. The exam never does: it shows what calibration is
    worth on rows that it has not seen.
    """
    sizes = Counter((lesson.source, lesson.lang) for lesson in lessons)
    return [
        1 / sizes[lesson.source, lesson.lang]
        if lesson.source != EXAM and lesson.source == (only or lesson.source)
        else 0.0
        for lesson in lessons
    ]


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the mean distance between confidence and share of right answers, over ten bins."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[place == at].mean() - right[place == at].mean()) * np.mean(place == at)
        for at in range(bins)
        if (place == at).any()
    ]
    return float(sum(gaps))


def measure(head: Head, scores: Floats, lessons: Sequence[Lesson]) -> dict[str, dict[str, float]]:
    """Return figures for each set and language and for all of them together."""
    groups: dict[str, list[int]] = {"all": list(range(len(lessons)))}
    for place, lesson in enumerate(lessons):
        groups.setdefault(f"{lesson.source} {lesson.lang}", []).append(place)
    probabilities = head.probabilities(scores)
    truth = np.array([head.labels.index(lesson.label) for lesson in lessons])
    return {
        group: _figures(head, probabilities[places], truth[places])
        for group, places in sorted(groups.items())
        if len(places) >= _FEWEST
    }


def _figures(head: Head, probabilities: Floats, truth: NDArray[np.int64]) -> dict[str, float]:
    """Return the figures of one group."""
    guess = probabilities.argmax(axis=1)
    found = {
        "rows": float(len(truth)),
        "accuracy": float(np.mean(guess == truth)),
        "ece": calibration_error(probabilities.max(axis=1), guess == truth),
    }
    if len(set(truth.tolist())) > 1:
        if head.binary:
            found["auc"] = float(roc_auc_score(truth, probabilities[:, 1]))
            found["f1"] = float(f1_score(truth, guess))
        else:
            present = sorted(set(truth.tolist()))
            found["macro_recall"] = float(
                recall_score(truth, guess, labels=present, average="macro", zero_division=0)
            )
            found["macro_f1"] = float(
                f1_score(truth, guess, labels=present, average="macro", zero_division=0)
            )
    return {key: round(value, 4) for key, value in found.items()}
