"""Where a conversation stands: what stops the clock, what starts it again, and why."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from engage_tui.domain.model import Direction, Lane, Millis, Status, Visibility
from engage_tui.domain.sla import SlaPolicy, Tier
from engage_tui.domain.standing import (
    Standing,
    Thread,
    ThreadMessage,
    explain,
    stand,
    unanswered,
    what_would_move,
)
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE
from engage_tui.domain.triage import Intent

POLICY = SlaPolicy()
NOW: Millis = 100 * DAY
_keys = count(1)


def asks(at: Millis, intent: Intent | None = None, **others: object) -> ThreadMessage:
    """Return a message by the person that reached us at once."""
    given = ThreadMessage(next(_keys), Direction.IN, at, at, intent=intent)
    return replace(given, **others)  # type: ignore[arg-type]


def answers(at: Millis, **others: object) -> ThreadMessage:
    """Return a message by the brand, written elsewhere unless it says when it was approved."""
    given = ThreadMessage(next(_keys), Direction.OUT, at, at)
    return replace(given, **others)  # type: ignore[arg-type]


def thread(*messages: ThreadMessage, **others: object) -> Thread:
    return replace(Thread("youtube:@brand", messages=messages), **others)  # type: ignore[arg-type]


def placed(*messages: ThreadMessage, now: Millis = NOW, **others: object) -> Standing:
    return stand(thread(*messages, **others), POLICY, now)


def test_a_question_is_due_from_its_own_time_on() -> None:
    question = asks(NOW - HOUR, Intent.COMPLAINT)
    place = placed(question)
    assert place == Standing(
        Lane.NEEDS_REPLY,
        Status.OPEN,
        Tier.PREMIUM,
        NOW - HOUR,
        NOW,
        NOW - 15 * MINUTE,
        NOW,
        question.id,
        place.tier_reasons,
    )


def test_the_oldest_unanswered_message_starts_the_clock_and_the_most_urgent_chooses_it() -> None:
    first, second = asks(NOW - 2 * HOUR, Intent.PRAISE), asks(NOW - HOUR, Intent.COMPLAINT)
    place = placed(first, second)
    assert (place.received_at, place.tier) == (NOW - 2 * HOUR, Tier.PREMIUM)
    assert place.due_at == NOW - HOUR and place.lead == second.id


def test_the_newest_of_equally_urgent_messages_leads() -> None:
    first, second = asks(NOW - 2, Intent.PRAISE), asks(NOW - 1, Intent.FEEDBACK)
    assert placed(first, second).lead == second.id


def test_an_acknowledgement_does_not_stop_the_clock() -> None:
    place = placed(asks(NOW - HOUR), answers(NOW - MINUTE, acknowledgement=True))
    assert place.lane is Lane.NEEDS_REPLY and place.received_at == NOW - HOUR


def test_a_reply_stops_the_clock() -> None:
    place = placed(asks(NOW - HOUR), answers(NOW - MINUTE))
    assert (place.lane, place.due_at, place.tier) == (Lane.WAITING, None, None)


def test_a_reply_of_the_same_moment_counts_as_the_answer() -> None:
    assert placed(asks(NOW), answers(NOW)).lane is Lane.WAITING


def test_a_question_after_the_reply_starts_it_again() -> None:
    place = placed(asks(NOW - HOUR), answers(NOW - MINUTE), asks(NOW))
    assert place.lane is Lane.NEEDS_REPLY and place.received_at == NOW


def test_a_reply_from_here_answers_what_had_reached_us_when_it_was_approved() -> None:
    """Also where the platform's clock and ours disagree, and where messages come late."""
    seen = asks(NOW - HOUR, ingested_at=NOW - 50 * MINUTE)
    unseen = asks(NOW - 30 * MINUTE, ingested_at=NOW - 5 * MINUTE)
    reply = answers(NOW, approved_at=NOW - 10 * MINUTE)
    assert unanswered(thread(seen, unseen, reply)) == [unseen]
    ahead = asks(NOW + MINUTE, ingested_at=NOW - 20 * MINUTE)
    assert unanswered(thread(ahead, reply)) == []


def test_closing_answers_what_had_reached_us_and_nothing_that_was_on_its_way() -> None:
    seen, on_its_way = asks(NOW - HOUR), asks(NOW - 2 * MINUTE, ingested_at=NOW)
    closed: dict[str, Any] = {"status": Status.RESOLVED, "resolved_at": NOW - MINUTE}
    assert placed(seen, **closed).lane is Lane.RESOLVED
    place = placed(seen, on_its_way, **closed)
    assert (place.lane, place.status) == (Lane.NEEDS_REPLY, Status.OPEN)
    assert place.received_at == NOW - 2 * MINUTE


def test_nothing_is_due_in_what_is_closed() -> None:
    place = placed(asks(NOW - HOUR), status=Status.RESOLVED, resolved_at=NOW)
    assert (place.lane, place.status, place.due_at) == (Lane.RESOLVED, Status.RESOLVED, None)


def test_a_snooze_ends_at_its_time() -> None:
    snoozed: dict[str, Any] = {
        "status": Status.SNOOZED,
        "snoozed_at": NOW,
        "snoozed_until": NOW + HOUR,
    }
    question = asks(NOW - HOUR)
    before, after = placed(question, **snoozed), placed(question, now=NOW + HOUR, **snoozed)
    assert (before.lane, before.status) == (Lane.SNOOZED, Status.SNOOZED)
    assert before.order_at == NOW + HOUR and before.due_at == NOW + 23 * HOUR
    assert (after.lane, after.status) == (Lane.NEEDS_REPLY, Status.OPEN)


@pytest.mark.parametrize("sent", [NOW - MINUTE, NOW + MINUTE])
def test_a_snooze_ends_with_the_next_message_that_reaches_us(sent: Millis) -> None:
    snoozed: dict[str, Any] = {
        "status": Status.SNOOZED,
        "snoozed_at": NOW,
        "snoozed_until": NOW + DAY,
    }
    late = asks(sent, ingested_at=NOW + 2 * MINUTE)
    place = placed(asks(NOW - HOUR), late, now=NOW + 2 * MINUTE, **snoozed)
    assert (place.lane, place.status) == (Lane.NEEDS_REPLY, Status.OPEN)


@pytest.mark.parametrize("shown", [Visibility.HIDDEN, Visibility.REJECTED, Visibility.GONE])
def test_a_moderated_message_asks_for_nothing(shown: Visibility) -> None:
    place = placed(asks(NOW, visibility=shown))
    assert place.lane is Lane.RESOLVED and place.due_at is None


def test_a_held_message_still_asks() -> None:
    assert placed(asks(NOW, visibility=Visibility.HELD)).lane is Lane.NEEDS_REPLY


def test_spam_alone_is_for_moderation_and_does_not_hide_a_question() -> None:
    spam = asks(NOW - HOUR, Intent.SPAM)
    assert placed(spam).lane is Lane.MODERATION
    place = placed(spam, asks(NOW, Intent.QUESTION))
    assert (place.lane, place.received_at) == (Lane.NEEDS_REPLY, NOW)


def test_a_pending_reply_moves_it_to_waiting_and_back() -> None:
    question = asks(NOW - HOUR)
    assert placed(question, reply_pending=True).lane is Lane.WAITING
    assert placed(question, reply_pending=True).due_at is None
    assert placed(question).lane is Lane.NEEDS_REPLY


def test_what_waits_is_ordered_with_the_newest_first() -> None:
    older = placed(asks(NOW - DAY), answers(NOW - DAY + 1))
    newer = placed(asks(NOW - HOUR), answers(NOW - HOUR + 1))
    assert newer.order_at < older.order_at


def test_vip_and_campaign_reach_the_tier() -> None:
    assert placed(asks(NOW), vip=True).tier is Tier.PRIORITY
    assert placed(asks(NOW), vip=True, campaign_priority=True).tier is Tier.PREMIUM


def test_what_was_never_answered_for_long_is_history() -> None:
    assert placed(asks(NOW - POLICY.history)).lane is Lane.NEEDS_REPLY
    assert placed(asks(NOW - POLICY.history - 1)).lane is Lane.HISTORY


def test_the_facts_are_named_in_the_order_in_which_they_act() -> None:
    facts = explain(thread(asks(DAY, Intent.COMPLAINT), vip=True), POLICY, DAY)
    assert facts == (
        "oldest unanswered message came at 1970-01-02T00:00:00Z",
        "intent complaint is high: premium",
        "window of premium: 1h00 around the clock",
        "due at 1970-01-02T01:00:00Z",
    )


def test_where_nothing_is_due_the_reason_is_said() -> None:
    assert "on its way" in explain(thread(asks(1), reply_pending=True), POLICY, 1)[0]
    assert "nothing in it waits" in explain(thread(asks(1), answers(2)), POLICY, 2)[0]
    assert what_would_move(thread(asks(1), answers(2)), POLICY, 2) == (
        "a new message from the person brings it back into the queue",
    )


def test_what_would_move_it_names_each_change_with_its_effect() -> None:
    moves = what_would_move(thread(asks(NOW, Intent.PRAISE)), POLICY, NOW)
    assert "a reply closes the clock; an acknowledgement does not" in moves
    assert "marking the person as VIP raises it to priority (-20h)" in moves
    assert "an intent of tier premium moves it by -23h" in moves
    assert "an intent of tier overflow moves it by +2d" in moves
