"""All lessons as one table: a text once, with whatever labels the sets give it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.sources import WRITTEN_SET, Lesson, bare, chance

EVENNESS = {"intent": 0.6, "sentiment": 0.8, "spam": 0.5, "toxicity": 0.5}
"""How far rare labels of a language are raised: 0 leaves them, 1 makes all equal."""
NO_LABEL = -1


@dataclass(slots=True)
class Table:
    """Texts with labels and weights by head; -1 and 0 where a text says nothing of a head."""

    texts: list[str]
    languages: list[str]
    sources: list[str]
    labels: dict[str, NDArray[np.int64]]
    weights: dict[str, NDArray[np.float32]]

    def places(self, head: str, source: str = "", language: str = "") -> NDArray[np.int64]:
        """Return the rows that have a label of a head, in a set and language if given."""
        right = self.labels[head] != NO_LABEL
        if source:
            right &= np.array([name == source for name in self.sources])
        if language:
            right &= np.array([name == language for name in self.languages])
        return np.flatnonzero(right)


def tables(
    lessons: Mapping[str, Sequence[Lesson]], order: Mapping[str, Sequence[str]]
) -> tuple[Table, Table]:
    """Return training and held-out rows; no text is in both, punctuation and handles aside."""
    dev: dict[str, dict[str, Lesson]] = defaultdict(dict)
    train: dict[str, dict[str, Lesson]] = defaultdict(dict)
    for head, some in lessons.items():
        for lesson in some:
            chosen = dev if lesson.dev else train
            if lesson.dev or lesson.weight:
                # A written message wins over a public row of the same words.
                known = chosen[bare(lesson.text)].get(head)
                if known is None or known.source != WRITTEN_SET:
                    chosen[bare(lesson.text)][head] = lesson
    for key in dev:
        train.pop(key, None)
    return _table(train, order, even=True), _table(dev, order, even=False)


def _table(
    found: Mapping[str, Mapping[str, Lesson]], order: Mapping[str, Sequence[str]], even: bool
) -> Table:
    keys = sorted(found, key=chance)
    firsts = [next(iter(found[key].values())) for key in keys]
    table = Table(
        [lesson.text for lesson in firsts],
        [lesson.lang for lesson in firsts],
        [lesson.source for lesson in firsts],
        {},
        {},
    )
    for head, names in order.items():
        numbers = {name: number for number, name in enumerate(names)}
        labels = np.full(len(keys), NO_LABEL, np.int64)
        weights = np.zeros(len(keys), np.float32)
        for row, key in enumerate(keys):
            lesson = found[key].get(head)
            if lesson is not None:
                labels[row], weights[row] = numbers[lesson.label], lesson.weight
        if even:
            weights *= _raise(labels, weights, table.languages, EVENNESS[head])
        table.labels[head], table.weights[head] = labels, weights
    return table


def evened(lessons: Sequence[Lesson], order: Sequence[str], evenness: float) -> NDArray[np.float32]:
    """Return factors for the weights of lessons that give the labels nearly the same mass."""
    numbers = {name: number for number, name in enumerate(order)}
    labels = np.array([numbers[lesson.label] for lesson in lessons])
    weights = np.array([lesson.weight for lesson in lessons], np.float32)
    return _raise(labels, weights, [lesson.lang for lesson in lessons], evenness)


def _raise(
    labels: NDArray[np.int64],
    weights: NDArray[np.float32],
    languages: Sequence[str],
    evenness: float,
) -> NDArray[np.float32]:
    """Return factors that give the labels of each language nearly the same mass.

    Otherwise a language whose only public set is about abuse would itself look like abuse.
    """
    names = sorted(set(languages))
    where = np.array([names.index(language) for language in languages])
    factors = np.zeros(len(labels), np.float32)
    for number in range(len(names)):
        here = (where == number) & (labels != NO_LABEL)
        if not here.any():
            continue
        mass = np.bincount(labels[here], weights[here])
        seen = mass > 0
        factor = np.zeros(len(mass))
        factor[seen] = (mass[seen].mean() / mass[seen]) ** evenness
        # The language keeps its mass; only its labels change places.
        factor *= mass.sum() / max(float((factor * mass).sum()), 1e-9)
        factors[here] = np.minimum(factor, 12.0)[labels[here]]
    return factors
