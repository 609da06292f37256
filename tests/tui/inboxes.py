"""An inbox over messages that are known, and a pilot that waits for work instead of for time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import WorkerState

from engage_tui.domain.model import Kind, MessageRecord, Platform
from engage_tui.domain.timestamps import HOUR
from engage_tui.engine.engine import Engine
from engage_tui.engine.workspace import Workspace
from engage_tui.tui.app import EngageApp
from engage_tui.tui.screens.inbox import InboxScreen
from tests.making import NOW, Ticking, connect, message, take_in

NARROW, WIDE = (80, 24), (140, 40)
_OPEN_ENDED = ("dialogs", "commands", "quit")
"""Groups of workers that wait for a person."""


@contextmanager
def workspace(folder: Path, *records: MessageRecord) -> Iterator[Engine]:
    """Open an engine with two connected accounts over these messages, at `NOW`."""
    with Engine(Workspace("inbox", folder / "home"), clock=Ticking()) as engine:
        connect(engine.store, Platform.YOUTUBE)
        connect(engine.store, Platform.INSTAGRAM)
        if records:
            take_in(engine.store, *records)
        yield engine


def waiting(count: int) -> list[MessageRecord]:
    """Return that many unanswered comments and messages, the first one due first."""
    return [
        message(
            f"question number {number}",
            thread=f"T{number}",
            remote_id=f"T{number}",
            person=f"person{number}",
            at=NOW - 20 * HOUR + number * 60_000,
            kind=Kind.DM if number % 5 == 4 else Kind.COMMENT,
            platform=Platform.INSTAGRAM if number % 5 == 4 else Platform.YOUTUBE,
            post=None if number % 5 == 4 else "P1",
        )
        for number in range(count)
    ]


@asynccontextmanager
async def console(
    engine: Engine, *keys: str, size: tuple[int, int] = WIDE
) -> AsyncIterator[Pilot[None]]:
    """Run the console without a running engine behind it, and press these keys."""
    app = EngageApp(engine, background=False)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, *keys)
        yield pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one by one, waiting for what each of them sets going; `type:` types a text."""
    for key in keys:
        if key.startswith("type:"):
            letters = key.removeprefix("type:")
            await pilot.press(*("space" if letter == " " else letter for letter in letters))
        else:
            await pilot.press(key)
        await settled(pilot)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until nothing is being read or written; dialogs may stay open."""
    while True:
        await pilot.pause()
        busy = [
            worker
            for worker in pilot.app.workers
            if worker.group not in _OPEN_ENDED
            and worker.state in (WorkerState.PENDING, WorkerState.RUNNING)
        ]
        if not busy:
            break
        await pilot.app.workers.wait_for_complete(busy)
    await pilot.pause()


def inbox(pilot: Pilot[None]) -> InboxScreen:
    """Return the inbox, which is always at the bottom of the screens."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, InboxScreen))


def told(pilot: Pilot[None]) -> str:
    """Return every notification that is shown."""
    return " ".join(str(toast.render()) for toast in pilot.app.screen.query("Toast"))


def status(pilot: Pilot[None]) -> str:
    """Return the status line."""
    return str(inbox(pilot).query_one("StatusLine").render())


def listed(pilot: Pilot[None]) -> list[str]:
    """Return the lines of the list that are in sight, without the empty ones."""
    listing = inbox(pilot).listing
    lines = (listing.render_line(y).text.rstrip() for y in range(listing.window))
    return [line for line in lines if line]


def read(pilot: Pilot[None]) -> str:
    """Return what is in sight of the conversation."""
    body = inbox(pilot).thread.body
    return "\n".join(body.render_line(y).text.rstrip() for y in range(body.size.height))
