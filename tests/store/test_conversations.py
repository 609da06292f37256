"""Decisions about conversations, labels, corrections, campaigns, drafts: what each one moves."""

from __future__ import annotations

from collections import Counter

import pytest

from engage_tui.domain.model import ActionKind
from engage_tui.domain.timestamps import HOUR
from engage_tui.domain.triage import Correction, Intent, Sentiment
from engage_tui.store import conversations, corrections, drafts, posts, readings, standings
from engage_tui.store.conversations import Decision, UnknownConversation
from engage_tui.store.database import Store
from engage_tui.store.drafts import UnknownDraft
from tests.making import NOW, POLICY, approval, approve, conversation_of, message, scalar, take_in
from tests.store.histories import reading

RESOLVED = Decision("resolved", None, None, NOW)
OPEN = Decision("open", None, None, None)


@pytest.fixture
def key(store: Store) -> int:
    take_in(store, message(remote_id="T1", post="V1"))
    return conversation_of(store)


def decide(store: Store, key: int, new: Decision, at: int = NOW) -> Decision:
    return store.write(lambda c: conversations.decide(c, key, new, POLICY, at))


def events(store: Store) -> Counter[str]:
    return Counter(row["name"] for row in store.reading.execute("SELECT name FROM event"))


def test_a_decision_is_an_event_and_gives_back_the_one_before(store: Store, key: int) -> None:
    assert decide(store, key, RESOLVED) == OPEN
    assert conversations.get(store.reading, key).lane == "resolved"
    assert decide(store, key, OPEN, NOW + 1) == RESOLVED
    assert conversations.get(store.reading, key).lane == "needs_reply"
    assert events(store) == {"comment_received": 1, "resolved": 1, "reopened": 1}


def test_a_new_message_reopens_what_was_closed_with_an_event_of_the_person(
    store: Store, key: int
) -> None:
    decide(store, key, RESOLVED)
    take_in(store, message("hello?", at=NOW + HOUR), now=NOW + HOUR)
    shown = conversations.get(store.reading, key)
    assert (shown.lane, shown.status, shown.received_at) == ("needs_reply", "open", NOW + HOUR)
    row = store.reading.execute("SELECT actor, at FROM event WHERE name = 'reopened'").fetchone()
    assert tuple(row) == ("customer", NOW + HOUR)


def test_a_reply_reopens_what_was_closed_with_an_event_of_ours(store: Store, key: int) -> None:
    decide(store, key, RESOLVED)
    approve(store, approval(store))
    shown = conversations.get(store.reading, key)
    assert (shown.lane, shown.status) == ("waiting", "open")
    assert scalar(store.reading, "SELECT actor FROM event WHERE name = 'reopened'") == "human"


def test_a_message_that_was_on_its_way_when_it_was_closed_reopens_it(
    store: Store, key: int
) -> None:
    decide(store, key, RESOLVED)
    take_in(store, message("one more thing", at=NOW - 1), now=NOW + 1)
    assert conversations.get(store.reading, key).lane == "needs_reply"


def test_a_snooze_ends_by_time_when_somebody_looks(store: Store, key: int) -> None:
    decide(store, key, Decision("snoozed", NOW, NOW + HOUR, None))
    assert conversations.get(store.reading, key).lane == "snoozed"
    assert store.write(lambda c: standings.advance(c, POLICY, NOW + HOUR - 1)) == []
    assert store.write(lambda c: standings.advance(c, POLICY, NOW + HOUR)) == [key]
    shown = conversations.get(store.reading, key)
    assert (shown.lane, shown.status) == ("needs_reply", "open")


def test_what_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(UnknownConversation, match="no conversation 7"):
        conversations.get(store.reading, 7)
    with pytest.raises(UnknownConversation):
        decide(store, 7, RESOLVED)


def label(store: Store, key: int, name: str, *, on: bool = True) -> bool:
    return store.write(lambda c: conversations.label(c, key, name, POLICY, NOW, on=on))


def test_labels_are_put_on_and_taken_off_once(store: Store, key: int) -> None:
    assert [label(store, key, "big fish"), label(store, key, "big fish")] == [True, False]
    assert conversations.get(store.reading, key).labels == ("big fish",)
    assert conversations.label_names(store.reading) == ["big fish"]
    off = [label(store, key, "big fish", on=False) for _ in range(2)]
    assert off == [True, False]
    assert events(store)["labelled"] == events(store)["unlabelled"] == 1


def test_vip_marks_the_person_and_raises_all_of_their_conversations(store: Store, key: int) -> None:
    take_in(store, message(thread="T2", remote_id="T2"))
    take_in(store, message(thread="T3", remote_id="T3", person="bob"))
    assert label(store, key, "vip")
    tiers = {
        row["remote_id"]: row["tier"]
        for row in store.reading.execute("SELECT remote_id, tier FROM conversation")
    }
    assert tiers == {"T1": "priority", "T2": "priority", "T3": "standard"}
    take_in(store, message(thread="T4", remote_id="T4"))
    assert scalar(store.reading, "SELECT tier FROM conversation WHERE remote_id='T4'") == "priority"


def test_a_correction_wins_over_every_model_and_moves_the_conversation(
    store: Store, key: int
) -> None:
    complaint, negative = Correction(Intent.COMPLAINT), Correction(sentiment=Sentiment.NEGATIVE)
    first = readings.unread(store.reading, 5)[0].id
    store.write(lambda c: readings.record(c, {first: reading(Intent.PRAISE)}, POLICY, NOW))
    assert conversations.get(store.reading, key).tier == "standard"
    store.write(lambda c: corrections.correct(c, first, complaint, POLICY, NOW))
    store.write(lambda c: corrections.correct(c, first, negative, POLICY, NOW))
    store.write(lambda c: readings.record(c, {first: reading(Intent.SPAM)}, POLICY, NOW))
    shown = conversations.get(store.reading, key)
    [read] = shown.messages
    assert (shown.tier, read.intent, read.sentiment, read.corrected) == (
        "premium",
        "complaint",
        "negative",
        1,
    )
    assert read.intent_confidence == 0.9, "what the model said stands beside it"
    assert events(store)["corrected"] == 2


def test_what_the_model_read_is_not_read_again(store: Store, key: int) -> None:
    [unread] = readings.unread(store.reading, 5)
    moved = store.write(
        lambda c: readings.record(c, {unread.id: reading(Intent.COMPLAINT)}, POLICY, NOW)
    )
    assert moved == [key]
    assert readings.unread_count(store.reading) == 0 and not readings.unread(store.reading, 5)


@pytest.mark.parametrize("known_before", [True, False])
def test_a_campaign_raises_the_comments_under_its_posts(store: Store, known_before: bool) -> None:
    """Also under posts that are seen for the first time after it was declared."""
    seen = message(remote_id="T1", post="V1")
    if known_before:
        take_in(store, seen)
    store.write(lambda c: posts.set_campaigns(c, {"spring": (["V1", "V9"], True)}))
    store.write(lambda c: standings.refresh_all(c, POLICY, NOW, 0))
    take_in(store, seen, message(thread="T2", remote_id="T2", post="V2"))
    tiers = {
        row["remote_id"]: row["tier"]
        for row in store.reading.execute("SELECT remote_id, tier FROM conversation")
    }
    assert tiers == {"T1": "priority", "T2": "standard"}
    store.write(lambda c: posts.set_campaigns(c, {"spring": (["V2"], True)}))
    store.write(lambda c: standings.refresh_all(c, POLICY, NOW, 0))
    rows = store.reading.execute("SELECT tier FROM conversation ORDER BY remote_id")
    assert [row["tier"] for row in rows] == ["standard", "priority"]


def test_a_conversation_shows_its_newest_messages_in_order(store: Store, key: int) -> None:
    take_in(store, *[message(f"{n}", at=NOW + n) for n in range(1, 30)])
    shown = conversations.get(store.reading, key, newest=5)
    assert [m.text for m in shown.messages] == ["25", "26", "27", "28", "29"]
    assert shown.total_messages == 30


def test_handing_on_is_an_event_with_its_kind(store: Store, key: int) -> None:
    store.write(lambda c: conversations.escalate(c, key, "crisis", NOW))
    assert conversations.get(store.reading, key).escalated == "crisis"
    assert scalar(store.reading, "SELECT kind FROM event WHERE name = 'escalated'") == "crisis"


def propose(store: Store, key: int, text: str) -> int:
    lead = conversations.get(store.reading, key).messages[0].id
    return store.write(
        lambda c: drafts.propose(c, key, lead, ActionKind.REPLY, text, NOW, source="human")
    )


def test_a_new_draft_takes_the_place_of_the_one_before(store: Store, key: int) -> None:
    first, second = propose(store, key, "one"), propose(store, key, "two")
    waiting = drafts.proposed_for(store.reading, key)
    assert waiting is not None and (waiting.id, waiting.text) == (second, "two")
    with pytest.raises(UnknownDraft, match=f"draft {first}"):
        drafts.get(store.reading, first)
    store.write(lambda c: drafts.decide(c, second, "rejected", NOW))
    assert drafts.proposed_for(store.reading, key) is None
