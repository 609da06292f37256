from __future__ import annotations

import numpy as np

from models.training.sources import WRITTEN_SET, Lesson, bare
from models.training.table import NO_LABEL, tables

ORDER = {"intent": ["praise", "spam"], "spam": ["0", "1"]}


def test_a_text_carries_all_its_labels_and_is_never_on_both_sides() -> None:
    lessons = {
        "intent": [
            Lesson("Lovely!", "praise", "en", "a"),
            Lesson("buy followers", "spam", "en", "a"),
            Lesson("Held out, @user", "praise", "en", "b", dev=True),
            Lesson("held out", "spam", "en", "a"),
        ],
        "spam": [Lesson("lovely", "0", "en", "b"), Lesson("other", "1", "en", "b", weight=0.0)],
    }

    train, dev = tables(lessons, ORDER)

    assert sorted(map(bare, train.texts)) == ["buyfollowers", "lovely"]
    assert dev.texts == ["Held out, @user"]
    row = [bare(text) for text in train.texts].index("lovely")
    assert [train.labels[head][row] for head in ORDER] == [0, 0]
    assert train.labels["spam"][1 - row] == NO_LABEL
    assert train.weights["spam"][1 - row] == 0


def test_labels_of_a_language_are_evened_but_the_language_keeps_its_mass() -> None:
    rows = [Lesson(f"good {n}", "praise", "en", "a") for n in range(90)]
    rows += [Lesson(f"bad {n}", "spam", "en", "a") for n in range(10)]

    train, _ = tables({"intent": rows, "spam": []}, ORDER)

    mass = np.bincount(train.labels["intent"], train.weights["intent"])
    assert 10 < mass[1] < mass[0] < 90
    assert abs(mass.sum() - 100) < 0.01


def test_a_written_message_wins_over_a_public_row_of_the_same_words() -> None:
    rows = [
        Lesson("nice", "spam", "en", WRITTEN_SET),
        Lesson("Nice!", "praise", "en", "public"),
    ]

    train, _ = tables({"intent": rows, "spam": []}, ORDER)

    assert train.labels["intent"].tolist() == [1]
