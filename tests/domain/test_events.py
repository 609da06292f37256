"""The closed vocabulary of facts."""

from __future__ import annotations

import pytest

from engage_tui.domain.events import (
    ALIASES,
    COLUMNS,
    NAMES,
    RECEIPTS,
    REPLIES,
    Event,
    EventError,
    canonical,
    message_event,
)
from engage_tui.domain.model import Actor, Direction, Kind


def event(name: str, value: float | None = None) -> Event:
    return Event(name, "youtube", at=1, ingested_at=2, actor=Actor.CUSTOMER, value=value)


def test_a_known_event_has_a_qualified_name() -> None:
    assert event("comment_received").qualified_name == "youtube.comment_received"


@pytest.mark.parametrize("name", ["comment_recieved", "", "youtube.comment_received", "dm"])
def test_s85_an_unknown_event_is_refused(name: str) -> None:
    with pytest.raises(EventError, match="unknown event"):
        event(name)


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(EventError, match="not a number"):
        event("csat_submitted", float("nan"))
    assert event("csat_submitted", 4.5).value == 4.5


def test_aliases_and_groups_point_to_known_names() -> None:
    assert set(ALIASES.values()) <= set(NAMES)
    assert not set(ALIASES) & set(NAMES)
    assert {*RECEIPTS, *REPLIES} <= set(NAMES)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("social.dm_response_sent", "reply_sent"),
        ("instagram.message_received", "dm_received"),
        ("first_reply", "reply_sent"),
        ("escalation", "escalated"),
        ("reply_sent", "reply_sent"),
    ],
)
def test_s407_known_spellings_become_the_stored_name(spelling: str, name: str) -> None:
    assert canonical(spelling) == name


def test_s407_an_unknown_spelling_is_refused() -> None:
    with pytest.raises(EventError):
        canonical("social.something_else")


@pytest.mark.parametrize(
    ("direction", "kind", "actor", "acknowledgement", "name"),
    [
        (Direction.IN, Kind.DM, Actor.CUSTOMER, False, "dm_received"),
        (Direction.IN, Kind.COMMENT, Actor.CUSTOMER, False, "comment_received"),
        (Direction.OUT, Kind.DM, Actor.HUMAN, False, "reply_sent"),
        (Direction.OUT, Kind.DM, Actor.AI_DRAFT_APPROVED, False, "reply_sent"),
        (Direction.OUT, Kind.COMMENT, Actor.AUTOMATION, False, "auto_reply_sent"),
        (Direction.OUT, Kind.COMMENT, Actor.AUTOMATION, True, "ack_sent"),
        (Direction.OUT, Kind.DM, Actor.HUMAN, True, "ack_sent"),
    ],
)
def test_each_message_is_an_event(
    direction: Direction, kind: Kind, actor: Actor, acknowledgement: bool, name: str
) -> None:
    assert message_event(direction, kind, actor, acknowledgement=acknowledgement) == name
    assert name in NAMES


def test_the_stored_columns_are_the_fields() -> None:
    assert COLUMNS[:5] == ("name", "channel", "at", "ingested_at", "actor")
    assert len(set(COLUMNS)) == len(COLUMNS)
