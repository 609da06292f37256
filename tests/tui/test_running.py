"""The console with its engine at work, the outbox screen, and what the engine says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engage_tui.domain.outbox import State
from engage_tui.engine.demo import open_demo
from engage_tui.engine.engine import Engine
from engage_tui.engine.runner import Notice, Topic
from engage_tui.tui.app import EngageApp
from engage_tui.tui.progress import Progress
from engage_tui.tui.screens.outbox import OutboxScreen
from engage_tui.tui.undo import Act, UndoStack
from engage_tui.tui.widgets.table import Table
from tests.making import NOW, approval, approve, conversation_of
from tests.tui.inboxes import (
    NARROW,
    WIDE,
    console,
    inbox,
    listed,
    press,
    settled,
    status,
    told,
    waiting,
    workspace,
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with workspace(tmp_path, *waiting(3)) as engine:
        yield engine


def rows(table: Table) -> list[str]:
    """Return the rows of a table as they are drawn."""
    return [str(option.prompt) for option in table.rows.options]


def _end(engine: Engine, row: int, state: State, note: str) -> None:
    """Let a send come to this end."""
    change = "UPDATE outbox SET state = ?, note = ?, ended_at = 1 WHERE id = ?"
    engine.store.write(lambda c: c.execute(change, (state, note, row)))


async def test_the_practice_brand_fills_an_empty_console_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGAGE_HOME", str(tmp_path))
    with open_demo(clock=lambda: NOW) as engine:
        app = EngageApp(engine)
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await settled(pilot)
            while inbox(pilot).browsing.waiting or not listed(pilot):
                await press(pilot, "full_stop")
            await settled(pilot)
            assert len(listed(pilot)) > 10
            assert "sync " in status(pilot)
            assert "trouble" not in told(pilot)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
async def test_a_send_that_is_uncertain_stands_in_the_status_line_until_it_is_decided(
    engine: Engine, size: tuple[int, int]
) -> None:
    row = approve(engine.store, approval(engine.store, "Yes.", thread="T0"))
    _end(engine, row, State.NEEDS_HUMAN, "no answer")
    async with console(engine, size=size) as pilot:
        assert "1 send uncertain: g x" in status(pilot)
        await press(pilot, "g", "x")
        screen = pilot.app.screen
        assert isinstance(screen, OutboxScreen)
        (line,) = rows(screen.query_one(Table))
        assert "@person0" in line and "uncertain: it is there, send again, or drop" in line
        table = screen.query_one(Table)
        assert len(line) <= table.rows.scrollable_content_region.width
        assert "no answer" in str(screen.query_one("#words").render())
        await press(pilot, "a")
        assert engine.desk.outbox()[0].state is not State.NEEDS_HUMAN
        await press(pilot, "d")
        assert "not open for it" in told(pilot)


async def test_the_outbox_takes_back_and_leads_to_the_conversation(engine: Engine) -> None:
    approve(engine.store, approval(engine.store, "Yes.", thread="T1"), at=NOW)
    async with console(engine, "g", "x", "c") as pilot:
        assert engine.desk.outbox()[0].state is State.CANCELLED
        await press(pilot, "c")
        assert "not open for it" in told(pilot)
        await press(pilot, "enter")
        assert pilot.app.screen is inbox(pilot)
        assert inbox(pilot).listing.key == conversation_of(engine.store, "T1")


async def test_an_empty_outbox_says_so_and_q_goes_back(engine: Engine) -> None:
    async with console(engine, "g", "x") as pilot:
        assert "Nothing was sent yet" in str(pilot.app.screen.query_one("#words").render())
        await press(pilot, "q")
        assert pilot.app.screen is inbox(pilot)


async def test_a_send_that_was_refused_is_never_silent(engine: Engine) -> None:
    row = approve(engine.store, approval(engine.store, "Yes.", thread="T0"), at=NOW)
    async with console(engine) as pilot:
        _end(engine, row, State.REFUSED, "comments are off")
        inbox(pilot).sending.refresh()
        await settled(pilot)
        assert "refused by the platform. comments are off" in told(pilot)


def test_progress_names_the_last_look_and_what_is_under_way() -> None:
    progress = Progress()
    progress.take(Notice(Topic.SYNC, "looking\x1b[31m", done=False), NOW)
    assert progress.words[0] == "looking␛"
    progress.take(Notice(Topic.SYNC, "3 new"), NOW)
    assert progress.words[0].startswith("sync ")


def test_trouble_is_told_once_and_shown_until_a_look_ends_without_it() -> None:
    progress = Progress()
    trouble = Notice(Topic.TROUBLE, "token expired")
    progress.take(Notice(Topic.SYNC, "looking", done=False), NOW)
    assert progress.take(trouble, NOW)
    assert "not all went well" in progress.words[0]
    progress.take(Notice(Topic.SYNC, "0 new"), NOW)
    assert "not all went well" in progress.words[0]
    assert not progress.take(trouble, NOW), "the same trouble is not told again"
    progress.take(Notice(Topic.SYNC, "0 new"), NOW)
    progress.take(Notice(Topic.SYNC, "0 new"), NOW)
    assert "not all went well" not in progress.words[0]


def test_a_send_that_has_left_cannot_be_undone_any_more() -> None:
    stack = UndoStack()
    closed = Act("closed 1", lambda: None)
    stack.push(closed)
    stack.push(Act("reply", lambda: None, rows=(7,)))
    stack.forget_left([7])
    assert stack.top is not None and stack.top.sentence == "reply"
    stack.forget_left([])
    assert stack.pop() is closed
    assert stack.pop() is None
