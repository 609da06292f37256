"""The way from text to buckets; golden values keep training and shipped models together."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage_tui.triage.features import MOST_CHARACTERS, NGrams, extract, normalise, shorten

NGRAMS = NGrams(buckets=2**18, words=2, shortest=3, longest=5)

GOLDEN: dict[str, list[int]] = {
    "ok": [18627, 29528, 127026, 211672],
    "How much?": [
        8452,
        22879,
        48386,
        49848,
        76339,
        91773,
        97714,
        103111,
        106092,
        108979,
        126642,
        141876,
        144744,
        151384,
        178787,
        201478,
        204099,
        211461,
        227547,
        238353,
    ],
    "多少錢": [73801, 94587, 155284, 155844, 211867],
    "❤️❤️": [44789, 167459],
}


def buckets(text: str) -> list[int]:
    return [int(bucket) for bucket in extract([text], NGRAMS).ids]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello,   WORLD!", "hello , world !"),
        ("Ｆｕｌｌ width", "full width"),
        ("soooooo good!!!!!!!", "sooo good ! ! !"),
        ("@ann see https://x.example/y", "@ user see http"),
        ("多少钱", "多 少 钱"),
        ("价格iphone多少", "价 格 iphone 多 少"),
        ("❤️\u200d🔥 ok", "❤ 🔥 ok"),
        ("f\u200br\u200bee", "free"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("Straße", "strasse"),
        (" \n\t ", ""),
    ],
)
def test_texts_are_normalised(text: str, words: str) -> None:
    assert normalise(text) == words


@pytest.mark.parametrize(("text", "expected"), GOLDEN.items())
def test_buckets_never_change(text: str, expected: list[int]) -> None:
    """A change here makes every trained model worthless: raise the scheme's name instead."""
    assert buckets(text) == expected


def test_buckets_are_the_same_in_another_process() -> None:
    script = (
        "from engage_tui.triage.features import NGrams, extract;"
        "print(extract(['Where is my parcel? 📦'], NGrams(2**18, 2, 3, 5)).ids.tolist())"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "123", "PYTHONPATH": ":".join(sys.path)},
    )
    assert shown.stdout.strip() == str(buckets("Where is my parcel? 📦"))


def test_the_runs_are_those_that_the_documentation_names() -> None:
    """`abc d`: words abc, d, `abc d`; characters ` ab`, `abc`, `bc `, ` abc`, `abc `, ` abc `."""
    assert len(buckets("abc d")) == 9


def test_words_of_one_character_give_word_features_only() -> None:
    assert len(buckets("多少钱")) == 5


def test_a_feature_counts_once_for_each_text() -> None:
    assert buckets("no no no no") == buckets("no no")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_features_do_not_depend_on_neighbours(texts: list[str]) -> None:
    bags = extract(texts, NGRAMS)
    for place, text in enumerate(texts):
        found = bags.ids[bags.starts[place] : bags.starts[place + 1]]
        assert found.tolist() == buckets(text)
        assert 0 not in found


def test_rows_are_filled_up_with_zeros() -> None:
    rows = extract(["a longer text", "", "ok"], NGRAMS).padded()
    assert rows.dtype == np.int32
    assert not rows[1].any()
    assert rows[2][rows[2] > 0].tolist() == buckets("ok")


def test_lone_surrogates_are_read() -> None:
    assert buckets("\ud83d broken") != []


def test_long_texts_keep_their_beginning_and_end() -> None:
    text = f"start {'x' * 10_000} finish"
    assert len(shorten(text)) == MOST_CHARACTERS
    assert shorten(text).startswith("start x")
    assert shorten(text).endswith("x finish")
    assert shorten("y" * MOST_CHARACTERS) == "y" * MOST_CHARACTERS
