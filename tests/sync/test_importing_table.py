"""CSV tables and the comments file of YouTube Takeout."""

from __future__ import annotations

import io
import json

import pytest

from engage_tui.domain.model import (
    Direction,
    Kind,
    MessageRecord,
    PersonRecord,
    Platform,
    PostRecord,
)
from engage_tui.domain.timestamps import parse_iso
from engage_tui.sync.importing import BadLine, ImportFormatError, Owner, Parsed
from engage_tui.sync.importing.jsonl import read_jsonl
from engage_tui.sync.importing.table import read_table
from engage_tui.sync.importing.takeout import comment_text, read_takeout

BRAND = Owner(platform="youtube", account="@brand")


def table(text: str, owner: Owner = BRAND) -> list[Parsed]:
    return list(read_table(io.BytesIO(text.encode()), owner))


def messages(found: list[Parsed]) -> list[MessageRecord]:
    assert all(isinstance(item, MessageRecord) for item in found), found
    return [item for item in found if isinstance(item, MessageRecord)]


def test_the_flattened_shape_gives_the_same_message_as_json_lines() -> None:
    line = {
        "platform": "instagram",
        "account": "@shop",
        "kind": "dm",
        "conversation": "T1",
        "message": "C1",
        "parent": "C0",
        "post": {"id": "V1", "title": "Mugs", "kind": "reel"},
        "person": {"id": "U1", "handle": "@ann", "name": "Ann", "follower": True},
        "direction": "in",
        "text": 'two\nlines, "quoted"',
        "sent_at": "2026-11-02T09:14:05Z",
    }
    header = (
        "platform,account,kind,conversation,message,parent,post_id,post_title,post_kind,"
        "person_id,person_handle,person_name,person_follower,direction,text,sent_at"
    )
    row = (
        "instagram,@shop,dm,T1,C1,C0,V1,Mugs,reel,U1,'@ann,Ann,true,in,"
        '"two\nlines, ""quoted""",2026-11-02T09:14:05Z'
    )
    assert table(f"{header}\n{row}\n") == list(read_jsonl(io.BytesIO(json.dumps(line).encode())))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_the_byte_order_mark_and_other_titles_are_understood(mark: str) -> None:
    rows = [
        ["Comment ID", "Author", "Created-At", "Comment", "Video ID"],
        ["C1", "@ann", "1793610845", "hej", "V1"],
    ]
    (message,) = messages(table("\ufeff" + "\r\n".join(mark.join(row) for row in rows)))
    assert (message.platform, message.account) == (Platform.YOUTUBE, "@brand")
    assert (message.kind, message.direction) == (Kind.COMMENT, Direction.IN)
    assert (message.remote_id, message.conversation) == ("C1", "C1")
    assert message.person == PersonRecord("@ann", "@ann")
    assert message.post == PostRecord("V1")
    assert message.text == "hej"
    assert message.sent_at == parse_iso("2026-11-02T09:14:05Z")


def test_an_index_column_without_title_is_not_taken_for_anything_else() -> None:
    text = "\tauthor\ttext\tdate\n0\tann\thi\t2026-11-02\n"
    (message,) = messages(table(text))
    assert (message.person.remote_id, message.text, message.post) == ("ann", "hi", None)
    assert message.person.name == ""


def test_rows_without_ids_get_ids_that_the_next_import_finds_again() -> None:
    text = "author,date,text\nann,2026-11-02,hi\nann,2026-11-02,ho\n"
    first, second = messages(table(text))
    assert first.remote_id != second.remote_id
    assert [item.remote_id for item in messages(table(text))] == [
        first.remote_id,
        second.remote_id,
    ]


def test_bad_rows_are_named_by_the_line_they_begin_on() -> None:
    text = (
        "author,date,text\n"
        'ann,2026-11-02,"two\nlines"\n'
        "ann,someday,hi\n"
        "\n"
        "ann,2026-11-02,a,b\n"
        ",2026-11-02,hi\n"
        "bob,2026-11-02\n"
    )
    found = table(text)
    assert [item.text for item in found if isinstance(item, MessageRecord)] == ["two\nlines", ""]
    assert [item for item in found if isinstance(item, BadLine)] == [
        BadLine(4, "sent_at 'someday' is not a time like 2026-11-02T09:14:05Z"),
        BadLine(6, "has 4 fields, the header has 3"),
        BadLine(7, "person is missing"),
    ]


def test_bytes_that_are_no_text_and_endless_fields_cost_only_their_row() -> None:
    good = b"ann,2026-11-02,hi\n"
    rows = [b"author,date,text\n", b"ann,2026-11-02,\xb3\xf3\n", good, b"ann,2026-11-02,"]
    rows += [b"x" * 200_000 + b"\n", good, b"y" * 1_000_002 + b"\n", good]
    found = list(read_table(io.BytesIO(b"".join(rows)), BRAND))
    assert [item.line for item in found if isinstance(item, BadLine)] == [2, 4, 6]
    assert len([item for item in found if isinstance(item, MessageRecord)]) == 3


def test_a_table_without_what_is_needed_is_refused_in_a_sentence() -> None:
    with pytest.raises(ImportFormatError, match="has no column sent_at"):
        table("author,text\nann,hi\n")
    with pytest.raises(ImportFormatError, match="has no column platform"):
        table("author,text,date\nann,hi,2026-11-02\n", Owner())
    with pytest.raises(ImportFormatError, match="UTF-16"):
        list(read_table(io.BytesIO("author,text\n".encode("utf-16")), BRAND))


OLD = "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text"
MIDDLE = (
    "Channel ID,Comment Create Timestamp,Price,Comment ID,Parent Comment ID,Video ID,Comment Text"
)
NEW = (
    "Channel ID,Comment create timestamp,Price,Comment ID,Parent comment ID,Post ID,Video ID,"
    "Comment text,Top-Level Comment ID"
)
AT = "2026-05-01T12:00:00.5+00:00"


def takeout(text: str, owner: Owner = BRAND) -> list[MessageRecord]:
    return messages(list(read_takeout(io.BytesIO(text.encode()), owner)))


@pytest.mark.parametrize(
    "text",
    [
        f"{OLD}\nUgB.b1,UC1,{AT},0,UgB,V1,hi\n",
        f"{MIDDLE}\nUC1,{AT},0,UgB.b1,UgB,V1,hi\n",
        f"{NEW}\nUC1,{AT},,UgB.b1,UgB,,V1,hi,UgB\n",
        f"{MIDDLE}\nUC1,{AT},0,UgB.b1,,V1,hi\n",
    ],
)
def test_every_header_that_takeout_has_used_is_read_by_name(text: str) -> None:
    (message,) = takeout(text)
    assert (message.platform, message.account) == (Platform.YOUTUBE, "@brand")
    assert message.direction is Direction.OUT
    assert (message.remote_id, message.conversation, message.parent) == ("UgB.b1", "UgB", "UgB")
    assert message.person == PersonRecord("conversation:UgB")
    assert message.post == PostRecord("V1", kind="video")
    assert (message.text, message.sent_at) == ("hi", parse_iso(AT))


def test_a_top_level_comment_begins_its_own_thread_and_the_channel_stands_in() -> None:
    (message,) = takeout(f"{NEW}\nUC1,2026-05-01 12:00:00 UTC,,UgA,,P1,,hi,\n", Owner())
    assert (message.conversation, message.parent, message.account) == ("UgA", None, "UC1")
    assert message.post == PostRecord("P1", kind="post")
    assert message.sent_at == parse_iso("2026-05-01T12:00:00Z")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('{"takeoutSegments":[{"text":"a"},{"text":"\\n"},{"text":"b"}]}', "a\nb"),
        ('{"text":"a"},{"text":"\\n"},{"text":"b"}', "a\nb"),
        ("plain, with {braces}", "plain, with {braces}"),
        ("{not json", "{not json"),
        ('{"smile":1}', '{"smile":1}'),
    ],
)
def test_the_three_shapes_of_a_comment_text(cell: str, words: str) -> None:
    assert comment_text(cell) == words


def test_a_broken_takeout_row_is_a_bad_line_and_another_table_is_refused() -> None:
    rows = f"{OLD}\n,UC1,{AT},0,,V1,hi\nUgA,UC1,soon,0,,V1,hi\n"
    assert list(read_takeout(io.BytesIO(rows.encode()), BRAND)) == [
        BadLine(2, "has no comment id"),
        BadLine(3, "the time 'soon' is not a time like 2026-11-02T09:14:05Z"),
    ]
    with pytest.raises(ImportFormatError, match="not a comments file"):
        takeout("Comment ID,Text\nUgA,hi\n")
