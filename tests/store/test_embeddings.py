"""Embeddings in the store: replaced with the text, gone with the message, read in slices."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engage_tui.domain.model import Direction, Lane
from engage_tui.store import embeddings, migrations
from engage_tui.store.database import Store
from engage_tui.store.embeddings import Asked
from tests.making import conversation_of, message, scalar, take_in

MODEL = "m-1"


def put(store: Store, codes: dict[int, bytes | None], model: str = MODEL) -> None:
    store.write(lambda c: embeddings.record(c, codes, model))


def test_what_came_since_a_key_is_everything_new(store: Store) -> None:
    take_in(store, message(thread="A"), message(thread="B"), message(thread="C"))
    put(store, {3: b"cc", 2: b"bb"})
    first = embeddings.since(store.reading, MODEL, 0)
    assert (list(first.messages), first.codes) == ([3, 2], b"ccbb")
    put(store, {3: b"CC", 1: b"aa"})
    put(store, {2: b"xx"}, model="m-2")
    second = embeddings.since(store.reading, MODEL, first.last)
    assert (list(second.messages), second.codes) == ([3, 1], b"CCaa")
    assert not embeddings.since(store.reading, MODEL, second.last).messages
    assert embeddings.newest_model(store.reading) == "m-2"


def test_slices_follow_each_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "_CHUNK", 2)
    take_in(store, *(message(thread=name) for name in "ABC"))
    put(store, {1: b"a", 2: b"b", 3: b"c"})
    first = embeddings.since(store.reading, MODEL, 0)
    second = embeddings.since(store.reading, MODEL, first.last)
    assert (first.codes, second.codes) == (b"ab", b"c")


def test_a_key_is_not_given_again(store: Store) -> None:
    take_in(store, message(thread="A"))
    put(store, {1: b"a"})
    last = embeddings.since(store.reading, MODEL, 0).last
    put(store, {1: None})
    put(store, {1: b"A"})
    assert embeddings.since(store.reading, MODEL, last).codes == b"A"


def test_a_text_without_words_loses_its_embedding(store: Store) -> None:
    take_in(store, message(thread="A"))
    put(store, {1: b"a"})
    put(store, {1: None})
    assert embeddings.embedded(store.reading, [1]) == []
    assert embeddings.newest_model(store.reading) is None


def test_it_goes_with_the_message(store: Store) -> None:
    take_in(store, message(thread="A"))
    put(store, {1: b"a"})

    def delete(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM triage_todo")
        connection.execute("UPDATE conversation SET lead_message_id = NULL")
        connection.execute("DELETE FROM message WHERE id = 1")

    store.write(delete)
    assert scalar(store.reading, "SELECT count(*) FROM message_embedding") == 0


def test_messages_come_with_what_is_shown_of_them(store: Store) -> None:
    take_in(store, message("is it back?", thread="A", person="ann"), message(thread="B"))
    put(store, {1: b"a", 2: b"b"})
    found = embeddings.embedded(store.reading, [2, 9, 1])
    assert [row.message for row in found] == [2, 1]
    assert found[1].text == "is it back?"
    assert (found[1].handle, found[1].platform, found[1].kind) == ("@ann", "youtube", "comment")
    assert (found[1].lane, found[1].codes, found[1].model) == ("needs_reply", b"a", MODEL)


def test_waiting_ones_are_those_of_a_lane_and_a_model(store: Store) -> None:
    take_in(store, *(message(thread=name) for name in "ABC"))
    take_in(store, message("yes", thread="C", direction=Direction.OUT))
    put(store, {1: b"a", 3: b"c"})
    put(store, {2: b"b"}, model="m-0")
    lanes = [Lane.NEEDS_REPLY]
    found = embeddings.waiting(store.reading, MODEL, lanes, 10)
    assert [row.message for row in found] == [1]
    assert embeddings.waiting(store.reading, MODEL, lanes, 0) == []


def test_a_conversation_is_compared_by_its_leading_or_newest_inbound_message(store: Store) -> None:
    take_in(store, message(thread="A"), message("more", thread="A", at=2_000_000_000_000))
    take_in(store, message("we do", thread="B", direction=Direction.OUT))
    lead = scalar(store.reading, "SELECT lead_message_id FROM conversation WHERE remote_id = 'A'")
    assert embeddings.asked(store.reading, conversation_of(store, "A")) == Asked(lead)  # type: ignore[arg-type]
    assert embeddings.asked(store.reading, conversation_of(store, "B")) == Asked(None)
    assert embeddings.asked(store.reading, 99) is None


def test_what_was_read_before_there_were_embeddings_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrations.scripts()
    with monkeypatch.context() as before:
        before.setattr(migrations, "scripts", lambda: {n: known[n] for n in (1, 2)})
        path = tmp_path / "engage.db"
        path.touch()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            migrations.migrate(connection, path, tmp_path)
            connection.executescript(
                """INSERT INTO account (id, platform, handle, created_at) VALUES (1, 'x', 'y', 0);
                INSERT INTO person (id, platform, remote_id) VALUES (1, 'x', 'p');
                INSERT INTO conversation (id, account_id, kind, remote_id, person_id)
                    VALUES (1, 1, 'dm', 'c', 1);
                INSERT INTO message (id, account_id, conversation_id, remote_id, direction, actor,
                    text, sent_at, ingested_at) VALUES (1, 1, 1, 'a', 'in', 'customer', 'hi', 0, 0),
                    (2, 1, 1, 'b', 'in', 'customer', 'ho', 0, 0);
                DELETE FROM triage_todo WHERE message_id = 1;
                INSERT INTO triage
                    VALUES (1, 'other', 1, 'neutral', 0, 1, 0, 0, 0, 'en', 'm', 0);"""
            )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.migrate(connection, path, tmp_path)
        again = connection.execute("SELECT message_id FROM triage_again").fetchall()
    assert again == [(1,)]
