"""What each KPI counts: the samples that one conversation gives to a figure.

A figure is nothing but a fold over samples, and its explanation is the list of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from engage_tui.domain.events import RECEIPTS, REPLIES
from engage_tui.domain.model import Millis
from engage_tui.domain.sla import Tier
from engage_tui.domain.triage import Sentiment
from engage_tui.domain.turns import MEANINGFUL, ConversationFacts, Deadlines, Due, Step, Turn


class Sample(NamedTuple):
    """One thing that a figure counts, or leaves out for the reason in `kinds`."""

    conversation: int
    at: Millis
    """The moment that puts it into the window."""
    hit: bool = True
    """Whether it is in the numerator of a share, or among the counted of a count."""
    counted: bool = True
    since: Millis | None = None
    """When it came in, where `at` is something else."""
    length: Millis | None = None
    """What a duration measures; for a missed deadline how late it was."""
    message: int | None = None
    due: Millis | None = None
    until: Millis | None = None
    """When it was answered."""
    tier: Tier | None = None
    kinds: tuple[str, ...] = ()
    raw: bool = False
    """Missed a deadline of the window that has no buffer."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The window of a question, `start` in and `end` out, and the deadlines that hold."""

    start: Millis
    end: Millis
    deadlines: Deadlines

    def covers(self, at: Millis) -> bool:
        """Return whether a moment lies in the window."""
        return self.start <= at < self.end


Sampler: TypeAlias = Callable[[ConversationFacts, Scope], Iterator[Sample]]


def _opening(facts: ConversationFacts, scope: Scope) -> Step | None:
    """Return the first message, if the conversation belongs to the window by it."""
    first = facts.received
    return first if first is not None and scope.covers(first.at) else None


def _first_reply(
    facts: ConversationFacts, scope: Scope, names: tuple[str, ...]
) -> Iterator[Sample]:
    first = _opening(facts, scope)
    if first is None:
        return
    reply = facts.first_reply(names)
    sample = Sample(facts.id, first.at, hit=False, tier=scope.deadlines.tier(facts, facts.waits[0]))
    if reply is None:
        yield sample._replace(kinds=("unanswered",))
    else:
        yield sample._replace(hit=True, until=reply.at, length=reply.at - first.at)


def replied(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Conversations, and whether they ever got a meaningful reply."""
    return _first_reply(facts, scope, MEANINGFUL)


def first_meaningful(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Conversations, and how long their first meaningful reply took."""
    return _only_answered(_first_reply(facts, scope, MEANINGFUL))


def first_any(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Conversations, and how long the first reply of any kind took."""
    return _only_answered(_first_reply(facts, scope, REPLIES))


def _only_answered(samples: Iterator[Sample]) -> Iterator[Sample]:
    for sample in samples:
        yield sample._replace(counted=sample.hit)


def response(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Turns, and how long the next reply of any kind took."""
    for turn in facts.turns:
        if not scope.covers(turn.received_at):
            continue
        sample = Sample(facts.id, turn.received_at, message=turn.messages[0].message)
        if turn.reply is None:
            yield sample._replace(hit=False, counted=False, kinds=("unanswered",))
        else:
            at = turn.reply.at
            yield sample._replace(until=at, length=at - turn.received_at)


def first_in_time(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Conversations whose first answer was due or given, and whether it was in time."""
    first = _opening(facts, scope)
    if first is None:
        return
    turn = facts.waits[0]
    due = scope.deadlines.of(facts, turn)
    if due is None:
        yield Sample(facts.id, first.at, counted=False, kinds=("asks_no_answer",))
        return
    sample = _deadline(facts, turn, due)._replace(at=first.at, since=None, message=None)
    if turn.reply is None and due.at >= scope.end:
        sample = sample._replace(counted=False, kinds=("not_due_yet",))
    yield sample


def in_time(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Turns that were due in the window, and whether the answer came in time."""
    for turn in facts.waits:
        due = scope.deadlines.of(facts, turn)
        if due is not None and scope.covers(due.at):
            yield _deadline(facts, turn, due)


def missed(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Turns that were due in the window, whether they were missed, and how late they are."""
    for turn in facts.waits:
        due = scope.deadlines.of(facts, turn)
        if due is None or not (scope.covers(due.at) or scope.covers(due.raw_at)):
            continue
        sample = _deadline(facts, turn, due)
        ended = turn.ended_at
        raw = scope.covers(due.raw_at) and (ended is None or ended > due.raw_at)
        if not scope.covers(due.at):
            yield sample._replace(counted=False, kinds=("within_the_buffer",), raw=raw)
        elif sample.hit or not sample.counted:
            yield sample._replace(hit=False, raw=raw)
        else:
            state = "still_open" if ended is None else "ended_late"
            late = (scope.end if ended is None else ended) - due.at
            yield sample._replace(hit=True, length=late, kinds=(state,), raw=raw)


def _deadline(facts: ConversationFacts, turn: Turn, due: Due) -> Sample:
    """Return a turn measured at its deadline; closing it in time without a reply is no item."""
    closed_in_time = turn.closed_at is not None and turn.closed_at <= due.at
    return Sample(
        facts.id,
        due.at,
        hit=turn.reply is not None and turn.reply.at <= due.at,
        counted=not closed_in_time,
        since=turn.received_at,
        message=turn.messages[0].message,
        due=due.at,
        until=turn.ended_at,
        tier=due.tier,
        kinds=("closed_without_reply",) if closed_in_time else (),
    )


def direct_messages(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Direct messages that came in."""
    for step in facts.steps:
        if step.name == "dm_received" and scope.covers(step.at):
            yield Sample(facts.id, step.at, message=step.message)


def comments(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Comments, and whether a meaningful reply or a moderation action dealt with them."""
    answers = [step.at for step in facts.steps if step.name in MEANINGFUL]
    moderated = {s.message for s in facts.steps if s.name == "moderation_action"} - {None}
    for step in facts.steps:
        if step.name == "comment_received" and scope.covers(step.at):
            nth = bisect_left(answers, step.at)
            until = answers[nth] if nth < len(answers) else None
            kinds = ["reply"] if until is not None else []
            kinds += ["moderation"] if step.message in moderated else []
            yield Sample(
                facts.id,
                step.at,
                hit=bool(kinds),
                message=step.message,
                until=until,
                kinds=tuple(kinds),
            )


def replies(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Meaningful replies, and whether they were automated."""
    for step in facts.steps:
        if step.name in MEANINGFUL and scope.covers(step.at):
            kind = "automated" if step.automated else "human"
            yield Sample(facts.id, step.at, hit=step.automated, message=step.message, kinds=(kind,))


def moods(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Messages that came in and were read, and whether they are positive."""
    for step in facts.steps:
        if step.name not in RECEIPTS or not scope.covers(step.at):
            continue
        if step.sentiment is None:
            kinds = ("not_read_yet",)
            yield Sample(facts.id, step.at, counted=False, message=step.message, kinds=kinds)
        else:
            positive = step.sentiment is Sentiment.POSITIVE
            kinds = (step.sentiment.value,)
            yield Sample(facts.id, step.at, hit=positive, message=step.message, kinds=kinds)


def escalations(facts: ConversationFacts, scope: Scope) -> Iterator[Sample]:
    """Conversations, and whether and to whom they were handed on."""
    first = _opening(facts, scope)
    if first is not None:
        kinds = {s.kind or "unnamed" for s in facts.steps if s.name == "escalated"}
        yield Sample(facts.id, first.at, hit=bool(kinds), kinds=tuple(sorted(kinds)))


SAMPLERS: Final[Mapping[str, Sampler]] = MappingProxyType(
    {
        "dm_volume": direct_messages,
        "reply_rate": replied,
        "sla_response_rate": first_in_time,
        "frt_any": first_any,
        "art": first_meaningful,
        "response_time": response,
        "comment_handled_rate": comments,
        "sla_compliance": in_time,
        "sla_breaches": missed,
        "escalation_rate": escalations,
        "automation_share": replies,
        "sentiment_share": moods,
    }
)
"""By the name of the KPI."""
