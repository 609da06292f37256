"""The figures on the screen: how they moved, what is behind them, and that counting blocks nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engage_tui.domain.timestamps import DAY
from engage_tui.engine.engine import Engine
from engage_tui.tui.screens import figure
from engage_tui.tui.screens.figure import FigureScreen
from engage_tui.tui.screens.inbox import InboxScreen
from engage_tui.tui.screens.kpi import KpiScreen
from engage_tui.tui.widgets.table import Table
from tests.making import NOW, conversation_of, message
from tests.tui.weeks import (
    SIZES,
    console,
    on_screen,
    press,
    said,
    settled,
    shown,
    two_weeks,
    workspace,
)

both_sizes = pytest.mark.parametrize("size", SIZES)
NARROW, WIDE = SIZES
FIGURES = ("g", "k")
REPLY_RATE = 1


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with workspace(tmp_path, *two_weeks()) as engine:
        yield engine


@both_sizes
async def test_figures_stand_beside_the_week_before(engine: Engine, size: tuple[int, int]) -> None:
    async with console(engine, *FIGURES, size=size) as pilot:
        rows = shown(pilot, "#figures")
        assert rows[1].split()[:8] == "Reply rate 75.0 % 25.0 % ▲ 50.0".split()
        assert "▲ 50.0 pp better" in rows[1]
        assert "▼ 50 % better" in next(row for row in rows if row.startswith("First meaningful"))
        assert rows[1].rstrip()[-14:] == "····▁······█▃·"
        assert "Last 7 days against the 7 before" in str(
            pilot.app.screen.query_one("#figures", Table).border_title
        )
        assert "as of" in said(pilot, "StatusLine")
        assert on_screen(pilot)


@both_sizes
async def test_platforms_and_people_and_automation_are_told_apart(
    engine: Engine, size: tuple[int, int]
) -> None:
    async with console(engine, *FIGURES, size=size) as pilot:
        instagram, youtube = shown(pilot, "#platforms")
        people, automation = shown(pilot, "#authors")
        assert instagram.split()[:2] == ["Instagram", "100.0"]
        assert youtube.split()[:2] == ["YouTube", "50.0"]
        assert people.split()[:2] == ["people", "50.0"]
        assert people.split()[-1] == "2"
        assert automation.split()[:2] == ["automation", "25.0"]
        assert automation.split()[-1] == "1"


async def test_brackets_switch_between_7_and_30_days(engine: Engine) -> None:
    async with console(engine, *FIGURES, "]", size=NARROW) as pilot:
        assert "50.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        assert "Last 30 days" in str(pilot.app.screen.query_one("#figures", Table).border_title)
        await press(pilot, "[")
        assert "75.0 %" in shown(pilot, "#figures")[REPLY_RATE]


async def test_enter_on_a_platform_narrows_the_figures_and_q_widens_them(engine: Engine) -> None:
    async with console(engine, *FIGURES, "tab", "enter", size=NARROW) as pilot:
        assert "100.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        assert "Instagram" in str(pilot.app.screen.query_one("#figures", Table).border_title)
        await press(pilot, "q")
        assert "75.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        await press(pilot, "q")
        assert isinstance(pilot.app.screen, InboxScreen)


@both_sizes
async def test_a_figure_opens_into_its_formula_and_its_rows(
    engine: Engine, size: tuple[int, int]
) -> None:
    async with console(engine, *FIGURES, "j", "enter", size=size) as pilot:
        assert isinstance(pilot.app.screen, FigureScreen)
        proof = said(pilot, "#proof")
        assert "conversations with a meaningful reply ÷" in proof
        assert "3 ÷ 4 × 100 = 75.0 %" in proof
        rows = shown(pilot, "#rows")
        assert len(rows) == 4
        assert "IG @now1" in rows[0]
        assert "first reply after 30m" in rows[0]
        assert "unanswered" in rows[3]
        assert "4 rows" in said(pilot, "StatusLine")
        assert on_screen(pilot)


async def test_enter_on_a_row_goes_to_its_conversation(engine: Engine) -> None:
    async with console(engine, *FIGURES, "j", "enter", "G", "enter", size=WIDE) as pilot:
        assert isinstance(pilot.app.screen, InboxScreen)
        assert pilot.app.screen.listing.key == conversation_of(engine.store, "now4")


async def test_the_rows_of_people_leave_out_what_automation_answered(engine: Engine) -> None:
    async with console(engine, *FIGURES, "tab", "tab", "enter", size=WIDE) as pilot:
        assert "2 ÷ 4 × 100 = 50.0 %" in said(pilot, "#proof")
        assert "unanswered" in shown(pilot, "#rows")[2]


async def test_more_rows_are_read_when_they_are_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure, "PAGE", 3)
    async with console(engine, *FIGURES, "j", "enter", size=NARROW) as pilot:
        assert shown(pilot, "#rows")[3].startswith("… 1 more")
        await press(pilot, "G", "enter")
        assert len(shown(pilot, "#rows")) == 4
        assert "@now4" in shown(pilot, "#rows")[3]
        assert pilot.app.screen.query_one("#rows", Table).rows.highlighted == 3


async def test_y_copies_the_figure_with_its_proof(engine: Engine) -> None:
    async with console(engine, *FIGURES, "j", "y", size=NARROW) as pilot:
        assert pilot.app.clipboard.startswith("Reply rate (reply_rate)")
        assert "3 ÷ 4 × 100 = 75.0 %" in pilot.app.clipboard


async def test_r_counts_what_came_since_and_the_cursor_stays(engine: Engine) -> None:
    async with console(engine, *FIGURES, "j", size=NARROW) as pilot:
        _take_in(engine, message(thread="late", at=NOW - DAY))
        await press(pilot, "r")
        assert "60.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        assert pilot.app.screen.query_one("#figures", Table).key == "reply_rate"


async def test_counting_happens_in_a_thread_while_keys_still_work(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, threads = threading.Event(), set[str]()
    counted = engine.numbers.figures

    def slow(*args: Any, **how: Any) -> Any:
        threads.add(threading.current_thread().name)
        go_on.wait(10)
        return counted(*args, **how)

    monkeypatch.setattr(engine.numbers, "figures", slow)
    async with console(engine, size=NARROW) as pilot:
        await pilot.press(*FIGURES)
        await pilot.pause()
        assert isinstance(pilot.app.screen, KpiScreen)
        assert "counting …" in said(pilot, "StatusLine")
        await pilot.press("y")
        assert "no figure to copy yet" in _told(pilot.app)
        go_on.set()
        await settled(pilot)
        assert "75.0 %" in shown(pilot, "#figures")[REPLY_RATE]
    assert threading.main_thread().name not in threads


@both_sizes
async def test_an_empty_workspace_says_what_to_do(tmp_path: Path, size: tuple[int, int]) -> None:
    with workspace(tmp_path) as engine:
        async with console(engine, *FIGURES, size=size) as pilot:
            assert "Nothing came in during the last 14 days" in said(pilot, "#empty")
            assert pilot.app.screen.query_one("#empty").region.height > 1
            await press(pilot, "enter", "y", "]")
            assert "the last 60 days" in said(pilot, "#empty")
            assert isinstance(pilot.app.screen, KpiScreen)


async def test_the_days_have_a_chart_where_there_is_room(engine: Engine) -> None:
    async with console(engine, *FIGURES, "j", size=WIDE) as pilot:
        assert "100.0%" in said(pilot, "#days")
        assert pilot.app.screen.query_one("#days").region.height >= 10
        await pilot.resize_terminal(*NARROW)
        await settled(pilot)
        assert not pilot.app.screen.query_one("#days").display
        assert on_screen(pilot)


async def test_strangers_words_only_show(tmp_path: Path) -> None:
    hostile = message("[@click=app.quit]x[/] \x1b]52;c;ZXZpbA==\x07\u202e", person="a[b]\x1b[31m", at=NOW - DAY)
    with workspace(tmp_path, hostile) as engine:
        async with console(engine, *FIGURES, "j", "enter", size=WIDE) as pilot:
            (row,) = shown(pilot, "#rows")
            assert "[@click=app.quit]x[/]" in row
            assert not set("\x1b\x07\u202e") & set(row)


def _take_in(engine: Engine, *records: Any) -> None:
    from tests.making import take_in

    take_in(engine.store, *records)


def _told(app: Any) -> str:
    notifications: Callable[[], Any] = app._notifications.__iter__
    return " ".join(str(notification.message) for notification in notifications())
