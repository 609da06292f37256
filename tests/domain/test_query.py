"""The query language of the queue: what it reads and how it says what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage_tui.domain import query as language
from engage_tui.domain.query import Query, QueryError, Term, Value, parse
from engage_tui.domain.timestamps import DAY, HOUR, parse_iso

NOW = parse_iso("2026-11-21T12:00:00Z")


def only(text: str) -> Term:
    (term,) = parse(text, now=NOW).terms
    return term


def failure(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text, now=NOW)
    return caught.value


def test_terms_keep_their_order_place_and_sign() -> None:
    assert parse('parcel -label:"big fish"  lane:waiting', now=NOW) == Query(
        (
            Term(None, ("parcel",), False, 0),
            Term("label", ("big fish",), True, 7),
            Term("lane", ("waiting",), False, 26),
        )
    )


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_an_empty_query_has_no_terms(text: str) -> None:
    assert parse(text, now=NOW) == Query()


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("lane:needs_reply", "lane", ("needs_reply",)),
        ("lane:Needs-Reply", "lane", ("needs_reply",)),
        ("LANE:all", "lane", ("all",)),
        ("platform:youtube,instagram", "platform", ("youtube", "instagram")),
        ("kind:dm", "kind", ("dm",)),
        ("status:open", "status", ("open",)),
        ("tier:premium,priority", "tier", ("premium", "priority")),
        ("intent:price_question", "intent", ("price_question",)),
        ("sentiment:negative", "sentiment", ("negative",)),
        ("has:draft", "has", ("draft",)),
        ("account:@brand", "account", ("brand",)),
        ("person:@Ann", "person", ("Ann",)),
        ('person:"Ann Lee",bob', "person", ("Ann Lee", "bob")),
        ('label:"a,b",c', "label", ("a,b", "c")),
        ("after:7d", "after", (NOW - 7 * DAY,)),
        ("before:1h30m", "before", (NOW - HOUR - HOUR // 2,)),
        ("before:2026-11-02", "before", (parse_iso("2026-11-02T00:00Z"),)),
        ("after:2026-11-02T09:14+01:00", "after", (parse_iso("2026-11-02T08:14Z"),)),
        ("due:overdue", "due", (NOW,)),
        ("due:2h", "due", (NOW + 2 * HOUR,)),
        ("due:<2h", "due", (NOW + 2 * HOUR,)),
        ("due:2026-11-22", "due", (parse_iso("2026-11-22T00:00Z"),)),
    ],
)
def test_a_key_reads_its_values(text: str, key: str, values: tuple[Value, ...]) -> None:
    assert only(text) == Term(key, values, False, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("it's", "it's"),
        ("parc*", "parc*"),
        ('"where is it"', "where is it"),
        ('"lane:waiting"', "lane:waiting"),
        ("https://shop.example/a?b:c", "https://shop.example/a?b:c"),
        ("12:30", "12:30"),
        (":)", ":)"),
        ('5"', '5"'),
        ("有货吗", "有货吗"),
    ],
)
def test_anything_without_a_key_is_text_to_find(text: str, words: str) -> None:
    assert only(text) == Term(None, (words,), False, 0)


def test_any_term_can_be_turned_around() -> None:
    assert only('-"where is"') == Term(None, ("where is",), True, 0)
    assert only("-after:7d") == Term("after", (NOW - 7 * DAY,), True, 0)


def test_a_query_knows_which_keys_it_speaks_of() -> None:
    query = parse("-lane:waiting parcel", now=NOW)
    assert query.asks("lane")
    assert not query.asks("platform")


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("parcel platforn:youtube", 7, "did you mean platform?"),
        ("re:zero", 0, "quotes"),
        ("platform:youtub", 9, "did you mean youtube?"),
        ("platform:youtube,myspace", 17, "instagram"),
        ("lane:waits", 5, "did you mean waiting?"),
        ("has:cheese", 4, "known are draft"),
        ("label:", 6, "needs a value"),
        ("label: x", 6, "needs a value"),
        ("label:a,", 8, "needs a value"),
        ('label:""', 6, "nothing between the quotes"),
        ('label:"big fish', 6, "closing quote"),
        ('"where is', 0, "closing quote"),
        ('"a"b', 3, "space"),
        ('label:"a"b', 9, "space"),
        ("parcel -", 8, "a word or a key"),
        ("before:tomorrow", 7, "2026-11-02"),
        ("after:1d,2d", 8, "one value"),
        ("after:999999999w", 6, "too far"),
        ("due:soon", 4, "overdue"),
    ],
)
def test_an_error_says_what_is_wrong_and_where(text: str, position: int, part: str) -> None:
    error = failure(text)
    assert error.position == position
    assert part in error.message
    assert str(error) == error.message


def test_the_caret_stands_under_the_place() -> None:
    assert failure("parcel lane:x").caret() == "parcel lane:x\n            ^"


def test_the_caret_counts_wide_characters_as_two_cells_and_marks_as_none() -> None:
    assert failure("有货 e\u0301 lane:x").caret().split("\n")[1] == " " * 12 + "^"


def test_a_hostile_query_cannot_act_through_its_error() -> None:
    error = failure("label:a\x1b]0;x\x07\u202e lane:\x1b[2J")
    assert "\x1b" not in error.caret() + error.message
    assert "\u202e" not in error.caret()
    assert len(error.caret().split("\n")) == 2


def test_a_query_has_a_length_and_a_number_of_terms() -> None:
    assert len(parse("a " * 50, now=NOW).terms) == 50
    assert failure("a " * 51).position == 100
    assert "1000" in failure("a" * 1_001).message


def test_every_key_is_explained_to_people() -> None:
    assert language.__doc__ is not None
    for key in language.KEYS:
        assert f"`{key}:" in language.__doc__


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["-", '"', ":", ",", " ", "lane", "due", "after", "<", "9w", "label", "all", "@", "\0"]
        )
        | st.text(max_size=3)
    ).map("".join)
)
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    try:
        query = parse(text, now=NOW)
    except QueryError as error:
        assert 0 <= error.position <= len(error.text)
        assert error.caret().endswith("^")
    else:
        assert all(term.values and term.key in (None, *language.KEYS) for term in query.terms)
        assert all("\0" not in str(value) for term in query.terms for value in term.values)
