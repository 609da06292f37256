"""Cuts texts into pieces once, and puts rows of like length together into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engage_tui.triage.pieces import FIRST, LAST, PAD, WINDOW, Pieces

Rows = list[NDArray[np.int32]]
LENGTHS = (8, 12, 16, 20, 24, 32, 40, 48, 64, WINDOW)
"""Pieces in a row of a batch."""


def cut(texts: Sequence[str], pieces: Pieces) -> Rows:
    """Return one row for each text: its first window, ends included."""
    return [np.asarray([FIRST, *pieces.cut(text)[: WINDOW - 2], LAST], np.int32) for text in texts]


def shuffled(
    rows: Rows, places: NDArray[np.int64], tokens: int, chosen: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield places of rows in batches of about `tokens` pieces, in random order.

    Only within some dozens of batches are rows sorted by length, so that batches stay mixed.
    """
    lengths = np.array([len(rows[place]) for place in places])
    order = chosen.permutation(len(places))
    mean = max(1, int(tokens / max(1.0, float(lengths.mean()))))
    for start in range(0, len(order), 40 * mean):
        stretch = order[start : start + 40 * mean]
        stretch = stretch[np.argsort(lengths[stretch], kind="stable")]
        ready = list(_filled(stretch, lengths, tokens))
        for number in chosen.permutation(len(ready)):
            yield places[ready[number]]


def in_order(rows: Rows, tokens: int) -> Iterator[NDArray[np.int64]]:
    """Yield places of all rows in batches, the shortest first; some rows may come twice."""
    lengths = np.array([len(row) for row in rows])
    yield from _filled(np.argsort(lengths, kind="stable"), lengths, tokens)


def _filled(
    order: NDArray[np.int64], lengths: NDArray[np.int64], tokens: int
) -> Iterator[NDArray[np.int64]]:
    """Part rows sorted by length into full batches; the last one repeats some rows.

    Batches come in few shapes, since a processor's fast kernels are made anew for each shape.
    """
    start = 0
    while start < len(order):
        for length in LENGTHS:
            count = tokens // length
            last = lengths[order[min(len(order), start + count) - 1]]
            if last <= length:
                break
        batch = order[start : start + count]
        yield batch if len(batch) == count else np.resize(order[-count:], count)
        start += count


def stack(rows: Rows, places: NDArray[np.int64]) -> Tensor:
    """Return a batch, its rows filled up to one of the lengths."""
    longest = max(len(rows[place]) for place in places)
    length = next(length for length in LENGTHS if length >= longest)
    batch = np.full((len(places), length), PAD, np.int64)
    for row, place in enumerate(places):
        batch[row, : len(rows[place])] = rows[place]
    return torch.from_numpy(batch)
