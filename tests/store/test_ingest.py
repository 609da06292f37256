"""Taking messages in: once, whole, in any order, and never losing what was known."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage_tui.domain.events import NAMES
from engage_tui.domain.model import Actor, Direction, Kind, PersonRecord, Platform, Visibility
from engage_tui.domain.query import parse
from engage_tui.domain.timestamps import DAY, HOUR
from engage_tui.store import queue
from engage_tui.store.database import Store
from tests.making import NOW, message, scalar, take_in
from tests.store.histories import CHANGES, DECISIONS, PEOPLE, History, Step, fresh_store, histories

ASKED = message("Is it back in stock?", remote_id="T1", post="V1")
ANSWERED = message("Yes.", remote_id="T1.a", at=NOW + 1, direction=Direction.OUT, parent="T1")
THANKED = message("Thanks", remote_id="T1.b", at=NOW + 2, parent="T1")


def dump(store: Store) -> list[str]:
    return list(store.reading.iterdump())


def found(store: Store, text: str) -> list[str]:
    selection = queue.compile_query(parse(f"{text} lane:all", now=NOW))
    return [row.text for row in queue.page(store.reading, selection, limit=50)]


def test_the_second_time_changes_nothing(store: Store) -> None:
    first = take_in(store, ASKED, ANSWERED, THANKED)
    assert (first.new, first.changed, first.unchanged) == (3, 0, 0)
    before = dump(store)
    second = take_in(store, ASKED, ANSWERED, THANKED, now=NOW + DAY)
    assert (second.new, second.changed, second.unchanged) == (0, 0, 3)
    assert second.conversations == set()
    assert dump(store) == before


def test_the_same_message_twice_in_one_batch_is_one(store: Store) -> None:
    assert take_in(store, ASKED, ASKED).new == 1
    assert scalar(store.reading, "SELECT count(*) FROM event") == 1


@pytest.mark.parametrize("order", list(permutations((ASKED, ANSWERED, THANKED))))
@pytest.mark.parametrize("at_once", [False, True])
def test_the_order_of_arrival_does_not_matter(
    store: Store, order: tuple[object, ...], at_once: bool
) -> None:
    for batch in [order] if at_once else [(record,) for record in order]:
        take_in(store, *batch)  # type: ignore[arg-type]
    row = store.reading.execute(
        """SELECT c.remote_id, c.lane, c.received_at, p.handle, post.remote_id AS post
        FROM conversation c JOIN person p ON p.id = c.person_id
        LEFT JOIN post ON post.id = c.post_id"""
    ).fetchall()
    assert [tuple(r) for r in row] == [("T1", "needs_reply", NOW + 2, "@ann", "V1")]


def test_a_thread_belongs_to_who_began_it_even_if_others_were_seen_first(store: Store) -> None:
    take_in(store, message("me too", remote_id="T1.9", person="bob"))
    assert scalar(store.reading, "SELECT handle FROM person") == "@bob"
    take_in(store, ASKED)
    assert (
        scalar(
            store.reading,
            "SELECT p.handle FROM conversation c JOIN person p ON p.id = c.person_id",
        )
        == "@ann"
    )


def test_an_edit_keeps_the_earlier_text_and_is_read_again_by_the_model(store: Store) -> None:
    take_in(store, message("is it blue", remote_id="T1"))
    store.write(lambda c: c.execute("DELETE FROM triage_todo"))
    edited = message("is it red", remote_id="T1", edited_at=NOW + HOUR)
    assert take_in(store, edited, now=NOW + HOUR).changed == 1
    assert scalar(store.reading, "SELECT text FROM message") == "is it red"
    kept = store.reading.execute("SELECT text, replaced_at FROM message_edit").fetchall()
    assert [tuple(row) for row in kept] == [("is it blue", NOW + HOUR)]
    assert scalar(store.reading, "SELECT count(*) FROM triage_todo") == 1
    assert found(store, "red") and not found(store, "blue")


def test_an_older_reading_never_replaces_a_newer_one(store: Store) -> None:
    take_in(store, message("second", remote_id="T1", edited_at=NOW + HOUR))
    for older in (message("first", remote_id="T1"), message("1", remote_id="T1", edited_at=NOW)):
        assert take_in(store, older).changed == 0
    assert scalar(store.reading, "SELECT text FROM message") == "second"


def test_an_edit_without_a_time_counts_from_when_it_was_seen(store: Store) -> None:
    take_in(store, message("first", remote_id="T1"))
    take_in(store, message("second", remote_id="T1"), now=NOW + HOUR)
    take_in(store, message("between", remote_id="T1", edited_at=NOW + 1), now=NOW + DAY)
    assert scalar(store.reading, "SELECT text FROM message") == "second"


def test_an_empty_text_never_replaces_words(store: Store) -> None:
    take_in(store, message("words", remote_id="T1"))
    take_in(store, message("", remote_id="T1", edited_at=NOW + HOUR))
    assert scalar(store.reading, "SELECT text FROM message") == "words"


def test_an_edit_makes_a_proposed_draft_stale(store: Store) -> None:
    take_in(store, message("is it blue", remote_id="T1"))
    store.write(
        lambda c: c.execute(
            "INSERT INTO draft (uid, conversation_id, message_id, kind, text, source, created_at)"
            " SELECT 'u', conversation_id, id, 'reply', 'Yes', 'human', 1 FROM message"
        )
    )
    take_in(store, message("is it red", remote_id="T1"))
    assert scalar(store.reading, "SELECT status FROM draft") == "stale"


@pytest.mark.parametrize("text", ["half \ud83d of a pair", "nul \0 inside", "\udc00"])
def test_what_cannot_be_stored_as_it_is_is_kept_as_raw_bytes(store: Store, text: str) -> None:
    take_in(store, message(text, remote_id="T1"))
    row = store.reading.execute("SELECT text, raw FROM message").fetchone()
    assert row["raw"].decode("utf-8", "surrogatepass") == text
    row["text"].encode()
    assert "\0" not in row["text"]
    take_in(store, message("plain", thread="T2", remote_id="T2"))
    assert scalar(store.reading, "SELECT raw FROM message WHERE remote_id = 'T2'") is None


def test_one_hostile_message_does_not_cost_the_page(store: Store) -> None:
    hostile = message("\ud800\0", remote_id="T1", person="eve", thread="T1")
    assert take_in(store, hostile, message("fine", thread="T3", remote_id="T3")).new == 2
    named = replace(message(thread="T2"), person=PersonRecord("x", "@\ud800", "\0"))
    assert take_in(store, named).new == 1


@pytest.mark.parametrize(
    "field", ["account", "thread", "remote_id", "parent", "person", "post", "attachments"]
)
def test_an_id_that_cannot_be_stored_costs_no_other_message(store: Store, field: str) -> None:
    value = ("\ud800",) if field == "attachments" else "\ud800"
    hostile: dict[str, Any] = {"remote_id": "T1", "post": "V1", field: value}
    assert take_in(store, message(**hostile), message(thread="T2", remote_id="T2")).new == 2
    assert take_in(store, message(**hostile)).unchanged == 1


@pytest.mark.parametrize(
    ("text", "looked_for"),
    [
        ("多少錢一個杯子", "杯子"),
        ("請問現在還有貨嗎？", "有貨"),
        ("ราคาเท่าไหร่", "เท่าไหร่"),
        ("Dziękuję bardzo", "dziekuje"),
        ('It\'s a-b "quoted"', "a-b"),
        ("where's my parcel", "parc*"),
    ],
)
def test_search_finds_words_of_every_script(store: Store, text: str, looked_for: str) -> None:
    take_in(store, message(text, remote_id="T1"), message("no", thread="T2", remote_id="T2"))
    assert found(store, looked_for) == [text]


def test_accounts_kinds_and_platforms_keep_the_same_ids_apart(store: Store) -> None:
    same = {"remote_id": "1", "thread": "1"}
    records = [
        message(**same, platform=platform, account=account)  # type: ignore[arg-type]
        for platform in (Platform.YOUTUBE, Platform.INSTAGRAM)
        for account in ("@brand", "@other")
    ]
    assert take_in(store, *records).new == 4
    assert scalar(store.reading, "SELECT count(*) FROM conversation") == 4


@pytest.mark.parametrize(
    ("kind", "direction", "actor", "name"),
    [
        (Kind.COMMENT, Direction.IN, None, "comment_received"),
        (Kind.DM, Direction.IN, None, "dm_received"),
        (Kind.COMMENT, Direction.OUT, None, "reply_sent"),
        (Kind.DM, Direction.OUT, Actor.AI_DRAFT_APPROVED, "reply_sent"),
        (Kind.DM, Direction.OUT, Actor.AUTOMATION, "auto_reply_sent"),
    ],
)
def test_each_message_is_one_event_at_its_own_time(
    store: Store, kind: Kind, direction: Direction, actor: Actor | None, name: str
) -> None:
    take_in(store, message(kind=kind, direction=direction, actor=actor), now=NOW + HOUR)
    [row] = store.reading.execute("SELECT name, at, ingested_at, user_id FROM event").fetchall()
    assert tuple(row) == (name, NOW, NOW + HOUR, "ann")


def test_events_cannot_be_changed_or_removed(store: Store) -> None:
    take_in(store, ASKED)
    for sql in ("UPDATE event SET at = 0", "DELETE FROM event"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.write(lambda c, sql=sql: c.execute(sql))  # type: ignore[misc]


def test_a_moderated_message_asks_for_nothing_until_it_is_shown_again(store: Store) -> None:
    take_in(store, ASKED)
    assert take_in(store, message(remote_id="T1", visibility=Visibility.HIDDEN)).changed == 1
    assert scalar(store.reading, "SELECT due_at FROM conversation") is None
    take_in(store, message(remote_id="T1"))
    assert scalar(store.reading, "SELECT lane FROM conversation") == "needs_reply"


def test_handles_follow_the_person_and_an_unknown_follower_state_is_kept(store: Store) -> None:
    ann = message(remote_id="T1")
    for person in (
        PersonRecord("ann", "@ann", "Ann", follower=True),
        PersonRecord("ann", "@ann.new", ""),
    ):
        take_in(store, replace(ann, person=person))
    row = store.reading.execute("SELECT handle, name, follower FROM person").fetchone()
    assert tuple(row) == ("@ann.new", "Ann", 1)


def test_only_messages_to_the_brand_wait_for_the_model(store: Store) -> None:
    take_in(store, ASKED, ANSWERED, THANKED)
    assert scalar(store.reading, "SELECT count(*) FROM triage_todo") == 2


@settings(max_examples=40, deadline=None)
@given(histories(*PEOPLE, *DECISIONS, *CHANGES), st.sampled_from(["parcel", "杯子", "edited"]))
def test_indexes_and_counters_stay_true_whatever_happens(steps: list[Step], word: str) -> None:
    with fresh_store() as store:
        history = History(store)
        for step in steps:
            history.apply(step)
        store.write(
            lambda c: c.execute(
                "INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)"
            )
        )
        before = found(store, word)
        store.write(lambda c: c.execute("INSERT INTO message_fts (message_fts) VALUES ('rebuild')"))
        assert found(store, word) == before
        counted = store.reading.execute(
            "SELECT lane, conversations FROM lane_count WHERE conversations <> 0"
        )
        real = store.reading.execute("SELECT lane, count(*) FROM conversation GROUP BY lane")
        assert {tuple(row) for row in counted} == {tuple(row) for row in real}
        names = {row["name"] for row in store.reading.execute("SELECT name FROM event")}
        assert names <= set(NAMES)
