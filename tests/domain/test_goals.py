"""Goals: progress, pace, projection, changes and what makes a goal complete."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engage_tui.domain.goals import (
    Goal,
    Milestone,
    PaceState,
    Relevance,
    change,
    expected,
    pace,
    progress,
    projected,
    reached,
    target_from,
    validate,
)
from engage_tui.domain.timestamps import DAY, HOUR, parse_iso

START = parse_iso("2026-09-01T00:00:00Z")
KPIS = ("reply_rate", "response_time", "frt_any")
RATE = Goal(
    uid="g1",
    title="Answer nine of ten direct messages",
    kpi="reply_rate",
    baseline=72.0,
    target=90.0,
    started_at=START,
    deadline=START + 60 * DAY,
    owner="Growth Lead",
    relevance=Relevance.RETENTION,
)
HALF = START + 30 * DAY
SPEED = replace(RATE, kpi="response_time", baseline=12.0 * 3600, target=2.0 * 3600)


def test_t18_progress_of_a_rising_goal_and_its_pace_at_half_time() -> None:
    assert progress(RATE, 80) == pytest.approx(8 / 18)
    assert expected(RATE, HALF) == 0.5
    found = pace(RATE, 80, HALF)
    assert found.state is PaceState.BEHIND
    assert found.sentence == "44 % of the way, 50 % expected by now: slightly behind."


def test_t19_progress_of_a_falling_goal() -> None:
    assert progress(SPEED, 7 * 3600) == 0.5
    assert pace(SPEED, 7 * 3600, HALF).state is PaceState.ON


def test_t20_the_target_itself_counts_in_both_directions() -> None:
    falling = replace(RATE, baseline=36 * HOUR, target=6 * HOUR)
    assert progress(falling, 6 * HOUR) == 1
    assert reached(falling, 6 * HOUR)
    assert not reached(falling, 6 * HOUR + 1)
    assert reached(RATE, 90)
    assert not reached(RATE, 89.999)


def test_moving_away_and_going_beyond_are_not_hidden() -> None:
    assert progress(RATE, 63) == -0.5
    assert progress(RATE, 99) == 1.5


@pytest.mark.parametrize(
    ("share", "state", "ending"),
    [
        (0.551, PaceState.AHEAD, "slightly ahead."),
        (0.55, PaceState.ON, "on pace."),
        (0.45, PaceState.ON, "on pace."),
        (0.449, PaceState.BEHIND, "slightly behind."),
        (0.34, PaceState.BEHIND, "expected by now: behind."),
        (0.66, PaceState.AHEAD, "expected by now: ahead."),
        (1.0, PaceState.REACHED, "reached."),
    ],
)
def test_on_pace_means_within_five_points(share: float, state: PaceState, ending: str) -> None:
    goal = replace(RATE, baseline=0.0, target=1000.0)
    found = pace(goal, share * 1000, HALF)
    assert found.state is state
    assert found.sentence.endswith(ending)


def test_after_the_deadline_a_goal_is_reached_or_missed() -> None:
    late = RATE.deadline
    assert pace(RATE, 89.9, late).state is PaceState.MISSED
    assert pace(RATE, 89.9, late - 1).state is PaceState.ON
    assert pace(RATE, 90, late + DAY).state is PaceState.REACHED
    assert pace(RATE, 81, late).sentence == "The deadline passed at 50 % of the way."


def test_expected_stays_between_start_and_deadline() -> None:
    assert expected(RATE, START - DAY) == 0
    assert expected(RATE, START + 600 * DAY) == 1


def test_projection_goes_on_at_the_present_slope() -> None:
    assert projected(RATE, 80, HALF) == pytest.approx(88)
    assert projected(SPEED, 9 * 3600, START + 20 * DAY) == pytest.approx(3 * 3600)
    assert projected(RATE, 80, START) is None
    assert projected(RATE, 85, RATE.deadline + DAY) == 85


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(1, 60 * DAY - 1))
def test_a_goal_on_its_line_is_on_pace(baseline: float, target: float, gone: int) -> None:
    assume(abs(target - baseline) > 1e-3)
    goal = replace(RATE, baseline=baseline, target=target)
    value = baseline + gone / (60 * DAY) * (target - baseline)
    assert pace(goal, value, START + gone).state in (PaceState.ON, PaceState.REACHED)


def test_t17_absolute_and_relative_change() -> None:
    found = change(1.2, 1.8)
    assert found.absolute == pytest.approx(0.6)
    assert found.relative == pytest.approx(0.5)
    assert change(0, 3).relative is None
    assert change(-4, -2).relative == 0.5


@pytest.mark.parametrize(
    ("baseline", "wish", "target"),
    [
        (12, "20", 20),
        (72, "90 %", 90),
        (100, "+1000", 1100),
        (200, "+15 %", 230),
        (50, "-70%", 15),
        (50, "\u221220", 30),
        (1.2, "1,8", 1.8),
    ],
)
def test_targets_may_be_absolute_or_relative(baseline: float, wish: str, target: float) -> None:
    assert target_from(baseline, wish) == pytest.approx(target)


@pytest.mark.parametrize("wish", ["", "more", "1e9", "+", "10 20", "%"])
def test_a_target_that_is_no_number_is_refused(wish: str) -> None:
    with pytest.raises(ValueError, match="is not a target"):
        target_from(1, wish)


def test_a_complete_goal_has_nothing_to_complain_about() -> None:
    half_way = Milestone("pilot", 80, HALF)
    assert validate(replace(RATE, milestones=(half_way,), statistic="median"), KPIS) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (replace(RATE, owner=" "), "Who is responsible? A goal needs an owner."),
        (replace(RATE, owner="TBD"), "Who is responsible? A goal needs an owner."),
        (replace(RATE, baseline=None), "Where does it stand today? A goal needs a baseline."),
        (replace(RATE, target=72.0), "The target equals the baseline, so there is nothing to"),
        (replace(RATE, target=float("nan")), "Baseline and target are numbers."),
        (replace(RATE, kpi="replyrate"), "There is no KPI called 'replyrate'. Did you mean reply"),
        (replace(RATE, kpi="zzz"), "There is no KPI called 'zzz'."),
        (replace(RATE, statistic="mode"), "The statistic is mean or median"),
        (replace(RATE, deadline=START), "The deadline has to come after the start"),
        (replace(RATE, title=""), "What exactly should change? A goal needs a title."),
        (replace(RATE, relevance=None), "What is it good for? Choose one of: sales, retention"),
        (
            replace(RATE, milestones=(Milestone("late", 80, RATE.deadline + 1),)),
            "The milestone 'late' lies outside the goal's time.",
        ),
        (
            replace(RATE, milestones=(Milestone("off", 95, HALF),)),
            "The milestone 'off' is not on the way to the target.",
        ),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(wrong: Goal, sentence: str) -> None:
    (found,) = validate(wrong, KPIS)
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    "title",
    [
        "Increase engagement",
        "Improve our social media presence!",
        "Get more followers",
        "Zwiększyć zaangażowanie",
        "Mehr Reichweite",
    ],
)
def test_vague_wording_is_refused(title: str) -> None:
    (found,) = validate(replace(RATE, title=title), KPIS)
    assert "is vague" in found


@pytest.mark.parametrize(
    "title",
    [
        "Reduce mean DM response time for product queries",
        "Increase the engagement rate from 1.2 % to 1.8 %",
        "More comments per post",
        "提高私信回复率",
    ],
)
def test_wording_that_says_what_changes_is_fine(title: str) -> None:
    assert validate(replace(RATE, title=title), KPIS) == []


def test_a_goal_without_baseline_has_no_progress() -> None:
    for broken in (replace(RATE, baseline=None), replace(RATE, target=72.0)):
        with pytest.raises(ValueError, match="baseline"):
            progress(broken, 80)
