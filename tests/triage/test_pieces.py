"""Cutting texts into word pieces, and long texts into windows."""

from __future__ import annotations

import pytest

from engage_tui.triage.features import normalise
from engage_tui.triage.pieces import FIRST, LAST, SPECIAL, UNKNOWN, WINDOW, Pieces

VOCABULARY = [
    *SPECIAL,
    "so",
    "##me",
    "some",
    "thing",
    "##thing",
    "?",
    "多",
    "多少",
    "l",
    "##o",
    "b",
]


@pytest.fixture
def pieces() -> Pieces:
    return Pieces(VOCABULARY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Something?", ["some", "##thing", "?"]),
        ("some  thing", ["some", "thing"]),
        ("sóme", ["some"]),
        ("loooooo", ["l", "##o"]),
        ("多少多", ["多少", "多"]),
        ("łb", ["l", "[UNK]"]),
        ("", []),
        ("b" * 30, ["b"]),
    ],
)
def test_texts_are_cut_into_the_longest_known_pieces(
    pieces: Pieces, text: str, expected: list[str]
) -> None:
    assert [VOCABULARY[number] for number in pieces.cut(text)] == expected


def test_a_short_text_is_one_window(pieces: Pieces) -> None:
    assert pieces.windows(normalise("Some?")) == [[FIRST, 6, 9, LAST]]
    assert pieces.windows("") == [[FIRST, LAST]]


def test_windows_of_a_long_text_overlap_and_cover_it(pieces: Pieces) -> None:
    text = " ".join(f"{'some ' * (number % 7)}?" for number in range(60))
    cut, rows = pieces.cut(text), pieces.windows(text)
    assert len(rows) > 2
    assert all(row[0] == FIRST and row[-1] == LAST and len(row) <= WINDOW for row in rows)
    joined = rows[0][1:-1]
    for row in rows[1:]:
        assert joined[-30:] == row[1:31]
        joined += row[31:-1]
    assert joined == cut


def test_a_very_long_text_costs_no_more_than_sixteen_windows(pieces: Pieces) -> None:
    text = "? " * 2_000 + "some some"
    rows = pieces.windows(text)
    assert len(rows) == 16
    assert rows[-1][-3:] == [6, 6, LAST]
    assert UNKNOWN not in rows[0]


@pytest.mark.parametrize("vocabulary", [[], ["a", *SPECIAL], [*SPECIAL, "a", "a"]])
def test_other_vocabularies_are_refused(vocabulary: list[str]) -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        Pieces(vocabulary)
