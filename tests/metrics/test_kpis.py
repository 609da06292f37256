"""Windows, segments and corners of the figures, each from messages in a real store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engage_tui.domain.kpi import KpiError
from engage_tui.domain.model import Actor, Kind, Platform
from engage_tui.domain.sla import BufferMode, SlaPolicy, Tier
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE
from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.metrics.explaining import as_json, explain
from engage_tui.metrics.kpis import compute, trend
from engage_tui.store import conversations
from engage_tui.store.database import Store
from tests.metrics.inbox import NEXT_DAY, Inbox, at


def test_a_window_holds_its_start_and_not_its_end(inbox: Inbox) -> None:
    for thread, moment in (("a", at("00:00") - 1), ("b", at("00:00")), ("c", NEXT_DAY - 1)):
        inbox.say(thread, moment, kind=Kind.DM)
    inbox.say("d", NEXT_DAY, kind=Kind.DM)
    assert [s.at for s in inbox.figure("dm_volume").rows] == [at("00:00"), NEXT_DAY - 1]
    assert inbox.figure("dm_volume", window="all").value == 3


def test_a_conversation_belongs_to_the_day_of_its_first_message(inbox: Inbox) -> None:
    inbox.say("old", at("10:00", 1))
    inbox.say("old", at("10:00"))
    inbox.answer("old", at("10:05"))
    assert inbox.figure("reply_rate").n == 0
    assert inbox.figure("reply_rate", window="2d").value == 100.0
    assert inbox.figure("response_time", window="2d").n == 1, "one turn, begun on the first day"


def test_what_happens_at_the_asked_moment_or_later_is_not_known_yet(inbox: Inbox) -> None:
    inbox.say("a", at("10:00"))
    inbox.answer("a", at("11:00"))
    assert inbox.figure("reply_rate", now=at("11:00")).value == 0.0
    assert inbox.figure("reply_rate", now=at("11:00") + 1).value == 100.0


def test_history_that_arrives_late_puts_the_figure_right(inbox: Inbox) -> None:
    inbox.say("a", at("10:30"), known_at=at("10:30"))
    inbox.answer("a", at("11:00"))
    assert inbox.figure("art").value == 30 * 60
    inbox.say("a", at("10:00"), known_at=at("23:00"))
    assert inbox.figure("art").value == 60 * 60
    inbox.say("a", at("10:10"), "out", actor=Actor.HUMAN, known_at=at("23:30"))
    assert inbox.figure("art").value == 10 * 60


def test_a_conversation_that_the_brand_began_counts_from_the_first_message_in(
    inbox: Inbox,
) -> None:
    inbox.answer("a", at("09:00"))
    inbox.say("a", at("10:00"))
    assert inbox.figure("reply_rate").value == 0.0
    inbox.answer("a", at("10:00"))
    assert inbox.figure("art").value == 0.0


def test_human_and_automated_replies_are_told_apart(inbox: Inbox) -> None:
    inbox.say("both", at("10:00"))
    inbox.answer("both", at("10:01"), automated=True)
    inbox.answer("both", at("10:30"))
    inbox.say("machine", at("10:00"))
    inbox.answer("machine", at("10:02"), automated=True)
    inbox.say("approved", at("10:00"))
    inbox.say("approved", at("10:50"), "out", actor=Actor.AI_DRAFT_APPROVED)

    rates = inbox.parts("reply_rate", "actor")
    assert rates["human"].value == rates["automation"].value == pytest.approx(200 / 3)
    times = inbox.parts("art", "actor")
    assert times["human"].value == 40 * 60, "30 and 50 minutes; approving is a person's doing"
    assert times["automation"].value == 90
    assert inbox.parts("response_time", "actor")["human"].mean == 40 * 60
    share = inbox.figure("automation_share")
    assert (share.numerator, share.denominator) == (2, 4)
    assert share.inputs == {"automated": 2, "human": 2}


def test_response_time_is_the_mean_over_turns_and_takes_acknowledgements(inbox: Inbox) -> None:
    inbox.say("a", at("10:00"))
    inbox.say("a", at("10:05"))
    inbox.event("ack_sent", "a", at("10:10"))
    inbox.say("a", at("10:20"))
    inbox.answer("a", at("10:50"))
    inbox.say("a", at("11:00"))
    figure = inbox.figure("response_time")
    assert (figure.n, figure.value, figure.median) == (2, 20 * 60, 20 * 60)
    assert figure.inputs == {"unanswered": 1}


def test_what_our_own_message_knows_wins_over_the_event_of_a_faster_sync(inbox: Inbox) -> None:
    inbox.say("a", at("10:00"))
    reply = inbox.answer("a", at("10:01"))
    inbox.store.write(
        lambda c: c.execute(
            "UPDATE message SET acknowledgement = 1, actor = 'automation' WHERE id = ?", (reply,)
        )
    )
    assert inbox.figure("reply_rate").value == 0.0
    assert inbox.parts("frt_any", "actor")["automation"].value == 60


def test_platforms_and_accounts_are_told_apart(inbox: Inbox) -> None:
    for platform, account in (
        (Platform.YOUTUBE, "@brand"),
        (Platform.INSTAGRAM, "@brand"),
        (Platform.INSTAGRAM, "@shop"),
    ):
        name = platform + account
        inbox.say(name, at("10:00"), kind=Kind.DM, platform=platform, account=account)
    assert {k: f.value for k, f in inbox.parts("dm_volume", "platform").items()} == {
        "instagram": 2,
        "youtube": 1,
    }
    by_account = compute(
        inbox.reading,
        ["dm_volume"],
        window="all",
        now=NEXT_DAY,
        policy=inbox.policy,
        by="account",
        platform="instagram",
    )
    assert [dict(f.segment) for f in by_account] == [
        {"platform": "instagram", "account": "@brand"},
        {"platform": "instagram", "account": "@shop"},
    ]
    assert [len(list(f.rows)) for f in by_account] == [1, 1]


def test_what_is_not_due_yet_is_left_out_and_said(inbox: Inbox) -> None:
    inbox.say("waiting", at("20:00"))
    inbox.say("answered", at("20:00"))
    inbox.answer("answered", at("20:10"))
    figure = inbox.figure("sla_response_rate")
    assert (figure.value, figure.n, figure.inputs) == (100.0, 1, {"not_due_yet": 1})
    assert any("left out: not due yet" in line for line in explain(figure))
    assert inbox.figure("sla_response_rate", window="2d", now=at("20:01", 3)).value == 50.0


def test_an_answer_at_the_due_moment_is_in_time(inbox: Inbox) -> None:
    inbox.read(inbox.say("a", at("10:00")), Intent.COMPLAINT)
    inbox.answer("a", at("11:00"))
    assert inbox.figure("sla_compliance").value == 100.0
    assert inbox.figure("sla_breaches").value == 0


def test_a_turn_is_due_in_the_window_of_its_deadline(inbox: Inbox) -> None:
    inbox.say("a", at("10:00", 1))
    assert inbox.figure("sla_breaches").value == 1, "received the day before, due on this one"
    assert inbox.figure("sla_compliance").value == 0.0
    assert inbox.figure("sla_breaches", now=at("00:00", 2)).value == 0


def test_each_turn_has_a_deadline_of_its_own(inbox: Inbox) -> None:
    inbox.read(inbox.say("a", at("08:00")), Intent.COMPLAINT)
    inbox.answer("a", at("08:30"))
    inbox.read(inbox.say("a", at("09:00")), Intent.COMPLAINT)
    inbox.event("ack_sent", "a", at("09:01"))
    inbox.answer("a", at("10:45"))
    figure = inbox.figure("sla_compliance")
    assert (figure.value, figure.n) == (50.0, 2), "an acknowledgement stops no clock"
    assert inbox.figure("sla_response_rate").value == 100.0


def test_vip_and_account_rules_reach_the_figures(inbox: Inbox) -> None:
    inbox.say("a", at("10:00"))
    inbox.answer("a", at("18:00"))
    assert list(inbox.parts("sla_response_rate", "tier")) == ["standard"]
    key = inbox.key("a")
    inbox.store.write(lambda c: conversations.label(c, key, "vip", inbox.policy, NEXT_DAY))
    assert inbox.parts("sla_response_rate", "tier")["priority"].value == 0.0
    inbox.policy = replace(inbox.policy, account_tiers={"youtube:@brand": Tier.PRIORITY})
    assert list(inbox.parts("sla_response_rate", "tier")) == ["premium"]


@pytest.mark.parametrize(("mode", "buffered"), [(BufferMode.LATENCY, 1), (BufferMode.WINDOW, 0)])
def test_t13_breaches_with_and_without_the_buffer(
    store: Store, mode: BufferMode, buffered: int
) -> None:
    inbox = Inbox(store, SlaPolicy(buffer_mode=mode, expected_latency=5 * MINUTE))
    inbox.read(inbox.say("a", at("10:00")), Intent.COMPLAINT)
    inbox.answer("a", at("11:05"))
    figure = inbox.figure("sla_breaches")
    assert (figure.value, figure.inputs["raw_breaches"]) == (buffered, 1)
    assert figure.inputs["buffered_breaches"] == buffered
    assert inbox.figure("sla_breaches").inputs.get("lateness_max", 0) == buffered * 4 * 60


def test_closing_in_time_is_no_due_item_and_closing_late_is_a_breach(inbox: Inbox) -> None:
    for thread, closed in (("in time", "10:30"), ("late", "11:30")):
        inbox.read(inbox.say(thread, at("10:00")), Intent.COMPLAINT)
        inbox.event("resolved", thread, at(closed))
    assert inbox.figure("sla_compliance").n == 1
    breaches = inbox.figure("sla_breaches")
    assert (breaches.value, breaches.inputs["lateness_max"]) == (1, 30 * 60)
    assert breaches.inputs["closed_without_reply"] == 1


def test_a_message_that_was_taken_away_asks_for_no_answer(inbox: Inbox) -> None:
    message = inbox.say("a", at("10:00", 1))
    inbox.store.write(
        lambda c: c.execute("UPDATE message SET visibility = 'hidden' WHERE id = ?", (message,))
    )
    assert inbox.figure("sla_breaches").n == 0
    figure = inbox.figure("sla_response_rate", window="2d")
    assert (figure.value, figure.inputs) == (None, {"asks_no_answer": 1})


def test_comments_are_dealt_with_by_reply_or_moderation(inbox: Inbox) -> None:
    inbox.say("answered", at("10:00"))
    inbox.say("answered", at("10:05"))
    inbox.answer("answered", at("10:10"))
    inbox.say("answered", at("10:20"))
    hidden = inbox.say("hidden", at("10:00"))
    inbox.event("moderation_action", "hidden", at("10:01"), kind="hide", message=hidden)
    inbox.say("private", at("10:00"), kind=Kind.DM)
    figure = inbox.figure("comment_handled_rate")
    assert (figure.value, figure.denominator) == (75.0, 4)
    assert figure.inputs == {"by_moderation": 1, "by_reply": 2}


def test_escalations_are_counted_by_kind(inbox: Inbox) -> None:
    for thread in "abcd":
        inbox.say(thread, at("10:00"))
    inbox.event("escalated", "a", at("10:05"), kind="sales")
    inbox.event("escalated", "b", at("10:05"), kind="support")
    inbox.event("escalated", "b", at("11:05"), kind="crisis")
    figure = inbox.figure("escalation_rate")
    assert figure.value == 50.0
    assert figure.inputs == {"crisis": 1, "sales": 1, "support": 1}


def test_sentiment_gives_all_three_shares_and_names_what_was_not_read(inbox: Inbox) -> None:
    for number, mood in enumerate([*[Sentiment.POSITIVE] * 2, Sentiment.NEGATIVE]):
        inbox.read(inbox.say(f"m{number}", at("10:00")), Intent.FEEDBACK, mood)
    inbox.say("unread", at("10:00"))
    figure = inbox.figure("sentiment_share")
    assert figure.value == pytest.approx(200 / 3)
    assert figure.inputs["negative_share"] == pytest.approx(100 / 3)
    assert figure.inputs["neutral_share"] == 0
    assert figure.inputs["not_read_yet"] == 1


def test_a_figure_without_data_says_what_is_missing(inbox: Inbox) -> None:
    written = as_json(inbox.figure("art"))
    assert written["value"] is None
    assert written["missing"] == "no conversation that began in this window was answered"
    assert inbox.figure("dm_volume").value == 0
    assert "no value" in list(explain(inbox.figure("art")))[2]


def test_asking_for_everything_gives_what_has_data(inbox: Inbox) -> None:
    inbox.say("a", at("10:00"), kind=Kind.DM)
    figures = compute(inbox.reading, None, window="7d", now=NEXT_DAY, policy=inbox.policy)
    assert [f.kpi.name for f in figures] == ["dm_volume", "reply_rate", "escalation_rate"]
    assert compute(inbox.reading, None, window="7d", now=at("00:00", 1), policy=inbox.policy) == []


def test_asking_twice_counts_once(inbox: Inbox) -> None:
    inbox.say("a", at("10:00"), kind=Kind.DM)
    figures = compute(
        inbox.reading, ["dm_volume"] * 2, window="9999w", now=NEXT_DAY, policy=inbox.policy
    )
    assert [figure.value for figure in figures] == [1]
    assert as_json(figures[0])["from"] == "1970-01-01T00:00:00Z"


def test_wrong_questions_are_refused_with_the_nearest_right_one(inbox: Inbox) -> None:
    with pytest.raises(KpiError, match="did you mean reply_rate"):
        inbox.figure("replyrate")
    with pytest.raises(KpiError, match="platform, account, actor, tier"):
        inbox.parts("art", "weather")
    for window in ("0d", "soon"):
        with pytest.raises(ValueError, match="window|duration"):
            inbox.figure("art", window=window)


def test_a_kpi_that_cannot_be_told_apart_so_says_it(inbox: Inbox) -> None:
    inbox.say("a", at("10:00"), kind=Kind.DM)
    (figure,) = compute(
        inbox.reading, ["dm_volume"], window="24h", now=NEXT_DAY, policy=inbox.policy, by="actor"
    )
    assert (figure.value, figure.missing) == (None, "dm_volume is not told apart by actor")


def test_rows_of_a_segment_are_those_it_counted(inbox: Inbox) -> None:
    for number in range(3):
        inbox.say(f"human {number}", at("10:00"))
        inbox.answer(f"human {number}", at("10:10"))
    inbox.say("machine", at("10:00"))
    inbox.answer("machine", at("10:01"), automated=True)
    for figure in inbox.parts("art", "actor").values():
        assert sum(sample.counted for sample in figure.rows) == figure.n
        assert list(figure.rows) == list(figure.rows), "the rows can be read again"


def test_trend_has_a_value_for_each_day_that_has_one(inbox: Inbox) -> None:
    for day, minutes in ((1, 10), (2, 20)):
        inbox.say(f"day {day}", at("10:00", day))
        inbox.answer(f"day {day}", at("10:00", day) + minutes * MINUTE)
    values = trend(inbox.reading, "art", now=NEXT_DAY, policy=inbox.policy, days=4)
    assert values == [None, None, 600.0, 1200.0]
    volume = trend(
        inbox.reading, "dm_volume", now=NEXT_DAY, policy=inbox.policy, platform="instagram"
    )
    assert volume == [0] * 14
    late = trend(inbox.reading, "sla_breaches", now=NEXT_DAY + DAY + HOUR, policy=inbox.policy)
    assert late[-1] == 0


def test_only_the_window_and_its_conversations_are_read(inbox: Inbox) -> None:
    inbox.say("old", at("10:00", 1))
    inbox.say("new", at("10:00"))
    plan: list[str] = []
    inbox.reading.set_trace_callback(plan.append)
    inbox.figure("reply_rate")
    inbox.reading.set_trace_callback(None)
    steps = [statement for statement in plan if "LEFT JOIN triage" in statement]
    assert len(steps) == 1
    assert f"'[{inbox.key('new')}]'" in steps[0]
