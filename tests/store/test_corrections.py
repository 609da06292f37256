"""Corrections with what the model had said, layers, and the order in which messages are read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engage_tui.domain.timestamps import DAY
from engage_tui.domain.triage import Correction, Intent, Sentiment
from engage_tui.store import conversations, corrections, layers, migrations, readings
from engage_tui.store.corrections import NotRead, UnknownMessage
from engage_tui.store.database import Store
from engage_tui.store.migrations import migrate, scripts
from tests.making import NOW, POLICY, conversation_of, message, scalar, take_in
from tests.store.histories import reading


def stored(store: Store, *texts: str, at: int = NOW) -> list[int]:
    """Take messages in, each in a thread of its own; returns their keys."""
    first = scalar(store.reading, "SELECT coalesce(max(id), 0) FROM message")
    assert isinstance(first, int)
    records = [
        message(text, thread=f"T{first + number}", remote_id=f"T{first + number}", at=at)
        for number, text in enumerate(texts, 1)
    ]
    take_in(store, *records)
    return list(range(first + 1, first + len(texts) + 1))


def read(store: Store, *keys: int, intent: Intent = Intent.PRAISE, model: str = "test-1") -> None:
    result = replace(reading(intent), model=model)
    store.write(lambda c: readings.record(c, dict.fromkeys(keys, result), POLICY, NOW))


def correct(store: Store, key: int, said: Correction) -> Correction:
    return store.write(lambda c: corrections.correct(c, key, said, POLICY, NOW))


def test_answers_add_up_and_the_newest_wins(store: Store) -> None:
    [key] = stored(store, "buy followers")
    assert correct(store, key, Correction(Intent.SPAM, spam=True)) == Correction()
    assert correct(store, key, Correction(toxic=False)) == Correction(Intent.SPAM, spam=True)
    correct(store, key, Correction(sentiment=Sentiment.NEGATIVE, spam=False))
    [taught] = corrections.taught(store.reading)
    assert taught == ("buy followers", Correction(Intent.SPAM, Sentiment.NEGATIVE, False, False))


def test_taking_a_correction_back_leaves_no_trace_in_what_is_learnt(store: Store) -> None:
    [key] = stored(store, "hm")
    read(store, key)
    before = correct(store, key, Correction(Intent.COMPLAINT))
    store.write(lambda c: corrections.put(c, key, before, POLICY, NOW))
    assert corrections.taught(store.reading) == []
    shown = conversations.get(store.reading, conversation_of(store)).messages[0]
    assert (shown.intent, shown.corrected) == ("praise", 0)


def test_a_confirmation_says_what_is_shown(store: Store) -> None:
    read_, judged, unread = stored(store, "one", "two", "three")
    read(store, read_, judged)
    correct(store, judged, Correction(Intent.FEEDBACK))
    for key in (read_, judged):
        store.write(lambda c, key=key: corrections.confirm(c, key, POLICY, NOW))  # type: ignore[misc]
    assert [taught.correction for taught in corrections.taught(store.reading)] == [
        Correction(Intent.PRAISE, Sentiment.NEUTRAL),
        Correction(Intent.FEEDBACK, Sentiment.NEUTRAL),
    ]
    with pytest.raises(NotRead, match=f"message {unread}"):
        store.write(lambda c: corrections.confirm(c, unread, POLICY, NOW))
    with pytest.raises(UnknownMessage, match="no message 99"):
        correct(store, 99, Correction(Intent.SPAM))


def test_what_the_model_had_said_first_is_kept_whatever_it_says_later(store: Store) -> None:
    [key] = stored(store, "restock?")
    read(store, key, intent=Intent.QUESTION)
    correct(store, key, Correction(sentiment=Sentiment.POSITIVE))
    read(store, key, intent=Intent.AVAILABILITY, model="test-1+personal-1")
    correct(store, key, Correction(Intent.AVAILABILITY))
    rows = store.reading.execute("SELECT said_intent, said_language, said_model FROM correction")
    assert [tuple(row) for row in rows] == [("question", "en", "test-1")] * 2


def test_a_new_text_is_a_new_question_to_the_model(store: Store) -> None:
    [key] = stored(store, "restock?")
    read(store, key, intent=Intent.QUESTION)
    correct(store, key, Correction(Intent.AVAILABILITY))
    edited = message("never mind", thread="T1", remote_id="T1", edited_at=NOW + 1)
    take_in(store, edited, now=NOW + 1)
    read(store, key, intent=Intent.SMALL_TALK)
    store.write(
        lambda c: corrections.correct(c, key, Correction(Intent.SMALL_TALK), POLICY, NOW + 2)
    )
    rows = store.reading.execute("SELECT said_intent FROM correction ORDER BY id")
    assert [row[0] for row in rows] == ["question", "small_talk"]


def test_corrections_of_an_older_database_keep_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "engage.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        known = scripts()
        monkeypatch.setattr(migrations, "scripts", lambda: {1: known[1]})
        migrate(old, path, tmp_path)
        monkeypatch.undo()
        old.execute("INSERT INTO account VALUES (1, 'youtube', '@b', NULL, '', 'imported', '', 0)")
        old.execute("INSERT INTO person VALUES (1, 'youtube', 'p', '', '', NULL, 0)")
        old.execute(
            "INSERT INTO conversation (id, account_id, kind, remote_id, person_id)"
            " VALUES (1, 1, 'comment', 'T', 1)"
        )
        old.execute(
            "INSERT INTO message (id, account_id, conversation_id, remote_id, direction, actor,"
            " text, sent_at, ingested_at) VALUES (1, 1, 1, 'T', 'in', 'customer', 'hi', 0, 0)"
        )
        said = "'praise', 0.9, 'neutral', 0, 1, 0, 0, 0, 'en', 'old-1', 0"
        old.execute(f"INSERT INTO triage VALUES (1, {said})")
        old.execute("INSERT INTO correction VALUES (1, 'u', 1, 'spam', NULL, 5)")
    store = Store(path)
    row = store.reading.execute("SELECT said_intent, said_model, spam FROM correction").fetchone()
    assert tuple(row) == ("praise", "old-1", None)
    store.close()


def test_the_least_certain_of_the_week_that_nobody_judged_are_offered(store: Store) -> None:
    keys = stored(store, "a", "b", "b", "c", " ", "judged")
    [old] = stored(store, "old", at=NOW - 8 * DAY)
    sure = dict(zip([*keys, old], (0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1), strict=True))
    results = {
        key: replace(reading(Intent.PRAISE), intent_confidence=share) for key, share in sure.items()
    }
    store.write(lambda c: readings.record(c, results, POLICY, NOW))
    correct(store, keys[5], Correction(Intent.OTHER))
    found = corrections.doubtful(store.reading, NOW - 7 * DAY, NOW + 1, 10)
    assert [(one.text, one.reading.intent_confidence) for one in found] == [
        ("c", 0.2),
        ("b", 0.3),
        ("a", 0.5),
    ]
    assert found[1].id == keys[2]
    assert len(corrections.doubtful(store.reading, NOW - 7 * DAY, NOW + 1, 2)) == 2


def queue_again(store: Store, model: str) -> None:
    last = store.write(lambda c: readings.read_again(c, model))
    while last is not None:
        last = store.write(
            lambda c, before=last: readings.read_again(c, model, before)  # type: ignore[misc]
        )


def test_what_another_model_read_comes_after_what_is_new_newest_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_CHUNK", 2)
    first, second, third, fourth, fifth = stored(store, "a", "b", "c", "d", "e")
    read(store, first, second, third, fifth, model="test-1")
    read(store, second, model="test-2")
    queue_again(store, "test-2")
    assert [m.id for m in readings.unread(store.reading, 10)] == [fourth, fifth, third, first]
    assert [m.id for m in readings.unread(store.reading, 2)] == [fourth, fifth]
    assert (readings.unread_count(store.reading), readings.again_count(store.reading)) == (4, 3)
    [new] = stored(store, "f")
    assert readings.unread(store.reading, 1)[0].id == new
    shown = conversations.get(store.reading, conversation_of(store, "T1")).messages[0]
    assert shown.model == "test-1", "the old reading stays until the new one is there"
    read(store, new, fourth, fifth, third, first, model="test-2")
    assert readings.unread_count(store.reading) == 0
    queue_again(store, "test-2")
    assert readings.unread_count(store.reading) == 0


def layer(store: Store, base: str = "small-1") -> int:
    return store.write(lambda c: layers.add(c, base, 30, {"intent": {}}, b"weights", NOW))


def test_reverting_goes_back_step_by_step_to_the_model_itself(store: Store) -> None:
    def in_use() -> int | None:
        row = layers.in_use(store.reading)
        return row.number if row else None

    assert in_use() is None and not store.write(layers.revert)
    first, second = layer(store), layer(store)
    assert in_use() == second
    assert store.write(layers.revert)
    assert in_use() == first
    third = layer(store)
    assert len({first, second, third}) == 3
    store.write(layers.revert)
    assert in_use() == first, "not what had been taken back before"
    store.write(layers.revert)
    assert in_use() is None
    assert [row.number for row in layers.list_all(store.reading)] == [first, second, third]
