"""Goals in the store, their baselines and where they stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engage_tui.domain.goals import Goal, Milestone, PaceState, Relevance
from engage_tui.domain.model import Platform
from engage_tui.domain.timestamps import DAY
from engage_tui.metrics.goals import baseline, state_of
from engage_tui.store import goals
from tests.metrics.inbox import Inbox, at

START = at("00:00", 2)
GOAL = Goal(
    uid="",
    title="Answer four in five comments",
    kpi="reply_rate",
    baseline=40.0,
    target=80.0,
    started_at=START,
    deadline=START + 20 * DAY,
    owner="Ann",
    relevance=Relevance.RETENTION,
    segment={"platform": "youtube"},
)


def test_a_goal_comes_back_as_it_was_stored(inbox: Inbox) -> None:
    key = inbox.store.write(lambda c: goals.add(c, GOAL, "%", START))
    later = replace(GOAL, uid="own", deadline=START + DAY, segment={}, relevance=None)
    inbox.store.write(lambda c: goals.add(c, later, "%", START))
    stored = goals.get(inbox.reading, key)
    assert replace(stored.goal, uid="") == GOAL
    assert len(stored.goal.uid) == 36
    assert (stored.unit, stored.created_at) == ("%", START)
    assert [row.goal for row in goals.list_all(inbox.reading)] == [later, stored.goal]


def test_a_deleted_goal_is_gone(inbox: Inbox) -> None:
    key = inbox.store.write(lambda c: goals.add(c, GOAL, "%", START))
    inbox.store.write(lambda c: goals.delete(c, key))
    with pytest.raises(goals.UnknownGoal):
        goals.get(inbox.reading, key)
    with pytest.raises(goals.UnknownGoal):
        inbox.store.write(lambda c: goals.delete(c, key))


@pytest.mark.parametrize(
    "goal",
    [
        replace(GOAL, baseline=None),
        replace(GOAL, statistic="mean"),
        replace(GOAL, segment={"actor": "human"}),
        replace(GOAL, milestones=(Milestone("half", 60.0, START + DAY),)),
    ],
)
def test_nothing_of_a_goal_is_dropped_in_silence(inbox: Inbox, goal: Goal) -> None:
    with pytest.raises(ValueError, match="goal"):
        inbox.store.write(lambda c: goals.add(c, goal, "%", START))


def test_the_baseline_is_the_kpi_of_the_thirty_days_before(inbox: Inbox) -> None:
    inbox.say("too old", START - 30 * DAY - 1)
    inbox.say("answered", START - 30 * DAY)
    inbox.answer("answered", START - 29 * DAY)
    inbox.say("waiting", START - 1)
    inbox.say("elsewhere", START - DAY, platform=Platform.INSTAGRAM)
    figure = baseline(inbox.reading, "reply_rate", "youtube", START, inbox.policy)
    assert (figure.value, figure.n, figure.window) == (50.0, 2, "30d")
    everywhere = baseline(inbox.reading, "reply_rate", None, START, inbox.policy)
    assert everywhere.n == 3


def test_a_goal_is_measured_against_the_time_gone(inbox: Inbox) -> None:
    for number in range(5):
        inbox.say(f"c{number}", START + DAY)
    for number in range(3):
        inbox.answer(f"c{number}", START + 2 * DAY)
    state = state_of(GOAL, inbox.reading, START + 10 * DAY, inbox.policy)
    assert (state.value, state.progress, state.expected) == (60.0, 0.5, 0.5)
    assert state.pace is not None
    assert state.pace.state is PaceState.ON
    assert state.projected == 80.0


def test_after_the_deadline_the_value_stays_that_of_the_deadline(inbox: Inbox) -> None:
    inbox.say("a", START + DAY)
    inbox.answer("a", GOAL.deadline + DAY)
    state = state_of(GOAL, inbox.reading, GOAL.deadline + 2 * DAY, inbox.policy)
    assert state.value == 0.0
    assert state.pace is not None
    assert state.pace.state is PaceState.MISSED


def test_a_goal_without_data_says_so(inbox: Inbox) -> None:
    state = state_of(GOAL, inbox.reading, START + DAY, inbox.policy)
    assert (state.value, state.progress, state.expected, state.pace) == (None, None, None, None)
    assert state.sentence == "No value yet: no conversation began in this window."
