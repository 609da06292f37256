"""A workspace whose figures can be told by heart, and the console over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from textual.content import Content
from textual.pilot import Pilot

from engage_tui.domain.model import Actor, Direction, MessageRecord, Millis, Platform
from engage_tui.domain.timestamps import DAY, MINUTE
from engage_tui.engine.engine import Engine
from engage_tui.engine.workspace import Workspace
from engage_tui.tui.app import EngageApp
from engage_tui.tui.screens.tables import TablesScreen
from engage_tui.tui.widgets.table import Table
from tests.making import NOW, Ticking, message, take_in

NARROW, WIDE = (80, 24), (140, 40)


@contextmanager
def workspace(folder: Path, *records: MessageRecord) -> Iterator[Engine]:
    """Open an engine over these messages, with a clock that stands at `NOW`."""
    with Engine(Workspace("weeks", folder / "home"), clock=Ticking()) as engine:
        if records:
            take_in(engine.store, *records)
        yield engine


def two_weeks() -> list[MessageRecord]:
    """Four conversations in each of two weeks.

    This week three of four were answered, after 30 minutes, the last of them by automation; on
    Instagram two of two. The week before it was one of four, after an hour.
    """
    return [
        *_thread("now1", 3 * DAY, 30 * MINUTE, platform=Platform.INSTAGRAM),
        *_thread("now2", 3 * DAY, 30 * MINUTE, platform=Platform.INSTAGRAM),
        *_thread("now3", 2 * DAY, 30 * MINUTE, actor=Actor.AUTOMATION),
        *_thread("now4", 2 * DAY),
        *_thread("old1", 10 * DAY, 60 * MINUTE),
        *(record for n in (2, 3, 4) for record in _thread(f"old{n}", 10 * DAY)),
    ]


def _thread(
    name: str, ago: Millis, answered_after: Millis | None = None, **others: Any
) -> list[MessageRecord]:
    platform = others.pop("platform", Platform.YOUTUBE)
    asked = message(thread=name, remote_id=name, at=NOW - ago, person=name, platform=platform)
    if answered_after is None:
        return [asked]
    at = NOW - ago + answered_after
    others.setdefault("actor", Actor.HUMAN)
    return [
        asked,
        message("Yes.", thread=name, at=at, direction=Direction.OUT, platform=platform, **others),
    ]


@asynccontextmanager
async def console(engine: Engine, *keys: str, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """Run the console and press these keys, each when the one before has had its effect."""
    app = EngageApp(engine, background=False)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, *keys)
        yield pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one by one, waiting for what each of them sets going."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def resize(pilot: Pilot[None], size: tuple[int, int]) -> None:
    """Give the terminal another size."""
    await pilot.resize_terminal(*size)
    await settled(pilot)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until nothing is being read or written any more."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def shown(pilot: Pilot[None], table: str) -> list[str]:
    """Return the rows of a table as they are drawn."""
    rows = pilot.app.screen.query_one(table, Table).rows
    return [str(option.prompt) for option in rows.options]


def said(pilot: Pilot[None], widget: str) -> str:
    """Return the text of a widget, or of a line at the foot."""
    return str(pilot.app.screen.query_one(widget).render())


def title(pilot: Pilot[None], widget: str) -> str:
    """Return the title in the border of a widget."""
    return Content.from_markup(str(pilot.app.screen.query_one(widget).border_title)).plain


def told(pilot: Pilot[None]) -> str:
    """Return every notification that is shown."""
    return " ".join(str(toast.render()) for toast in pilot.app.screen.query("Toast"))


def on_screen(pilot: Pilot[None]) -> bool:
    """Whether every widget that is shown lies within the terminal."""
    screen = pilot.app.screen
    assert isinstance(screen, TablesScreen)
    return all(
        screen.region.contains_region(widget.region)
        for widget in screen.query("Table, StatusLine, KeyHints, TopBar, #detail, #about")
        if widget.display and widget.region
    )
