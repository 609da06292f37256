"""The figures on the screen: how they moved, what is behind them, and that nothing blocks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engage_tui.domain.timestamps import DAY
from engage_tui.engine.engine import Engine
from engage_tui.tui.screens import figure, tables
from engage_tui.tui.screens.figure import FigureScreen
from engage_tui.tui.screens.inbox import InboxScreen
from engage_tui.tui.screens.kpi import KpiScreen
from engage_tui.tui.widgets.table import Table
from tests.making import NOW, conversation_of, message, take_in
from tests.tui.weeks import (
    NARROW,
    WIDE,
    console,
    on_screen,
    press,
    resize,
    said,
    settled,
    shown,
    title,
    told,
    two_weeks,
    workspace,
)

FIGURES = ("g", "k")
REPLY_RATE = 1


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with workspace(tmp_path, *two_weeks()) as engine:
        yield engine


async def test_figures_stand_beside_the_week_before_at_both_sizes(engine: Engine) -> None:
    async with console(engine, *FIGURES, "j", size=WIDE) as pilot:
        for size in (WIDE, NARROW):
            await resize(pilot, size)
            rows = shown(pilot, "#figures")
            assert rows[REPLY_RATE].split()[:6] == ["Reply", "rate", "75.0", "%", "25.0", "%"]
            assert "▲ 50.0 pp better" in rows[REPLY_RATE]
            assert rows[REPLY_RATE].rstrip()[-14:] == "····▁······█▃·"
            reply = next(row for row in rows if row.startswith("Meaningful reply, median"))
            assert "▼ 50 % better" in reply
            assert title(pilot, "#figures") == "Last 7 days against the 7 before"
            assert "as of" in said(pilot, "StatusLine")
            assert pilot.app.screen.query_one("#days").display == (size == WIDE)
            assert on_screen(pilot)
        assert "100.0%" in said(pilot, "#days")


async def test_platforms_and_people_and_automation_are_told_apart(engine: Engine) -> None:
    async with console(engine, *FIGURES, size=NARROW) as pilot:
        instagram, youtube = shown(pilot, "#platforms")
        people, automation = shown(pilot, "#authors")
        assert instagram.split()[:2] == ["Instagram", "100.0"]
        assert youtube.split()[:2] == ["YouTube", "50.0"]
        assert people.split()[:2] == ["people", "50.0"]
        assert people.split()[-1] == "2"
        assert automation.split()[:2] == ["automation", "25.0"]
        assert automation.split()[-1] == "1"
        await press(pilot, "tab", "enter")
        assert "100.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        assert title(pilot, "#figures") == "Last 7 days against the 7 before, Instagram"
        await press(pilot, "q")
        assert "75.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        await press(pilot, "q")
        assert isinstance(pilot.app.screen, InboxScreen)


async def test_the_period_changes_and_r_counts_what_came_since(engine: Engine) -> None:
    async with console(engine, *FIGURES, "j", "]", size=NARROW) as pilot:
        assert "50.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        assert title(pilot, "#figures") == "Last 30 days against the 30 before"
        await press(pilot, "[")
        assert "75.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        take_in(engine.store, message(thread="late", at=NOW - DAY))
        await press(pilot, "r")
        assert "60.0 %" in shown(pilot, "#figures")[REPLY_RATE]
        assert pilot.app.screen.query_one("#figures", Table).key == "reply_rate"
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith("Reply rate (reply_rate)")
        assert "3 ÷ 5 × 100 = 60.0 %" in pilot.app.clipboard


async def test_news_of_the_engine_are_counted_soon(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_SOON", 0.01)
    async with console(engine, *FIGURES, size=NARROW) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, KpiScreen)
        take_in(engine.store, message(thread="late", at=NOW - DAY))
        screen.noticed(("", ""), changed=False)
        screen.noticed(("1 new", ""), changed=True)
        while "75.0 %" in shown(pilot, "#figures")[REPLY_RATE]:
            await settled(pilot)
        assert "60.0 %" in shown(pilot, "#figures")[REPLY_RATE]


async def test_a_figure_opens_into_its_formula_its_rows_and_their_conversations(
    engine: Engine,
) -> None:
    async with console(engine, *FIGURES, "j", "enter", size=WIDE) as pilot:
        assert isinstance(pilot.app.screen, FigureScreen)
        for size in (WIDE, NARROW):
            await resize(pilot, size)
            assert "conversations with a meaningful reply ÷" in said(pilot, "#proof")
            assert "3 ÷ 4 × 100 = 75.0 %" in said(pilot, "#proof")
            rows = shown(pilot, "#rows")
            assert len(rows) == 4
            assert "IG @now1" in rows[0]
            assert "first reply after 30m" in rows[0]
            assert "unanswered" in rows[3]
            assert "4 rows" in said(pilot, "StatusLine")
            assert on_screen(pilot)
        await press(pilot, "G", "enter")
        assert isinstance(pilot.app.screen, InboxScreen)
        assert pilot.app.screen.listing.key == conversation_of(engine.store, "now4")


async def test_more_rows_are_read_when_they_are_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure, "PAGE", 3)
    async with console(engine, *FIGURES, "tab", "tab", "enter", size=NARROW) as pilot:
        assert "2 ÷ 4 × 100 = 50.0 %" in said(pilot, "#proof")
        assert "unanswered" in shown(pilot, "#rows")[2]  # by a person; automation did answer
        assert shown(pilot, "#rows")[3].startswith("… 1 more")
        await press(pilot, "G", "enter")
        assert len(shown(pilot, "#rows")) == 4
        assert "@now4" in shown(pilot, "#rows")[3]
        assert pilot.app.screen.query_one("#rows", Table).rows.highlighted == 3


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
        assert "no figure to copy yet" in told(pilot)
        go_on.set()
        await settled(pilot)
        assert "75.0 %" in shown(pilot, "#figures")[REPLY_RATE]
    assert threading.main_thread().name not in threads


async def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    with workspace(tmp_path) as engine:
        async with console(engine, *FIGURES, size=WIDE) as pilot:
            for size in (WIDE, NARROW):
                await resize(pilot, size)
                assert "Nothing came in during the last 14 days" in said(pilot, "#empty")
                assert pilot.app.screen.query_one("#empty").region.height > 1
            await press(pilot, "enter", "y", "]")
            assert "the last 60 days" in said(pilot, "#empty")
            assert isinstance(pilot.app.screen, KpiScreen)


async def test_strangers_words_only_show(tmp_path: Path) -> None:
    hostile = message(
        "[@click=app.quit]x[/] \x1b]52;c;ZXZpbA==\x07\u202e", person="a[b]\x1b[31m", at=NOW - DAY
    )
    with workspace(tmp_path, hostile) as engine:
        async with console(engine, *FIGURES, "j", "enter", size=WIDE) as pilot:
            (row,) = shown(pilot, "#rows")
            assert "[@click=app.quit]x[/]" in row
            assert not set("\x1b\x07\u202e") & set(row)
