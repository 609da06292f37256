"""Turns the network's scores into probabilities, honest for the language that was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engage_tui.triage.contract import HEADS, OTHERWISE, YES_OR_NO, Contract

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Probabilities, one row for each text; the rows of the first two add up to 1."""

    intent: Floats
    sentiment: Floats
    toxicity: Floats
    spam: Floats


class Calibration:
    """The scales of one contract, a row for each language and a last one for all others."""

    def __init__(self, contract: Contract) -> None:
        self._columns = contract.columns
        self._rows = {language: row for row, language in enumerate(contract.languages)}
        self._temperatures: dict[str, Floats] = {}
        self._shifts: dict[str, Floats] = {}
        for head in HEADS:
            scales = contract.calibration[head]
            rows = [
                scales.get(language, scales[OTHERWISE])
                for language in (*contract.languages, OTHERWISE)
            ]
            self._temperatures[head] = np.array([[row.temperature] for row in rows], np.float32)
            self._shifts[head] = np.array([[row.shift] for row in rows], np.float32)

    def languages(self, scores: Floats) -> Floats:
        """Return the probability of each language."""
        return _softmax(self._scaled("language", scores, np.zeros(len(scores), np.intp)))

    def others(self, scores: Floats, languages: Sequence[str]) -> Probabilities:
        """Return the probabilities of the other heads, given the language of each text."""
        rows = np.array(
            [self._rows.get(language, len(self._rows)) for language in languages], np.intp
        )
        toxicity, spam = (_yes(self._scaled(head, scores, rows)[:, 0]) for head in YES_OR_NO)
        return Probabilities(
            _softmax(self._scaled("intent", scores, rows)),
            _softmax(self._scaled("sentiment", scores, rows)),
            toxicity,
            spam,
        )

    def _scaled(self, head: str, scores: Floats, rows: NDArray[np.intp]) -> Floats:
        own = scores[:, self._columns[head]]
        return own / self._temperatures[head][rows] + self._shifts[head][rows]


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _yes(scores: Floats) -> Floats:
    # Beyond 80 the power would overflow, and the probability is 0 or 1 anyway.
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -80, 80))), np.float32)
