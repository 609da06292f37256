"""Files of Instagram and Facebook exports: threads, own comments, broken letters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engage_tui.domain.model import (
    Actor,
    Direction,
    Kind,
    MessageRecord,
    PersonRecord,
    Platform,
    Visibility,
)
from engage_tui.sync.importing import BadLine, ImportFormatError, Owner
from engage_tui.sync.importing.meta import guess_name, participants, read_document, repair

SHOP = Owner(account="@shop", name="Café Juniper")


def as_exported(value: Any) -> bytes:
    """Write JSON the way the exports do: each byte of UTF-8 as a character."""

    def broken(item: Any) -> Any:
        if isinstance(item, str):
            return item.encode().decode("latin-1")
        if isinstance(item, list):
            return [broken(inner) for inner in item]
        return {k: broken(v) for k, v in item.items()} if isinstance(item, dict) else item

    return json.dumps(broken(value)).encode()


def thread(*messages: dict[str, Any], people: tuple[str, ...] = ("Zoë 😀",)) -> dict[str, Any]:
    return {
        "participants": [{"name": name} for name in (*people, "Café Juniper")],
        "messages": list(messages),
        "title": "Zoë",
        "thread_path": "inbox/zoe_1234567890",
    }


def said(sender: str, at: int, **more: Any) -> dict[str, Any]:
    return {"sender_name": sender, "timestamp_ms": 1_700_000_000_000 + at, **more}


def records(value: Any, owner: Owner = SHOP, **more: Any) -> list[MessageRecord]:
    platform = more.get("platform", Platform.INSTAGRAM)
    found = list(read_document(as_exported(value), "inbox/x/message_1.json", platform, owner))
    assert all(isinstance(item, MessageRecord) for item in found), found
    return [item for item in found if isinstance(item, MessageRecord)]


def test_repair_only_touches_what_was_broken() -> None:
    assert repair("ZoÃ«") == "Zoë"
    for text in ("Zoë", "żółw", "plain", "你好", "\ud83d"):
        assert repair(text) == text


def test_a_thread_is_read_oldest_first_with_names_and_words_put_right() -> None:
    found = records(
        thread(
            said("Café Juniper", 5_000, content="Już wysyłamy!"),
            said("Zoë 😀", 0, content="Gdzie moja paczka? 📦"),
        )
    )
    assert [item.text for item in found] == ["Gdzie moja paczka? 📦", "Już wysyłamy!"]
    asked, answered = found
    assert asked.kind is Kind.DM
    assert asked.account == "@shop"
    assert asked.conversation == "1234567890"
    assert asked.person == PersonRecord("conversation:1234567890", name="Zoë 😀")
    assert asked.sent_at == 1_700_000_000_000
    assert (asked.direction, asked.actor) == (Direction.IN, None)
    assert (answered.direction, answered.actor) == (Direction.OUT, Actor.HUMAN)
    assert answered.person == asked.person


def test_ids_stay_the_same_when_the_thread_is_renamed_or_moved() -> None:
    before = thread(said("Zoë 😀", 0, content="hi"), said("Zoë 😀", 0, content="ho"))
    after = before | {"thread_path": "archived/zoe_new_1234567890", "title": "new"}
    assert [item.remote_id for item in records(before)] == [
        item.remote_id for item in records(after)
    ]
    assert len({item.remote_id for item in records(before)}) == 2


def test_in_a_group_each_person_is_their_own() -> None:
    group = thread(said("Bo", 0), said("Zoë", 1), people=("Zoë", "Bo"))
    assert [item.person.remote_id for item in records(group)] == [
        "conversation:1234567890/Zoë",
        "conversation:1234567890/Bo",
    ]


def test_a_message_without_sender_comes_in_and_a_thread_of_nobody_is_refused() -> None:
    nameless = thread({"timestamp_ms": 1_700_000_000_000, "content": "hi"})
    (found,) = records(nameless, Owner(account="@shop"))
    assert (found.direction, found.person.name) == (Direction.IN, "")
    with pytest.raises(ImportFormatError, match="whose history"):
        records(nameless, Owner())


def test_messages_without_words_say_what_came() -> None:
    found = records(
        thread(
            said("Zoë 😀", 0, share={"link": "https://x.example"}),
            said("Zoë 😀", 1, photos=[{"uri": "a"}, {"uri": "b"}]),
            said("Zoë 😀", 2, is_unsent=True),
            said("Zoë 😀", 3, call_duration=0),
        )
    )
    assert [item.attachments for item in reversed(found)] == [
        ("shared post",),
        ("photo", "photo"),
        (),
        ("call",),
    ]
    assert [item.visibility is Visibility.GONE for item in reversed(found)] == [
        *(False, False, True, False)
    ]


def test_broken_messages_are_counted_as_they_stand_in_the_file() -> None:
    broken = thread(said("Zoë", 0), {"sender_name": "Zoë"}, {}, said("Zoë", 1))
    broken["messages"][2] = 7
    found = list(read_document(as_exported(broken), "m.json", Platform.FACEBOOK, SHOP))
    assert [item for item in found if isinstance(item, BadLine)] == [
        BadLine(3, "is not a message"),
        BadLine(2, "has no usable time"),
    ]
    assert len(found) == 4


@pytest.mark.parametrize("names", [("Comment", "Media Owner", "Time"), ("Kommentar", "X", "Zeit")])
def test_instagram_comments_in_any_language_of_the_account(names: tuple[str, str, str]) -> None:
    words, owner, time = names
    data = {words: {"value": "schön!"}, owner: {"value": "ann"}, time: {"timestamp": 1_700_000_000}}
    own = {words: {"value": "danke"}, owner: {"value": "shop"}, time: {"timestamp": 1_700_000_001}}
    items = [{"string_map_data": own}, {"string_map_data": data}]
    for document in (items, {"comments_reels_comments": items}):
        other, self_answer = records(document)
        assert (other.text, other.direction) == ("schön!", Direction.OUT)
        assert (other.kind, other.sent_at) == (Kind.COMMENT, 1_700_000_000_000)
        assert other.person == PersonRecord("@ann", "@ann")
        assert other.conversation == other.remote_id != self_answer.remote_id
        assert self_answer.person.remote_id == f"conversation:{self_answer.conversation}"


def test_an_instagram_comment_without_words_is_named_and_not_taken_for_a_handle() -> None:
    data = {"Comment": {"value": ""}, "Media Owner": {"value": "ann"}}
    document = as_exported([{"string_map_data": data | {"Time": {"timestamp": 1_700_000_000}}}])
    assert list(read_document(document, "c.json", Platform.INSTAGRAM, SHOP)) == [
        BadLine(1, "has no text")
    ]


def test_facebook_comments_with_tagged_people() -> None:
    comment = {"timestamp": 1_700_000_000, "comment": "hej @[77:2048:Zoë]!", "author": "Café"}
    document = {"comments_v2": [{"timestamp": 1, "data": [{"comment": comment}], "title": "x"}]}
    (found,) = records(document, Owner(), platform=Platform.FACEBOOK)
    assert (found.text, found.account) == ("hej @Zoë!", "Café")
    assert (found.sent_at, found.direction) == (1_700_000_000_000, Direction.OUT)


def test_comments_of_nobody_in_particular_are_refused_in_a_sentence() -> None:
    data = {"Comment": {"value": "hi"}, "Time": {"timestamp": 1_700_000_000}}
    with pytest.raises(ImportFormatError, match="name the account"):
        records([{"string_map_data": data}], Owner())


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"label_values": []}', "is laid out in a way that is not known"),
        (b"[1, 2]", "is laid out in a way that is not known"),
        (b"7", "is laid out in a way that is not known"),
    ],
)
def test_a_file_that_is_something_else_is_reported_and_not_dropped(
    document: bytes, reason: str
) -> None:
    found = list(read_document(document, "m.json", Platform.INSTAGRAM, SHOP))
    assert found == [BadLine(0, reason)]
    assert participants(document) == []


def test_the_own_name_is_the_one_in_most_threads_and_never_a_coin_toss() -> None:
    assert participants(as_exported(thread())) == ["Zoë 😀", "Café Juniper"]
    assert guess_name([["Ann", "Shop"], ["Bo", "Shop"], ["Ann", "Bo", "Shop"]]) == "Shop"
    assert guess_name([["Ann", "Shop"]]) is None
    assert guess_name([]) is None
