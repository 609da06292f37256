"""Slots, rendering, choice of language and ranking of reply templates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage_tui.domain.model import Kind, Platform
from engage_tui.domain.templates import (
    SLOTS,
    SlotError,
    Template,
    choose_text,
    rank,
    render,
    slots_of,
    unknown_slots,
)
from engage_tui.domain.triage import Intent

PRICE = Template("price", "Price", {"en": "It costs {price}.", "pl": "Cena: {price}."})


def test_slots_are_listed_once_in_order_of_appearance() -> None:
    assert slots_of("{b} {a} {b} {{c}}") == ["b", "a"]


def test_doubled_braces_are_literal() -> None:
    assert render("{{x}} and {{{first_name}}}", {"first_name": "Ann"}) == "{x} and {Ann}"


def test_a_value_is_inserted_once_and_never_searched_for_slots() -> None:
    values = {"first_name": "{promo_code}{{}}", "promo_code": "SECRET"}
    assert render("Hi {first_name}!", values) == "Hi {promo_code}{{}}!"


def test_attribute_walks_and_format_specifiers_are_only_unknown_names() -> None:
    for text in ("{first_name.__class__}", "{first_name!r}", "{first_name:>10}", "{0}", "{}"):
        with pytest.raises(SlotError):
            render(text, {"first_name": "Ann"})


def test_every_empty_or_unknown_slot_is_named_at_once() -> None:
    with pytest.raises(SlotError) as caught:
        render("{first_name} {link} {product} {wrong}", {"first_name": " ", "link": "https://a.b"})
    assert caught.value.slots == ("first_name", "product", "wrong")
    assert str(caught.value) == "there is no value for {first_name}, {product}, {wrong}"


@pytest.mark.parametrize("text", ["Hi {first_name", "a } b", "{a{b}"])
def test_a_lone_brace_is_an_error_and_not_sent(text: str) -> None:
    with pytest.raises(SlotError, match="stands alone"):
        render(text, {"first_name": "Ann", "b": "x"})


def test_unknown_slots_keeps_known_ones_out() -> None:
    assert unknown_slots("{first_name} {shoe} {{ }}", SLOTS.keys()) == ["shoe"]


@given(st.text())
def test_any_text_with_its_braces_doubled_renders_as_itself(text: str) -> None:
    assert render(text.replace("{", "{{").replace("}", "}}"), {}) == text


@given(st.text(), st.text(min_size=1).filter(str.strip))
def test_any_value_arrives_unchanged(around: str, value: str) -> None:
    around = around.replace("{", "").replace("}", "")
    assert render(around + "{x}" + around, {"x": value}) == around + value + around


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("pl", "pl"),
        ("pl-PL", "pl"),
        ("PL", "pl"),
        ("pt", "pt-BR"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hans"),
        ("fi", "en-GB"),
        ("und", "en-GB"),
        ("", "en-GB"),
    ],
)
def test_the_nearest_language_is_chosen(language: str, expected: str) -> None:
    texts = {"es": "hola", "pl": "cześć", "pt-BR": "oi", "zh-Hans": "你好", "en-GB": "hello"}
    assert choose_text(replace(PRICE, texts=texts), language) == (expected, texts[expected])


def test_the_exact_script_wins_over_the_other_one() -> None:
    template = replace(PRICE, texts={"zh-Hans": "价格", "zh-Hant": "價格"})
    assert choose_text(template, "zh-HK") == ("zh-Hant", "價格")


def test_without_english_the_first_text_serves() -> None:
    assert choose_text(replace(PRICE, texts={"de": "Preis", "pl": "Cena"}), "fi")[0] == "de"


def test_a_templates_own_link_fills_the_link_slot() -> None:
    common = {"link": "https://shop.example", "brand": "Oak"}
    own = replace(PRICE, links=("https://shop.example/returns",))
    assert own.values(common) == {"link": "https://shop.example/returns", "brand": "Oak"}
    assert PRICE.values(common) == common


def order(*templates: Template, language: str = "en", now: int = 0) -> list[str]:
    ranked = rank(
        templates,
        intent=Intent.PRICE_QUESTION,
        platform=Platform.YOUTUBE,
        kind=Kind.COMMENT,
        language=language,
        now=now,
    )
    return [found.template.id for found in ranked]


def test_templates_for_other_places_or_past_their_time_are_left_out() -> None:
    elsewhere = replace(PRICE, id="elsewhere", platforms=frozenset({Platform.TIKTOK}))
    private = replace(PRICE, id="private", kinds=frozenset({Kind.DM}))
    expired = replace(PRICE, id="expired", valid_until=1_000)
    assert order(PRICE, elsewhere, private, expired, now=1_000) == ["price"]
    assert order(expired, now=999) == ["expired"]


def test_intent_comes_before_language_and_language_before_the_place() -> None:
    main = replace(PRICE, id="main", intents=(Intent.PRICE_QUESTION,), texts={"en": "x"})
    also = replace(PRICE, id="also", intents=(Intent.PRAISE, Intent.PRICE_QUESTION))
    general = replace(PRICE, id="general")
    placed = replace(general, id="placed", platforms=frozenset({Platform.YOUTUBE}))
    english = replace(placed, id="english", texts={"en": "x"})
    other = replace(PRICE, id="other", intents=(Intent.PRAISE,))
    shuffled = (other, english, general, also, placed, main)
    assert order(*shuffled, language="pl") == [
        "main",
        "also",
        "placed",
        "general",
        "english",
        "other",
    ]


def test_an_acknowledgement_stands_behind_an_answer_and_equals_go_by_id() -> None:
    ack = replace(PRICE, id="a-ack", acknowledgement=True)
    assert order(replace(PRICE, id="c"), ack, replace(PRICE, id="b")) == ["b", "c", "a-ack"]


def test_the_brands_tone_decides_between_equals() -> None:
    warm = replace(PRICE, id="z", tone="warm")
    plain, first = rank(
        [PRICE, warm],
        intent=Intent.PRAISE,
        platform=Platform.YOUTUBE,
        kind=Kind.DM,
        language="en",
        now=0,
        tone="warm",
    )[::-1]
    assert (first.template, plain.template) == (warm, PRICE)
    assert first.reasons[-1] == "in the tone warm"


def test_reasons_are_sentences_about_this_conversation() -> None:
    template = replace(PRICE, intents=(Intent.PRICE_QUESTION,), kinds=frozenset({Kind.DM}))
    (found,) = rank(
        [template],
        intent=Intent.PRICE_QUESTION,
        platform=Platform.INSTAGRAM,
        kind=Kind.DM,
        language="pl",
        now=0,
    )
    assert (found.language, found.text) == ("pl", "Cena: {price}.")
    assert found.reasons == ("fits price_question", "written in Polish", "made for messages")
    (foreign,) = rank(
        [replace(PRICE, platforms=frozenset({Platform.INSTAGRAM}))],
        intent=Intent.PRAISE,
        platform=Platform.INSTAGRAM,
        kind=Kind.DM,
        language="fr",
        now=0,
    )
    assert foreign.reasons == (
        "fits any intent",
        "in English, there is none in French",
        "made for Instagram",
    )
