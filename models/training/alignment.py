"""Gives new word pieces a first meaning: the mean of the English pieces they are translations of.

IBM model 1 over the sentence pairs: which English piece explains a foreign one, found by
expectation and maximisation from nothing but what occurs together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_ROUNDS = 4
_LONGEST = 24
_MOST_PAIRS = 120_000
_FEWEST = 1e-3
_LIKELY, _SEEN = 0.15, 2.0


def translations(
    pairs: Sequence[tuple[Sequence[int], Sequence[int]]], pieces: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return foreign piece, English piece and how often the one stands for the other.

    `pairs` holds the pieces of English sentences and of their translations.
    """
    english, foreign, sentence = [], [], []
    for number, (en, other) in enumerate(pairs[:_MOST_PAIRS]):
        if not en or not other or max(len(en), len(other)) > _LONGEST:
            continue
        a, b = np.meshgrid(np.asarray(en, np.int64), np.asarray(other, np.int64))
        english.append(a.ravel())
        foreign.append(b.ravel())
        # One number for each foreign piece of each sentence: its links share one unit of mass.
        spots = np.repeat(np.arange(len(other), dtype=np.int64), len(en))
        sentence.append(spots + number * _LONGEST)
    e, f, spot = np.concatenate(english), np.concatenate(foreign), np.concatenate(sentence)
    kinds, link = np.unique(e * pieces + f, return_inverse=True)
    e_kind, f_kind = kinds // pieces, kinds % pieces
    _, spot = np.unique(spot, return_inverse=True)
    chance: NDArray[np.float64] = np.ones(len(kinds))
    mass: NDArray[np.float64] = chance
    for _ in range(_ROUNDS):
        weight = chance[link]
        weight /= np.bincount(spot, weight)[spot]
        mass = np.bincount(link, weight, len(kinds)).astype(np.float64)
        chance = mass / np.bincount(e_kind, mass, pieces)[e_kind]
    return f_kind, e_kind, mass


def project(
    known: Floats,
    is_known: NDArray[np.bool_],
    found: Sequence[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]],
) -> Floats:
    """Return embeddings of all pieces; those that nothing explains get the mean of the known."""
    pieces, width = known.shape
    total, mass = np.zeros((pieces, width)), np.zeros(pieces)
    for foreign, english, weight in found:
        share = weight / np.bincount(foreign, weight, pieces)[foreign]
        kept = is_known[english] & ~is_known[foreign] & (share > _FEWEST)
        # Squared: what is likely counts, the long tail of chance does not.
        power = np.where(kept, weight * share, 0.0)
        for start in range(0, len(power), 200_000):
            part = slice(start, start + 200_000)
            rows = np.flatnonzero(power[part]) + start
            np.add.at(total, foreign[rows], known[english[rows]] * power[rows, None])
        mass += np.bincount(foreign, power, pieces)
    result = known.copy()
    centre = known[is_known].mean(axis=0)
    told = (mass > 0) & ~is_known
    result[told] = (total[told] / mass[told, None]).astype(np.float32)
    # A mean is shorter than its parts; the layers above expect the usual length.
    usual = np.median(np.linalg.norm(known[is_known] - centre, axis=1))
    away = result[told] - centre
    length = np.linalg.norm(away, axis=1, keepdims=True)
    result[told] = centre + away * np.minimum(usual / np.maximum(length, 1e-6), 3.0)
    result[~told & ~is_known] = centre
    return result


def lexicon(
    found: Sequence[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]],
    pieces: int,
) -> NDArray[np.int32]:
    """Return for each language and English piece the likeliest translation, or -1."""
    table = np.full((len(found), pieces), -1, np.int32)
    for number, (foreign, english, weight) in enumerate(found):
        share = weight / np.bincount(english, weight, pieces)[english]
        # By rising share: of the links of one piece, the likeliest is written last.
        order = np.argsort(share)
        order = order[(share[order] > _LIKELY) & (weight[order] > _SEEN)]
        table[number, english[order]] = foreign[order]
    return table
