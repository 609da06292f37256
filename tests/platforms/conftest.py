"""A practice world at a fixed moment, and the connectors that look into it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from engage_tui.domain.model import Millis, Platform
from engage_tui.domain.timestamps import parse_iso
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.sandbox.brand import PRACTICE_ACCOUNTS
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.transport import practice_transport
from engage_tui.sandbox.world import PracticeWorld

ACCOUNTS = {account.platform: account for account in PRACTICE_ACCOUNTS}


class Ticking:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now: Millis = parse_iso("2026-11-21T15:00:00.250Z")

    def __call__(self) -> Millis:
        return self.now


class Recording(httpx.AsyncBaseTransport):
    """Keeps each request and answer that passes."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.calls: list[tuple[httpx.Request, httpx.Response]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        self.calls.append((request, response))
        return response


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def world(journal: Path, clock: Ticking) -> PracticeWorld:
    return PracticeWorld.open(journal, now=clock.now)


@pytest.fixture
def transport(world: PracticeWorld, clock: Ticking, faults: Faults) -> Recording:
    return Recording(practice_transport(world, clock, faults))


@pytest.fixture
def youtube(transport: Recording) -> YouTubeConnector:
    account = ACCOUNTS[Platform.YOUTUBE]
    return YouTubeConnector(
        lambda: account.token,
        account=account.handle,
        remote_id=account.remote_id,
        transport=transport,
    )


@pytest.fixture
def instagram(transport: Recording) -> InstagramConnector:
    account = ACCOUNTS[Platform.INSTAGRAM]
    return InstagramConnector(
        lambda: account.token,
        account=account.handle,
        remote_id=account.remote_id,
        transport=transport,
    )
