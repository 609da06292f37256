"""Turns, deadlines and the folding of samples, without a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage_tui.domain.events import REPLIES
from engage_tui.domain.figures import Tally, lateness, show
from engage_tui.domain.hours import BusinessHours
from engage_tui.domain.kpi import CATALOGUE, SEGMENTS, Unit, conversation_rate, dm_per_10k, find
from engage_tui.domain.model import Millis
from engage_tui.domain.samples import SAMPLERS, Sample, Scope, View
from engage_tui.domain.sla import DEFAULT_TIERS, BufferMode, SlaPolicy, Tier
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND, parse_iso
from engage_tui.domain.triage import Intent
from engage_tui.domain.turns import (
    MEANINGFUL,
    ConversationFacts,
    Deadlines,
    Due,
    Step,
    Turn,
    in_order,
    turns,
)

TEN = parse_iso("2026-11-02T10:00:00Z")
"""A Monday."""


def facts(*steps: Step) -> ConversationFacts:
    return ConversationFacts(1, "youtube", "@brand", sorted(steps, key=in_order))


def due(step: Step, policy: SlaPolicy) -> Due:
    found = Deadlines(policy).of(facts(step), Turn([step]))
    assert found is not None
    return found


def test_t12_a_complaint_is_due_after_an_hour() -> None:
    step = Step(1, TEN, "dm_received", intent=Intent.COMPLAINT)
    assert due(step, SlaPolicy()) == (Tier.PREMIUM, TEN + HOUR, TEN + HOUR)


@pytest.mark.parametrize(
    ("mode", "extra"), [(BufferMode.LATENCY, 60 * SECOND), (BufferMode.WINDOW, 12 * MINUTE)]
)
def test_t13_the_buffer_moves_the_due_time_and_not_the_raw_one(
    mode: BufferMode, extra: Millis
) -> None:
    step = Step(1, TEN, "dm_received", intent=Intent.COMPLAINT)
    policy = SlaPolicy(buffer_mode=mode, expected_latency=300 * SECOND)
    assert due(step, policy) == (Tier.PREMIUM, TEN + HOUR + extra, TEN + HOUR)


def test_the_most_urgent_message_sets_the_tier_and_the_oldest_the_clock() -> None:
    small_talk = Step(1, TEN, "dm_received", intent=Intent.SMALL_TALK)
    complaint = Step(2, TEN + MINUTE, "dm_received", intent=Intent.COMPLAINT)
    turn = Turn([small_talk, complaint])
    assert Deadlines(SlaPolicy()).of(facts(), turn) == (Tier.PREMIUM, TEN + HOUR, TEN + HOUR)


def test_spam_before_a_question_does_not_start_its_clock() -> None:
    spam = Step(1, TEN, "comment_received", intent=Intent.SPAM)
    question = Step(2, TEN + HOUR, "comment_received", intent=Intent.COMPLAINT)
    found = Deadlines(SlaPolicy()).of(facts(), Turn([spam, question]))
    assert found is not None
    assert found.at == TEN + 2 * HOUR
    assert due(spam, SlaPolicy()).tier is Tier.OVERFLOW


def test_what_was_hidden_asks_nothing_unless_it_was_answered() -> None:
    hidden = Step(1, TEN, "comment_received", shown=False)
    reply = Step(2, TEN + MINUTE, "reply_sent")
    deadlines = Deadlines(SlaPolicy())
    assert deadlines.of(facts(), Turn([hidden])) is None
    assert deadlines.of(facts(), Turn([hidden], reply)) is not None


def test_turns_end_by_replies_of_the_asked_kind_or_by_closing() -> None:
    steps = [
        Step(1, 1, "reply_sent"),
        Step(2, 2, "dm_received"),
        Step(3, 3, "dm_received"),
        Step(4, 4, "ack_sent"),
        Step(5, 5, "dm_received"),
        Step(6, 6, "resolved"),
        Step(7, 7, "dm_received"),
        Step(8, 8, "reply_sent"),
        Step(9, 9, "dm_received"),
    ]
    spans = [(turn.received_at, turn.ended_at) for turn in turns(steps, REPLIES)]
    assert spans == [(2, 4), (5, 6), (7, 8), (9, None)]
    spans = [(turn.received_at, turn.ended_at) for turn in turns(steps, MEANINGFUL)]
    assert spans == [(2, 6), (7, 8), (9, None)]


def test_at_the_same_moment_what_came_in_is_first() -> None:
    steps = facts(Step(1, TEN, "reply_sent"), Step(2, TEN, "dm_received")).steps
    (turn,) = turns(steps, MEANINGFUL)
    assert turn.ended_at == TEN


_MOMENTS = st.integers(0, 20)
_STEPS = st.lists(
    st.tuples(
        _MOMENTS,
        st.sampled_from(["comment_received", "reply_sent", "auto_reply_sent", "ack_sent"]),
        st.booleans(),
    )
)


@given(_STEPS)
def test_every_message_is_in_one_turn_and_no_figure_counts_more_hits_than_things(
    given_steps: list[tuple[int, str, bool]],
) -> None:
    told = facts(*(Step(n, at, name, auto) for n, (at, name, auto) in enumerate(given_steps)))
    inbound = [step for step in told.steps if step.name == "comment_received"]
    for names in (REPLIES, MEANINGFUL):
        found = turns(told.steps, names)
        assert [step for turn in found for step in turn.messages] == inbound
        assert all(turn.ended_at is None or turn.ended_at >= turn.received_at for turn in found)
    scope = Scope(5, 15, Deadlines(SlaPolicy()))
    for one in (told, told.answered_by(automated=True), told.answered_by(automated=False)):
        for name, sampler in SAMPLERS.items():
            tally = Tally()
            for sample in sampler(View(one, scope)):
                tally.add(sample)
                assert sample.length is None or sample.length >= 0
            assert 0 <= tally.hits <= tally.n, name


def test_the_look_back_holds_for_business_hours_too() -> None:
    office = BusinessHours("UTC", (((time(9), time(17)),),) * 5 + ((), ()))
    tiers = {tier: replace(rule, hours=office) for tier, rule in DEFAULT_TIERS.items()}
    policy = SlaPolicy(tiers=tiers)
    reach = Deadlines(policy).reach(TEN)
    assert TEN - reach > 9 * DAY, "72 hours of office time take nine working days"
    assert all(policy.due_at(reach, tier) < TEN for tier in Tier)


def test_headlines_are_median_or_mean_as_the_catalogue_says() -> None:
    tally = Tally()
    for length in (1_000, 2_000, 6_000):
        tally.add(Sample(1, 0, length=length))
    assert tally.value(find("art")) == 2.0
    assert tally.value(find("response_time")) == 3.0


def test_lateness_is_spread_over_steps_that_add_up() -> None:
    spread = lateness([MINUTE, 15 * MINUTE, 16 * MINUTE, 5 * HOUR, 3 * DAY])
    assert spread["lateness_median"] == 16 * 60
    counts = [value for name, value in spread.items() if name.startswith("late_")]
    assert counts == [2, 1, 0, 1, 1]


def test_values_are_written_for_people() -> None:
    assert show(100 / 3, Unit.PERCENT) == "33.3 %"
    assert show(6_800.0, Unit.SECONDS) == "1h53"
    assert show(1_204, Unit.COUNT) == "1,204"
    assert show(None, Unit.PERCENT) == "–"


def test_t14_and_t15_rates_for_impressions() -> None:
    assert conversation_rate(45, 15, 20_000) == 3.0
    assert dm_per_10k(1_000, 500_000) == 20.0
    assert conversation_rate(1, 1, 0) is None


def test_the_catalogue_is_complete() -> None:
    assert CATALOGUE.keys() == SAMPLERS.keys()
    for name, kpi in CATALOGUE.items():
        assert kpi.name == name
        assert kpi.missing or kpi.unit is Unit.COUNT
        assert set(kpi.segments) <= set(SEGMENTS)
