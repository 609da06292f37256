from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from models.training import batches


def rows() -> batches.Rows:
    chosen = np.random.default_rng(1)
    return [np.ones(chosen.integers(3, 90), np.int32) for _ in range(500)]


def test_every_row_comes_up_and_shapes_are_few() -> None:
    some = rows()
    plan = list(batches.shuffled(some, np.arange(500), 512, np.random.default_rng(2)))

    shapes = {tuple(batches.stack(some, batch).shape) for batch in plan}

    assert set(np.concatenate(plan).tolist()) == set(range(500))
    assert len(shapes) <= 2 * len(batches.LENGTHS)
    assert all(count * length <= 512 for count, length in shapes)


def test_batches_in_order_hold_every_row() -> None:
    plan = list(batches.in_order(rows(), 512))

    assert set(np.concatenate(plan).tolist()) == set(range(500))
