"""The outbox table: what the database itself refuses, and what people can do to a row."""

from __future__ import annotations

import sqlite3

import pytest

from engage_tui.domain.model import ActionKind, Actor, Direction
from engage_tui.domain.outbox import Move, State
from engage_tui.domain.timestamps import HOUR
from engage_tui.store import outbox
from engage_tui.store.actions import Approval
from engage_tui.store.database import Store
from tests.making import NOW, POLICY, approval, approve, connect, message, scalar, take_in


@pytest.fixture(autouse=True)
def thread(store: Store) -> None:
    connect(store)
    take_in(store, message(remote_id="T1"))


def change(store: Store, assignments: str) -> None:
    store.write(lambda c: c.execute(f"UPDATE outbox SET {assignments}"))


def move(store: Store, key: int, to: Move, at: int = NOW) -> bool:
    row = outbox.get(store.reading, key)
    return store.write(lambda c: outbox.apply(c, row, to, POLICY, at))


@pytest.mark.parametrize(
    "assignments",
    ["state = 'sent', sent_at = 1, ended_at = 1", "remote_id = 'R1'"],
)
def test_i4_the_database_knows_no_sent_row_without_the_platforms_id(
    store: Store, assignments: str
) -> None:
    approve(store, approval(store))
    with pytest.raises(sqlite3.IntegrityError):
        change(store, assignments)


def test_i4_a_remote_id_belongs_to_one_row_of_an_account(store: Store) -> None:
    first, second = approve(store, approval(store, "one")), approve(store, approval(store, "two"))
    move(store, first, Move(State.SENT, remote_id="R1"))
    with pytest.raises(sqlite3.IntegrityError):
        store.write(
            lambda c: c.execute(
                "UPDATE outbox SET state='sent', remote_id='R1', sent_at=1, ended_at=1 WHERE id=?",
                (second,),
            )
        )


def test_i5_the_database_knows_no_row_whose_words_are_not_the_approved_ones(store: Store) -> None:
    approve(store, approval(store))
    with pytest.raises(sqlite3.IntegrityError):
        change(store, "body_hash = 'another'")


def test_i6_the_same_words_to_the_same_message_need_a_second_wish(store: Store) -> None:
    first = approve(store, approval(store, "Yes."))
    with pytest.raises(outbox.OutboxError, match="approved for this message already"):
        approve(store, approval(store, "Yes."))
    assert approve(store, approval(store, "Yes.", repetition=1)) != first
    assert approve(store, approval(store, "Yes, it is.")) != first


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED, State.EXPIRED])
def test_i6_words_that_never_left_may_be_approved_again(store: Store, state: State) -> None:
    move(store, approve(store, approval(store, "Yes.")), Move(state))
    approve(store, approval(store, "Yes."))


def test_words_of_a_model_need_somebody_who_approved_them(store: Store) -> None:
    given = approval(store, source="model", actor=Actor.AI_DRAFT_APPROVED, approved_by=None)
    with pytest.raises(sqlite3.IntegrityError):
        approve(store, given)
    approve(store, given._replace(approved_by="me"))


def test_a_row_that_goes_on_by_itself_has_no_end_and_every_other_one_has(store: Store) -> None:
    approve(store, approval(store))
    for assignments in ("ended_at = 1", "state = 'needs_human'"):
        with pytest.raises(sqlite3.IntegrityError):
            change(store, assignments)


def test_an_approval_stands_as_an_event_and_moves_the_conversation(store: Store) -> None:
    approve(store, approval(store))
    assert scalar(store.reading, "SELECT lane FROM conversation") == "waiting"
    assert scalar(store.reading, "SELECT count(*) FROM event WHERE name = 'reply_approved'") == 1


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED, State.EXPIRED])
def test_a_reply_that_did_not_leave_brings_the_conversation_back(
    store: Store, state: State
) -> None:
    before = store.reading.execute("SELECT lane, due_at, order_at FROM conversation").fetchone()
    move(store, approve(store, approval(store)), Move(state), at=NOW + HOUR)
    after = store.reading.execute("SELECT lane, due_at, order_at FROM conversation").fetchone()
    assert tuple(after) == tuple(before)


def test_a_message_that_came_after_the_approval_is_not_answered_by_it(store: Store) -> None:
    """It was on its way while the reply was written, so nobody has seen it."""
    key = approve(store, approval(store))
    second = message("and in blue?", at=NOW - 1, remote_id="T1.2")
    take_in(store, second, now=NOW + 5_000)
    move(store, key, Move(State.SENT, remote_id="R1"), at=NOW + 10_000)
    lane, received = store.reading.execute("SELECT lane, received_at FROM conversation").fetchone()
    assert (lane, received) == ("needs_reply", NOW - 1)


def test_a_stuck_row_brings_the_conversation_back_and_the_queue_shows_trouble(
    store: Store,
) -> None:
    move(store, approve(store, approval(store)), Move(State.NEEDS_HUMAN, note="?"))
    assert scalar(store.reading, "SELECT lane FROM conversation") == "needs_reply"


@pytest.mark.parametrize(
    ("verdict", "state"),
    [("there", State.SENT), ("again", State.RETRY_WAIT), ("drop", State.CANCELLED)],
)
def test_a_person_ends_what_is_uncertain(store: Store, verdict: str, state: State) -> None:
    key = approve(store, approval(store))
    move(store, key, Move(State.NEEDS_HUMAN))
    row = store.write(lambda c: outbox.resolve(c, key, verdict, POLICY, NOW))
    assert row.state is state and (row.remote_id is not None) == (verdict == "there")


def test_a_reply_was_under_way_until_it_came_to_a_person_not_until_the_decision(
    store: Store,
) -> None:
    key = approve(store, approval(store))
    move(store, key, Move(State.NEEDS_HUMAN), at=NOW + 1)
    store.write(lambda c: outbox.resolve(c, key, "drop", POLICY, NOW + HOUR))
    assert scalar(store.reading, "SELECT ended_at FROM outbox") == NOW + 1


def test_a_person_decides_only_about_what_is_uncertain(store: Store) -> None:
    key = approve(store, approval(store))
    with pytest.raises(outbox.OutboxError, match="needs no decision"):
        store.write(lambda c: outbox.resolve(c, key, "there", POLICY, NOW))


def test_what_was_sent_cannot_be_taken_back(store: Store) -> None:
    key = approve(store, approval(store))
    move(store, key, Move(State.SENT, remote_id="R1"))
    with pytest.raises(outbox.OutboxError, match="cannot be taken back: sent"):
        store.write(lambda c: outbox.cancel(c, key, POLICY, NOW))


def test_taking_back_is_an_event_and_taking_back_twice_is_refused(store: Store) -> None:
    key = approve(store, approval(store))
    store.write(lambda c: outbox.cancel(c, key, POLICY, NOW))
    with pytest.raises(outbox.OutboxError):
        store.write(lambda c: outbox.cancel(c, key, POLICY, NOW))
    assert scalar(store.reading, "SELECT count(*) FROM event WHERE name = 'reply_cancelled'") == 1


def test_moderation_is_shown_in_our_own_data_and_can_be_done_again(store: Store) -> None:
    for kind, shown in ((ActionKind.HIDE, "hidden"), (ActionKind.UNHIDE, "visible")) * 2:
        key = approve(store, approval(store, "", kind=kind))
        move(store, key, Move(State.SENT, remote_id="T1"))
        assert scalar(store.reading, "SELECT visibility FROM message") == shown
    assert scalar(store.reading, "SELECT count(*) FROM event WHERE name = 'moderation_action'") == 4


def test_open_rows_come_first_and_due_ones_in_the_order_of_their_approval(store: Store) -> None:
    keys = [approve(store, approval(store, f"text {n}", at=NOW + n)) for n in range(4)]
    move(store, keys[3], Move(State.REFUSED))
    listed = [row.id for row in outbox.list_rows(store.reading)]
    assert listed == [keys[2], keys[1], keys[0], keys[3]]
    assert [row.id for row in outbox.due(store.reading, NOW + 1)] == keys[:2]
    assert len(outbox.list_rows(store.reading, only_open=True)) == 3


def test_an_unknown_row_is_named(store: Store) -> None:
    with pytest.raises(outbox.OutboxError, match="there is no outbox row 7"):
        outbox.get(store.reading, 7)


def _confirmed_by_person(store: Store, given: Approval) -> int:
    key = approve(store, given)
    move(store, key, Move(State.NEEDS_HUMAN))
    store.write(lambda c: outbox.resolve(c, key, "there", POLICY, NOW))
    return key


def test_a_confirmed_reply_takes_the_message_that_the_sync_had_brought(store: Store) -> None:
    take_in(store, message("Yes.", remote_id="R1", direction=Direction.OUT))
    key = _confirmed_by_person(store, approval(store, "Yes."))
    assert outbox.get(store.reading, key).remote_id == "R1"
    assert scalar(store.reading, "SELECT outbox_id FROM message WHERE remote_id = 'R1'") == key
    assert scalar(store.reading, "SELECT count(*) FROM event WHERE name = 'reply_sent'") == 1


def test_a_confirmed_reply_meets_its_echo_later_and_is_counted_once(store: Store) -> None:
    key = _confirmed_by_person(store, approval(store, "Yes."))
    echo = message("Yes. ", remote_id="R1", at=NOW - 1_000, direction=Direction.OUT)
    take_in(store, echo)
    assert outbox.get(store.reading, key).remote_id == "R1"
    assert scalar(store.reading, "SELECT count(*) FROM message") == 2
    assert scalar(store.reading, "SELECT count(*) FROM event WHERE name = 'reply_sent'") == 1
    assert take_in(store, echo).new == 0


@pytest.mark.parametrize(
    ("text", "at", "direction"),
    [
        ("No.", NOW, Direction.OUT),
        ("Yes.", NOW - HOUR, Direction.OUT),
        ("Yes.", NOW, Direction.IN),
    ],
)
def test_a_confirmed_reply_does_not_take_another_message(
    store: Store, text: str, at: int, direction: Direction
) -> None:
    key = _confirmed_by_person(store, approval(store, "Yes."))
    take_in(store, message(text, remote_id="R1", at=at, direction=direction))
    assert outbox.get(store.reading, key).remote_id != "R1"
    assert scalar(store.reading, "SELECT count(*) FROM message") == 3
