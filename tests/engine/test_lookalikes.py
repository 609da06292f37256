"""Neighbours and groups as a face gets them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engage_tui.domain.model import Direction, Platform
from engage_tui.engine.engine import Engine
from engage_tui.engine.lookalikes import NotComparable
from engage_tui.store import embeddings
from engage_tui.store.conversations import UnknownConversation
from engage_tui.store.database import Connection
from engage_tui.triage.lookalikes import encode
from tests.making import NOW, conversation_of, message, take_in


def store_at(engine: Engine, degrees: dict[str, float], **others: object) -> None:
    """Store a message in a conversation of that name, its embedding turned by so many degrees."""
    take_in(
        engine.store,
        *(
            message(f"about {name}", thread=name, remote_id=name, person=name, **others)  # type: ignore[arg-type]
            for name in degrees
        ),
    )
    turns = [math.radians(angle) for angle in degrees.values()]
    rows = encode(np.array([(math.cos(turn), math.sin(turn)) for turn in turns], np.float32))
    keys = [key_of(engine, name) for name in degrees]
    codes: dict[int, bytes | None] = {
        key: row.tobytes() for key, row in zip(keys, rows, strict=True)
    }
    engine.store.write(lambda c: embeddings.record(c, codes, "m-1"))


def key_of(engine: Engine, remote_id: str) -> int:
    row = engine.store.reading.execute("SELECT id FROM message WHERE remote_id = ?", (remote_id,))
    return int(row.fetchone()[0])


def near(engine: Engine, thread: str, **options: object) -> list[str]:
    found = engine.lookalikes.near(conversation_of(engine.store, thread), **options)  # type: ignore[arg-type]
    return [other.message.text.removeprefix("about ") for other in found.found]


def test_the_nearest_come_first_and_oneself_not(engine: Engine) -> None:
    store_at(engine, {"A": 0, "B": 20, "C": 5, "D": 80})
    assert near(engine, "A", least=0.5) == ["C", "B"]
    assert near(engine, "A", least=0.5, limit=1) == ["C"]
    found = engine.lookalikes.near(conversation_of(engine.store, "A"), least=0.1).found
    assert [other.similarity for other in found] == pytest.approx(
        [math.cos(math.radians(angle)) for angle in (5, 20, 80)], abs=0.01
    )


def test_a_conversation_stands_there_once_with_its_nearest_message(engine: Engine) -> None:
    store_at(engine, {"A": 0, "B": 10, "C": 12})
    take_in(engine.store, message("about B again", thread="B", remote_id="B2", at=NOW + 1))
    engine.store.write(
        lambda c: embeddings.record(c, {key_of(engine, "B2"): bytes([127, 0])}, "m-1")
    )
    assert near(engine, "A", least=0.5) == ["B again", "C"]


def test_further_messages_are_asked_for_until_enough_conversations_were_found(
    engine: Engine,
) -> None:
    store_at(engine, {"A": 0, "B": 1, "C": 30})
    more = [message("again", thread="B", remote_id=f"B{n}", at=NOW + n) for n in range(2, 20)]
    take_in(engine.store, *more)
    codes: dict[int, bytes | None] = {
        key_of(engine, record.remote_id): bytes([127, 1]) for record in more
    }
    engine.store.write(lambda c: embeddings.record(c, codes, "m-1"))
    assert len(near(engine, "A", least=0.5, limit=2)) == 2


def test_only_some_accounts_can_be_asked(engine: Engine) -> None:
    store_at(engine, {"A": 0, "B": 10})
    store_at(engine, {"C": 12}, platform=Platform.INSTAGRAM, account="@other")
    other = next(account.id for account in engine.accounts() if account.handle == "@other")
    assert near(engine, "A", least=0.5, accounts=[other]) == ["C"]
    assert near(engine, "A", least=0.5) == ["B", "C"]


def test_what_comes_later_is_found_and_what_is_deleted_is_not(engine: Engine) -> None:
    store_at(engine, {"A": 0, "B": 10})
    assert near(engine, "A", least=0.5) == ["B"]
    store_at(engine, {"C": 5})
    assert near(engine, "A", least=0.5) == ["C", "B"]

    def delete(connection: Connection) -> None:
        connection.execute("DELETE FROM triage_todo")
        connection.execute("UPDATE conversation SET lead_message_id = NULL WHERE remote_id = 'C'")
        connection.execute("DELETE FROM message WHERE remote_id = 'C'")

    engine.store.write(delete)
    assert near(engine, "A", least=0.5) == ["B"]


def test_a_conversation_that_cannot_be_compared_says_why(engine: Engine) -> None:
    take_in(engine.store, message(thread="A"), message(thread="B", direction=Direction.OUT))
    with pytest.raises(NotComparable, match="engage triage"):
        near(engine, "A")
    with pytest.raises(NotComparable, match="nobody wrote"):
        near(engine, "B")
    with pytest.raises(UnknownConversation):
        engine.lookalikes.near(99)


def test_an_embedding_of_an_older_model_is_not_compared(engine: Engine) -> None:
    store_at(engine, {"A": 0, "B": 10})
    key = key_of(engine, "B")
    engine.store.write(lambda c: embeddings.record(c, {key: bytes([127, 0])}, "m-2"))
    with pytest.raises(NotComparable):
        near(engine, "A")


def test_groups_hold_what_waits_for_an_answer(engine: Engine) -> None:
    assert engine.lookalikes.questions() == []
    store_at(engine, {"A": 0, "B": 2, "C": 90, "D": 92, "E": 91, "F": 180, "G": 1})
    engine.inbox.resolve(conversation_of(engine.store, "G"))
    found = [[row.text[-1] for row in group] for group in engine.lookalikes.questions()]
    assert found == [["C", "D", "E"], ["A", "B"]]
    assert [len(group) for group in engine.lookalikes.copies()] == [3, 2]
