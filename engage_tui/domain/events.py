"""The append-only facts that every figure is made of: their names, fields and aliases.

Stored are the channel and an `object_action` name; the qualified name is `<channel>.<name>`
(S407). The vocabulary is closed: an unknown name or field is refused (S85).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import MappingProxyType

from engage_tui.domain.model import Actor, Direction, Kind, Millis

NAMES = MappingProxyType(
    {
        "comment_received": "a comment arrived",
        "dm_received": "a direct message arrived",
        "mention_received": "someone mentioned the brand",
        "story_reply_received": "someone answered a story",
        "ack_sent": "an acknowledgement left; it stops no clock",
        "auto_reply_sent": "an automated meaningful reply left",
        "reply_sent": "a meaningful reply left that a person wrote or approved",
        "dm_started": "a private conversation began",
        "lead_created": "a lead was recorded",
        "lead_qualified": "a lead met the criteria",
        "demo_booked": "a demo was booked",
        "purchase": "a purchase was attributed",
        "escalated": "handed on, with its kind: support, sales or crisis",
        "handoff": "automation handed over to a person",
        "resolved": "a conversation was closed",
        "reopened": "a closed or snoozed conversation came back",
        "snoozed": "put off until a time",
        "labelled": "a label was put on",
        "unlabelled": "a label was taken off",
        "corrected": "a person corrected the triage",
        "reply_approved": "a person approved a text",
        "reply_cancelled": "an approved text was taken back before it left",
        "moderation_action": "hidden, shown, held, published, rejected or deleted",
        "csat_submitted": "a satisfaction score came in",
        "nps_submitted": "a recommendation score came in",
        "sla_warning": "the warning time of a tier passed",
        "sla_breached": "the due time passed without a meaningful reply",
        "calendar_state_changed": "a campaign went live or ended",
    }
)

ALIASES = MappingProxyType(
    {
        "message_received": "dm_received",
        "dm_response_sent": "reply_sent",
        "comment_replied": "reply_sent",
        "first_reply": "reply_sent",
        "dm_conversation_started": "dm_started",
        "qualified_lead": "lead_qualified",
        "conversion": "purchase",
        "escalation": "escalated",
        "escalated_to_agent": "escalated",
        "resolution": "resolved",
    }
)
"""Spellings that imports may bring (S407)."""

REPLIES = ("ack_sent", "auto_reply_sent", "reply_sent")
RECEIPTS = (
    "comment_received",
    "dm_received",
    "mention_received",
    "story_reply_received",
)


class EventError(ValueError):
    """An event with a name or value outside the vocabulary."""


@dataclass(frozen=True, slots=True)
class Event:
    """One measured fact (S83, S84); `at` is the platform's time, `ingested_at` ours."""

    name: str
    channel: str
    at: Millis
    ingested_at: Millis
    actor: Actor
    account_id: int | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    content_id: str | None = None
    """Remote id of the post."""
    user_id: str | None = None
    """Remote id of the person."""
    handle: str | None = None
    campaign_tag: str | None = None
    rule_id: str | None = None
    template_id: str | None = None
    intent: str | None = None
    sla_tier: str | None = None
    kind: str | None = None
    """What exactly: the escalation kind, the moderation action, the label."""
    value: float | None = None
    currency: str | None = None
    cohort: str | None = None
    experiment_arm: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None

    def __post_init__(self) -> None:
        """Refuse what the vocabulary does not know."""
        if self.name not in NAMES:
            raise EventError(f"unknown event {self.name!r}")
        if self.value is not None and self.value != self.value:
            raise EventError(f"{self.name}: the value is not a number")

    @property
    def qualified_name(self) -> str:
        """The name with its channel: `instagram.comment_received`."""
        return f"{self.channel}.{self.name}"


COLUMNS = tuple(f.name for f in fields(Event))


def canonical(name: str) -> str:
    """Return the stored name for any known spelling, with or without a channel before it.

    Raises:
        EventError: no such event.
    """
    bare = name.rsplit(".", 1)[-1]
    bare = ALIASES.get(bare, bare)
    if bare not in NAMES:
        raise EventError(f"unknown event {name!r}")
    return bare


def message_event(
    direction: Direction, kind: Kind, actor: Actor, *, acknowledgement: bool = False
) -> str:
    """Return the name of the event that a message is."""
    if direction is Direction.IN:
        return "dm_received" if kind is Kind.DM else "comment_received"
    if acknowledgement:
        return "ack_sent"
    return "auto_reply_sent" if actor.automated else "reply_sent"
