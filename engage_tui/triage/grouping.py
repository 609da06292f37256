"""Puts messages together that one answer would serve, and those that are copies of each other.

Two messages are as alike as the cosine of their embeddings, plus `SAME_INTENT` times the product of
both confidences where they want the same. A group is joined by how alike its members are *on
average*, so that none grows by a chain of small steps from one question to another.

The model puts a question and its translation near each other, so a group may hold several
languages. Names, numbers, sizes and places keep nothing apart: "do you ship to Spain" and "do you
ship to Japan" are the same question, because an answer-many text says where one ships at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engage_tui.triage.classifier import Classifier
from engage_tui.triage.features import normalise

Floats = NDArray[np.float32]

SAME_QUESTION = 0.60
SAME_INTENT = 0.0
"""Both chosen on written messages: `python -m tests.bench.lookalikes --tune`."""
COPY = 0.93
"""Slightly changed copies of one advertisement have more, questions about other things less."""

_EXACT = 2_000
"""Different texts of which every pair is looked at; it takes 16 MB and some tenths of a second."""
_NEVER = np.float32(-np.inf)
_NO_WORD = re.compile(r"@user\b|\bhttp\b|[\W_]+")


def same_words(text: str) -> str:
    """Return what of a text counts when copies are looked for: no case, signs, emoji or handles.

    A text of signs alone counts as it stands.
    """
    words = normalise(text)
    return " ".join(_NO_WORD.sub(" ", words).split()) or words


def places(
    vectors: Floats, wants: Sequence[tuple[str | None, float]], weight: float = SAME_INTENT
) -> Floats:
    """Return vectors whose product says how alike two messages are.

    Args:
        vectors: embeddings of length 1, one a row.
        wants: the intent of each message and how certain it is.
        weight: what an intent that both surely have adds.
    """
    intents = sorted({intent for intent, _ in wants if intent is not None})
    column = {intent: at for at, intent in enumerate(intents)}
    marks = np.zeros((len(wants), len(intents)), np.float32)
    for row, (intent, confidence) in enumerate(wants):
        if intent is not None:
            marks[row, column[intent]] = weight**0.5 * confidence
    return np.hstack([vectors.astype(np.float32), marks])


def questions(
    vectors: Floats,
    texts: Sequence[str],
    wants: Sequence[tuple[str | None, float]],
    least: float = SAME_QUESTION,
    weight: float = SAME_INTENT,
) -> list[list[int]]:
    """Return groups of messages that ask the same thing, as their numbers, biggest group first."""
    return groups(places(vectors, wants, weight), texts, least)


def questions_among(classifier: Classifier, texts: Sequence[str]) -> list[list[int]]:
    """Let the model read texts and return the groups of `questions`; empty texts are in none.

    Raises:
        ModelError: the model cannot be used.
    """
    readings = classifier.read(texts)
    read = classifier.triage(readings, texts)
    said = [int(number) for number in np.flatnonzero(readings.said)]
    found = questions(
        readings.embeddings[said],
        [texts[number] for number in said],
        [(read[number].intent.value, read[number].intent_confidence) for number in said],
    )
    return [[said[place] for place in group] for group in found]


def copies(vectors: Floats, texts: Sequence[str], least: float = COPY) -> list[list[int]]:
    """Return groups of messages that are the same text but for signs or a few words."""
    return groups(vectors, texts, least)


def groups(vectors: Floats, texts: Sequence[str], least: float) -> list[list[int]]:
    """Join messages whose average product is at least `least`, the most alike first.

    The same words always stand together, and what stands alone is left out. The groups do not
    depend on the order of the messages.
    """
    words = [same_words(text) for text in texts]
    members: dict[str, list[int]] = {}
    for number in sorted(range(len(texts)), key=lambda number: (words[number], texts[number])):
        members.setdefault(words[number], []).append(number)
    if not members:
        return []
    sizes = np.array([len(numbers) for numbers in members.values()], np.float32)
    sums = np.array([vectors[numbers].sum(axis=0) for numbers in members.values()], np.float32)
    joined: dict[int, list[int]] = {}
    for group, numbers in zip(_joined(sums, sizes, least), members.values(), strict=True):
        joined.setdefault(group, []).extend(numbers)
    found = [sorted(numbers) for numbers in joined.values() if len(numbers) > 1]
    return sorted(found, key=lambda numbers: (-len(numbers), numbers[0]))


def _joined(sums: Floats, sizes: Floats, least: float) -> list[int]:
    """Return the group of each item; of very many items the later ones join one after the other.

    The average product over all pairs of two groups is the product of their sums over both sizes.
    """
    first = slice(0, _EXACT)
    labels = _average_link(sums[first] / sizes[first, None], sizes[first].copy(), least)
    count = len(set(labels))
    totals, counts = np.zeros_like(sums), np.zeros_like(sizes)
    np.add.at(totals, labels, sums[first])
    np.add.at(counts, labels, sizes[first])
    for item in range(len(labels), len(sums)):
        # Not `@`, whose threads take longer to meet than such a product takes.
        alike = np.einsum("ij,j->i", totals[:count], sums[item]) / counts[:count] / sizes[item]
        group = int(alike.argmax())
        if alike[group] < least:
            group, count = count, count + 1
        totals[group] += sums[item]
        counts[group] += sizes[item]
        labels.append(group)
    return labels


def _average_link(means: Floats, sizes: Floats, least: float) -> list[int]:
    """Join the two groups that are most alike on average until none are alike enough."""
    alike = means @ means.T
    np.fill_diagonal(alike, _NEVER)
    nearest = alike.argmax(axis=1)
    rows = np.arange(len(means))
    owner = rows.copy()
    while True:
        closeness = alike[rows, nearest]
        one = int(closeness.argmax())
        other = int(nearest[one])
        if closeness[one] < least:
            return [int(label) for label in np.unique(owner, return_inverse=True)[1]]
        share = sizes[one] / (sizes[one] + sizes[other])
        row = share * alike[one] + (1 - share) * alike[other]
        row[[one, other]] = _NEVER
        sizes[one] += sizes[other]
        alike[one], alike[:, one] = row, row
        alike[other], alike[:, other] = _NEVER, _NEVER
        owner[owner == other] = one
        # A joined group is no nearer to a third than the nearer of its parts was.
        stale = np.flatnonzero((nearest == one) | (nearest == other) | (rows == one))
        nearest[stale] = alike[stale].argmax(axis=1)
