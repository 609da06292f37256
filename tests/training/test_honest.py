from __future__ import annotations

import numpy as np
import pytest

from models.training import figures, honest


def answers(rows: int, heat: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores that are `heat` times as sure as they should be, and what is true."""
    chosen = np.random.default_rng(3)
    scores = chosen.normal(0, 2, (rows, 4))
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = np.array([chosen.choice(4, p=row) for row in chances])
    return (scores * heat).astype(np.float32), truth


@pytest.mark.parametrize("heat", [0.5, 3.0])
def test_a_temperature_undoes_what_made_the_scores_too_sure(heat: float) -> None:
    scores, truth = answers(4000, heat)

    found = honest.scale(scores, truth, np.ones(4000), None)

    assert found["temperature"] == pytest.approx(heat, rel=0.1)


def test_each_language_gets_its_own_numbers_if_it_has_rows_enough() -> None:
    cool, cool_truth = answers(3000, 1.0)
    hot, hot_truth = answers(3000, 3.0)
    few, few_truth = answers(20, 9.0)
    scores, truth = np.vstack([cool, hot, few]), np.concatenate([cool_truth, hot_truth, few_truth])
    languages = ["en"] * 3000 + ["pl"] * 3000 + ["it"] * 20

    found = honest.scales(scores, truth, np.ones(6020), languages)

    assert set(found) == {"", "en", "pl"}
    assert found["en"]["temperature"] < 1.3 < 2.5 < found["pl"]["temperature"]


def test_rows_are_told_by_the_numbers_of_the_other_half() -> None:
    scores, truth = answers(400, 1.0)
    half = np.arange(400) < 200
    scores[~half] *= 5

    chances = honest.across(scores, truth, np.ones(400), ["en"] * 400, half)

    error = figures.calibration_error(chances.max(axis=1), chances.argmax(axis=1) == truth)
    assert error > 0.15  # On its own half each number would have been right.


def test_the_better_of_two_parts_counts_for_more() -> None:
    good, truth = answers(2000, 1.0)
    noise = np.random.default_rng(4).normal(0, 2, good.shape).astype(np.float32)

    first, second, _ = honest.fuse(good, noise, truth, np.ones(2000))

    assert first > 0.8
    assert second < 0.1


def test_reliability_counts_every_row_once() -> None:
    confidence = np.array([0.05, 0.55, 0.56, 1.0])
    right = np.array([False, True, False, True])

    bins = figures.reliability(confidence, right)

    assert [(start, count) for start, _, _, count in bins] == [(0.0, 1), (0.5, 2), (0.9, 1)]
    assert figures.calibration_error(confidence, right) == pytest.approx(
        (0.05 + 2 * 0.055 + 0.0) / 4, abs=1e-9
    )
