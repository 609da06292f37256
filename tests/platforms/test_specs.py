"""Requests and answers on both sides of the wire fit the platforms' own descriptions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator

from engage_tui.domain.model import ActionKind, Kind, Platform
from engage_tui.domain.timestamps import SECOND
from engage_tui.platforms.errors import Refused
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Connector, Outgoing
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.sandbox.records import State
from engage_tui.sandbox.world import PracticeWorld

from .conftest import Recording, Ticking
from .reading import read_everything

SPECS = Path(__file__).parent / "specs"
YOUTUBE: dict[str, Any] = json.loads((SPECS / "youtube-v3-extract.json").read_text())
INSTAGRAM: dict[str, Any] = json.loads((SPECS / "instagram-shapes.json").read_text())

DISCOVERY_FORMATS: dict[str, dict[str, Any]] = {
    "uint64": {"type": "string", "pattern": r"^\d+$"},
    "uint32": {"type": "integer", "minimum": 0},
    "date-time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
}


def as_json_schema(described: dict[str, Any]) -> dict[str, Any]:
    """Translate a schema of a discovery document; fields it does not name are not allowed."""
    if "$ref" in described:
        return {"$ref": f"#/definitions/{described['$ref']}"}
    if described.get("format") in DISCOVERY_FORMATS:
        return DISCOVERY_FORMATS[described["format"]]
    schema: dict[str, Any] = {"type": described["type"]}
    if "enum" in described:
        schema["enum"] = described["enum"]
    if "items" in described:
        schema["items"] = as_json_schema(described["items"])
    if "properties" in described:
        properties = described["properties"]
        schema["properties"] = {name: as_json_schema(part) for name, part in properties.items()}
        schema["additionalProperties"] = False
    return schema


def youtube_validator(name: str) -> Draft7Validator:
    definitions = {name: as_json_schema(part) for name, part in YOUTUBE["schemas"].items()}
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})


def instagram_validator(name: str) -> Draft7Validator:
    reference = {"$ref": f"#/definitions/{name}"}
    return Draft7Validator({**reference, "definitions": INSTAGRAM["definitions"]})


async def act(connector: Connector, kind: ActionKind, target: str, text: str = "") -> str:
    action = Outgoing(kind=kind, target=target, conversation=target, text=text)
    return (await connector.perform(action)).remote_id


def check_youtube_request(request: httpx.Request) -> dict[str, Any]:
    """Hold a request against its method's description, and return that description."""
    method: dict[str, Any] = next(
        method
        for method in YOUTUBE["methods"].values()
        if f"/{method['path']}" == request.url.path and method["httpMethod"] == request.method
    )
    parameters = method["parameters"]
    given = dict(request.url.params.multi_items())
    assert set(given) <= set(parameters)
    assert {name for name, known in parameters.items() if known.get("required")} <= set(given)
    for name, value in given.items():
        known = parameters[name]
        assert "enum" not in known or value in known["enum"], name
        if known["type"] == "integer":
            assert int(known["minimum"]) <= int(value) <= int(known["maximum"]), name
    if "request" in method:
        youtube_validator(method["request"]["$ref"]).validate(json.loads(request.content))
    return method


async def test_youtube_requests_and_answers_fit_the_discovery_document(
    youtube: YouTubeConnector, transport: Recording, world: PracticeWorld, clock: Ticking
) -> None:
    await youtube.identify()
    await read_everything(youtube)
    threads = world.threads(Platform.YOUTUBE, Kind.COMMENT, clock.now)
    first = next(
        t for t in threads if t.entries[0].state is State.PUBLISHED and t.entries[0].author
    )
    reply = await act(youtube, ActionKind.REPLY, first.id, "Hello <b>&")
    await act(youtube, ActionKind.DELETE, reply)
    await act(youtube, ActionKind.HOLD, first.id)
    await read_everything(youtube)
    used = set()
    for request, response in transport.calls:
        method = check_youtube_request(request)
        used.add(method["id"])
        if "response" in method:
            youtube_validator(method["response"]["$ref"]).validate(response.json())
        else:
            assert (response.status_code, response.content) == (204, b"")
    assert used == {method["id"] for method in YOUTUBE["methods"].values()}


async def test_instagram_answers_fit_their_shapes(
    instagram: InstagramConnector, transport: Recording, world: PracticeWorld, clock: Ticking
) -> None:
    await instagram.identify()
    await read_everything(instagram)
    comments = world.threads(Platform.INSTAGRAM, Kind.COMMENT, clock.now)
    comment = max(comments, key=lambda thread: thread.entries[0].sent_at)
    talks = world.threads(Platform.INSTAGRAM, Kind.DM, clock.now)
    person = max(talks, key=lambda thread: thread.shown(clock.now)[-1].sent_at).follower
    assert person is not None
    await act(instagram, ActionKind.REPLY, comment.id, "Hello")
    await act(instagram, ActionKind.PRIVATE_REPLY, comment.id, "Hello in private")
    await act(instagram, ActionKind.DM, person.id, "Hello again")
    clock.now += SECOND
    await act(instagram, ActionKind.HIDE, comment.id)
    await act(instagram, ActionKind.DELETE, comment.id)
    used = set()
    for request, response in transport.calls:
        name = next(
            (request.method, pattern, name)
            for method, pattern, name in INSTAGRAM["answers"]
            if method == request.method and re.match(pattern, request.url.path)
        )
        used.add(name)
        instagram_validator(name[2]).validate(response.json())
        assert set(json.loads(response.headers["x-app-usage"])) == {
            "call_count",
            "total_cputime",
            "total_time",
        }
    assert len(used) == len(INSTAGRAM["answers"])


async def test_instagram_refusals_fit_their_shape(
    instagram: InstagramConnector, transport: Recording
) -> None:
    with pytest.raises(Refused):
        await act(instagram, ActionKind.HIDE, "17000000000000000")
    [(_, response)] = transport.calls
    instagram_validator("error").validate(response.json())
