from __future__ import annotations

import numpy as np

from models.training.alignment import lexicon, project, translations

HOUSE, DOG, BIG, DOM, PIES, DUZY = range(6)
PAIRS = [
    ([HOUSE], [DOM]),
    ([DOG], [PIES]),
    ([BIG, HOUSE], [DUZY, DOM]),
    ([BIG, DOG], [DUZY, PIES]),
    ([BIG, DOG], [DUZY, PIES]),
]


def test_a_new_piece_begins_where_its_translation_stands() -> None:
    known = np.zeros((6, 3), np.float32)
    known[[HOUSE, DOG, BIG]] = np.eye(3)
    is_known = np.array([True, True, True, False, False, False])

    words = project(known, is_known, [translations(PAIRS * 5, 6)])

    assert words[[DOM, PIES, DUZY]].argmax(axis=1).tolist() == [0, 1, 2]
    assert (words[:3] == known[:3]).all()


def test_a_piece_that_nothing_explains_begins_in_the_middle() -> None:
    known = np.array([[1, 0], [0, 1], [0, 0]], np.float32)

    words = project(known, np.array([True, True, False]), [translations([([0], [1])], 3)])

    assert words[2].tolist() == [0.5, 0.5]


def test_the_lexicon_names_the_likeliest_translation_only() -> None:
    table = lexicon([translations(PAIRS * 5, 6)], 6)

    assert table[0].tolist() == [DOM, PIES, DUZY, -1, -1, -1]
