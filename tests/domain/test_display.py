"""The gate lets words through and nothing that acts."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage_tui.domain.display import display_name, display_row, display_text

BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
WEAK_MARKS = set("\u200e\u200f\u061c")

# Characters that the rules speak of, so that random text meets them often.
TROUBLE = (
    "\x1b\x1b\x1b[]P_\\m;0K\x07\x9b\x9c\x9d\0\t\r\n\x85\u2028\x7f\ud800\udc00\u202e\u2069\u200e\u061c"
    "\u200b\u200c\u200d\ufeff\u3164\U000e0041\ufe0f\u0301\u0323\u0483\u094d\u0915\u0650\u0628"
    "👨👩🏽❤🇵…␛⇄ a\u00a0\u3000你"
)
hostile_text = st.text(st.sampled_from(TROUBLE) | st.characters(), max_size=60)


def assert_harmless(text: str) -> None:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        assert char == "\n" or category not in ("Cc", "Cs"), ascii(text)
        assert char not in BIDI_CONTROLS, ascii(text)
        if category[0] == "M":
            marks += 1
        elif category != "Cf":
            marks = 0
        assert marks <= 4, ascii(text)


@settings(max_examples=600, deadline=None)
@given(hostile_text, st.integers(2, 5), st.integers(1, 70))
def test_any_text_is_harmless_within_its_limits_and_passes_twice_unchanged(
    raw: str, lines: int, limit: int
) -> None:
    shown = display_text(raw, lines=lines, limit=limit)
    assert_harmless(shown)
    assert len(shown) <= limit
    assert shown.count("\n") < lines
    assert display_text(shown, lines=lines, limit=limit) == shown


@settings(max_examples=600, deadline=None)
@given(hostile_text, st.integers(1, 70))
def test_any_row_is_one_harmless_line_and_passes_twice_unchanged(raw: str, limit: int) -> None:
    shown = display_row(raw, limit)
    assert_harmless(shown)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert not WEAK_MARKS & set(shown)
    assert display_row(shown, limit) == shown


@settings(max_examples=300, deadline=None)
@given(hostile_text)
def test_any_name_shows_something_and_passes_twice_unchanged(raw: str) -> None:
    shown = display_name(raw, "U1")
    assert_harmless(shown)
    assert shown.strip()
    assert display_name(shown, "U1") == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("hi \x1b[31mred\x1b[0m", "hi ␛red␛"),
        ("x\x1b[?1049ly", "x␛y"),
        ("x\x9b31my", "x␛y"),
        ("x\x1b]0;title\x07y", "x␛y"),
        ("x\x1b]52;c;Y29weQ==\x1b\\y", "x␛y"),
        ("x\x9fGa=T\x9cy", "x␛y"),
        ("x\x1bcy", "x␛y"),
        ("x\x1b(0y", "x␛y"),
        ("end\x1b", "end␛"),
        ("end\x1b[12", "end␛"),
        ("x\x1b]0;please refund me", "x␛0;please refund me"),
    ],
)
def test_an_escape_sequence_becomes_one_mark(raw: str, shown: str) -> None:
    assert display_text(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\r\nb\rc\x85d\u2028e", "a\nb\nc\nd\ne"),
        ("a\tb", "a    b"),
        ("a\0b\x07\x0b", "a␀b␇␋"),
        ("a\x7f\x80\ud800\uffff", "a\ufffd\ufffd\ufffd\ufffd"),
        ("pay\u202efdp\u2069", "pay⇄fdp⇄"),
        ("pay\u200bpal\u2060\u00ad\ufeff\U000e0041\U000e0101", "paypal"),
        ("e" + "\u0301" * 50 + "t", "e" + "\u0301" * 4 + "t"),
        ("\u0301start \u0301x\n\u0301y", "start x\ny"),
        ("e\u0301\u200d\u0301\u200d\u0301\u200d\u0301\u200d\u0301", "e" + "\u0301" * 4),
    ],
)
def test_what_does_not_show_or_moves_is_replaced_or_dropped(raw: str, shown: str) -> None:
    assert display_text(raw) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Hello, when is it back? 2 × 35 €",
        "Gdzie jest moja paczka?\nCzekam już tydzień.",
        "请问这个杯子什么时候有货？",
        "👨‍👩‍👧‍👦 👍🏽 ❤️ 🇺🇦 1️⃣ 🏳️‍🌈",
        "می\u200cخواهم",
        "ක්\u200dරි",
        "متى يصل الطلب؟ \u200fشكرا",
        "[/b] [@click=app.quit]x[/] ¯\\_(ツ)_/¯",
    ],
)
def test_honest_text_of_any_script_is_left_alone(text: str) -> None:
    assert display_text(text) == text


def test_joiners_between_latin_letters_are_dropped() -> None:
    assert display_text("ad\u200dmin sup\u200cport") == "admin support"


def test_long_text_is_cut_by_characters_and_by_lines() -> None:
    assert display_text("abcdef", limit=4) == "abc…"
    assert display_text("abcd", limit=4) == "abcd"
    assert display_text("a\nb\nc\nd", lines=2) == "a\nb…"
    assert display_text("a\nb", lines=2) == "a\nb"


def test_a_cut_never_tears_a_letter_from_its_marks_or_an_emoji_apart() -> None:
    assert display_text("abe\u0301\u0301x", limit=5) == "ab…"
    assert display_text("ab👨‍👩‍👧 family", limit=6) == "ab…"
    assert display_text("abc👍🏽 good", limit=5) == "abc…"


def test_a_row_is_one_line_without_padding() -> None:
    assert display_row("  one\n\n two\t three\u3000four ") == "one two three four"
    assert len(display_row("word " * 100)) <= 200


def test_a_name_that_shows_nothing_is_said_with_its_id() -> None:
    for invisible in ("", " \n", "\u3164", "\u200e\u200f", "\u2800\u2800", "\u0301\u0301"):
        assert display_name(invisible, "U7\x1b[2J") == "(no visible name) U7␛"
    assert display_name("דוד\u200f", "U7") == "דוד"
    assert len(display_name("n" * 5_000, "U7")) == 80


@pytest.mark.parametrize(
    "unit", ["A", "l\n", "\x1b]", "\x9d", "\u202e", "👨\u200d", "Z\u0301\u0301"]
)
def test_a_megabyte_takes_no_longer_than_a_frame_or_two(unit: str) -> None:
    raw = unit * (1_000_000 // len(unit))
    best = min(_seconds(raw) for _ in range(3))
    assert best < 0.05


def _seconds(raw: str) -> float:
    start = time.process_time()
    display_text(raw)
    return time.process_time() - start
