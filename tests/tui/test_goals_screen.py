"""Goals on the screen: where each stands, setting one with the form, and dropping one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input, Select

from engage_tui.domain.goals import Relevance
from engage_tui.domain.timestamps import DAY, parse_iso
from engage_tui.engine.engine import Engine
from engage_tui.tui.figure_words import progress_bar
from engage_tui.tui.goal_words import leads_to, what_next
from engage_tui.tui.screens.figure import FigureScreen
from engage_tui.tui.screens.goal_form import GoalForm, draft
from engage_tui.tui.screens.goals import GoalsScreen
from engage_tui.tui.widgets.table import Table
from tests.making import NOW
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

GOALS = ("g", "o")
TITLE = "Nine of ten get an answer"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The reply rate of the last 30 days is 50 %."""
    with workspace(tmp_path, *two_weeks()) as engine:
        yield engine


def set_goal(
    engine: Engine, *, called: str = TITLE, baseline: float = 30, target: str = "90"
) -> int:
    return engine.numbers.set_goal(
        "reply_rate",
        target,
        NOW + 60 * DAY,
        "Ann",
        title=called,
        relevance=Relevance.RETENTION,
        baseline=baseline,
    )


async def test_a_goal_says_where_it_stands_and_what_next(engine: Engine) -> None:
    set_goal(engine)
    async with console(engine, *GOALS, size=WIDE) as pilot:
        for size in (WIDE, NARROW):
            await resize(pilot, size)
            (row,) = shown(pilot, "#goals")
            assert row.startswith("Nine of ten get an answer")
            assert " ".join(row.split()).endswith("30.0 % 50.0 % 90.0 % ahead 1 Jan")
            detail = said(pilot, "#detail Static")
            assert "owner Ann · for retention · all platforms" in detail
            assert "by 1 Jan 2027, 60 days left" in detail
            assert "33 % of the way, 0 % expected by now: ahead." in detail
            assert "Too early to say where it leads." in detail
            assert "It takes 4.7 pp more each week" in detail
            assert "1 ahead" in said(pilot, "StatusLine")
            assert on_screen(pilot)
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith(TITLE)
        assert "4 ÷ 8 × 100 = 50.0 %" in pilot.app.clipboard
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, FigureScreen)
        assert "4 ÷ 8 × 100 = 50.0 %" in said(pilot, "#proof")
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, GoalsScreen)


def test_the_bar_marks_where_it_should_be() -> None:
    assert progress_bar(0.75, 0.5, 8) == "████│█░░"
    assert progress_bar(-0.2, 0.0, 8) == "│░░░░░░░"
    assert progress_bar(1.4, 1.0, 8) == "███████│"


async def test_the_form_counts_the_baseline_and_sets_a_goal(engine: Engine) -> None:
    async with console(engine, *GOALS, "a", size=NARROW) as pilot:
        form = pilot.app.screen
        assert isinstance(form, GoalForm)
        assert said(pilot, "#baseline").startswith("50.0 %")
        form.query_one("#target", Input).value = "+20 %"
        form.query_one("#deadline", Input).value = "60d"
        form.query_one("#owner", Input).value = "Zoé"
        form.query_one("#relevance", Select).value = Relevance.SALES.value
        await settled(pilot)
        assert said(pilot, "#note-target") == "60.0 %, 10.0 pp above today"
        assert said(pilot, "#note-deadline") == "1 Jan 2027, in 60 days"
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, GoalsScreen)
        (row,) = shown(pilot, "#goals")
        assert row.startswith("Reply rate: 60.0 %")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, FigureScreen)
    ((_, state),) = engine.numbers.goals()
    goal = state.goal
    assert goal.owner == "Zoé"
    assert goal.relevance is Relevance.SALES
    assert goal.baseline == 50
    assert goal.target == pytest.approx(60)
    assert goal.deadline == NOW + 60 * DAY


async def test_what_is_missing_is_said_beside_the_fields_and_nothing_is_set(
    engine: Engine,
) -> None:
    async with console(engine, *GOALS, "a", size=NARROW) as pilot:
        form = pilot.app.screen
        assert not form.query_one("#note-owner").display
        form.query_one("#deadline", Input).value = "soon"
        await press(pilot, "ctrl+s")
        assert pilot.app.screen is form
        assert said(pilot, "#note-target") == "Write it like 90, +5, +10 % or -20 %."
        assert said(pilot, "#note-deadline") == "Write it like 30d, 60d, 90d or 2027-01-31."
        assert "A goal needs an owner." in said(pilot, "#note-owner")
        assert "Choose one." in said(pilot, "#note-relevance")
        for size in (NARROW, WIDE):
            await resize(pilot, size)
            field = form.query_one("#owner").region
            assert form.query_one("#note-owner").region.y == field.bottom
            assert form.region.contains_region(form.query_one(".form").region)
    assert engine.numbers.goals() == []


async def test_the_form_follows_the_figure_and_keeps_what_was_typed(engine: Engine) -> None:
    async with console(engine, *GOALS, "a", size=NARROW) as pilot:
        form = pilot.app.screen
        form.query_one("#kpi", Select).value = "art"
        await settled(pilot)
        assert said(pilot, "#baseline").startswith("30m")
        assert form.query_one("#target", Input).placeholder == "15m, 2h or -30 %"
        form.query_one("#target", Input).value = "45m"
        await settled(pilot)
        assert "45m, 15m above today; that is worse" in said(pilot, "#note-target")
        form.query_one("#kpi", Select).value = "sentiment_share"
        await settled(pilot)
        assert "There is no history to start from" in said(pilot, "#note-baseline")
        await press(pilot, "ctrl+s")
        assert pilot.app.screen is form
        await press(pilot, "escape", "a")
        assert pilot.app.screen.query_one("#target", Input).value == "45m"


async def test_a_goal_is_dropped_after_a_question(engine: Engine) -> None:
    set_goal(engine)
    async with console(engine, *GOALS, "#", "n", size=NARROW) as pilot:
        assert len(shown(pilot, "#goals")) == 1
        await press(pilot, "#", "y")
        assert shown(pilot, "#goals") == []
        assert "No goal is set yet." in said(pilot, "#empty")
        await press(pilot, "#", "y", "enter")
        assert "There is no goal to drop." in told(pilot)
    assert engine.numbers.goals() == []


async def test_a_viewer_is_told_where_goals_are_set(engine: Engine) -> None:
    set_goal(engine)
    with Engine(engine.workspace, read_only=True, clock=engine.clock) as viewer:
        async with console(viewer, *GOALS, "a", "#", size=NARROW) as pilot:
            assert isinstance(pilot.app.screen, GoalsScreen)
            assert told(pilot).count("goals are set and dropped there") == 2


async def test_words_of_others_only_show(engine: Engine) -> None:
    set_goal(engine, called="[@click=app.quit]now[/] \x1b[31mred 杯子 \u202e")
    async with console(engine, *GOALS, size=WIDE) as pilot:
        (row,) = shown(pilot, "#goals")
        for text in (row, title(pilot, "#detail")):
            assert "[@click=app.quit]now[/]" in text
            assert not set("\x1b\u202e") & set(text)


async def test_the_cursor_stays_on_its_goal_when_another_comes(engine: Engine) -> None:
    set_goal(engine, called="First of two things")
    set_goal(engine, called="Second of two things")
    async with console(engine, *GOALS, "j", size=NARROW) as pilot:
        assert "Second" in title(pilot, "#detail")
        engine.numbers.set_goal(
            "art", "900", NOW + DAY, "Ann", relevance=Relevance.SALES, baseline=3600
        )
        await press(pilot, "r")
        table = pilot.app.screen.query_one("#goals", Table)
        assert len(shown(pilot, "#goals")) == 3
        assert table.rows.highlighted == 2
        assert "Second" in title(pilot, "#detail")


WRITTEN = {
    "kpi": "reply_rate",
    "platform": "",
    "target": "90",
    "deadline": "30d",
    "owner": "Ann",
    "relevance": "sales",
}


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        ("target", "", "Write it like 90"),
        ("target", "many", "Write it like 90"),
        ("target", "50", "The target equals the baseline"),
        ("deadline", "", "Write it like 30d"),
        ("deadline", "2026-13-01", "Write it like 30d"),
        ("deadline", "2026-10-01", "The deadline has to come after the start"),
        ("owner", "  ", "A goal needs an owner"),
        ("owner", "nobody", "A goal needs an owner"),
        ("relevance", "", "What is it good for?"),
    ],
)
def test_a_mistake_is_told_at_its_field(field: str, text: str, wrong: str) -> None:
    _, found = draft(WRITTEN | {field: text}, 50.0, NOW)
    assert list(found) == [field]
    assert found[field].startswith(wrong) or wrong in found[field]


@pytest.mark.parametrize(
    ("kpi", "baseline", "text", "target"),
    [
        ("reply_rate", 50.0, "+5", 55.0),
        ("reply_rate", 50.0, "+10 %", 55.0),
        ("art", 1800.0, "15m", 900.0),
        ("art", 1800.0, "-5m", 1500.0),
        ("art", 1800.0, "1h30m", 5400.0),
        ("art", 1800.0, "-50 %", 900.0),
        ("sla_breaches", 40.0, "-30 %", 28.0),
    ],
)
def test_a_target_may_be_a_value_or_a_change(
    kpi: str, baseline: float, text: str, target: float
) -> None:
    goal, wrong = draft(WRITTEN | {"kpi": kpi, "target": text}, baseline, NOW)
    assert wrong == {}
    assert goal.target == pytest.approx(target)


def test_a_deadline_may_be_a_date_or_a_length() -> None:
    goal, _ = draft(WRITTEN | {"deadline": "2027-01-31"}, 50.0, NOW)
    assert goal.deadline == parse_iso("2027-01-31T00:00:00Z")
    goal, _ = draft(WRITTEN | {"deadline": "2w"}, 50.0, NOW)
    assert goal.deadline == NOW + 14 * DAY


def test_where_a_goal_leads_is_said_in_possible_values(engine: Engine) -> None:
    set_goal(engine, baseline=40)
    at = NOW + 20 * DAY
    engine.clock.now = at  # type: ignore[attr-defined]
    ((_, state),) = engine.numbers.goals()
    assert leads_to(state) == (
        "If it goes on like this: 70.0 % on 1 Jan 2027, 20.0 pp short of the target."
    )
    sinking = replace(state, projected=-12.0)
    assert "0.0 % on 1 Jan 2027, 90.0 pp short" in leads_to(sinking)
    assert leads_to(replace(state, projected=95.0)).endswith("is reached by 1 Jan 2027.")
    assert "10.0 pp" not in what_next(state, at)
    assert "It takes 7.0 pp more each week" in what_next(state, at)
