"""Reading template files: what loads, what is reported and where, and the set that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from engage_tui.domain.model import Kind, Platform
from engage_tui.domain.templates import SLOTS, render, slots_of
from engage_tui.domain.timestamps import parse_iso
from engage_tui.domain.triage import Intent
from engage_tui.replies.library import STARTER, Library, load_library

GOOD = """
[[entry]]
id = "returns-how"
title = "How to return something"
intents = ["return_refund"]
platforms = ["instagram"]
kinds = ["dm"]
tone = "friendly"
links = ["https://shop.example/returns"]
valid_until = 2027-03-31
acknowledgement = true
[entry.text]
en = "Hi {first_name}, send it back: {link}."
"zh-Hans" = "您好"
"""


def load(folder: Path, text: str, *, slots: frozenset[str] = frozenset()) -> Library:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return load_library([folder], slots)


def complaints(library: Library) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.entry, problem.sentence) for problem in library.problems]


def test_every_field_of_an_entry_is_read(tmp_path: Path) -> None:
    library = load(tmp_path, GOOD)
    assert not library.problems
    template = library.templates["returns-how"]
    assert template.title == "How to return something"
    assert template.intents == (Intent.RETURN_REFUND,)
    assert template.platforms == {Platform.INSTAGRAM}
    assert template.kinds == {Kind.DM}
    assert template.tone == "friendly"
    assert template.links == ("https://shop.example/returns",)
    assert template.valid_until == parse_iso("2027-04-01T00:00:00Z")
    assert template.acknowledgement
    assert list(template.texts) == ["en", "zh-Hans"]
    assert template.slots == ("first_name", "link")


def test_a_user_entry_replaces_the_starter_one_of_the_same_id(tmp_path: Path) -> None:
    own = '[[entry]]\nid = "hello"\n[entry.text]\nen = "Ahoy!"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    library = load_library([STARTER, tmp_path])
    assert not library.problems
    assert library.templates["hello"].texts == {"en": "Ahoy!"}
    assert "praise_thanks" in library.templates


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert load_library([tmp_path / "none"]) == Library()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('intents = ["price"]', "'price' is not one of the intents; did you mean praise?"),
        ('platforms = ["insta"]', "'insta' is not one of the platforms; did you mean instagram?"),
        ('kinds = ["post"]', "'post' is not one of the kinds"),
        ('kinds = "dm"', 'kinds is a list of texts: write ["…", "…"]'),
        ('links = ["shop.example"]', "'shop.example' is not a link that begins with https://"),
        (
            'valid_until = "2027-03-31"',
            "valid_until is a date without quotes, like 2027-03-31",
        ),
        ('acknowledgement = "yes"', "acknowledgement is true or false"),
        ("tone = 3", "tone is a text: write it in quotes"),
        ('vaild_until = "x"', "vaild_until is not a known key; did you mean valid_until?"),
    ],
)
def test_a_wrong_field_is_reported_at_its_own_line(
    tmp_path: Path, line: str, sentence: str
) -> None:
    text = f'# mine\n\n[[entry]]\nid = "one"\n{line}\n[entry.text]\nen = "Hi"\n\n' + GOOD
    library = load(tmp_path, text)
    assert complaints(library) == [(5, "one", sentence)]
    assert list(library.templates) == ["returns-how"], "the other entry still loads"


@pytest.mark.parametrize(
    ("texts", "line", "sentence"),
    [
        (
            'en = "Hi {frist_name}"',
            7,
            "{frist_name} is not a known slot; did you mean first_name?",
        ),
        ('en = "Hi"\npl = "Hej {"', 8, "a single { stands in the text; write {{ for one"),
        ('english = "Hi"', 7, "'english' is not a language tag like en, pt-BR or zh-Hans"),
        ('en = " "', 7, "the text in en is empty"),
        ("", 4, 'has no text; write [entry.text] and below it en = "…"'),
    ],
)
def test_a_wrong_text_is_reported_at_its_own_line(
    tmp_path: Path, texts: str, line: int, sentence: str
) -> None:
    text = f'# a\n# b\n# c\n[[entry]]\nid = "one"\n[entry.text]\n{texts}\n'
    library = load(tmp_path, text)
    assert complaints(library) == [(line, "one", sentence)]
    assert not library.templates


def test_a_slot_that_the_brand_declares_is_known(tmp_path: Path) -> None:
    text = '[[entry]]\nid = "one"\n[entry.text]\nen = "{studio}"\n'
    assert complaints(load(tmp_path, text))
    assert not load(tmp_path, text, slots=frozenset({"studio"})).problems


def test_an_id_is_needed_well_formed_and_used_once(tmp_path: Path) -> None:
    entry = '[[entry]]\n{}\n[entry.text]\nen = "{}"\n'
    text = "".join(
        [
            entry.format('id = "one"', "first"),
            entry.format('id = "one"', "second"),
            entry.format('id = "Two words"', "x"),
            entry.format('title = "none"', "x"),
        ]
    )
    library = load(tmp_path, text)
    assert [problem[:2] for problem in complaints(library)] == [
        (6, "one"),
        (10, "Two words"),
        (13, ""),
    ]
    assert library.templates["one"].texts == {"en": "first"}


def test_a_broken_file_is_one_problem_and_others_load(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[[entry]]\nid = "x\n', encoding="utf-8")
    (tmp_path / "b.toml").write_bytes(b'title = "\xff"')
    (tmp_path / "c.toml").write_text('[entry]\nid = "x"\n', encoding="utf-8")
    (tmp_path / "d.toml").write_text("[[template]]\n" + GOOD, encoding="utf-8")
    library = load_library([tmp_path])
    found = [(p.file.name, p.line, p.sentence.split(":")[0]) for p in library.problems]
    assert found == [
        ("a.toml", 2, "is not valid TOML"),
        ("b.toml", 1, "is not UTF-8 text"),
        ("c.toml", 1, "entry is a list of tables"),
        ("d.toml", 1, "template is not known here; write [[entry]] tables"),
    ]
    assert list(library.templates) == ["returns-how"]
    assert str(library.problems[0]).startswith(f"{tmp_path / 'a.toml'}:2: is not valid TOML")


SEEDED = {
    *("ack_sla", "price_story", "size_public", "size_reminder", "buy_link_public"),
    *("hidden_apology_vip", "qualify_demo", "messenger_invite", "sponsor_ack"),
    *("product_short_cta", "promo_code", "welcome_email_capture", "dm_for_link"),
    "holding_crisis",
}


def test_the_starter_set_is_complete_and_without_problems() -> None:
    library = load_library([STARTER])
    assert not library.problems
    assert library.templates.keys() >= SEEDED
    for template in library.templates.values():
        assert template.texts.keys() >= {"en", "pl", "es", "de", "zh-Hans", "zh-Hant"}


def test_the_starter_set_answers_every_intent_that_deserves_an_answer() -> None:
    library = load_library([STARTER])
    served = {intent for template in library.templates.values() for intent in template.intents}
    assert served == set(Intent) - {Intent.SPAM, Intent.ABUSE}


def test_translations_use_the_same_slots_and_render() -> None:
    values = {slot: "value" for slot in SLOTS}
    for template in load_library([STARTER]).templates.values():
        for tag, text in template.texts.items():
            assert set(slots_of(text)) == set(template.slots), (template.id, tag)
            assert "{" not in render(text, values)


def test_only_words_that_promise_an_answer_count_as_acknowledgements() -> None:
    library = load_library([STARTER])
    assert {t.id for t in library.templates.values() if t.acknowledgement} == {
        *("ack_sla", "question_check", "sponsor_ack", "holding_crisis"),
    }
