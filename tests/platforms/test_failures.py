"""Each way a call can go wrong ends in the right error kind, and no secret leaks."""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from engage_tui.domain.model import ActionKind, Platform
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND
from engage_tui.platforms.errors import (
    Gone,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Refused,
    SignInNeeded,
    Unavailable,
    Unreachable,
)
from engage_tui.platforms.http import MOST_BYTES
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Connector, Outgoing
from engage_tui.platforms.youtube import YouTubeConnector

CANARY = "canary-token-5f1e"
REMOTE_WORDS = "words-that-the-platform-wrote"
REPLY = Outgoing(kind=ActionKind.REPLY, target="T1", conversation="T1", text="hello", key="k")

Handler = Callable[[httpx.Request], httpx.Response]


def connected(platform: Platform, handler: Handler, token: str = CANARY) -> Connector:
    kind = YouTubeConnector if platform is Platform.YOUTUBE else InstagramConnector
    return kind(
        lambda: token, account="@me", remote_id="own", transport=httpx.MockTransport(handler)
    )


def answering(status: int, body: Any = None, **headers: str) -> Handler:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda request: httpx.Response(status, content=content, headers=headers)


def raising(error: type[httpx.RequestError]) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error(f"{request.url} {request.headers}", request=request)

    return handler


async def read_error(connector: Connector) -> PlatformError:
    with pytest.raises(PlatformError) as raised:
        await connector.read(connector.streams()[0])
    return raised.value


async def write_error(connector: Connector) -> PlatformError:
    with pytest.raises(PlatformError) as raised:
        await connector.perform(REPLY)
    return raised.value


@pytest.fixture(params=[Platform.YOUTUBE, Platform.INSTAGRAM])
def platform(request: pytest.FixtureRequest) -> Platform:
    return Platform(request.param)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_what_never_began_is_safe_to_repeat(
    platform: Platform, error: type[httpx.RequestError]
) -> None:
    connector = connected(platform, raising(error))
    assert type(await read_error(connector)) is Unreachable
    assert type(await write_error(connector)) is Unreachable


UNTRUSTWORTHY = {
    "read timeout": raising(httpx.ReadTimeout),
    "write timeout": raising(httpx.WriteTimeout),
    "reset": raising(httpx.ReadError),
    "nonsense": raising(httpx.RemoteProtocolError),
    "500": answering(500, {}),
    "503": answering(503, b"busy"),
    "no JSON": answering(200, b"<html>hello</html>"),
    "JSON of another kind": answering(200, [1, 2]),
    "nothing": answering(200, b""),
    "too deep": answering(200, b'{"a":' * 50_000),
    "too large": answering(200, b'{"a":"' + b"x" * MOST_BYTES + b'"}'),
    "a redirect": answering(302, {}, location="https://elsewhere.example/"),
    "a strange refusal": answering(403, b"<html>proxy</html>"),
    "no content": answering(204, b"?"),
    "a list without a list": answering(200, {"unexpected": 1}),
    "a success without an id": answering(200, {"kind": "list", "items": [{}], "data": [{}]}),
}


@pytest.mark.parametrize("case", UNTRUSTWORTHY)
async def test_without_a_trustworthy_answer_a_read_is_repeated_and_a_write_is_not(
    platform: Platform, case: str
) -> None:
    connector = connected(platform, UNTRUSTWORTHY[case])
    assert type(await read_error(connector)) is Unavailable
    assert type(await write_error(connector)) is OutcomeUnknown


async def test_too_many_requests_says_how_long_to_wait(platform: Platform) -> None:
    connector = connected(platform, answering(429, {}, **{"retry-after": "7"}))
    for error in (await read_error(connector), await write_error(connector)):
        assert isinstance(error, RateLimited)
        assert error.retry_after == 7 * SECOND
    unstated = await read_error(connected(platform, answering(429, {}, **{"retry-after": "soon"})))
    assert isinstance(unstated, RateLimited) and unstated.retry_after == MINUTE


@pytest.mark.parametrize("token", ["", "line\nbreak", "naïve"])
async def test_a_token_that_cannot_be_sent_is_not(platform: Platform, token: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    assert type(await write_error(connected(platform, handler, token))) is SignInNeeded


def youtube_error(status: int, reason: str) -> Handler:
    error = {"message": REMOTE_WORDS, "domain": "youtube", "reason": reason}
    body = {"error": {"code": status, "message": REMOTE_WORDS, "errors": [error]}}
    return answering(status, body, date="Sat, 21 Nov 2026 07:30:00 GMT")


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (401, "authError", SignInNeeded),
        (403, "quotaExceeded", RateLimited),
        (403, "rateLimitExceeded", RateLimited),
        (403, "insufficientPermissions", SignInNeeded),
        (403, "forbidden", Refused),
        (403, "commentsDisabled", Refused),
        (400, "commentTextTooLong", Refused),
        (400, "invalidPageToken", Refused),
        (404, "parentCommentNotFound", Gone),
        (400, "processingFailure", OutcomeUnknown),
        (418, "neverSeenBefore", Refused),
    ],
)
async def test_refusals_of_youtube(status: int, reason: str, kind: type[PlatformError]) -> None:
    error = await write_error(connected(Platform.YOUTUBE, youtube_error(status, reason)))
    assert type(error) is kind
    assert error.code == reason


async def test_youtube_quota_comes_back_at_midnight_pacific() -> None:
    """07:30 UTC in November is 23:30 the day before on the Pacific coast."""
    error = await read_error(connected(Platform.YOUTUBE, youtube_error(403, "quotaExceeded")))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 30 * MINUTE


def instagram_error(code: int, subcode: int = 0, transient: bool = False) -> Handler:
    error = {"message": REMOTE_WORDS, "type": "OAuthException", "code": code}
    body = {"error": {**error, "error_subcode": subcode, "is_transient": transient}}
    return answering(400, body)


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (190, 460, SignInNeeded),
        (102, 0, SignInNeeded),
        (10, 0, SignInNeeded),
        (200, 2534041, SignInNeeded),
        (230, 0, SignInNeeded),
        (10, 2534022, Refused),
        (10, 2018108, Refused),
        (551, 1545041, Refused),
        (4, 0, RateLimited),
        (613, 2534040, RateLimited),
        (80002, 0, RateLimited),
        (10, 1893063, RateLimited),
        (368, 0, RateLimited),
        (100, 33, Gone),
        (100, 2534014, Gone),
        (100, 2534029, Refused),
        (100, 0, Refused),
        (2500, 0, Refused),
        (1, 1357046, OutcomeUnknown),
        (2, 0, OutcomeUnknown),
    ],
)
async def test_refusals_of_instagram(code: int, subcode: int, kind: type[PlatformError]) -> None:
    error = await write_error(connected(Platform.INSTAGRAM, instagram_error(code, subcode)))
    assert type(error) is kind
    assert error.code == (f"{code}/{subcode}" if subcode else str(code))


async def test_transient_trouble_of_instagram() -> None:
    connector = connected(Platform.INSTAGRAM, instagram_error(9999, transient=True))
    assert type(await write_error(connector)) is OutcomeUnknown
    assert type(await read_error(connector)) is Unavailable
    blocked = await write_error(connected(Platform.INSTAGRAM, instagram_error(368)))
    assert isinstance(blocked, RateLimited) and blocked.retry_after == DAY
    busy = await write_error(connected(Platform.INSTAGRAM, instagram_error(4, transient=True)))
    assert isinstance(busy, RateLimited) and busy.retry_after == HOUR


@pytest.mark.parametrize(
    "handler",
    [
        *UNTRUSTWORTHY.values(),
        raising(httpx.ConnectError),
        youtube_error(403, "forbidden"),
        instagram_error(190),
    ],
)
async def test_errors_tell_neither_token_nor_address_nor_remote_words(
    platform: Platform, handler: Handler
) -> None:
    connector = connected(platform, handler)
    for error in (await read_error(connector), await write_error(connector)):
        shown = "".join(traceback.format_exception(error)) + repr(error) + error.sentence
        for secret in (CANARY, REMOTE_WORDS, "googleapis.com", "graph.instagram.com"):
            assert secret not in shown
        while cause := error.__cause__ or error.__context__:
            assert not isinstance(cause, httpx.HTTPError)
            error = cause  # type: ignore[assignment]


async def test_the_token_travels_in_a_header_alone(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "1"})

    with caplog.at_level("DEBUG"):
        await connected(platform, handler).perform(REPLY)
    [request] = seen
    assert request.headers["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in f"{request.url}{request.content.decode()}{caplog.text}"
    assert "http" not in caplog.text


def test_httpx_is_loaded_by_the_first_call_alone() -> None:
    program = (
        "import sys, engage_tui.platforms.youtube, engage_tui.platforms.instagram;"
        "sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
