"""Puts together all lessons of all heads, and the held-out rows that models are measured on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engage_tui.domain.triage import Intent, Sentiment
from models.training import languages, projection, sources
from models.training.sources import WRITTEN_SET, Lesson, Lessons, bare, chance

ORDER: dict[str, Sequence[str]] = {
    "intent": [intent.value for intent in Intent],
    "sentiment": [sentiment.value for sentiment in Sentiment],
    "toxicity": ["0", "1"],
    "spam": ["0", "1"],
    "language": languages.LANGUAGES,
}
MOST = 2000
"""Held-out rows of one set and language."""


@dataclass(frozen=True, slots=True)
class Held:
    """Held-out rows of one head."""

    texts: list[str]
    languages: list[str]
    sources: list[str]
    truth: NDArray[np.int64]


def collect(data: Path, pairs: Path) -> Lessons:
    """Return the lessons of every head."""
    lessons = sources.read(data)
    projection.teach(lessons, pairs)
    languages.teach(lessons, pairs)
    return lessons


def held_out(data: Path, pairs: Path) -> dict[str, Held]:
    """Return the held-out rows by head; of large sets a fair sample."""
    lessons = collect(data, pairs)
    return {head: held(lessons.heads[head], head) for head in ORDER}


def held(lessons: Sequence[Lesson], head: str) -> Held:
    """Return the held-out rows of one head, each text once.

    Intents are measured on written messages: those of public sets are far from an inbox.
    """
    chosen = {bare(lesson.text): lesson for lesson in lessons if lesson.dev}
    counts: Counter[tuple[str, str]] = Counter()
    rows = []
    for lesson in sorted(chosen.values(), key=lambda lesson: chance(lesson.text)):
        group = lesson.source, lesson.lang
        if (head == "intent" and lesson.source != WRITTEN_SET) or counts[group] == MOST:
            continue
        counts[group] += 1
        rows.append(lesson)
    order = {label: place for place, label in enumerate(ORDER[head])}
    return Held(
        [lesson.text for lesson in rows],
        [lesson.lang for lesson in rows],
        [lesson.source for lesson in rows],
        np.array([order[lesson.label] for lesson in rows]),
    )
