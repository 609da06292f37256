"""What each KPI counts: the samples that one conversation gives to a figure.

A figure is nothing but a fold over samples, and its explanation is the list of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from engage_tui.domain.events import RECEIPTS, REPLIES
from engage_tui.domain.model import Millis
from engage_tui.domain.sla import Tier
from engage_tui.domain.triage import Sentiment
from engage_tui.domain.turns import (
    MEANINGFUL,
    ConversationFacts,
    Deadlines,
    Due,
    Step,
    Turn,
    turns,
)


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
    intent: str | None = None
    """What the model had read it as, where that is what is judged; so is the language."""
    language: str | None = None
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


@dataclass(frozen=True)
class View:
    """A conversation as a question sees it; what several KPIs need is worked out once."""

    facts: ConversationFacts
    scope: Scope

    @cached_property
    def first(self) -> Step | None:
        """The first message that came in, if the conversation belongs to the window by it."""
        first = next((step for step in self.facts.steps if step.name in RECEIPTS), None)
        return first if first is not None and self.scope.covers(first.at) else None

    @cached_property
    def waits(self) -> list[tuple[Turn, Due | None]]:
        """The turns that only a meaningful reply ends, with their due times."""
        due = self.scope.deadlines.of
        return [(turn, due(self.facts, turn)) for turn in turns(self.facts.steps, MEANINGFUL)]


Sampler: TypeAlias = Callable[[View], Iterator[Sample]]


def _first_reply(view: View, names: tuple[str, ...], *, only_answered: bool) -> Iterator[Sample]:
    """Yield a conversation of the window with its first reply at or after its first message."""
    first = view.first
    if first is None:
        return
    _, due = view.waits[0]
    tier = due.tier if due else None
    for step in view.facts.steps:
        if step.name in names and step.at >= first.at:
            took = step.at - first.at
            yield Sample(view.facts.id, first.at, length=took, until=step.at, tier=tier)
            return
    yield Sample(
        view.facts.id,
        first.at,
        hit=False,
        counted=not only_answered,
        tier=tier,
        kinds=("unanswered",),
    )


def replied(view: View) -> Iterator[Sample]:
    """Conversations, and whether they ever got a meaningful reply."""
    return _first_reply(view, MEANINGFUL, only_answered=False)


def first_meaningful(view: View) -> Iterator[Sample]:
    """Conversations, and how long their first meaningful reply took."""
    return _first_reply(view, MEANINGFUL, only_answered=True)


def first_any(view: View) -> Iterator[Sample]:
    """Conversations, and how long the first reply of any kind took."""
    return _first_reply(view, REPLIES, only_answered=True)


def response(view: View) -> Iterator[Sample]:
    """Turns, and how long the next reply of any kind took."""
    for turn in turns(view.facts.steps, REPLIES):
        if not view.scope.covers(turn.received_at):
            continue
        sample = Sample(view.facts.id, turn.received_at, message=turn.messages[0].message)
        if turn.reply is None:
            yield sample._replace(hit=False, counted=False, kinds=("unanswered",))
        else:
            until = turn.reply.at
            yield sample._replace(until=until, length=until - turn.received_at)


def first_in_time(view: View) -> Iterator[Sample]:
    """Conversations whose first answer was due or given, and whether it was in time."""
    if view.first is None:
        return
    turn, due = view.waits[0]
    if due is None:
        yield Sample(view.facts.id, view.first.at, counted=False, kinds=("asks_no_answer",))
        return
    sample = _deadline(view, turn, due)._replace(at=view.first.at, since=None, message=None)
    if turn.reply is None and sample.counted and due.at >= view.scope.end:
        sample = sample._replace(counted=False, kinds=("not_due_yet",))
    yield sample


def in_time(view: View) -> Iterator[Sample]:
    """Turns that were due in the window, and whether the answer came in time."""
    for turn, due in view.waits:
        if due is not None and view.scope.covers(due.at):
            yield _deadline(view, turn, due)


def missed(view: View) -> Iterator[Sample]:
    """Turns that were due in the window, whether they were missed, and how late they are."""
    scope = view.scope
    for turn, due in view.waits:
        if due is None or not (scope.covers(due.at) or scope.covers(due.raw_at)):
            continue
        sample = _deadline(view, turn, due)
        ended = turn.ended_at
        raw = scope.covers(due.raw_at) and (ended is None or ended > due.raw_at)
        if not scope.covers(due.at):
            yield sample._replace(counted=False, kinds=("due_outside_with_buffer",), raw=raw)
        elif sample.hit or not sample.counted:
            yield sample._replace(hit=False, raw=raw)
        else:
            state = "still_open" if ended is None else "ended_late"
            late = (scope.end if ended is None else ended) - due.at
            yield sample._replace(hit=True, length=late, kinds=(state,), raw=raw)


def _deadline(view: View, turn: Turn, due: Due) -> Sample:
    """Return a turn measured at its deadline; closing it in time without a reply is no item."""
    closed_in_time = turn.closed_at is not None and turn.closed_at <= due.at
    return Sample(
        view.facts.id,
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


def direct_messages(view: View) -> Iterator[Sample]:
    """Direct messages that came in."""
    for step in view.facts.steps:
        if step.name == "dm_received" and view.scope.covers(step.at):
            yield Sample(view.facts.id, step.at, message=step.message)


def comments(view: View) -> Iterator[Sample]:
    """Comments, and whether a meaningful reply or a moderation action dealt with them."""
    answers = [step.at for step in view.facts.steps if step.name in MEANINGFUL]
    moderated = {s.message for s in view.facts.steps if s.name == "moderation_action"} - {None}
    for step in view.facts.steps:
        if step.name == "comment_received" and view.scope.covers(step.at):
            nth = bisect_left(answers, step.at)
            until = answers[nth] if nth < len(answers) else None
            kinds = ["by_reply"] if until is not None else []
            kinds += ["by_moderation"] if step.message in moderated else []
            yield Sample(
                view.facts.id,
                step.at,
                hit=bool(kinds),
                message=step.message,
                until=until,
                kinds=tuple(kinds),
            )


def replies(view: View) -> Iterator[Sample]:
    """Meaningful replies, and whether they were automated."""
    for step in view.facts.steps:
        if step.name in MEANINGFUL and view.scope.covers(step.at):
            kind = "automated" if step.automated else "human"
            yield Sample(
                view.facts.id, step.at, hit=step.automated, message=step.message, kinds=(kind,)
            )


def moods(view: View) -> Iterator[Sample]:
    """Messages that came in and were read, and whether they are positive."""
    for step in view.facts.steps:
        if step.name not in RECEIPTS or not view.scope.covers(step.at):
            continue
        if step.sentiment is None:
            kinds = ("not_read_yet",)
            yield Sample(view.facts.id, step.at, counted=False, message=step.message, kinds=kinds)
        else:
            positive = step.sentiment is Sentiment.POSITIVE
            kinds = (step.sentiment.value,)
            yield Sample(view.facts.id, step.at, hit=positive, message=step.message, kinds=kinds)


def escalations(view: View) -> Iterator[Sample]:
    """Conversations, and whether and to whom they were handed on."""
    if view.first is not None:
        kinds = {s.kind or "unnamed" for s in view.facts.steps if s.name == "escalated"}
        yield Sample(view.facts.id, view.first.at, hit=bool(kinds), kinds=tuple(sorted(kinds)))


def checked(view: View) -> Iterator[Sample]:
    """Messages whose intent a person confirmed or corrected, and whether the model was right.

    What the person says last about a message counts; taken back, it is not checked.
    """
    last = {s.message: s for s in view.facts.steps if s.name == "corrected"}
    for step in last.values():
        if step.said is None or step.intent is None or not view.scope.covers(step.at):
            continue
        right = step.said is step.intent
        kind = "" if right else f"{step.said.value}_was_{step.intent.value}"
        yield Sample(
            view.facts.id,
            step.at,
            hit=right,
            message=step.message,
            intent=step.said.value,
            language=step.language,
            kinds=(kind,) if kind else (),
        )


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
        "intent_accuracy": checked,
    }
)
"""By the name of the KPI."""
