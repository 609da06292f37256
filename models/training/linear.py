"""The plain part of the model: a linear head for each task over hashed n-grams.

It is strong where spelling tells all: spam, language, Polish endings, Chinese words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engage_tui.triage.features import NGrams
from models.training.fit import fit, matrix
from models.training.sources import Lesson, bare
from models.training.table import EVENNESS, evened

NGRAMS = NGrams(buckets=2**17, words=2, shortest=3, longest=5)
STRENGTH = {"intent": 30.0, "sentiment": 2.0, "toxicity": 2.0, "spam": 10.0, "language": 10.0}
ROUNDS = {"intent": 50, "sentiment": 50, "toxicity": 60, "spam": 60, "language": 30}

Floats = NDArray[np.float32]


def columns(head: str, order: Mapping[str, Sequence[str]]) -> slice:
    """Return the columns of a head: one for yes or no, else one for each label."""
    widths = {name: 1 if len(labels) == 2 else len(labels) for name, labels in order.items()}
    names = list(order)
    start = sum(widths[name] for name in names[: names.index(head)])
    return slice(start, start + widths[head])


def train(
    lessons: Mapping[str, Sequence[Lesson]],
    order: Mapping[str, Sequence[str]],
    held_out: Sequence[str],
    path: Path,
) -> tuple[Floats, Floats]:
    """Return weights [buckets, columns] and bias [columns]; what was fitted before is read."""
    columns, biases = [], []
    away = {bare(text) for text in held_out}
    for head, labels in order.items():
        kept = path.with_name(f"{path.stem}-{head}.npz")
        if not kept.exists():
            rows = [
                lesson
                for lesson in lessons[head]
                if not lesson.dev and lesson.weight and bare(lesson.text) not in away
            ]
            if head in ("intent", "sentiment"):
                factors = evened(rows, labels, EVENNESS[head])
                rows = [
                    replace(row, weight=row.weight * float(factor))
                    for row, factor in zip(rows, factors, strict=True)
                ]
            found = fit(
                matrix([row.text for row in rows], NGRAMS),
                [row.label for row in rows],
                [row.weight for row in rows],
                labels,
                STRENGTH[head],
                ROUNDS[head],
            )
            np.savez(kept, weights=found[0], bias=found[1])
            print(f"linear {head}: {len(rows)} rows", flush=True)
        part = np.load(kept)
        columns.append(part["weights"])
        biases.append(part["bias"])
    return np.concatenate(columns, axis=1), np.concatenate(biases)
