"""The worked example T8: four conversations, from messages through the store to every figure."""

from __future__ import annotations

import pytest

from engage_tui.domain.timestamps import to_iso
from engage_tui.domain.triage import Intent
from engage_tui.metrics.explaining import as_json, explain
from engage_tui.metrics.kpis import compute
from tests.metrics.inbox import NEXT_DAY, Inbox, at


@pytest.fixture
def t8(inbox: Inbox) -> Inbox:
    for thread, intent in (
        ("A", Intent.COMPLAINT),
        ("B", Intent.COMPLAINT),
        ("C", Intent.PRICE_QUESTION),
        ("D", Intent.ORDER_STATUS),
    ):
        inbox.read(inbox.say(thread, at("10:00")), intent)
    inbox.say("C", at("10:20"))
    inbox.event("ack_sent", "A", at("10:00:05"))
    inbox.answer("A", at("10:40"))
    inbox.answer("B", at("12:00"))
    inbox.answer("D", at("13:00"))
    return inbox


def test_reply_rate_counts_conversations_not_messages(t8: Inbox) -> None:
    figure = t8.figure("reply_rate")
    assert (figure.value, figure.numerator, figure.denominator, figure.n) == (75.0, 3, 4, 4)


def test_sla_response_rate_by_tier_and_over_all(t8: Inbox) -> None:
    tiers = t8.parts("sla_response_rate", "tier")
    assert list(tiers) == ["premium", "priority"]
    assert tiers["premium"].value == pytest.approx(100 / 3)
    assert (tiers["premium"].numerator, tiers["premium"].denominator) == (1, 3)
    assert (tiers["priority"].value, tiers["priority"].n) == (100.0, 1)
    assert t8.figure("sla_response_rate").value == 50.0


def test_art_is_the_median_with_the_mean_beside_it(t8: Inbox) -> None:
    figure = t8.figure("art")
    assert figure.n == 3
    assert figure.value == figure.median == 120 * 60
    assert figure.mean == pytest.approx(340 / 3 * 60)
    assert figure.inputs == {"unanswered": 1}


def test_an_acknowledgement_counts_for_the_first_reply_of_any_kind(t8: Inbox) -> None:
    figure = t8.figure("frt_any")
    assert [sample.length for sample in figure.rows] == [5_000, 7_200_000, None, 10_800_000]
    assert figure.value == 7_200


def test_breaches_say_how_late_and_how_many_are_open(t8: Inbox) -> None:
    figure = t8.figure("sla_breaches", window="5h", now=at("15:00"))
    assert (figure.value, figure.n) == (2, 4)
    assert figure.inputs["ended_late"] == figure.inputs["still_open"] == 1
    assert figure.inputs["lateness_max"] == 4 * 3600
    assert figure.inputs["late_up_to_1h"] == figure.inputs["late_up_to_4h"] == 1


def test_json_has_the_agreed_shape(t8: Inbox) -> None:
    figures = compute(
        t8.reading, ["sla_response_rate", "art"], window="24h", now=NEXT_DAY, policy=t8.policy
    )
    rate, duration = map(as_json, figures)
    assert rate == {
        "kpi": "sla_response_rate",
        "window": "24h",
        "from": "2026-11-02T00:00:00Z",
        "to": "2026-11-03T00:00:00Z",
        "segment": {},
        "value": 50.0,
        "unit": "%",
        "n": 4,
        "numerator": 2,
        "denominator": 4,
        "inputs": {},
    }
    assert (duration["unit"], duration["value"]) == ("s", 7200.0)
    assert (duration["median"], duration["mean"]) == (7200.0, 6800.0)
    by_tier = as_json(t8.parts("sla_response_rate", "tier")["premium"])
    assert (by_tier["segment"], by_tier["value"]) == ({"tier": "premium"}, 33.3333)


def test_explanation_puts_the_numbers_in_and_lists_every_row(t8: Inbox) -> None:
    lines = list(explain(t8.figure("sla_response_rate")))
    assert "2 ÷ 4 × 100 = 50.0 %" in lines
    rows = [line for line in lines if line.startswith("conversation ")]
    assert rows[1] == (
        f"conversation {t8.key('B')}: received {to_iso(at('10:00'))}, due {to_iso(at('11:00'))},"
        f" first reply {to_iso(at('12:00'))}, missed"
    )
    assert len(rows) == 4
    art = list(explain(t8.figure("art")))
    assert "of 3: median = 7200 s (2h00), mean = 6800 s (1h53)" in art
    assert any(line.endswith("40m (2400 s)") for line in art)
    assert any(line.endswith("left out: unanswered") for line in art)


def test_a_correction_corrects_the_figures_too(t8: Inbox) -> None:
    first = t8.reading.execute(
        "SELECT id FROM message WHERE conversation_id = ?", (t8.key("B"),)
    ).fetchone()["id"]
    t8.correct(first, Intent.ORDER_STATUS)
    assert t8.figure("sla_response_rate").value == 75.0
    assert t8.parts("sla_response_rate", "tier")["priority"].n == 2
