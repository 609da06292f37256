"""Odd resources that the practice platforms do not have, and strangers' text as it came."""

from __future__ import annotations

import json
from typing import Any

import httpx

from engage_tui.domain.model import Kind, Visibility
from engage_tui.domain.timestamps import parse_iso
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Page, Stream
from engage_tui.platforms.youtube import YouTubeConnector

HOSTILE = "\x1b]52;c;aGk=\x07 [@click=app.quit]x[/] \u202egnp.exe <b>&amp;</b> \ud800 e\u0301\u0301"


def transport(**answers: dict[str, Any]) -> httpx.MockTransport:
    """Answer by the last part of the path, in JSON that escapes what UTF-8 cannot hold."""
    written = {name: json.dumps(answer) for name, answer in answers.items()}
    return httpx.MockTransport(
        lambda request: httpx.Response(200, text=written[request.url.path.rpartition("/")[2]])
    )


async def youtube_page(*items: dict[str, Any]) -> Page:
    answers = transport(
        commentThreads={"kind": "list", "items": list(items)}, videos={"kind": "list"}
    )
    connector = YouTubeConnector(lambda: "t", account="@me", remote_id="UCme", transport=answers)
    return await connector.read(Stream("threads/heldForReview"))


async def instagram_page(name: str, *items: dict[str, Any]) -> Page:
    answers = transport(messages={"data": list(items)}, comments={"data": list(items)})
    connector = InstagramConnector(lambda: "t", account="@me", remote_id="1", transport=answers)
    return await connector.read(Stream(f"{name}/C1"))


def youtube_comment(remote_id: str, **snippet: Any) -> dict[str, Any]:
    usual = {
        "textDisplay": "Hi",
        "publishedAt": "2026-11-02T09:14:05.000Z",
        "updatedAt": "2026-11-02T09:14:05.000Z",
        "authorDisplayName": "@ann",
        "authorChannelId": {"value": "UCann"},
    }
    return {"id": remote_id, "snippet": {**usual, **snippet}}


def youtube_thread(top: dict[str, Any], *replies: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": top["id"],
        "snippet": {"topLevelComment": top, "videoId": "V1", "totalReplyCount": len(replies)},
        "replies": {"comments": list(replies)},
    }


async def test_youtube_text_comes_through_as_it_is() -> None:
    page = await youtube_page(youtube_thread(youtube_comment("T1", textDisplay=HOSTILE)))
    assert page.messages[0].text == HOSTILE


async def test_a_comment_of_a_closed_account_is_kept() -> None:
    comment = youtube_comment("T1", authorDisplayName="Ann B")
    del comment["snippet"]["authorChannelId"]
    [message] = (await youtube_page(youtube_thread(comment))).messages
    assert message.person.remote_id == "closed-account:T1"
    assert (message.person.handle, message.person.name) == ("", "Ann B")


async def test_an_edited_picture_comment() -> None:
    comment = youtube_comment(
        "T1", textDisplay="", imageUrl="https://x.example/i", updatedAt="2026-11-03T10:00:00Z"
    )
    [message] = (await youtube_page(youtube_thread(comment))).messages
    assert message.attachments == ("image",)
    assert message.sent_at == parse_iso("2026-11-02T09:14:05Z")
    assert message.edited_at == parse_iso("2026-11-03T10:00:00Z")


async def test_a_held_reply_below_a_published_comment() -> None:
    """One held reply brings its thread into the queue; only the reply itself is held."""
    top = youtube_comment("T1", moderationStatus="published")
    reply = youtube_comment("T1.r", parentId="T1", moderationStatus="heldForReview")
    page = await youtube_page(youtube_thread(top, reply))
    assert [m.visibility for m in page.messages] == [Visibility.VISIBLE, Visibility.HELD]
    assert page.children == ()


async def test_only_threads_with_more_replies_than_came_along_are_read_further() -> None:
    full = youtube_thread(youtube_comment("T1"), youtube_comment("T1.r", parentId="T1"))
    more = youtube_thread(youtube_comment("T2"))
    more["snippet"]["totalReplyCount"] = 7
    [child] = (await youtube_page(full, more)).children
    assert (child.stream.name, child.stream.newest_first, child.mark) == ("replies/T2", False, "7")


def direct(fields: dict[str, Any]) -> dict[str, Any]:
    usual = {
        "id": "M1",
        "created_time": "2026-11-02T10:00:00+0000",
        "from": {"id": "5", "username": "ana.k"},
        "to": {"data": [{"id": "1", "username": "me"}]},
        "message": "",
    }
    return {**usual, **fields}


async def test_instagram_text_comes_through_as_it_is() -> None:
    [message] = (await instagram_page("dm", direct({"message": HOSTILE}))).messages
    assert message.text == HOSTILE
    assert message.attachments == ()
    assert message.kind is Kind.DM


async def test_every_kind_of_wordless_message_gets_a_name() -> None:
    unseen = "message that Instagram does not show"
    cases: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({}, (unseen,)),
        ({"is_unsupported": "true"}, (unseen,)),
        ({"attachments": {"data": [{"image_data": {"url": "u"}}]}}, ("photo",)),
        ({"attachments": {"data": [{"image_data": {"render_as_sticker": True}}]}}, ("sticker",)),
        ({"attachments": {"data": [{"video_data": {}}, {"ig_reel": {}}]}}, ("video", "attachment")),
        ({"shares": {"data": [{"link": "u"}]}}, ("shared post",)),
        ({"story": {"mention": {"id": "1"}}}, ("story mention",)),
        ({"story": {"reply_to": {"id": "1"}}}, ("story reply",)),
        ({"story": {}, "attachments": "surprise", "message": None}, (unseen,)),
    ]
    for fields, expected in cases:
        [message] = (await instagram_page("dm", direct(fields))).messages
        assert message.attachments == expected, fields


async def test_messages_known_by_their_id_alone_are_passed_over() -> None:
    page = await instagram_page("dm", direct({"id": "M2", "message": "new"}), {"id": "M1"})
    assert [message.remote_id for message in page.messages] == ["M2"]


async def test_our_own_message_is_addressed_to_the_other_side() -> None:
    sent = direct({"from": {"id": "1"}, "to": {"data": [{"id": "5", "username": "ana.k"}]}})
    [message] = (await instagram_page("dm", sent)).messages
    assert (message.person.remote_id, message.person.handle) == ("5", "@ana.k")


async def test_a_message_of_nobody_is_kept() -> None:
    [message] = (await instagram_page("dm", direct({"from": None, "message": "Hi"}))).messages
    assert (message.person.remote_id, message.text) == ("unnamed:C1", "Hi")


async def test_a_comment_without_a_name_is_kept() -> None:
    """Without the permission for names a comment has neither `from` nor `username`."""
    bare = {"id": "C1", "text": "", "timestamp": "2026-11-02T09:14:05+0000"}
    [message] = (await instagram_page("comments", bare)).messages
    assert message.person.remote_id == "unnamed:C1"
    assert message.attachments == ("picture",)
    assert message.post is None
