"""Nothing is sent twice, lost or left silent, whatever the platform answers."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from engage_tui.domain.model import ActionKind, Direction
from engage_tui.domain.outbox import SETTLE, State
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND
from engage_tui.platforms.errors import (
    RateLimited,
    Refused,
    SignInNeeded,
    Unavailable,
    Unreachable,
)
from engage_tui.platforms.protocol import Outgoing, RepeatClass
from engage_tui.replies.sender import Sender
from engage_tui.store import outbox
from engage_tui.store.database import Store, StoreError
from tests.making import NOW, POLICY, Ticking, connect, message, scalar, take_in
from tests.replies.desk import Desk
from tests.replies.doubles import DONE, LATE, NOT_DONE, OK


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
    desk.board.effects.append(replace(desk.board.effects[0], id="X"))
    await desk.run()
    assert desk.row(key).state is State.NEEDS_HUMAN and len(desk.board.performed) == 1


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
    shown = replace(effect.action, text='It\'s back "in stock"')
    desk.board.effects.append(replace(effect, id="R9", action=shown))
    await desk.run()
    assert (desk.row(key).state, desk.row(key).remote_id) == (State.SENT, "R9")


async def test_an_earlier_attempt_that_shows_up_late_is_still_found(desk: Desk) -> None:
    """The effect is listed long after the first look-up gave it up as absent."""
    desk.board.script += [DONE, NOT_DONE]
    key = desk.approve()
    await desk.sender.step()
    effect = desk.board.effects.pop()
    desk.board.effects.append(replace(effect, listed_at=NOW + 3 * SETTLE))
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
        with pytest.raises(StoreError, match="full"):
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
