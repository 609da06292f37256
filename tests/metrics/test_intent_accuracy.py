"""How often the model's intent was right, of what people checked."""

from __future__ import annotations

import pytest

from engage_tui.domain.timestamps import DAY, HOUR
from engage_tui.domain.triage import Correction, Intent, Sentiment, Triage
from engage_tui.metrics.explaining import explain
from engage_tui.store import corrections, readings
from tests.metrics.inbox import NEXT_DAY, Inbox, at


def judge(inbox: Inbox, message: int, intent: Intent | None, when: int = NEXT_DAY - HOUR) -> None:
    """Let a person say what a message is, or take it back."""
    inbox.store.write(lambda c: corrections.put(c, message, Correction(intent), inbox.policy, when))


@pytest.fixture
def messages(inbox: Inbox) -> list[int]:
    """Ten read messages, as old as the history of a brand."""
    keys = [inbox.say(f"T{n}", at("09:00") - 90 * DAY + n) for n in range(10)]
    for key in keys:
        inbox.read(key, Intent.QUESTION)
    return keys


def test_it_is_the_share_of_checked_messages_that_were_right(
    inbox: Inbox, messages: list[int]
) -> None:
    for key in messages[:3]:
        judge(inbox, key, Intent.QUESTION)
    judge(inbox, messages[3], Intent.AVAILABILITY)
    figure = inbox.figure("intent_accuracy", window="7d")
    assert (figure.value, figure.numerator, figure.denominator, figure.n) == (75.0, 3, 4, 4)
    assert figure.inputs == {"question_was_availability": 1}
    rows = list(explain(figure))[3:]
    assert sum(row.endswith("right") for row in rows) == 3
    assert any("question was availability, wrong" in row for row in rows)


def test_nobody_checked_means_no_value(inbox: Inbox, messages: list[int]) -> None:
    figure = inbox.figure("intent_accuracy", window="7d")
    assert figure.value is None and figure.missing and "nobody" in figure.missing


def test_a_later_reading_changes_nothing_that_was_checked(
    inbox: Inbox, messages: list[int]
) -> None:
    judge(inbox, messages[0], Intent.AVAILABILITY)
    inbox.read(messages[0], Intent.AVAILABILITY)
    assert inbox.figure("intent_accuracy").value == 0.0
    judge(inbox, messages[0], Intent.AVAILABILITY, NEXT_DAY - 1)
    figure = inbox.figure("intent_accuracy")
    assert (figure.value, figure.n) == (0.0, 1), "judged twice is one message"


def test_what_is_said_last_counts_and_what_is_taken_back_does_not(
    inbox: Inbox, messages: list[int]
) -> None:
    one, two = messages[:2]
    judge(inbox, one, Intent.SPAM, at("10:00"))
    judge(inbox, one, Intent.QUESTION, at("11:00"))
    judge(inbox, two, Intent.SPAM, at("10:00"))
    judge(inbox, two, None, at("12:00"))
    assert inbox.figure("intent_accuracy", now=at("13:00")).value == 100.0
    assert inbox.figure("intent_accuracy", now=at("13:00")).n == 1
    earlier = inbox.figure("intent_accuracy", now=at("10:30"))
    assert (earlier.value, earlier.n) == (0.0, 2)


def test_it_belongs_to_the_window_in_which_it_was_checked(
    inbox: Inbox, messages: list[int]
) -> None:
    judge(inbox, messages[0], Intent.QUESTION, NEXT_DAY - 8 * DAY)
    judge(inbox, messages[1], Intent.SPAM, NEXT_DAY - 6 * DAY)
    assert inbox.figure("intent_accuracy", window="7d").value == 0.0
    assert inbox.figure("intent_accuracy", window="30d").value == 50.0


def test_corrections_of_other_things_and_of_what_was_never_read_are_no_check(
    inbox: Inbox, messages: list[int]
) -> None:
    toxic = Correction(toxic=True)
    inbox.store.write(lambda c: corrections.put(c, messages[0], toxic, inbox.policy, at("10:00")))
    unread = inbox.say("T99", at("09:00"))
    judge(inbox, unread, Intent.SPAM)
    assert inbox.figure("intent_accuracy").n == 0


def test_it_is_told_apart_by_what_was_read_and_by_language(
    inbox: Inbox, messages: list[int]
) -> None:
    polish = inbox.say("TP", at("09:00"))
    result = Triage(Intent.PRAISE, 0.5, Sentiment.NEUTRAL, 0.1, 0.8, 0.1, 0.0, 0.0, "pl", "test")
    inbox.store.write(lambda c: readings.record(c, {polish: result}, inbox.policy, NEXT_DAY))
    judge(inbox, polish, Intent.PRAISE)
    judge(inbox, messages[0], Intent.SPAM)
    by_intent = inbox.parts("intent_accuracy", "intent")
    assert {name: figure.value for name, figure in by_intent.items()} == {
        "praise": 100.0,
        "question": 0.0,
    }
    by_language = inbox.parts("intent_accuracy", "language")
    assert {name: figure.n for name, figure in by_language.items()} == {"pl": 1, "en": 1}


def test_judging_moves_no_other_figure(inbox: Inbox) -> None:
    inbox.say("T1", at("09:00"))
    key = inbox.say("T2", at("09:00") - 30 * DAY)
    names = ("reply_rate", "dm_volume", "sla_response_rate", "art", "comment_handled_rate")
    before = [inbox.figure(name).n for name in names]
    judge(inbox, key, Intent.QUESTION)
    assert [inbox.figure(name).n for name in names] == before
