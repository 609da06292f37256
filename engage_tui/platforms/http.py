"""The one place that makes HTTP calls to platforms, and names everything that can go wrong."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY, MINUTE, SECOND
from engage_tui.platforms.errors import (
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    SignInNeeded,
    Unavailable,
    Unreachable,
)
from engage_tui.platforms.wire import Node

if TYPE_CHECKING:
    import httpx

# At INFO httpx logs whole URLs, and some platforms' paging links carry the token.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

MOST_BYTES = 8 * 1024 * 1024
"""An answer larger than this is refused while it is still arriving."""

_DEADLINE_SECONDS = 60.0
_UNSTATED_WAIT = MINUTE
_LONGEST_WAIT = DAY

Token: TypeAlias = Callable[[], str]
"""Gives the access token; asked for each call, so that a renewed one is used at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A readable answer of a platform; headers are found by their name in any case."""

    status: int
    body: Node
    headers: Mapping[str, str]


Explain: TypeAlias = Callable[[Answer, bool], PlatformError]
"""Turns a refusal (4xx) into its error kind; the flag says whether the call was a write."""


class ApiClient:
    """Calls to one platform's JSON API with one account's token.

    Reads raise `Unavailable`, writes raise `OutcomeUnknown` wherever no trustworthy answer came
    back; both raise `Unreachable` when the request never began. No error text holds the URL, the
    token or anything that the platform wrote.
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        token: Token,
        explain: Explain,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.service = service
        self._base_url = base_url
        self._token = token
        self._explain = explain
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def read(self, path: str, **query: str | int | None) -> Answer:
        """Ask for something; parameters that are None are left out."""
        return await self._call("GET", path, query, write=False)

    async def write(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | None] | None = None,
        document: Node | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Change something, once: with a JSON document, with form fields, or with neither."""
        return await self._call(method, path, query or {}, document, form, write=True)

    def unreadable(self, *, write: bool = False) -> PlatformError:
        """Return the error for an answer that came but makes no sense."""
        return self._failure(write, "gave an answer that cannot be read")

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int | None],
        document: Node | None = None,
        form: Mapping[str, str] | None = None,
        *,
        write: bool,
    ) -> Answer:
        import httpx

        client = self._opened()
        request = client.build_request(
            method,
            path,
            params={name: value for name, value in query.items() if value is not None},
            json=document,
            data=form,
            headers={"Authorization": f"Bearer {self._usable_token()}"},
        )
        # Raised after the block, so that no library error with its URL and headers hangs on it.
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                response = await client.send(request, stream=True)
                try:
                    body = await _bounded(response.aiter_bytes())
                finally:
                    await response.aclose()
            return self._judged(response, body, write)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            failure: PlatformError = Unreachable(
                f"{self.service} could not be reached; check the network."
            )
        except (httpx.TimeoutException, TimeoutError):
            failure = self._failure(write, "did not answer in time")
        except httpx.RequestError:
            failure = self._failure(write, "broke the connection off")
        raise failure

    def _judged(self, response: httpx.Response, body: bytes | None, write: bool) -> Answer:
        """Return the answer of a call that worked; everything else raises its error kind."""
        status, headers = response.status_code, response.headers
        if status == 429:
            raise RateLimited(
                f"{self.service} asks to slow down.",
                retry_after=_stated_wait(headers),
                code="429",
            )
        if status >= 500 or status == 408:
            raise self._failure(write, "has a problem on its side")
        decoded = {} if write and status == 204 else _decoded(body)
        if decoded is None or not (200 <= status < 300 or 400 <= status < 500):
            raise self.unreadable(write=write)
        answer = Answer(status, decoded, headers)
        if status >= 400:
            raise self._explain(answer, write)
        return answer

    def _failure(self, write: bool, what: str) -> PlatformError:
        if write:
            return OutcomeUnknown(
                f"{self.service} {what}; whether the action happened is not known yet."
            )
        return Unavailable(f"{self.service} {what}; it will be asked again.")

    def _usable_token(self) -> str:
        token = self._token()
        if not token or not token.isascii() or not token.isprintable():
            raise SignInNeeded(f"The stored {self.service} token is not usable; sign in again.")
        return token

    def _opened(self) -> httpx.AsyncClient:
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(
                base_url=self._base_url,
                transport=self._transport,
                timeout=httpx.Timeout(connect=5, read=20, write=10, pool=5),
                follow_redirects=False,
                trust_env=False,
            )
        return self._client


async def _bounded(chunks: AsyncIterator[bytes]) -> bytes | None:
    """Collect a body, or give None as soon as it grows over the limit."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _decoded(body: bytes | None) -> Node | None:
    try:
        decoded = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def _stated_wait(headers: Mapping[str, str]) -> Millis:
    stated = headers.get("retry-after", "")
    if not (stated.isascii() and stated.isdigit() and len(stated) < 10):
        return _UNSTATED_WAIT
    return min(int(stated) * SECOND, _LONGEST_WAIT)
