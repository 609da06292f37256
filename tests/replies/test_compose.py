"""From a conversation and a text to an action: which way it goes, if it fits, what fills it."""

from __future__ import annotations

import pytest

from engage_tui.domain.model import ActionKind, Direction, Kind, Platform
from engage_tui.domain.settings import Brand
from engage_tui.domain.timestamps import DAY
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.replies import compose
from engage_tui.replies.compose import ComposeError
from engage_tui.store import conversations
from engage_tui.store.conversations import Conversation
from engage_tui.store.database import Store
from tests.making import NOW, conversation_of, message, take_in

YOUTUBE, INSTAGRAM = YouTubeConnector.capabilities, InstagramConnector.capabilities


@pytest.fixture
def comment(store: Store) -> Conversation:
    take_in(store, message(remote_id="T1", platform=Platform.INSTAGRAM))
    return conversations.get(store.reading, conversation_of(store))


@pytest.fixture
def direct(store: Store) -> Conversation:
    take_in(store, message(thread="D1", remote_id="M1", kind=Kind.DM, platform=Platform.INSTAGRAM))
    return conversations.get(store.reading, conversation_of(store, "D1"))


def test_an_answer_leaves_the_way_the_question_came(
    comment: Conversation, direct: Conversation
) -> None:
    assert compose.reply_kind(comment) is ActionKind.REPLY
    assert compose.reply_kind(comment, private=True) is ActionKind.PRIVATE_REPLY
    assert compose.reply_kind(direct) is ActionKind.DM


def test_a_direct_message_is_aimed_at_the_person_and_the_rest_at_the_message(
    comment: Conversation, direct: Conversation
) -> None:
    lead = compose.lead_message(direct)
    assert compose.target(direct, lead, ActionKind.DM) == "ann"
    lead = compose.lead_message(comment)
    for kind in (ActionKind.REPLY, ActionKind.PRIVATE_REPLY, ActionKind.HIDE):
        assert compose.target(comment, lead, kind) == "T1"


def test_the_leading_message_is_answered_and_after_an_answer_the_last_one(store: Store) -> None:
    first = message("one", remote_id="T1", at=NOW)
    second = message("two", remote_id="T1.2", at=NOW + 1)
    out = message("ours", remote_id="T1.3", at=NOW + 2, direction=Direction.OUT)
    take_in(store, first, second, out)
    conversation = conversations.get(store.reading, conversation_of(store))
    assert compose.lead_message(conversation).text == "two"


def test_what_nobody_wrote_cannot_be_answered(store: Store) -> None:
    take_in(store, message(remote_id="T1", direction=Direction.OUT))
    with pytest.raises(ComposeError, match="no message"):
        compose.lead_message(conversations.get(store.reading, conversation_of(store)))


def test_what_the_platform_does_not_have_is_refused_with_what_it_has(
    comment: Conversation, direct: Conversation
) -> None:
    with pytest.raises(ComposeError, match="Instagram has no hide for a dm; it has: dm"):
        compose.check(INSTAGRAM, direct, ActionKind.HIDE, "")
    with pytest.raises(ComposeError, match="it has: delete, hide, private_reply, reply, unhide"):
        compose.check(INSTAGRAM, comment, ActionKind.HOLD, "")
    with pytest.raises(ComposeError, match="it has: nothing"):
        compose.check(YOUTUBE, direct, ActionKind.DM, "hello")
    compose.check(INSTAGRAM, comment, ActionKind.HIDE, "")


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_text_is_refused(comment: Conversation, text: str) -> None:
    with pytest.raises(ComposeError, match="the text is empty"):
        compose.check(INSTAGRAM, comment, ActionKind.REPLY, text)


def test_a_text_is_measured_in_the_platforms_own_unit(
    comment: Conversation, direct: Conversation
) -> None:
    compose.check(INSTAGRAM, comment, ActionKind.REPLY, "ż" * 2_200)
    with pytest.raises(ComposeError, match="2201 characters; Instagram takes 2200 in a reply"):
        compose.check(INSTAGRAM, comment, ActionKind.REPLY, "ż" * 2_201)
    compose.check(INSTAGRAM, direct, ActionKind.DM, "ż" * 500)
    with pytest.raises(ComposeError, match="1002 bytes; Instagram takes 1000 in a dm"):
        compose.check(INSTAGRAM, direct, ActionKind.DM, "ż" * 501)


def test_an_answer_has_a_deadline_where_the_platform_has_a_window(
    comment: Conversation, direct: Conversation
) -> None:
    assert compose.deadline(INSTAGRAM, direct, compose.lead_message(direct)) == NOW + DAY
    assert compose.deadline(INSTAGRAM, comment, compose.lead_message(comment)) is None


def test_slots_are_filled_from_the_person_the_brand_and_what_was_asked(
    comment: Conversation,
) -> None:
    brand = Brand(
        name="Juniper",
        links=["https://shop.example/"],
        slots={"promo_code": "SPRING10", "size": {"ask": True}, "year": 2026},
    )
    assert compose.slot_values(brand, comment, {"size": "XL", "promo_code": "X"}, 4) == {
        "first_name": "Ann",
        "handle": "@ann",
        "brand": "Juniper",
        "link": "https://shop.example/",
        "sla_hours": "4",
        "promo_code": "X",
        "size": "XL",
        "year": "2026",
    }
    assert compose.slot_values(Brand(), comment, {}, None)["sla_hours"] == ""


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ann Smith", "Ann"),
        ("Łucja", "Łucja"),
        ("Jean-Luc P.", "Jean-Luc"),
        ("D\u2019Arcy", "D\u2019Arcy"),
        ("小明", "小明"),
        ("xX_ann_Xx", ""),
        ("🙂 Ann", ""),
        ("user123", ""),
        ("https://buy.example", ""),
        ("a" * 21, ""),
        ("", ""),
    ],
)
def test_a_display_name_becomes_a_first_name_only_if_it_can_be_one(name: str, first: str) -> None:
    assert compose.first_name(name) == first
