"""Nothing is sent twice, lost or left silent: the sender against a small board."""

from __future__ import annotations

import sqlite3
from itertools import product

import pytest

from engage_tui.domain.model import ActionKind, Direction, Visibility
from engage_tui.domain.outbox import LEASE, SETTLE, Move, State, body_hash
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND
from engage_tui.platforms.errors import (
    Gone,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SignInNeeded,
    Unavailable,
    Unreachable,
)
from engage_tui.platforms.protocol import Outgoing, RepeatClass
from engage_tui.replies.sender import Sender
from engage_tui.store import accounts, outbox
from engage_tui.store.actions import OutboxRow
from engage_tui.store.database import Store
from tests.making import NOW, POLICY, Ticking, approval, approve, connect, message, scalar, take_in
from tests.replies.doubles import ANSWERS, DONE, LATE, NOT_DONE, OK, Pinboard


class Desk:
    """An account with one thread, a board, and a sender between them."""

    def __init__(self, store: Store, clock: Ticking, repeat: RepeatClass) -> None:
        self.store = store
        self.clock = clock
        self.account = connect(store)
        self.board = Pinboard(clock, repeat)
        take_in(store, message(remote_id="T1"))
        self.sender = Sender(store, {self.account: self.board}, POLICY, clock, seed=1)

    def approve(self, body: str = "Yes, since this morning.", **given: object) -> int:
        return approve(
            self.store,
            approval(self.store, body, at=self.clock.now, **given),  # type: ignore[arg-type]
            at=self.clock.now,
        )

    def row(self, key: int) -> OutboxRow:
        return outbox.get(self.store.reading, key)

    async def run(self, limit: int = 60) -> None:
        """Step, and let time pass up to the next due step, until nothing goes on by itself."""
        for _ in range(limit):
            if not await self.sender.step():
                waiting = self.store.reading.execute(
                    "SELECT min(next_at) FROM outbox WHERE ended_at IS NULL"
                ).fetchone()[0]
                if waiting is None:
                    return
                self.clock.now = max(self.clock.now, waiting)
        raise AssertionError("the outbox did not come to rest")


@pytest.fixture
def desk(store: Store, clock: Ticking) -> Desk:
    return Desk(store, clock, RepeatClass.LISTED)


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


async def test_a_definite_no_ends_the_reply_and_says_why(desk: Desk) -> None:
    desk.board.script.append(Refused("comments are off"))
    key = desk.approve()
    await desk.run()
    assert (desk.row(key).state, desk.row(key).note) == (State.REFUSED, "comments are off")
    assert scalar(desk.store.reading, "SELECT lane FROM conversation") == "needs_reply"


async def test_what_never_began_is_tried_again_after_a_growing_pause(desk: Desk) -> None:
    desk.board.script += [Unreachable("no network")] * 6
    key = desk.approve()
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.effects) == 1
    assert desk.row(key).attempts == 7 and desk.row(key).unknown_attempts == 0


async def test_a_limit_is_obeyed_to_the_millisecond(desk: Desk) -> None:
    desk.board.script.append(RateLimited("slow down", retry_after=7 * MINUTE))
    key = desk.approve()
    await desk.sender.step()
    assert desk.row(key).next_at == NOW + 7 * MINUTE
    desk.clock.now = NOW + 7 * MINUTE - 1
    assert await desk.sender.step() == 0


async def test_a_limit_on_looking_up_is_obeyed_as_well(desk: Desk) -> None:
    desk.board.script.append(DONE)
    desk.board.refusals.append(RateLimited("slow down", retry_after=2 * HOUR))
    key = desk.approve()
    await desk.sender.step()
    desk.clock.now += SETTLE
    await desk.sender.step()
    assert (desk.row(key).state, desk.row(key).next_at) == (
        State.RECONCILING,
        desk.clock.now + 2 * HOUR,
    )
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.effects) == 1


async def test_a_dead_token_while_looking_up_parks_the_account_and_keeps_the_doubt(
    desk: Desk,
) -> None:
    desk.board.script.append(DONE)
    desk.board.refusals.append(SignInNeeded("sign in again"))
    key = desk.approve()
    await desk.sender.step()
    desk.clock.now += SETTLE
    await desk.sender.step()
    assert desk.row(key).state is State.UNKNOWN
    connect(desk.store)
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.performed) == 1


async def test_an_unknown_outcome_survives_a_start_without_its_connector(desk: Desk) -> None:
    desk.board.script.append(DONE)
    key = desk.approve()
    await desk.sender.step()
    desk.clock.now += SETTLE
    alone = Sender(desk.store, {}, POLICY, desk.clock)
    await alone.step()
    assert desk.row(key).state is State.UNKNOWN, "a missing connector is no proof of absence"
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.performed) == 1


async def test_a_list_that_cannot_be_read_is_asked_ever_more_rarely_then_a_person_is(
    desk: Desk,
) -> None:
    desk.board.script.append(DONE)
    desk.board.refusals += [Unavailable("the list is broken")] * 500
    key = desk.approve()
    await desk.run(limit=400)
    assert desk.row(key).state is State.NEEDS_HUMAN
    assert desk.clock.now - NOW >= DAY and desk.board.looks < 150
    assert len(desk.board.performed) == 1


async def test_two_candidates_on_the_platform_go_to_a_person(desk: Desk) -> None:
    desk.board.script.append(DONE)
    key = desk.approve("Thanks!")
    await desk.sender.step()
    desk.board.effects.append(desk.board.effects[0].__class__("X", *_rest(desk)))
    await desk.run()
    assert desk.row(key).state is State.NEEDS_HUMAN and len(desk.board.performed) == 1


def _rest(desk: Desk) -> tuple[Outgoing, int, int]:
    first = desk.board.effects[0]
    return first.action, first.at, first.listed_at


async def test_a_repetition_is_not_taken_for_the_reply_that_it_repeats(desk: Desk) -> None:
    first = desk.approve("Thanks!")
    await desk.run()
    desk.board.script.append(NOT_DONE)
    second = desk.approve("Thanks!", repetition=1)
    await desk.run()
    assert (desk.row(first).remote_id, desk.row(second).remote_id) == ("R1", "R2")
    assert desk.board.texts == ["Thanks!", "Thanks!"]


async def test_another_text_of_ours_in_the_thread_is_no_proof(desk: Desk) -> None:
    desk.board.script.append(NOT_DONE)
    key = desk.approve("Yes.")
    await desk.sender.step()
    await desk.board.perform(Outgoing(ActionKind.REPLY, "T1", "T1", "By phone", "elsewhere"))
    await desk.run()
    assert desk.row(key).state is State.SENT
    assert desk.board.texts == ["By phone", "Yes."]


async def test_words_are_recognised_in_the_shape_that_the_platform_gives_them(desk: Desk) -> None:
    desk.board.script.append(DONE)
    key = desk.approve("  It\u2019s  back \u201cin stock\u201d\n")
    await desk.sender.step()
    effect = desk.board.effects.pop()
    shown = Outgoing(effect.action.kind, "T1", "T1", 'It\'s back "in stock"')
    desk.board.effects.append(type(effect)("R9", shown, effect.at, effect.at))
    await desk.run()
    assert (desk.row(key).state, desk.row(key).remote_id) == (State.SENT, "R9")


async def test_an_earlier_attempt_that_shows_up_late_is_still_found(desk: Desk) -> None:
    """The effect is listed long after the first look-up gave it up as absent."""
    desk.board.script += [DONE, NOT_DONE]
    key = desk.approve()
    await desk.sender.step()
    effect = desk.board.effects.pop()
    listed = NOW + 3 * SETTLE
    desk.board.effects.append(type(effect)(effect.id, effect.action, effect.at, listed))
    await desk.run()
    assert (desk.row(key).state, desk.row(key).remote_id) == (State.SENT, effect.id)
    assert len(desk.board.effects) == 1


async def test_an_error_after_the_effect_is_not_a_failure(desk: Desk) -> None:
    desk.board.script.append(DONE)
    key = desk.approve()
    await desk.sender.step()
    assert desk.row(key).state is State.UNKNOWN
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.performed) == 1


async def test_retry_on_an_unknown_row_looks_and_does_not_send(desk: Desk) -> None:
    desk.board.script.append(DONE)
    key = desk.approve()
    await desk.sender.step()
    desk.store.write(lambda c: outbox.retry(c, key, POLICY, desk.clock.now))
    await desk.sender.step()
    assert len(desk.board.performed) == 1 and desk.board.looks == 1
    assert desk.row(key).state is State.SENT


async def test_retry_on_a_row_that_needs_a_person_looks_and_does_not_send(
    store: Store, clock: Ticking
) -> None:
    desk = Desk(store, clock, RepeatClass.LISTED)
    desk.board.script.append(DONE)
    desk.board.refusals.append(Refused("no list for you"))
    key = desk.approve()
    await desk.run()
    assert desk.row(key).state is State.NEEDS_HUMAN
    desk.store.write(lambda c: outbox.retry(c, key, POLICY, desk.clock.now))
    assert scalar(store.reading, "SELECT lane FROM conversation") == "waiting"
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.performed) == 1


async def test_retry_moves_the_row_or_says_why_not(desk: Desk) -> None:
    desk.board.script.append(RateLimited("slow down", retry_after=HOUR))
    key = desk.approve()
    await desk.sender.step()
    desk.store.write(lambda c: outbox.retry(c, key, POLICY, desk.clock.now))
    await desk.sender.step()
    assert desk.row(key).state is State.SENT
    with pytest.raises(outbox.OutboxError, match="has ended"):
        desk.store.write(lambda c: outbox.retry(c, key, POLICY, desk.clock.now))


async def test_an_echo_that_the_sync_saw_first_is_bound_and_counted_once(
    desk: Desk,
) -> None:
    desk.board.script.append(DONE)
    key = desk.approve("Yes.")
    await desk.sender.step()
    echo = message("Yes.", remote_id="R1", at=NOW, direction=Direction.OUT)
    take_in(desk.store, echo, now=NOW + SECOND)
    await desk.run()
    row = desk.row(key)
    assert (row.state, row.remote_id) == (State.SENT, "R1")
    assert scalar(desk.store.reading, "SELECT outbox_id FROM message WHERE remote_id='R1'") == key
    assert scalar(desk.store.reading, "SELECT count(*) FROM message") == 2
    assert scalar(desk.store.reading, "SELECT count(*) FROM event WHERE name='reply_sent'") == 1


async def test_an_echo_after_the_answer_adds_nothing(desk: Desk) -> None:
    desk.approve("Yes.")
    await desk.run()
    echo = message("Yes.", remote_id="R1", at=NOW, direction=Direction.OUT)
    taken = take_in(desk.store, echo, now=NOW + SECOND)
    assert (taken.new, taken.changed, taken.unchanged) == (0, 0, 1)
    assert scalar(desk.store.reading, "SELECT count(*) FROM event WHERE name='reply_sent'") == 1


async def test_a_row_left_behind_is_looked_up_and_not_posted_again(
    desk: Desk,
) -> None:
    key = desk.approve()
    claimed = desk.store.write(lambda c: outbox.claim(c, key, POLICY, NOW))
    assert claimed is not None
    await desk.board.perform(Outgoing(ActionKind.REPLY, "T1", "T1", claimed.body, claimed.uid))
    after_restart = Sender(desk.store, {desk.account: desk.board}, POLICY, desk.clock)
    assert await after_restart.recover() == 1
    assert desk.row(key).state is State.UNKNOWN
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.effects) == 1


async def test_an_unrelated_failure_after_the_effect_repeats_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    key = desk.approve()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "apply", broken)
        with pytest.raises(sqlite3.OperationalError):
            await desk.sender.step()
    assert desk.row(key).state is State.SENDING
    await desk.run()
    assert desk.row(key).state is State.SENT and len(desk.board.performed) == 1


async def test_a_clash_of_remote_ids_does_not_wedge_the_others(desk: Desk) -> None:
    first = desk.approve("one")
    await desk.run()
    desk.board.effects.clear()  # the platform hands the same id out again
    clash, last = desk.approve("two"), desk.approve("three")
    await desk.run()
    assert desk.row(first).state is State.SENT
    assert desk.row(clash).state is State.NEEDS_HUMAN
    assert desk.row(last).state is State.SENT


async def test_a_late_repeat_does_not_arrive_after_the_deadline(desk: Desk) -> None:
    desk.board.script.append(NOT_DONE)
    key = desk.approve(deadline_at=NOW + SETTLE)
    await desk.run()
    assert desk.row(key).state is State.EXPIRED and len(desk.board.performed) == 1


@pytest.mark.parametrize(("answer", "ends"), [(DONE, State.SENT), (NOT_DONE, State.CANCELLED)])
async def test_a_cancel_during_the_doubt_is_a_wish_that_waits_for_the_outcome(
    desk: Desk, answer: str, ends: State
) -> None:
    desk.board.script.append(answer)
    key = desk.approve()
    await desk.sender.step()
    desk.store.write(lambda c: outbox.cancel(c, key, POLICY, desk.clock.now))
    assert desk.row(key).state is State.UNKNOWN
    await desk.run()
    assert desk.row(key).state is ends and len(desk.board.performed) == 1
    cancelled = scalar(
        desk.store.reading, "SELECT count(*) FROM event WHERE name = 'reply_cancelled'"
    )
    assert cancelled == (ends is State.CANCELLED)


@pytest.mark.parametrize("answer", [OK, LATE])
async def test_an_acknowledgement_is_sent_and_the_clock_goes_on(desk: Desk, answer: str) -> None:
    desk.board.script.append(answer)
    before = scalar(desk.store.reading, "SELECT due_at FROM conversation")
    desk.approve("We got it.", acknowledgement=True)
    await desk.run()
    lane, due = desk.store.reading.execute("SELECT lane, due_at FROM conversation").fetchone()
    assert (lane, due) == ("needs_reply", before)
    assert scalar(desk.store.reading, "SELECT count(*) FROM event WHERE name = 'ack_sent'") == 1
