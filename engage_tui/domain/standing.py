"""Where a conversation stands: its lane, tier and due time, from its messages and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engage_tui.domain.model import Direction, Lane, Millis, Status, Visibility
from engage_tui.domain.sla import SlaPolicy, Tier, choose_tier, describe_window
from engage_tui.domain.timestamps import short_duration, to_iso
from engage_tui.domain.triage import Intent

MODERATED = frozenset({Visibility.HIDDEN, Visibility.REJECTED, Visibility.GONE})
"""A message that others cannot see any more asks for no answer. A held one still does."""

TO_MODERATE = frozenset({Intent.SPAM, Intent.ABUSE})


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """What the arithmetic needs of one message; `intent` is the corrected one if there is one."""

    id: int
    direction: Direction
    sent_at: Millis
    """When it was written, by the platform's clock."""
    ingested_at: Millis
    """When it reached us, by our own clock."""
    approved_at: Millis | None = None
    """When a person approved it, where it is a reply that left from here."""
    acknowledgement: bool = False
    visibility: Visibility = Visibility.VISIBLE
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with the decisions that were taken about it."""

    account: str
    status: Status = Status.OPEN
    snoozed_at: Millis | None = None
    snoozed_until: Millis | None = None
    """End of the snooze; a message that comes after it was put off ends it early."""
    resolved_at: Millis | None = None
    vip: bool = False
    campaign_priority: bool = False
    reply_pending: bool = False
    """A reply was approved and has not come to an end yet."""
    messages: Sequence[ThreadMessage] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The stored result; `lead` is the message whose intent and text represent the thread.

    `received_at` is the time of the oldest unanswered message, or of the last inbound one where
    nothing is due.
    """

    lane: Lane
    status: Status
    tier: Tier | None = None
    received_at: Millis | None = None
    due_at: Millis | None = None
    warn_at: Millis | None = None
    order_at: Millis = 0
    lead: int | None = None
    tier_reasons: tuple[str, ...] = ()


def unanswered(thread: Thread) -> list[ThreadMessage]:
    """Return the inbound messages that still wait for a meaningful answer, oldest first.

    An acknowledgement answers nothing (S32, S397); a moderated message asks nothing. Approving a
    reply and closing the conversation answer what had reached us by then: a message that was on
    its way at that time was seen by nobody. Of replies that left elsewhere only the time is known.
    """
    seen = thread.resolved_at or 0
    elsewhere: Millis | None = None
    for m in thread.messages:
        if m.direction is Direction.IN or m.acknowledgement:
            continue
        if m.approved_at is not None:
            seen = max(seen, m.approved_at)
        elif elsewhere is None or m.sent_at > elsewhere:
            elsewhere = m.sent_at
    waiting = [
        m
        for m in thread.messages
        if m.direction is Direction.IN
        and m.visibility not in MODERATED
        and m.ingested_at > seen
        and (elsewhere is None or m.sent_at > elsewhere)
    ]
    return sorted(waiting, key=lambda m: (m.sent_at, m.id))


def stand(thread: Thread, policy: SlaPolicy, now: Millis) -> Standing:
    """Return where the conversation stands at `now`.

    `order_at` sorts every lane: due time where an answer is due, end of the snooze, or the last
    activity with the newest first.
    """
    waiting = unanswered(thread)
    if not waiting or thread.reply_pending:
        return _settled(thread)
    asked = [m for m in waiting if m.intent not in TO_MODERATE]
    counted = asked or waiting
    choice = choose_tier(
        policy,
        (m.intent for m in counted),
        account=thread.account,
        vip=thread.vip,
        campaign_priority=thread.campaign_priority,
    )
    received = counted[0].sent_at
    due = policy.due_at(received, choice.tier)
    snoozed = (
        thread.status is Status.SNOOZED
        and (thread.snoozed_until or 0) > now
        and all(m.ingested_at <= (thread.snoozed_at or 0) for m in waiting)
    )
    lane = Lane.MODERATION
    if asked:
        lane = Lane.NEEDS_REPLY if received >= now - policy.history else Lane.HISTORY
    return Standing(
        lane=Lane.SNOOZED if snoozed else lane,
        status=Status.SNOOZED if snoozed else Status.OPEN,
        tier=choice.tier,
        received_at=received,
        due_at=due,
        warn_at=policy.warn_at(received, choice.tier),
        order_at=(thread.snoozed_until or due) if snoozed else due,
        lead=_leading(counted, policy).id,
        tier_reasons=choice.reasons,
    )


def _settled(thread: Thread) -> Standing:
    """Return the standing of a conversation in which nothing is due."""
    inbound = [m for m in thread.messages if m.direction is Direction.IN]
    last = max(inbound, key=lambda m: (m.sent_at, m.id), default=None)
    answered = thread.reply_pending or len(inbound) < len(thread.messages)
    closed = thread.status is Status.RESOLVED and not thread.reply_pending
    return Standing(
        lane=Lane.WAITING if answered and not closed else Lane.RESOLVED,
        status=Status.RESOLVED if closed else Status.OPEN,
        received_at=last.sent_at if last else None,
        order_at=-max((m.sent_at for m in thread.messages), default=0),
        lead=last.id if last else None,
    )


def _leading(counted: Sequence[ThreadMessage], policy: SlaPolicy) -> ThreadMessage:
    """Return the message that decided the tier: the most urgent, the newest among equals."""
    if len(counted) == 1:
        return counted[0]
    return min(
        counted,
        key=lambda m: (policy.rank(m.intent), -m.sent_at, -m.id),
    )


def explain(thread: Thread, policy: SlaPolicy, now: Millis) -> tuple[str, ...]:
    """Return the facts that gave the conversation its place, in the order they act."""
    standing = stand(thread, policy, now)
    if standing.tier is None or standing.due_at is None:
        if thread.reply_pending:
            return ("an approved reply is on its way, so nothing is due",)
        return (f"nothing in it waits for an answer: {standing.lane.value}",)
    facts = [
        f"oldest unanswered message came at {to_iso(standing.received_at or 0)}",
        *standing.tier_reasons,
        f"window of {standing.tier.value}: {describe_window(policy, standing.tier)}",
        f"due at {to_iso(standing.due_at)}",
    ]
    if standing.lane is Lane.SNOOZED and thread.snoozed_until is not None:
        facts.append(f"put off until {to_iso(thread.snoozed_until)}")
    return tuple(facts)


def what_would_move(thread: Thread, policy: SlaPolicy, now: Millis) -> tuple[str, ...]:
    """Say which changes would give the conversation another place, each with its effect."""
    current = stand(thread, policy, now)
    if current.due_at is None or current.tier is None:
        return ("a new message from the person brings it back into the queue",)
    moves = ["a reply closes the clock; an acknowledgement does not"]
    if not thread.vip and policy.raise_vip and current.tier.raised is not current.tier:
        sooner = policy.due_at(current.received_at or 0, current.tier.raised) - current.due_at
        moves.append(
            f"marking the person as VIP raises it to {current.tier.raised.value}"
            f" ({short_duration(sooner)})"
        )
    for tier in Tier:
        if tier is not current.tier:
            shift = policy.due_at(current.received_at or 0, tier) - current.due_at
            sign = "+" if shift > 0 else ""
            moves.append(
                f"an intent of tier {tier.value} moves it by {sign}{short_duration(shift)}"
            )
    return tuple(moves)
