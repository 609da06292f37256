"""The practice platforms without any connector: plain HTTP from a client to the application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import parse_iso
from engage_tui.sandbox.brand import PRACTICE_ACCOUNTS
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.transport import practice_transport
from engage_tui.sandbox.world import PracticeWorld


class Ticking:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now: Millis = parse_iso("2026-11-21T15:00:00Z")

    def __call__(self) -> Millis:
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def world(tmp_path: Path, clock: Ticking) -> PracticeWorld:
    return PracticeWorld.open(tmp_path / "journal.jsonl", now=clock.now)


@pytest.fixture
async def youtube(
    world: PracticeWorld, clock: Ticking, faults: Faults
) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=practice_transport(world, clock, faults),
        base_url="https://youtube.googleapis.com/youtube/v3/",
        headers={"Authorization": f"Bearer {PRACTICE_ACCOUNTS[0].token}"},
    ) as client:
        yield client


@pytest.fixture
async def instagram(
    world: PracticeWorld, clock: Ticking, faults: Faults
) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=practice_transport(world, clock, faults),
        base_url="https://graph.instagram.com/v26.0/",
        headers={"Authorization": f"Bearer {PRACTICE_ACCOUNTS[1].token}"},
    ) as client:
        yield client
