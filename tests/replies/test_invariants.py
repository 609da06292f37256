"""What holds for every approved action: I1 to I10, each by a test of its own."""

from __future__ import annotations

import sqlite3
from itertools import product

import pytest

from engage_tui.domain.model import ActionKind, Visibility
from engage_tui.domain.outbox import LEASE, SETTLE, Move, State, body_hash
from engage_tui.domain.timestamps import DAY, HOUR, SECOND
from engage_tui.platforms.errors import (
    Gone,
    OutcomeUnknown,
    SignInNeeded,
)
from engage_tui.platforms.protocol import Outgoing, RepeatClass
from engage_tui.store import accounts, outbox
from engage_tui.store.database import Store
from tests.making import NOW, POLICY, Ticking, connect, message, scalar, take_in
from tests.replies.desk import Desk
from tests.replies.doubles import ANSWERS, DONE, NOT_DONE


async def test_an_approved_reply_is_sent_once_and_stands_in_the_thread(desk: Desk) -> None:
    key = desk.approve("Yes, since this morning.")
    await desk.run()
    row = desk.row(key)
    assert (row.state, row.remote_id, row.sent_at) == (State.SENT, "R1", NOW)
    assert desk.board.texts == ["Yes, since this morning."]
    sent = desk.store.reading.execute("SELECT * FROM message WHERE remote_id = 'R1'").fetchone()
    assert (sent["direction"], sent["text"], sent["outbox_id"]) == ("out", row.body, key)
    assert scalar(desk.store.reading, "SELECT count(*) FROM event WHERE name = 'reply_sent'") == 1
    assert scalar(desk.store.reading, "SELECT lane FROM conversation") == "waiting"


async def test_nothing_leaves_before_its_undo_window_has_passed(desk: Desk) -> None:
    key = desk.approve(not_before=NOW + 10 * SECOND)
    desk.clock.now = NOW + 10 * SECOND - 1
    assert desk.store.write(lambda c: outbox.claim(c, key, POLICY, desk.clock.now)) is None
    assert await desk.sender.step() == 0 and not desk.board.performed
    desk.clock.now += 1
    assert await desk.sender.step() == 1 and len(desk.board.performed) == 1


async def test_i1_the_intent_is_on_the_disk_before_the_network_is_touched(desk: Desk) -> None:
    seen: list[tuple[object, ...]] = []

    def look(action: Outgoing) -> None:
        with sqlite3.connect(desk.store.path) as other:
            seen.append(
                other.execute(
                    "SELECT o.state, o.uid, o.body_hash, o.started_at, a.number FROM outbox o"
                    " JOIN attempt a ON a.outbox_id = o.id"
                ).fetchone()
            )

    desk.board.before_perform = look
    row = desk.row(desk.approve("Yes."))
    await desk.run()
    assert seen == [("sending", row.uid, body_hash("Yes."), NOW, 1)]


async def test_i2_a_row_is_claimed_by_one_and_a_stale_claim_changes_nothing(desk: Desk) -> None:
    key = desk.approve()
    store, now = desk.store, desk.clock.now
    first = store.write(lambda c: outbox.claim(c, key, POLICY, now))
    assert first is not None and first.fence == 1
    assert store.write(lambda c: outbox.claim(c, key, POLICY, now)) is None
    desk.clock.now += LEASE
    await desk.sender.step()
    assert desk.row(key).state is State.UNKNOWN
    late = Move(State.RETRY_WAIT, now)
    assert store.write(lambda c: outbox.apply(c, first, late, POLICY, now)) is False
    assert desk.row(key).state is State.UNKNOWN


async def test_i3_an_unknown_outcome_stays_unknown_until_the_settle_window_is_over(
    desk: Desk,
) -> None:
    desk.board.script.append(NOT_DONE)
    key = desk.approve()
    await desk.sender.step()
    assert desk.row(key).state is State.UNKNOWN
    desk.clock.now = NOW + SETTLE - 1
    assert await desk.sender.step() == 0 and desk.board.looks == 0
    desk.clock.now = NOW + SETTLE
    await desk.sender.step()
    assert desk.row(key).state is State.RECONCILING and desk.board.looks == 1
    desk.clock.now += SETTLE - 1
    assert await desk.sender.step() == 0, "one look proves nothing"
    desk.clock.now += 1
    await desk.sender.step()
    assert desk.row(key).state is State.RETRY_WAIT and len(desk.board.performed) == 1


async def test_i5_a_text_that_is_not_the_approved_one_goes_to_a_person(desk: Desk) -> None:
    key = desk.approve("Yes.")
    desk.store.write(lambda c: c.execute("UPDATE outbox SET body = 'Yes, and call me'"))
    await desk.run()
    assert desk.row(key).state is State.NEEDS_HUMAN
    assert not desk.board.performed


async def test_i7_a_listed_reply_is_repeated_once_and_then_a_person_decides(desk: Desk) -> None:
    desk.board.script += [NOT_DONE, NOT_DONE, NOT_DONE]
    key = desk.approve()
    await desk.run()
    assert desk.row(key).state is State.NEEDS_HUMAN
    assert len(desk.board.performed) == 2


async def test_i7_what_cannot_be_listed_is_never_repeated_by_itself(
    store: Store, clock: Ticking
) -> None:
    desk = Desk(store, clock, RepeatClass.NEITHER)
    desk.board.script.append(DONE)
    key = desk.approve()
    await desk.run()
    assert desk.row(key).state is State.NEEDS_HUMAN
    assert len(desk.board.performed) == 1 and desk.board.looks == 0


async def test_where_keys_are_honoured_an_unclear_send_is_repeated_with_the_same_key(
    store: Store, clock: Ticking
) -> None:
    desk = Desk(store, clock, RepeatClass.KEY)
    desk.board.script += [DONE, DONE]
    key = desk.approve()
    await desk.run()
    assert desk.row(key).state is State.SENT
    assert {action.key for action in desk.board.performed} == {desk.row(key).uid}
    assert len(desk.board.performed) == 3 and len(desk.board.effects) == 1


@pytest.mark.parametrize("repeat", RepeatClass)
@pytest.mark.parametrize("answers", list(product(ANSWERS, repeat=2)))
async def test_i8_at_most_one_effect_and_no_silent_end(
    store: Store, clock: Ticking, repeat: RepeatClass, answers: tuple[str, str]
) -> None:
    desk = Desk(store, clock, repeat)
    desk.board.script += answers
    key = desk.approve()
    await desk.run()
    row = desk.row(key)
    assert len(desk.board.effects) <= 1
    assert row.state in (State.SENT, State.NEEDS_HUMAN)
    if row.state is State.SENT:
        assert [effect.id for effect in desk.board.effects] == [row.remote_id]
    if repeat is not RepeatClass.NEITHER and answers.count(NOT_DONE) < 2:
        assert row.state is State.SENT, "what can be found out needs no person"


async def test_i9_nothing_leaves_after_a_cancel(desk: Desk) -> None:
    key = desk.approve()
    desk.store.write(lambda c: outbox.cancel(c, key, POLICY, NOW))
    await desk.run()
    assert desk.row(key).state is State.CANCELLED and not desk.board.performed


async def test_i9_nothing_leaves_when_it_is_too_late(desk: Desk) -> None:
    key = desk.approve(deadline_at=NOW + HOUR)
    desk.clock.now = NOW + HOUR
    await desk.run()
    assert desk.row(key).state is State.EXPIRED and not desk.board.performed


async def test_i9_nothing_leaves_when_the_message_is_gone(desk: Desk) -> None:
    key = desk.approve()
    take_in(desk.store, message(remote_id="T1", visibility=Visibility.GONE))
    await desk.run()
    assert desk.row(key).state is State.CANCELLED and not desk.board.performed


async def test_i9_nothing_leaves_through_a_parked_account(desk: Desk) -> None:
    key = desk.approve()
    desk.store.write(lambda c: accounts.park(c, desk.account, "signed out"))
    desk.clock.now += DAY
    assert await desk.sender.step() == 0
    assert desk.store.write(lambda c: outbox.claim(c, key, POLICY, desk.clock.now)) is None
    assert desk.row(key).state is State.QUEUED and not desk.board.performed


async def test_a_dead_token_stops_the_other_replies_of_the_account_too(desk: Desk) -> None:
    desk.board.script.append(SignInNeeded("sign in again"))
    first, second = desk.approve("one"), desk.approve("two")
    await desk.sender.step()
    assert len(desk.board.performed) == 1
    assert desk.row(first).state is State.RETRY_WAIT and desk.row(second).state is State.QUEUED
    assert scalar(desk.store.reading, "SELECT state FROM account") == "parked"
    connect(desk.store)
    await desk.run()
    assert sorted(desk.board.texts) == ["one", "two"]


async def test_i10_hiding_is_repeated_until_it_is_so(desk: Desk) -> None:
    desk.board.script += [DONE, NOT_DONE, OutcomeUnknown("no answer")]
    key = desk.approve("", kind=ActionKind.HIDE)
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.performed) == 4
    assert scalar(desk.store.reading, "SELECT visibility FROM message") == "hidden"


@pytest.mark.parametrize("known_gone", [False, True])
async def test_i10_deleting_what_is_gone_already_is_a_success(desk: Desk, known_gone: bool) -> None:
    desk.board.script.append(Gone("not there"))
    key = desk.approve("", kind=ActionKind.DELETE)
    if known_gone:
        take_in(desk.store, message(remote_id="T1", visibility=Visibility.GONE))
    await desk.run()
    assert desk.row(key).state is State.SENT
