"""The life of an outgoing action: no state is left without evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage_tui.domain import outbox as life
from engage_tui.domain.outbox import Row, State
from engage_tui.domain.timestamps import DAY, HOUR

NOW = 1_000 * DAY
ROW = Row(
    state=State.SENDING,
    attempts=1,
    unknown_attempts=0,
    looks=0,
    started_at=NOW,
    deadline_at=None,
    cancel_wished=False,
    sets_state=False,
)
UNKNOWN = replace(ROW, state=State.UNKNOWN)


def test_every_state_is_final_under_way_or_with_a_person_and_has_words() -> None:
    assert life.FINAL | life.UNDER_WAY | {State.NEEDS_HUMAN} == set(State)
    assert not life.FINAL & life.UNDER_WAY
    assert all(state.in_words for state in State)
    assert {s for s in State if s.final} == life.FINAL


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (ROW, None),
        (replace(ROW, cancel_wished=True), State.CANCELLED),
        (replace(ROW, deadline_at=NOW), State.EXPIRED),
        (replace(ROW, deadline_at=NOW + 1), None),
    ],
)
def test_the_guard_stops_what_was_taken_back_or_is_too_late(row: Row, state: State | None) -> None:
    move = life.guard(row, NOW)
    assert (move.state if move else None) is state


def test_words_with_an_unknown_outcome_are_never_queued_again() -> None:
    move = life.lost_sight(ROW, NOW + 5, "?")
    assert (move.state, move.next_at) == (State.UNKNOWN, NOW + life.SETTLE)


def test_a_row_that_was_left_long_ago_is_looked_up_at_once() -> None:
    move = life.lost_sight(ROW, NOW + DAY, "?")
    assert move.next_at == NOW + DAY


def test_i10_a_state_that_may_be_set_already_is_set_again() -> None:
    assert life.lost_sight(replace(ROW, sets_state=True), NOW, "?").state is State.RETRY_WAIT


def test_one_match_is_proof_of_sending() -> None:
    move = life.looked_up(UNKNOWN, NOW, 1, "R1")
    assert (move.state, move.remote_id) == (State.SENT, "R1")


def test_more_than_one_match_is_for_a_person() -> None:
    assert life.looked_up(UNKNOWN, NOW, 2, "R1").state is State.NEEDS_HUMAN


def test_one_look_is_no_proof_of_absence() -> None:
    move = life.looked_up(UNKNOWN, NOW, 0, None)
    assert (move.state, move.looks, move.next_at) == (State.RECONCILING, 1, NOW + life.SETTLE)


def test_two_looks_are_and_they_count_as_the_one_repeat() -> None:
    move = life.looked_up(replace(UNKNOWN, looks=1), NOW, 0, None)
    assert (move.state, move.unknown_attempts, move.looks) == (State.RETRY_WAIT, 1, 0)


def test_i7_a_second_absence_is_for_a_person() -> None:
    row = replace(UNKNOWN, looks=1, unknown_attempts=1)
    assert life.looked_up(row, NOW, 0, None).state is State.NEEDS_HUMAN


def test_a_wish_to_cancel_is_granted_by_absence_and_overruled_by_a_match() -> None:
    row = replace(UNKNOWN, looks=1, cancel_wished=True)
    assert life.looked_up(row, NOW, 0, None).state is State.CANCELLED
    assert life.looked_up(row, NOW, 1, "R1").state is State.SENT


@given(
    state=st.sampled_from([State.UNKNOWN, State.RECONCILING]),
    looks=st.integers(0, 1),
    repeats=st.integers(0, 2),
    matches=st.integers(0, 3),
    wished=st.booleans(),
    waited=st.integers(0, 3 * DAY),
)
def test_i3_doubt_is_left_only_with_evidence(
    state: State, looks: int, repeats: int, matches: int, wished: bool, waited: int
) -> None:
    row = replace(ROW, state=state, looks=looks, unknown_attempts=repeats, cancel_wished=wished)
    found = life.looked_up(row, NOW + waited, matches, "R1" if matches else None)
    if found.state in (State.RETRY_WAIT, State.CANCELLED):
        assert matches == 0 and looks + 1 >= life.LOOKS_FOR_ABSENCE
    assert (found.state is State.SENT) == (matches == 1)
    for blind in (
        life.look_failed(row, NOW + waited, "?"),
        life.parked(row, NOW + waited, "?"),
        life.lost_sight(row, NOW + waited, "?"),
    ):
        assert blind.state in (State.UNKNOWN, State.RECONCILING, State.NEEDS_HUMAN)
    assert life.look_failed(row, NOW + waited, "?").looks == looks
    assert life.parked(row, NOW + waited, "?").looks == looks


def test_a_list_that_cannot_be_read_is_asked_for_ever_more_slowly_for_a_day() -> None:
    pauses = []
    for waited in (0, 60_000, HOUR, 10 * HOUR):
        move = life.look_failed(UNKNOWN, NOW + waited, "?")
        assert move.next_at is not None
        pauses.append(move.next_at - NOW - waited)
    assert pauses == [life.FIRST_DELAY, 30_000, life.LONGEST_DELAY, life.LONGEST_DELAY]
    assert life.look_failed(UNKNOWN, NOW + DAY, "?").state is State.NEEDS_HUMAN


@given(attempts=st.integers(1, 100), spread=st.floats(0, 1))
def test_pauses_grow_with_jitter_between_a_second_and_a_quarter_of_an_hour(
    attempts: int, spread: float
) -> None:
    pause = life.backoff(attempts, spread=spread)
    assert 1_000 <= pause <= life.LONGEST_DELAY
    assert pause <= max(1_000, life.FIRST_DELAY << attempts)


def test_a_limit_is_obeyed_and_never_shorter_than_a_second() -> None:
    assert life.limited(NOW, 90_000, "").next_at == NOW + 90_000
    assert life.limited(NOW, 0, "").next_at == NOW + 1_000


def test_a_parked_row_that_was_refused_before_any_effect_may_be_sent_later() -> None:
    assert life.parked(ROW, NOW, "").state is State.RETRY_WAIT
    assert life.parked(replace(ROW, state=State.QUEUED), NOW, "").state is State.QUEUED


@pytest.mark.parametrize(
    ("ours", "listed", "same"),
    [
        ("Yes, it is.", "  Yes, it is.\n", True),
        ("It\u2019s \u201cnew\u201d", 'It\'s "new"', True),
        ("a\u00a0b\n\nc", "a b c", True),
        ("ﬁne", "fine", True),
        ("Yes.", "Yes!", False),
        ("Yes.", "yes.", False),
        ("", "x", False),
    ],
)
def test_words_are_the_same_in_spite_of_what_platforms_do_to_them(
    ours: str, listed: str, same: bool
) -> None:
    assert life.same_words(ours, listed) is same


def test_i5_the_hash_tells_texts_apart() -> None:
    assert life.body_hash("Yes.") == life.body_hash("Yes.") != life.body_hash("Yes. ")
