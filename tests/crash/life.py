"""One life of a sending process: the real store, sender and connectors, and a point to die at."""

from __future__ import annotations

import asyncio
import mmap
import os
import signal
import struct
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx

from engage_tui.domain.model import Millis, Platform
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Connector
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.replies.sender import Sender
from engage_tui.sandbox.brand import PRACTICE_ACCOUNTS
from engage_tui.sandbox.faults import Fault, Faults
from engage_tui.sandbox.transport import practice_transport
from engage_tui.sandbox.world import PracticeWorld
from engage_tui.store import accounts
from engage_tui.store.database import Connection, Store
from tests.making import POLICY

T = TypeVar("T")

_MOMENTS = ("before", "after")
POINTS = tuple(
    f"{when} {what}"
    for what in (
        "claim commit",
        "request",
        "result commit",
        "recovery commit",
        "listing",
        "look commit",
        "bind commit",
    )
    for when in _MOMENTS
)
"""Where a process can be killed. `request` and `listing` are calls of the network: after one of
them the effect has happened, but the program has not been told. The others are transactions: taking
a row, storing the answer, finding a row that an earlier life left behind, an unsuccessful look for
it on the platform, and binding what was found."""

_CONNECTORS = {Platform.YOUTUBE: YouTubeConnector, Platform.INSTAGRAM: InstagramConnector}


@dataclass
class Plan:
    """How one life goes: where it ends, and what the platforms do."""

    point: str = ""
    """Name of a point, or empty: it ends by itself."""
    hit: int = 1
    """At which passing of the point it is killed."""
    answer: Fault | None = None
    """What happens to the first write."""
    late: Millis = 0
    writes: dict[Fault, float] = field(default_factory=dict)
    reads: dict[Fault, float] = field(default_factory=dict)
    seed: int = 0


class Board:
    """Memory that outlives a killed process: the virtual clock and the point it died at."""

    _LAYOUT = struct.Struct("qq")

    def __init__(self, now: Millis) -> None:
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self.write(now, -1)

    def read(self) -> tuple[Millis, int]:
        """Return the time, and the index of the point or -1."""
        now, point = self._LAYOUT.unpack_from(self._memory)
        return now, point

    def write(self, now: Millis, point: int) -> None:
        """Set both."""
        self._LAYOUT.pack_into(self._memory, 0, now, point)

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()

    @property
    def now(self) -> Millis:
        """The virtual time."""
        return self.read()[0]


class Reaper:
    """Kills this process at its point."""

    def __init__(self, board: Board, plan: Plan) -> None:
        self._board = board
        self._plan = plan
        self._left = plan.hit

    def passing(self, point: str) -> None:
        """Die here, if it is the point and the time has come."""
        if point == self._plan.point:
            self._left -= 1
            if self._left == 0:
                self._board.write(self._board.now, POINTS.index(point))
                os.kill(os.getpid(), signal.SIGKILL)


class MortalStore(Store):
    """The real store; its transactions are points."""

    def __init__(self, path: Path, reaper: Reaper) -> None:
        self._reaper = reaper
        self.recovering = True
        super().__init__(path)

    def submit(self, work: Callable[[Connection], T], *, durable: bool = False) -> Future[T]:
        """Run the work between its two points."""
        kind = ""

        def watched(connection: Connection) -> T:
            nonlocal kind
            before = _states(connection)
            result = work(connection)
            kind = self._kind(before, _states(connection))
            self._reaper.passing(f"before {kind}")
            return result

        future = super().submit(watched, durable=durable)
        future.add_done_callback(lambda _: self._reaper.passing(f"after {kind}"))
        return future

    def _kind(self, before: dict[int, str], after: dict[int, str]) -> str:
        for key, state in after.items():
            was = before.get(key, "")
            if was == state == "sending" or (was == state and state != "reconciling"):
                continue
            if state == "sending":
                return "claim commit"
            if was == "sending":
                return "recovery commit" if self.recovering else "result commit"
            if was in ("unknown", "reconciling"):
                return "bind commit" if state == "sent" else "look commit"
        return ""


class MortalTransport(httpx.AsyncBaseTransport):
    """The way to the practice platforms; its calls are points."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, reaper: Reaper, faults: Faults, plan: Plan
    ) -> None:
        self._inner = inner
        self._reaper = reaper
        self._faults = faults
        self._plan = plan
        self._first = plan.answer is not None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let the call through between its two points."""
        what = "listing" if request.method == "GET" else "request"
        self._reaper.passing(f"before {what}")
        if what == "request" and self._first and self._plan.answer:
            self._first = False
            self._faults.writes = {self._plan.answer: 1.0}
        try:
            return await self._inner.handle_async_request(request)
        finally:
            self._faults.writes = self._plan.writes
            self._reaper.passing(f"after {what}")


def live(folder: Path, board: Board, plan: Plan) -> None:
    """Send everything that waits, or die on the way."""
    asyncio.run(_live(folder, board, plan))


async def _live(folder: Path, board: Board, plan: Plan) -> None:
    def clock() -> Millis:
        return board.now

    reaper = Reaper(board, plan)
    faults = Faults(seed=plan.seed, reads=plan.reads, writes=plan.writes, late=plan.late)
    world = PracticeWorld.open(folder / "practice.jsonl", now=clock())
    inner = practice_transport(world, clock, faults)
    transport = MortalTransport(inner, reaper, faults, plan)
    store = MortalStore(folder / "engage.db", reaper)
    known = {account.platform: account for account in PRACTICE_ACCOUNTS}
    connectors: dict[int, Connector] = {
        account.id: _CONNECTORS[account.platform](
            lambda platform=account.platform: known[platform].token,  # type: ignore[misc]
            account=account.handle,
            remote_id=account.remote_id or "",
            transport=transport,
        )
        for account in accounts.list_all(store.reading)
    }
    sender = Sender(store, connectors, POLICY, clock, seed=plan.seed)
    await sender.recover()
    store.recovering = False
    while True:
        if await sender.step():
            continue
        waiting = store.reading.execute(
            "SELECT min(next_at) FROM outbox WHERE ended_at IS NULL"
        ).fetchone()[0]
        if waiting is None:
            break
        board.write(max(clock(), waiting), -1)
    store.close()


def _states(connection: Connection) -> dict[int, str]:
    return {row["id"]: row["state"] for row in connection.execute("SELECT id, state FROM outbox")}
