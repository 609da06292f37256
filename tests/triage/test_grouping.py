"""Groups hang together as a whole, whatever the order in which their messages are given."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engage_tui.triage import Classifier, grouping
from engage_tui.triage.grouping import copies, groups, questions, questions_among, same_words

from .conftest import TinyModel

Floats = NDArray[np.float32]


def at_angles(*degrees: float) -> Floats:
    turns = [math.radians(angle) for angle in degrees]
    return np.array([(math.cos(turn), math.sin(turn)) for turn in turns], np.float32)


def names(count: int) -> list[str]:
    return [f"text {chr(97 + number % 26)}{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Price?", "price ???"),
        ("@ann how much 😍", "@bob How much"),
        ("LINK https://a.example/x", "link"),
        ("多少錢！", "多少錢"),
    ],
)
def test_case_signs_emoji_handles_and_links_do_not_part_copies(one: str, other: str) -> None:
    assert same_words(one) == same_words(other)
    assert copies(at_angles(0, 90), [one, other]) == [[0, 1]]


def test_other_words_and_other_emoji_are_no_copies() -> None:
    assert copies(at_angles(0, 40, 80, 120), ["price?", "prize?", "😍", "😂"]) == []


def test_nearly_the_same_text_is_a_copy() -> None:
    vectors = at_angles(0, 12, 60)
    texts = ["earn 500 a day", "earn 600 a day", "love it"]
    assert copies(vectors, texts) == [[0, 1]]


def test_a_chain_of_small_steps_does_not_become_one_group() -> None:
    steps = at_angles(*range(0, 180, 10))
    found = groups(steps, names(18), 0.9)
    assert max(len(group) for group in found) < 10
    for group in found:
        rows = steps[group]
        between = (rows @ rows.T)[~np.eye(len(group), dtype=bool)]
        assert between.mean() >= 0.9


def test_no_two_groups_are_left_that_belong_together() -> None:
    vectors = np.random.default_rng(3).normal(size=(60, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = groups(vectors, names(60), 0.8)
    grouped = {number for group in found for number in group}
    everything = found + [[number] for number in range(60) if number not in grouped]
    for at, one in enumerate(everything):
        for other in everything[at + 1 :]:
            assert (vectors[one] @ vectors[other].T).mean() < 0.8


@given(st.permutations(range(40)))
def test_the_order_of_messages_does_not_matter(order: Sequence[int]) -> None:
    chosen = np.random.default_rng(8)
    vectors = chosen.normal(size=(40, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"message {number % 33}" for number in range(40)]

    def as_sets(found: list[list[int]]) -> set[frozenset[int]]:
        return {frozenset(group) for group in found}

    before = as_sets(groups(vectors, texts, 0.7))
    moved = groups(vectors[list(order)], [texts[number] for number in order], 0.7)
    assert as_sets([[order[place] for place in group] for group in moved]) == before


def test_of_very_many_the_later_ones_join_the_best_group_or_begin_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grouping, "_EXACT", 4)
    vectors = at_angles(0, 5, 90, 95, 2, 91, 180, 182)
    assert groups(vectors, names(8), 0.9) == [[0, 1, 4], [2, 3, 5], [6, 7]]


def test_the_same_intent_brings_messages_together() -> None:
    vectors = at_angles(0, 65)
    texts = ["what does it cost", "price"]
    alike = [("price_question", 0.9), ("price_question", 1.0)]
    unlike = [("price_question", 0.9), ("praise", 1.0)]
    assert questions(vectors, texts, alike, 0.5, 0.15) == [[0, 1]]
    assert questions(vectors, texts, unlike, 0.5, 0.15) == []
    assert questions(vectors, texts, [(None, 0.0), (None, 0.0)], 0.5, 0.15) == []


def test_nothing_gives_no_groups() -> None:
    assert groups(np.zeros((0, 4), np.float32), [], 0.5) == []


def test_the_biggest_group_comes_first() -> None:
    vectors = at_angles(0, 90, 91, 92, 1)
    assert groups(vectors, names(5), 0.9) == [[1, 2, 3], [0, 4]]


def test_texts_that_say_nothing_are_in_no_group(tiny: TinyModel) -> None:
    found = questions_among(Classifier(tiny.folder), ["how much?", "", "How much", "  "])
    assert found == [[0, 2]]
