"""The practice Instagram keeps the real one's habits, also the awkward ones."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from engage_tui.domain.model import Kind, Platform
from engage_tui.domain.timestamps import HOUR, MINUTE
from engage_tui.sandbox.brand import OWN_IDS, TOKENS
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.records import State, Thread
from engage_tui.sandbox.world import PracticeWorld

from .conftest import Ticking

OWN_ID = OWN_IDS[Platform.INSTAGRAM]


def code(response: httpx.Response) -> tuple[int, int]:
    error = response.json()["error"]
    assert response.status_code >= 400
    return error["code"], error.get("error_subcode", 0)


def longest(world: PracticeWorld, kind: Kind, clock: Ticking) -> Thread:
    threads = world.threads(Platform.INSTAGRAM, kind, clock.now)
    return max(threads, key=lambda thread: len(thread.shown(clock.now)))


async def test_only_the_fields_asked_for_are_given(instagram: httpx.AsyncClient) -> None:
    bare = (await instagram.get("me")).json()
    assert set(bare) == {"id"}
    asked = (await instagram.get("me", params={"fields": "user_id,username,nonsense"})).json()
    assert set(asked) == {"id", "user_id", "username"}
    assert asked["user_id"] == OWN_ID != asked["id"]
    media = (await instagram.get("me/media", params={"fields": "caption", "limit": 3})).json()
    assert [set(item) for item in media["data"]] == [{"id", "caption"}] * 3
    wrong = await instagram.get("me", params={"fields": "id,from{id"})
    assert code(wrong) == (2500, 0)


async def test_comments_come_newest_first_and_complete_in_pages(
    instagram: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    post = longest(world, Kind.COMMENT, clock).post
    assert post is not None
    query: dict[str, Any] = {"fields": "id,timestamp", "limit": 10}
    listed: list[dict[str, str]] = []
    while True:
        body = (await instagram.get(f"{post.id}/comments", params=query)).json()
        listed += body["data"]
        if "next" not in body["paging"]:
            break
        query["after"] = body["paging"]["cursors"]["after"]
    times = [item["timestamp"] for item in listed]
    assert times == sorted(times, reverse=True)
    assert all(time.endswith("+0000") for time in times)
    assert {item["id"] for item in listed} == {
        thread.id
        for thread in world.threads(Platform.INSTAGRAM, Kind.COMMENT, clock.now)
        if thread.post == post
    }


async def test_nested_replies_are_a_page_of_their_own(
    instagram: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    thread = longest(world, Kind.COMMENT, clock)
    total = len(thread.shown(clock.now)) - 1
    answer = await instagram.get(thread.id, params={"fields": "replies{id,parent_id}"})
    nested = answer.json()["replies"]
    assert len(nested["data"]) == 25 < total
    assert {reply["parent_id"] for reply in nested["data"]} == {thread.id}
    assert "next" in nested["paging"]
    few = await instagram.get(thread.id, params={"fields": "replies.limit(2){text}"})
    assert len(few.json()["replies"]["data"]) == 2
    whole = (await instagram.get(f"{thread.id}/replies", params={"limit": 50})).json()
    assert len(whole["data"]) == total and "next" not in whole["paging"]


async def test_details_are_given_for_the_newest_twenty_messages_alone(
    instagram: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    thread = longest(world, Kind.DM, clock)
    query: dict[str, str | int] = {"fields": "id,message,created_time", "limit": 100}
    listed = (await instagram.get(f"{thread.id}/messages", params=query)).json()["data"]
    assert len(listed) == len(thread.shown(clock.now)) > 20
    assert all("message" in item for item in listed[:20])
    assert all(set(item) == {"id"} for item in listed[20:])
    assert code(await instagram.get(listed[20]["id"])) == (100, 33)
    assert (await instagram.get(listed[0]["id"])).status_code == 200


async def test_the_call_limit_shows_in_a_header_and_then_bites(
    instagram: httpx.AsyncClient, faults: Faults, clock: Ticking
) -> None:
    faults.calls_per_hour = 4
    used = [(await instagram.get("me")).headers["x-app-usage"] for _ in range(4)]
    assert ['"call_count": 25' in used[0], '"call_count": 100' in used[3]] == [True, True]
    refused = await instagram.get("me")
    assert code(refused) == (4, 0)
    clock.now += HOUR + MINUTE
    assert (await instagram.get("me")).status_code == 200


async def test_the_token_may_come_as_header_or_parameter(instagram: httpx.AsyncClient) -> None:
    del instagram.headers["Authorization"]
    assert code(await instagram.get("me")) == (190, 467)
    given = {"access_token": TOKENS[Platform.INSTAGRAM]}
    assert (await instagram.get("me", params=given)).status_code == 200
    wrong = await instagram.get("me", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, *code(wrong)) == (401, 190, 467)


async def test_hidden_comments_take_no_reply_and_own_ones_cannot_be_hidden(
    instagram: httpx.AsyncClient, world: PracticeWorld, clock: Ticking
) -> None:
    thread = next(
        t for t in world.threads(Platform.INSTAGRAM, Kind.COMMENT, clock.now) if t.entries[0].author
    )
    await instagram.post(thread.id, params={"hide": "true"})
    hidden = await instagram.get(thread.id, params={"fields": "hidden"})
    assert hidden.json()["hidden"] is True
    refused = await instagram.post(f"{thread.id}/replies", data={"message": "Hi"})
    assert code(refused) == (100, 0)
    own = longest(world, Kind.COMMENT, clock)
    assert own.entries[0].author is None
    done = await instagram.post(own.id, params={"hide": "true"})
    assert done.json() == {"success": True}
    assert own.entries[0].state is State.PUBLISHED


@pytest.mark.parametrize(
    ("method", "path", "given", "expected"),
    [
        ("GET", "17000000000000000", {}, (100, 33)),
        ("GET", "me/nonsense", {}, (100, 33)),
        ("GET", "me/conversations", {}, (100, 0)),
        ("GET", "me/media", {"after": "§"}, (100, 0)),
        ("GET", "me/media", {"limit": "many"}, (100, 0)),
        ("POST", "17000000000000000/replies", {"message": "Hi"}, (100, 33)),
        ("POST", "me/messages", {}, (100, 0)),
        ("DELETE", "17000000000000000", {}, (100, 33)),
    ],
)
async def test_wrong_requests_are_refused_with_the_documented_code(
    instagram: httpx.AsyncClient,
    method: str,
    path: str,
    given: dict[str, str],
    expected: tuple[int, int],
) -> None:
    assert code(await instagram.request(method, path, params=given)) == expected


async def test_unknown_hosts_and_paths_do_not_exist(instagram: httpx.AsyncClient) -> None:
    assert (await instagram.get("https://elsewhere.example/")).status_code == 404
    assert (await instagram.get("https://graph.instagram.com/v1.0/me")).status_code == 404
