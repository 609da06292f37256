"""Cleaned text can be stored, and what was stored is found again."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage_tui.domain.cleaning import clean, search_form, search_phrase

TEXTS = [
    "Where is my parcel? It's late",
    "the ready-made mug a-b costs 35",
    "col:x NEAR AND or plain words",
    'she said "never again"',
    "请问这个杯子什么时候有货？谢谢",
    "杯子在哪里买iPhone15手机壳",
    "このマグカップはいつ入荷しますか",
    "배송이 언제 되나요",
    "สินค้ามาถึงเมื่อไหร่",
    "Śliczny kubek, ile kosztuje?",
]


@pytest.fixture
def index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE texts USING fts5(body, tokenize='unicode61 remove_diacritics 2')"
    )
    connection.executemany(
        "INSERT INTO texts(rowid, body) VALUES (?, ?)",
        [(number, search_form(text) or text) for number, text in enumerate(TEXTS)],
    )
    return connection


def found(index: sqlite3.Connection, term: str) -> list[int]:
    rows = index.execute(
        "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid", (search_phrase(term),)
    )
    return [number for (number,) in rows]


def test_halves_of_a_character_that_stand_together_are_joined() -> None:
    assert clean("a\ud83d\ude00b") == "a😀b"


def test_half_a_character_alone_becomes_the_replacement_character() -> None:
    assert clean("a\ud800b\udc00\ud800") == "a\ufffdb\ufffd\ufffd"


def test_nul_becomes_its_symbol() -> None:
    assert clean("a\0b") == "a␀b"


def test_everything_else_stays_as_it_came() -> None:
    text = "\x1b[31m \u202e\u200b\r\n e\u0301 <b>&amp; 你好\ufeff"
    assert clean(text) == text


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters() | st.sampled_from("\0\ud83d\ude00")))
def test_any_cleaned_text_comes_back_whole_from_the_database(raw: str) -> None:
    connection = sqlite3.connect(":memory:")
    row = connection.execute("SELECT ?1, length(?1)", (clean(raw),)).fetchone()
    assert row == (clean(raw), len(clean(raw)))
    assert clean(clean(raw)) == clean(raw)


def test_only_text_of_scripts_without_spaces_needs_another_form() -> None:
    assert search_form("Śliczny kubek, ile kosztuje? 😀 Привет مرحبا") is None
    assert search_form("买iPhone吗") == "买 iPhone 吗"


@pytest.mark.parametrize(
    ("term", "rows"),
    [
        ("parcel", [0]),
        ("PARCEL", [0]),
        ("is my parcel", [0]),
        ("parcel my", []),
        ("it's", [0]),
        ("a-b", [1]),
        ("ready-made", [1]),
        ("col:x", [2]),
        ("AND", [2]),
        ("NEAR", [2]),
        ('"never', [3]),
        ("never again", [3]),
        ("sliczny", [9]),
        ("杯子", [4, 5]),
        ("有货", [4]),
        ("货有", []),
        ("iPhone15手机", [5]),
        ("手机壳", [5]),
        ("いつ", [6]),
        ("언제", [7]),
        ("เมื่อไหร่", [8]),
        ("parc*", [0]),
        ("ile kosz*", [9]),
        ("parc", []),
        ("什么时*", [4]),
    ],
)
def test_a_term_is_found_as_a_phrase(index: sqlite3.Connection, term: str, rows: list[int]) -> None:
    assert found(index, term) == rows


def test_a_decomposed_syllable_is_found_by_the_composed_one(index: sqlite3.Connection) -> None:
    assert found(index, "\u110b\u1165\u11ab\u110c\u1166") == [7]


@pytest.mark.parametrize(
    "term", ["", " ", "*", "**", '"', '""', "a OR", "^", "()", "😀", "\0", "-", "x\0*", "\ud800"]
)
def test_a_hostile_term_is_never_an_error(index: sqlite3.Connection, term: str) -> None:
    assert set(found(index, term)) <= set(range(len(TEXTS)))


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("\"*^:-()+{}' aORNT\0\ud800你😀") | st.characters(), max_size=12))
def test_any_term_is_a_valid_search(term: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(body)")
    assert found(connection, term) == []
