"""The practice YouTube keeps the real one's habits, also the awkward ones."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from engage_tui.domain.model import Kind, Platform
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, parse_iso
from engage_tui.sandbox.brand import OWN_IDS
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.records import State
from engage_tui.sandbox.world import PracticeWorld

from .conftest import Ticking

CHANNEL = OWN_IDS[Platform.YOUTUBE]
ALL = {"part": "id,snippet,replies", "allThreadsRelatedToChannelId": CHANNEL}


def reason(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert error["code"] == response.status_code
    return response.status_code, error["errors"][0]["reason"]


async def threads(client: httpx.AsyncClient, **more: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    query = {**ALL, **more}
    while True:
        body = (await client.get("commentThreads", params=query)).json()
        items += body["items"]
        if "nextPageToken" not in body:
            return items
        query["pageToken"] = body["nextPageToken"]


async def test_threads_come_newest_first_and_complete_in_pages(
    youtube: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    listed = await threads(youtube, maxResults=20)
    times = [item["snippet"]["topLevelComment"]["snippet"]["publishedAt"] for item in listed]
    assert times == sorted(times, reverse=True)
    assert {item["id"] for item in listed} == {
        thread.id
        for thread in world.threads(Platform.YOUTUBE, Kind.COMMENT, clock.now)
        if thread.entries[0].state is State.PUBLISHED
    }


async def test_at_most_five_replies_are_embedded_and_all_are_listed(
    youtube: httpx.AsyncClient, world: PracticeWorld
) -> None:
    longest = max(await threads(youtube), key=lambda item: item["snippet"]["totalReplyCount"])
    total = longest["snippet"]["totalReplyCount"]
    assert len(longest["replies"]["comments"]) == 5 < total
    answer = await youtube.get(
        "comments", params={"part": "snippet", "parentId": longest["id"], "maxResults": 100}
    )
    replies = answer.json()["items"]
    assert len(replies) >= total
    assert all(reply["snippet"]["parentId"] == longest["id"] for reply in replies)
    assert all(reply["id"].startswith(f"{longest['id']}.") for reply in replies)


async def test_text_is_html_unless_plain_text_is_asked_for(
    youtube: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    thread = world.threads(Platform.YOUTUBE, Kind.COMMENT, clock.now)[0]
    reply = world.reply(thread, 'a < b & "c"\nd', clock.now)
    query = {"part": "snippet", "id": reply.id}
    shown = {}
    for text_format in ("html", "plainText"):
        answer = await youtube.get("comments", params={**query, "textFormat": text_format})
        shown[text_format] = answer.json()["items"][0]["snippet"]["textDisplay"]
    assert shown == {
        "html": "a &lt; b &amp; &quot;c&quot;<br>d",
        "plainText": 'a < b & "c"\nd',
    }


async def test_the_original_text_and_the_moderation_status_are_not_for_everyone(
    youtube: httpx.AsyncClient,
) -> None:
    for item in await threads(youtube):
        for comment in [item["snippet"]["topLevelComment"], *replies_of(item)]:
            own = comment["snippet"]["authorChannelId"]["value"] == CHANNEL
            assert ("textOriginal" in comment["snippet"]) == own
            assert "moderationStatus" in comment["snippet"]
    by_id = {"part": "snippet", "id": item["id"]}
    for path in ("comments", "commentThreads"):
        [found] = (await youtube.get(path, params=by_id)).json()["items"]
        assert "moderationStatus" not in str(found)


def replies_of(item: dict[str, Any]) -> list[dict[str, Any]]:
    replies: list[dict[str, Any]] = item.get("replies", {}).get("comments", [])
    return replies


async def test_held_spam_and_rejected_are_queues_of_their_own(youtube: httpx.AsyncClient) -> None:
    by_queue = {
        status: {item["id"] for item in await threads(youtube, moderationStatus=status)}
        for status in ("published", "heldForReview", "likelySpam", "rejected")
    }
    assert all(by_queue.values())
    assert sum(map(len, by_queue.values())) == len(set().union(*by_queue.values()))
    wrong = await youtube.get("commentThreads", params={**ALL, "moderationStatus": "hidden"})
    assert reason(wrong) == (400, "invalidValue")


async def test_a_held_reply_brings_its_thread_into_the_queue(
    youtube: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    thread = next(
        t
        for t in world.threads(Platform.YOUTUBE, Kind.COMMENT, clock.now)
        if len(t.shown(clock.now)) > 1 and t.entries[0].state is State.PUBLISHED
    )
    held = thread.shown(clock.now)[1]
    world.set_state(held, State.HELD, clock.now)
    queue = {item["id"]: item for item in await threads(youtube, moderationStatus="heldForReview")}
    statuses = [c["snippet"]["moderationStatus"] for c in replies_of(queue[thread.id])]
    assert "heldForReview" in statuses
    published = {item["id"]: item for item in await threads(youtube)}
    assert held.id not in str(published[thread.id])


async def test_a_rejected_comment_takes_its_replies_along(
    youtube: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    thread = world.threads(Platform.YOUTUBE, Kind.COMMENT, clock.now)[0]
    world.set_state(thread.entries[0], State.REJECTED, clock.now)
    listed = await youtube.get("comments", params={"part": "id", "parentId": thread.id})
    assert reason(listed) == (404, "commentNotFound")


async def test_counters_are_text(youtube: httpx.AsyncClient, world: PracticeWorld) -> None:
    post = next(post for post in world.posts if post.platform is Platform.YOUTUBE)
    answer = await youtube.get("videos", params={"part": "statistics", "id": f"{post.id},unknown"})
    [video] = answer.json()["items"]
    assert all(isinstance(counter, str) for counter in video["statistics"].values())


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
async def test_without_the_token_nothing_is_told(
    youtube: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    del youtube.headers["Authorization"]
    answer = await youtube.get("channels", params={"part": "id", "mine": "true"}, headers=headers)
    assert reason(answer) == (401, "authError")


async def test_the_quota_is_for_a_pacific_day(
    youtube: httpx.AsyncClient, faults: Faults, clock: Ticking
) -> None:
    """In November midnight Pacific is 08:00 UTC."""
    faults.quota_per_day = 52
    clock.now = parse_iso("2026-11-22T07:50:00Z")
    query = {"part": "id", "mine": "true"}
    reject = {"id": "unknown", "moderationStatus": "rejected"}
    for _ in range(2):
        assert (await youtube.get("channels", params=query)).status_code == 200
    refused = await youtube.post("comments/setModerationStatus", params=reject)
    assert reason(refused) == (404, "commentNotFound")
    exhausted = await youtube.get("channels", params=query)
    assert reason(exhausted) == (403, "quotaExceeded")
    assert exhausted.json()["error"]["errors"][0]["domain"] == "youtube.quota"
    clock.now += 9 * MINUTE
    assert (await youtube.get("channels", params=query)).status_code == 403
    clock.now += 2 * MINUTE
    assert (await youtube.get("channels", params=query)).status_code == 200


async def test_wrong_requests_are_refused_with_the_documented_reason(
    youtube: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    thread = world.threads(Platform.YOUTUBE, Kind.COMMENT, clock.now)[0]
    reads: list[tuple[str, dict[str, Any], tuple[int, str]]] = [
        ("channels", {"mine": "true"}, (400, "required")),
        ("commentThreads", {"part": "id"}, (400, "incompatibleParameters")),
        ("commentThreads", {**ALL, "videoId": "x"}, (400, "incompatibleParameters")),
        ("commentThreads", {**ALL, "pageToken": "§"}, (400, "invalidPageToken")),
        ("commentThreads", {**ALL, "maxResults": 101}, (400, "invalidValue")),
        ("comments", {"part": "id", "parentId": "unknown"}, (404, "commentNotFound")),
        ("playlistItems", {"part": "id", "playlistId": "UU"}, (404, "playlistNotFound")),
    ]
    for path, query, expected in reads:
        assert reason(await youtube.get(path, params=query)) == expected
    texts = [
        ({"parentId": thread.id, "textOriginal": " "}, (400, "commentTextRequired")),
        ({"parentId": thread.id, "textOriginal": "x" * 10_001}, (400, "commentTextTooLong")),
        ({"parentId": f"{thread.id}.x", "textOriginal": "x"}, (404, "parentCommentNotFound")),
        ({"textOriginal": "x"}, (400, "parentIdMissing")),
    ]
    for snippet, expected in texts:
        answer = await youtube.post(
            "comments", params={"part": "snippet"}, json={"snippet": snippet}
        )
        assert reason(answer) == expected
    ban = {"id": thread.id, "moderationStatus": "published", "banAuthor": "true"}
    refused = await youtube.post("comments/setModerationStatus", params=ban)
    assert reason(refused) == (400, "banWithoutReject")
    assert world.effects == ()


async def test_new_comments_show_while_the_clock_runs(
    youtube: httpx.AsyncClient, clock: Ticking
) -> None:
    before = {item["id"] for item in await threads(youtube)}
    clock.now += HOUR
    after = {item["id"] for item in await threads(youtube)}
    assert before < after
    clock.now -= HOUR
    assert {item["id"] for item in await threads(youtube)} == before
    assert clock.now % DAY == 15 * HOUR
