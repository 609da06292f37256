"""The turns of a conversation: what waited for an answer, how it ended and when it was due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
    said: Intent | None = None
    """Of a correction: the intent that the model had given, and then its language."""
    language: str | None = None


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


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """A conversation with its events in order (see `in_order`)."""

    id: int
    platform: str
    account: str
    """The handle."""
    steps: Sequence[Step]
    vip: bool = False
    campaign_priority: bool = False

    def answered_by(self, *, automated: bool) -> ConversationFacts:
        """Return the conversation as it were if only these replies had been sent (S92)."""
        kept = [s for s in self.steps if s.name not in REPLIES or s.automated is automated]
        return replace(self, steps=kept)


def in_order(step: Step) -> tuple[Millis, bool, int]:
    """Return the key that sorts steps: by time, and at the same time what came in first."""
    return step.at, step.name not in RECEIPTS, step.id


def turns(steps: Sequence[Step], answers: Collection[str]) -> list[Turn]:
    """Cut a conversation into turns, which replies of these names or a closing end."""
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


class Deadlines:
    """Due times of turns under one policy, by the same arithmetic as the queue's."""

    def __init__(self, policy: SlaPolicy) -> None:
        self.policy = policy
        buffered = any(policy.allowed(tier) != rule.window for tier, rule in policy.tiers.items())
        self._bare = replace(policy, buffer_share=0.0) if buffered else None
        self._tiers: dict[tuple[object, ...], Tier] = {}

    def of(self, facts: ConversationFacts, turn: Turn) -> Due | None:
        """Return when a turn is due, or None where nothing in it asks for an answer.

        The oldest message that asks counts, in the tier of the most urgent one.
        """
        asked = _asked(turn)
        if not asked:
            return None
        tier = self._tier(facts, asked)
        received = asked[0].at
        due = self.policy.due_at(received, tier)
        raw = due if self._bare is None else self._bare.due_at(received, tier)
        return Due(tier, due, raw)

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
