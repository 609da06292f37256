"""Tiers, raises, windows and the two readings of the latency buffer."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from engage_tui.domain.hours import BusinessHours
from engage_tui.domain.sla import (
    DEFAULT_LEVELS,
    DEFAULT_TIERS,
    BufferMode,
    Level,
    SlaPolicy,
    Tier,
    TierRule,
    choose_tier,
    describe_window,
)
from engage_tui.domain.timestamps import HOUR, MINUTE, SECOND, parse_iso
from engage_tui.domain.triage import Intent

POLICY = SlaPolicy()
TEN = parse_iso("2026-11-02T10:00:00Z")  # a Monday


def test_t12_a_complaint_is_due_an_hour_after_it_came() -> None:
    tier = choose_tier(POLICY, [Intent.COMPLAINT]).tier
    assert POLICY.due_at(TEN, tier) == parse_iso("2026-11-02T11:00:00Z")


@pytest.mark.parametrize(
    ("mode", "later"), [(BufferMode.LATENCY, 60 * SECOND), (BufferMode.WINDOW, 12 * MINUTE)]
)
def test_t13_the_buffer_is_a_share_of_the_latency_or_of_the_window(
    mode: BufferMode, later: int
) -> None:
    policy = SlaPolicy(buffer_mode=mode, buffer_share=0.2, expected_latency=300 * SECOND)
    assert policy.due_at(TEN, Tier.PREMIUM) == TEN + HOUR + later


def test_s423_the_buffer_is_of_the_latency_unless_said_otherwise() -> None:
    assert POLICY.buffer_mode is BufferMode.LATENCY
    assert (POLICY.buffer_share, POLICY.expected_latency) == (0.20, 0)


def test_s404_windows_and_warnings_of_the_four_tiers() -> None:
    assert {tier: rule.window for tier, rule in DEFAULT_TIERS.items()} == {
        Tier.PREMIUM: 1 * HOUR,
        Tier.PRIORITY: 4 * HOUR,
        Tier.STANDARD: 24 * HOUR,
        Tier.OVERFLOW: 72 * HOUR,
    }
    assert all(rule.warn < rule.window for rule in DEFAULT_TIERS.values())


def test_s404_overflow_warns_after_a_day_and_is_breached_after_three() -> None:
    assert POLICY.warn_at(TEN, Tier.OVERFLOW) == TEN + 24 * HOUR
    assert POLICY.due_at(TEN, Tier.OVERFLOW) == TEN + 72 * HOUR


@pytest.mark.parametrize(
    ("intent", "tier"),
    [
        (Intent.COMPLAINT, Tier.PREMIUM),
        (Intent.PURCHASE_INTENT, Tier.PREMIUM),
        (Intent.ORDER_STATUS, Tier.PRIORITY),
        (Intent.COLLAB, Tier.PRIORITY),
        (Intent.PRAISE, Tier.STANDARD),
        (Intent.SPAM, Tier.OVERFLOW),
        (Intent.ABUSE, Tier.OVERFLOW),
        (None, Tier.STANDARD),
    ],
)
def test_s404_the_intent_chooses_the_tier_and_what_is_unread_counts_as_low(
    intent: Intent | None, tier: Tier
) -> None:
    assert choose_tier(POLICY, [intent]).tier is tier


def test_every_intent_has_a_level() -> None:
    assert set(DEFAULT_LEVELS) == set(Intent)


def test_the_most_urgent_intent_of_a_conversation_decides() -> None:
    choice = choose_tier(POLICY, [Intent.PRAISE, None, Intent.COMPLAINT, Intent.SPAM])
    assert choice.tier is Tier.PREMIUM and "complaint is high" in choice.reasons[0]


@pytest.mark.parametrize(
    ("vip", "campaign", "tier"),
    [
        (False, False, Tier.STANDARD),
        (True, False, Tier.PRIORITY),
        (False, True, Tier.PRIORITY),
        (True, True, Tier.PREMIUM),
    ],
)
def test_s404_vip_and_campaign_each_raise_by_one(vip: bool, campaign: bool, tier: Tier) -> None:
    choice = choose_tier(POLICY, [Intent.PRAISE], vip=vip, campaign_priority=campaign)
    assert choice.tier is tier
    assert len(choice.reasons) == 1 + vip + campaign


def test_s404_the_top_stays_the_top_and_gives_no_false_reason() -> None:
    choice = choose_tier(POLICY, [Intent.COMPLAINT], vip=True, campaign_priority=True)
    assert choice.tier is Tier.PREMIUM and len(choice.reasons) == 1


@pytest.mark.parametrize("intent", [Intent.SPAM, Intent.ABUSE])
def test_s404_spam_never_raises(intent: Intent) -> None:
    choice = choose_tier(POLICY, [intent], vip=True, campaign_priority=True)
    assert choice.tier is Tier.OVERFLOW


def test_raises_can_be_switched_off() -> None:
    policy = SlaPolicy(raise_vip=False, raise_campaign=False)
    assert choose_tier(policy, [None], vip=True, campaign_priority=True).tier is Tier.STANDARD


def test_s404_an_account_can_have_a_tier_of_its_own_from_which_others_raise() -> None:
    policy = SlaPolicy(account_tiers={"youtube:@brand": Tier.OVERFLOW})
    assert choose_tier(policy, [Intent.COMPLAINT], account="youtube:@brand").tier is Tier.OVERFLOW
    assert choose_tier(policy, [Intent.COMPLAINT], account="youtube:@other").tier is Tier.PREMIUM
    raised = choose_tier(policy, [Intent.COMPLAINT], account="youtube:@brand", vip=True)
    assert raised.tier is Tier.STANDARD


def test_levels_can_be_changed() -> None:
    policy = SlaPolicy(levels={**DEFAULT_LEVELS, Intent.COLLAB: Level.HIGH})
    assert choose_tier(policy, [Intent.COLLAB]).tier is Tier.PREMIUM


def test_one_tier_may_follow_business_hours_while_another_never_sleeps() -> None:
    office = BusinessHours("UTC", (((time(9), time(17)),),) * 5 + ((), ()))
    rule = DEFAULT_TIERS[Tier.PRIORITY]
    policy = SlaPolicy(tiers={**DEFAULT_TIERS, Tier.PRIORITY: replace(rule, hours=office)})
    saturday = parse_iso("2026-11-07T10:00:00Z")
    assert policy.due_at(saturday, Tier.PREMIUM) == saturday + HOUR
    assert policy.due_at(saturday, Tier.PRIORITY) == parse_iso("2026-11-09T13:00:00Z")
    assert policy.warn_at(saturday, Tier.PRIORITY) == parse_iso("2026-11-09T12:00:00Z")


def test_a_window_is_said_in_words() -> None:
    assert describe_window(POLICY, Tier.PRIORITY) == "4h00 around the clock"
    office = BusinessHours("Europe/Warsaw", (((time(9), time(17)),),) * 7)
    policy = SlaPolicy(tiers={**DEFAULT_TIERS, Tier.PREMIUM: TierRule(HOUR, HOUR, office)})
    assert describe_window(policy, Tier.PREMIUM) == "1h00 of business hours (Europe/Warsaw)"
