"""The turns of a conversation: what waited for an answer, how it ended and when it was due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple

from engage_tui.domain.events import RECEIPTS, REPLIES
from engage_tui.domain.model import Millis
from engage_tui.domain.sla import SlaPolicy, Tier, choose_tier
from engage_tui.domain.standing import TO_MODERATE
from engage_tui.domain.triage import Intent, Sentiment

MEANINGFUL: Final = ("auto_reply_sent", "reply_sent")
"""Replies that answer something; an acknowledgement does not (S397, S398)."""


class Step(NamedTuple):
    """One event of a conversation, as far as figures need it.

    Intent and sentiment are those of the message as it is read today, so that a correction puts
    the figures right too. `shown` is False for a message that others cannot see any more.
    """

    id: int
    at: Millis
    name: str
    automated: bool = False
    message: int | None = None
    kind: str | None = None
    intent: Intent | None = None
    sentiment: Sentiment | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """Messages of a person with no answer between them, and what ended the wait, if anything."""

    messages: Sequence[Step]
    reply: Step | None = None
    closed_at: Millis | None = None
    """When the conversation was closed without a reply."""

    @property
    def received_at(self) -> Millis:
        """The time of the first message."""
        return self.messages[0].at

    @property
    def ended_at(self) -> Millis | None:
        """When the reply or the closing came."""
        return self.closed_at if self.reply is None else self.reply.at


@dataclass(frozen=True)
class ConversationFacts:
    """A conversation with its events in order; at the same millisecond, what came in is first."""

    id: int
    platform: str
    account: str
    """The handle."""
    steps: Sequence[Step]
    vip: bool = False
    campaign_priority: bool = False

    @cached_property
    def received(self) -> Step | None:
        """The first message of the person: the conversation belongs to the day of this one."""
        return next((step for step in self.steps if step.name in RECEIPTS), None)

    @cached_property
    def turns(self) -> list[Turn]:
        """The turns that any reply ends, an acknowledgement included."""
        return _turns(self.steps, REPLIES)

    @cached_property
    def waits(self) -> list[Turn]:
        """The turns that only a meaningful reply ends: what the SLA measures."""
        return _turns(self.steps, MEANINGFUL)

    def first_reply(self, names: Collection[str]) -> Step | None:
        """Return the first reply of these names at or after the first message."""
        if self.received is None:
            return None
        since = self.received.at
        return next((s for s in self.steps if s.name in names and s.at >= since), None)

    def answered_by(self, *, automated: bool) -> ConversationFacts:
        """Return the conversation as it were if only these replies had been sent (S92)."""
        kept = [s for s in self.steps if s.name not in REPLIES or s.automated is automated]
        return replace(self, steps=kept)


def in_order(step: Step) -> tuple[Millis, bool, int]:
    """Return the key that sorts steps: by time, and at the same time what came in first."""
    return step.at, step.name not in RECEIPTS, step.id


def _turns(steps: Sequence[Step], answers: Collection[str]) -> list[Turn]:
    found: list[Turn] = []
    waiting: list[Step] = []
    for step in steps:
        if step.name in RECEIPTS:
            waiting.append(step)
        elif waiting and step.name in answers:
            found.append(Turn(waiting, step))
            waiting = []
        elif waiting and step.name == "resolved":
            found.append(Turn(waiting, closed_at=step.at))
            waiting = []
    if waiting:
        found.append(Turn(waiting))
    return found


class Due(NamedTuple):
    """When a turn is due; `raw_at` is without the allowance for slow platforms (S423)."""

    tier: Tier
    at: Millis
    raw_at: Millis


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Due times of turns under one policy, by the same arithmetic as the queue's."""

    policy: SlaPolicy
    _tiers: dict[tuple[object, ...], Tier] = field(default_factory=dict)

    def tier(self, facts: ConversationFacts, turn: Turn) -> Tier | None:
        """Return the tier of a turn, or None where nothing in it asks for an answer."""
        asked = _asked(turn)
        return self._tier(facts, asked) if asked else None

    def of(self, facts: ConversationFacts, turn: Turn) -> Due | None:
        """Return when a turn is due, or None where nothing in it asks for an answer.

        The oldest message that asks counts, in the tier of the most urgent one.
        """
        asked = _asked(turn)
        if not asked:
            return None
        tier = self._tier(facts, asked)
        due = self.policy.due_at(asked[0].at, tier)
        if self.policy.allowed(tier) == self.policy.tiers[tier].window:
            return Due(tier, due, due)
        bare = replace(self.policy, buffer_share=0.0)
        return Due(tier, due, bare.due_at(asked[0].at, tier))

    def reach(self, start: Millis) -> Millis:
        """Return a moment so early that what came before it is due before `start` in any tier."""
        back = max(self.policy.allowed(tier) for tier in Tier) + 1
        while any(self.policy.due_at(start - back, tier) >= start for tier in Tier):
            back *= 2
        return start - back

    def _tier(self, facts: ConversationFacts, asked: Sequence[Step]) -> Tier:
        intents = frozenset(step.intent for step in asked)
        account = f"{facts.platform}:{facts.account}"
        key = (intents, account, facts.vip, facts.campaign_priority)
        if key not in self._tiers:
            self._tiers[key] = choose_tier(
                self.policy,
                intents,
                account=account,
                vip=facts.vip,
                campaign_priority=facts.campaign_priority,
            ).tier
        return self._tiers[key]


def _asked(turn: Turn) -> Sequence[Step]:
    """Return the messages that set the due time: spam only where there is nothing else.

    What was hidden or deleted asks nothing any more, but a reply that was given stays measured.
    """
    seen = turn.messages if turn.reply else [step for step in turn.messages if step.shown]
    return [step for step in seen if step.intent not in TO_MODERATE] or seen
