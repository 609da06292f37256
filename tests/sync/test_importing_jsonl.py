"""JSON Lines in the import shape: every field, every mistake, flat memory."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from engage_tui.domain.model import (
    Actor,
    Direction,
    Kind,
    MessageRecord,
    PersonRecord,
    Platform,
    PostRecord,
    Visibility,
)
from engage_tui.domain.timestamps import parse_iso
from engage_tui.sync.importing import BadLine, Parsed
from engage_tui.sync.importing.jsonl import read_jsonl
from engage_tui.sync.importing.lines import LONGEST_LINE

LINE: dict[str, Any] = {
    "platform": "youtube",
    "account": "@brand",
    "kind": "comment",
    "conversation": "T1",
    "message": "C1",
    "parent": None,
    "post": {"id": "V1", "title": "Mugs", "kind": "video", "published_at": "2026-11-01T08:00:00Z"},
    "person": {"id": "U1", "handle": "@ann", "name": "Ann", "follower": None},
    "direction": "in",
    "text": "How much? 😀",
    "sent_at": "2026-11-02T09:14:05Z",
}
MESSAGE = MessageRecord(
    platform=Platform.YOUTUBE,
    account="@brand",
    kind=Kind.COMMENT,
    conversation="T1",
    remote_id="C1",
    person=PersonRecord("U1", "@ann", "Ann"),
    direction=Direction.IN,
    text="How much? 😀",
    sent_at=parse_iso("2026-11-02T09:14:05Z"),
    post=PostRecord("V1", "Mugs", "video", parse_iso("2026-11-01T08:00:00Z")),
)


def parse(*lines: dict[str, Any]) -> list[Parsed]:
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    return list(read_jsonl(io.BytesIO(written.encode("utf-8", "surrogatepass"))))


def reason(**changes: Any) -> str:
    (found,) = parse(LINE | changes)
    assert isinstance(found, BadLine)
    return found.reason


def test_a_line_in_the_documented_shape_gives_the_whole_message() -> None:
    assert parse(LINE) == [MESSAGE]


def test_what_our_own_export_adds_is_read_back() -> None:
    more = {
        "direction": "out",
        "actor": "ai_draft_approved",
        "edited_at": "2026-11-02T09:15:00Z",
        "visibility": "hidden",
        "attachments": ["photo"],
        "parent": "C0",
    }
    assert parse(LINE | more) == [
        replace(
            MESSAGE,
            direction=Direction.OUT,
            actor=Actor.AI_DRAFT_APPROVED,
            edited_at=parse_iso("2026-11-02T09:15:00Z"),
            visibility=Visibility.HIDDEN,
            attachments=("photo",),
            parent="C0",
        )
    ]


def test_optional_fields_may_be_null_or_absent_and_others_are_ignored() -> None:
    bare = {key: LINE[key] for key in LINE.keys() - {"parent", "post", "direction"}}
    assert parse(bare | {"mood": [1], "post": None}) == [replace(MESSAGE, post=None)]


def test_an_answer_without_person_goes_to_whoever_wrote_in_the_conversation() -> None:
    answer = LINE | {"message": "C2", "direction": "out", "person": None}
    elsewhere = answer | {"message": "C3", "conversation": "T2"}
    other_account = answer | {"message": "C4", "account": "@other"}
    found = parse(LINE, answer, elsewhere, other_account)
    people = [item.person for item in found if isinstance(item, MessageRecord)]
    assert people == [
        MESSAGE.person,
        MESSAGE.person,
        PersonRecord("conversation:T2"),
        PersonRecord("conversation:T1"),
    ]


def test_a_handle_stands_in_for_a_persons_id() -> None:
    (found,) = parse(LINE | {"person": {"handle": "@ann"}})
    assert isinstance(found, MessageRecord)
    assert found.person == PersonRecord("@ann", "@ann")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"platform": "myspace"}, "platform 'myspace' is not one of instagram, facebook"),
        ({"platform": None}, "platform is missing"),
        ({"account": ""}, "account is missing"),
        ({"kind": "post"}, "kind 'post' is not one of comment, dm"),
        ({"conversation": 7}, "conversation must be a text"),
        ({"message": None}, "message is missing"),
        ({"direction": False}, "direction must be a text"),
        ({"text": 5}, "text must be a text"),
        ({"sent_at": "yesterday"}, "sent_at 'yesterday' is not a time like"),
        ({"sent_at": 1793610845}, "sent_at must be a text"),
        ({"edited_at": ""}, "edited_at '' is not a time"),
        ({"parent": 1}, "parent must be a text or null"),
        ({"person": None}, "person is missing"),
        ({"person": "ann"}, "person must be an object"),
        ({"person": {}}, "person.id is missing"),
        ({"person": {"id": 1}}, "person.id must be a text"),
        ({"person": {"id": "U", "follower": 1}}, "person.follower must be true, false or null"),
        ({"post": "V1"}, "post must be an object"),
        ({"post": {"title": "x"}}, "post.id is missing"),
        ({"actor": "robot"}, "actor 'robot' is not one of customer, human"),
        ({"visibility": "odd"}, "visibility 'odd' is not one of visible"),
        ({"attachments": "photo"}, "attachments must be a list of texts"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], expected: str) -> None:
    assert reason(**changes).startswith(expected)


def test_a_missing_text_is_bad_but_a_sticker_without_words_is_not() -> None:
    without = {key: value for key, value in LINE.items() if key != "text"}
    assert parse(without) == [BadLine(1, "text is missing")]
    assert parse(LINE | {"text": None}) == [replace(MESSAGE, text="")]


def test_bad_lines_are_counted_where_they_stand_and_the_rest_is_read() -> None:
    good = json.dumps(LINE).encode()
    deep = b"[" * 100_000
    lines = [b"\xef\xbb\xbf" + good, b"", b"{", b"\xff", b"7", deep, b"  ", good + b"\r"]
    assert list(read_jsonl(io.BytesIO(b"\n".join(lines)))) == [
        MESSAGE,
        BadLine(3, "is not JSON"),
        BadLine(4, "is not UTF-8 text"),
        BadLine(5, "is not an object with the fields of a message"),
        BadLine(6, "is not JSON"),
        MESSAGE,
    ]


def test_an_endless_line_is_skipped_and_the_next_one_read() -> None:
    good = json.dumps(LINE).encode() + b"\n"
    for length in (LONGEST_LINE + 1, 2 * LONGEST_LINE, 3 * LONGEST_LINE + 7):
        found = list(read_jsonl(io.BytesIO(good + b"x" * length + b"\n" + good)))
        assert found == [MESSAGE, BadLine(2, "is longer than 1,000,000 bytes"), MESSAGE]


def test_hostile_texts_pass_unchanged() -> None:
    for text in ("\x1b[2J\x00", "\ud83d", "=cmd()", "{first_name}", "a\u202eb", ""):
        escaped = json.dumps(LINE | {"text": text}).encode()
        assert list(read_jsonl(io.BytesIO(escaped))) == [replace(MESSAGE, text=text)]


def test_lines_are_read_as_they_are_asked_for() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            line = json.dumps(LINE).encode() + b"\n"
            buffer[: len(line)] = line
            return len(line)

    found = read_jsonl(io.BufferedReader(Endless()))
    assert list(itertools.islice(found, 3)) == [MESSAGE] * 3
