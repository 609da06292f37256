"""Makes the scores honest: how the two parts are added up, and what a score is worth.

Everything is found on held-out rows by maximum likelihood, with few numbers, and told on rows that
a number was not found on (`across`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax

Floats = NDArray[np.float32]
Scale = dict[str, float]

FEWEST = 100
"""A language with fewer held-out rows is calibrated like all others together."""
_TRUST = 60.0
"""Rows by which a language's own numbers are drawn to those of all."""


def fuse(
    looked: Floats, counted: Floats, truth: NDArray[np.int64], mass: NDArray[np.float64]
) -> tuple[float, float, Floats]:
    """Return the factors of transformer and n-grams, and a bias for each column."""
    width = looked.shape[1]

    def loss(numbers: NDArray[np.float64]) -> float:
        scores = looked * numbers[0] + counted * numbers[1] + numbers[2:]
        # A weak pull of the biases to 0: the share of each label in an inbox is not known.
        return _surprise(scores, truth, mass) + 0.01 * float(np.square(numbers[2:]).mean())

    start = np.concatenate(([0.7, 0.5], np.zeros(width)))
    bounds = [(0.0, None), (0.0, None), *[(-2.0, 2.0)] * width]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    return float(found[0]), float(found[1]), found[2:].astype(np.float32)


def scale(
    scores: Floats, truth: NDArray[np.int64], mass: NDArray[np.float64], general: Scale | None
) -> Scale:
    """Return temperature and shift; drawn to `general` where the rows are few."""
    binary = scores.shape[1] == 1
    before = general or {"temperature": 1.0, "shift": 0.0}
    pull = _TRUST / len(truth) if general else 0.0

    def loss(numbers: NDArray[np.float64]) -> float:
        shift = numbers[1] if binary else 0.0
        away = (numbers[0] - np.log(before["temperature"])) ** 2 + (shift - before["shift"]) ** 2
        surprise = _surprise(scores / np.exp(numbers[0]) + shift, truth, mass)
        return surprise + 0.1 * pull * float(away)

    start = np.array([np.log(before["temperature"]), before["shift"]])
    found = minimize(loss, start, method="Nelder-Mead").x
    numbers = {"temperature": round(float(np.exp(found[0])), 4)}
    if binary:
        numbers["shift"] = round(float(found[1]), 4)
    return numbers


def scales(
    scores: Floats,
    truth: NDArray[np.int64],
    mass: NDArray[np.float64],
    languages: Sequence[str],
) -> dict[str, Scale]:
    """Return the numbers of each language, and under `""` those of all others."""
    general = scale(scores, truth, mass, None)
    found = {"": general}
    where = np.array(languages)
    for language in sorted(set(languages)):
        here = where == language
        if here.sum() >= FEWEST:
            found[language] = scale(
                scores[here], truth[here], mass[here], {"shift": 0.0, **general}
            )
    return found


def probabilities(
    scores: Floats, languages: Sequence[str], found: Mapping[str, Scale]
) -> NDArray[np.float64]:
    """Return calibrated probabilities, as the program works them out."""
    used = [found.get(language, found[""]) for language in languages]
    heat = np.array([[numbers["temperature"]] for numbers in used])
    shift = np.array([[numbers.get("shift", 0.0)] for numbers in used])
    scaled = scores / heat + shift
    if scores.shape[1] == 1:
        yes = expit(scaled[:, 0])
        return np.stack([1 - yes, yes], axis=1)
    return np.asarray(softmax(scaled, axis=1))


def across(
    scores: Floats,
    truth: NDArray[np.int64],
    mass: NDArray[np.float64],
    languages: Sequence[str],
    half: NDArray[np.bool_],
    find: Callable[..., dict[str, Scale]] = scales,
) -> NDArray[np.float64]:
    """Return probabilities of each half by the numbers that were found on the other."""
    where = np.array(languages)
    result = np.zeros((len(scores), max(2, scores.shape[1])))
    for part in (half, ~half):
        found = find(scores[~part], truth[~part], mass[~part], where[~part].tolist())
        result[part] = probabilities(scores[part], where[part].tolist(), found)
    return result


def _surprise(
    scores: NDArray[np.floating], truth: NDArray[np.int64], mass: NDArray[np.float64]
) -> float:
    share = mass / mass.sum()
    if scores.shape[1] == 1:
        sign = np.where(truth == 1, 1.0, -1.0)
        return float(share @ np.logaddexp(0, -sign * scores[:, 0]))
    return float(-share @ log_softmax(scores, axis=1)[np.arange(len(truth)), truth])
