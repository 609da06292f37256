"""The queue and one conversation, as a face asks for them."""

from __future__ import annotations

import pytest

from engage_tui.domain.model import Lane
from engage_tui.domain.query import QueryError
from engage_tui.domain.timestamps import DAY, HOUR
from engage_tui.domain.triage import Correction, Intent
from engage_tui.engine.engine import Engine
from engage_tui.store.conversations import UnknownConversation
from tests.making import NOW, Ticking, conversation_of, message, scalar, take_in


@pytest.fixture
def key(engine: Engine) -> int:
    take_in(engine.store, message(remote_id="T1"))
    return conversation_of(engine.store)


def lanes(engine: Engine) -> dict[Lane, int]:
    return {lane: number for lane, number in engine.inbox.counts().items() if number}


def test_the_queue_is_asked_with_words(engine: Engine, key: int) -> None:
    [row] = engine.inbox.page(engine.inbox.select("stock kind:comment"))
    assert (row.id, row.tier, row.due_at) == (key, "standard", NOW + DAY)
    assert engine.inbox.page(engine.inbox.select("kind:dm")) == []
    with pytest.raises(QueryError, match="did you mean kind"):
        engine.inbox.select("knd:dm")


def test_decisions_move_and_the_one_before_can_be_restored(
    engine: Engine, clock: Ticking, key: int
) -> None:
    before = engine.inbox.snooze(key, NOW + 3 * HOUR)
    assert lanes(engine) == {Lane.SNOOZED: 1}
    clock.now += HOUR
    snoozed = engine.inbox.resolve(key)
    assert lanes(engine) == {Lane.RESOLVED: 1}
    engine.inbox.restore(key, snoozed)
    assert lanes(engine) == {Lane.SNOOZED: 1}
    engine.inbox.restore(key, before)
    assert lanes(engine) == {Lane.NEEDS_REPLY: 1}
    engine.inbox.resolve(key)
    engine.inbox.reopen(key)
    assert lanes(engine) == {Lane.NEEDS_REPLY: 1}


def test_time_alone_ends_snoozes_and_makes_history(
    engine: Engine, clock: Ticking, key: int
) -> None:
    engine.inbox.snooze(key, NOW + HOUR)
    assert engine.inbox.advance() == 0
    clock.now += HOUR
    assert engine.inbox.advance() == 1 and lanes(engine) == {Lane.NEEDS_REPLY: 1}
    clock.now += 31 * DAY
    assert engine.inbox.advance() == 1 and lanes(engine) == {Lane.HISTORY: 1}
    assert engine.inbox.advance() == 0


def test_why_a_conversation_stands_where_it_stands(engine: Engine, key: int) -> None:
    told = engine.inbox.explain(key)
    assert told.standing.lane is Lane.NEEDS_REPLY
    assert told.facts == (
        "oldest unanswered message came at 2026-11-02T10:00:00Z",
        "intent not read yet is low: standard",
        "window of standard: 24h around the clock",
        "due at 2026-11-03T10:00:00Z",
    )
    assert any("VIP" in move for move in told.moves)
    with pytest.raises(UnknownConversation):
        engine.inbox.explain(99)


def test_the_past_is_asked_with_its_own_decisions(engine: Engine, clock: Ticking, key: int) -> None:
    clock.now += HOUR
    engine.inbox.resolve(key)
    assert engine.inbox.explain(key).standing.lane is Lane.RESOLVED
    assert engine.inbox.explain(key, at=NOW + 1).standing.lane is Lane.NEEDS_REPLY
    assert list(engine.inbox.ids(engine.inbox.select("", at=NOW + 1))) == [key]
    assert list(engine.inbox.ids(engine.inbox.select("", at=NOW + HOUR))) == []


def test_a_correction_is_of_the_leading_message(engine: Engine, key: int) -> None:
    engine.inbox.correct(engine.inbox.leading(key), Correction(Intent.COMPLAINT))
    assert engine.inbox.conversation(key).tier == "premium"
    assert engine.inbox.explain(key).facts[1] == "intent complaint is high: premium"


def test_labels_and_handing_on(engine: Engine, key: int) -> None:
    assert engine.inbox.label(key, "big fish") and not engine.inbox.label(key, "big fish")
    engine.inbox.escalate(key, "sales")
    shown = engine.inbox.conversation(key)
    assert (shown.labels, shown.escalated) == (("big fish",), "sales")
    assert engine.inbox.label_names() == ["big fish"]
    assert scalar(engine.store.reading, "SELECT count(*) FROM event WHERE actor = 'human'") == 2
