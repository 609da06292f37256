"""The nouns that every floor shares, as enumerations and immutable records.

A *remote id* is the platform's own identifier; it is unique within one account. Records travel
upwards from connectors and importers and are what the store ingests; what comes back out of the
store is typed in the store itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Millis: TypeAlias = int
"""A moment: UTC milliseconds since 1970-01-01."""


class Platform(StrEnum):
    """The kind of network an account lives on; also called *channel* in filters and events."""

    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"


class Kind(StrEnum):
    """What a conversation and its messages are: public comments or direct messages."""

    COMMENT = "comment"
    DM = "dm"


class Direction(StrEnum):
    """Seen from the brand: `in` was written to it, `out` by it."""

    IN = "in"
    OUT = "out"


class Actor(StrEnum):
    """Who wrote a message or caused a change of state."""

    CUSTOMER = "customer"
    HUMAN = "human"
    AUTOMATION = "automation"
    AI_DRAFT_APPROVED = "ai_draft_approved"

    @property
    def automated(self) -> bool:
        """Whether no person looked at it before it left (S92: counted apart)."""
        return self is Actor.AUTOMATION


class Visibility(StrEnum):
    """How the platform shows a message to others."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    HELD = "held"
    REJECTED = "rejected"
    GONE = "gone"


class Status(StrEnum):
    """What a person decided about a conversation."""

    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Lane(StrEnum):
    """The queue a conversation stands in; `history` is `needs_reply` grown too old to nag."""

    NEEDS_REPLY = "needs_reply"
    MODERATION = "moderation"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    HISTORY = "history"


class ActionKind(StrEnum):
    """One thing to do on a platform; the outbox holds them."""

    REPLY = "reply"
    PRIVATE_REPLY = "private_reply"
    DM = "dm"
    HIDE = "hide"
    UNHIDE = "unhide"
    HOLD = "hold"
    PUBLISH = "publish"
    REJECT = "reject"
    DELETE = "delete"

    @property
    def writes_text(self) -> bool:
        """Whether it puts words on the platform (and so must never be repeated blindly)."""
        return self in (ActionKind.REPLY, ActionKind.PRIVATE_REPLY, ActionKind.DM)


@dataclass(frozen=True, slots=True)
class PostRecord:
    """Something that the brand published, as a platform or an export describes it."""

    remote_id: str
    title: str = ""
    kind: str = ""
    published_at: Millis | None = None
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Someone outside the brand; `follower` is None where the platform does not say."""

    remote_id: str
    handle: str = ""
    name: str = ""
    follower: bool | None = None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One comment or direct message, as read from a platform or an export.

    `person` is the outside party: the author when `direction` is in, the one addressed when it is
    out. `conversation` is the remote id of the thread: for comments the id of the top-level
    comment, for direct messages the platform's conversation id.
    """

    platform: Platform
    account: str
    kind: Kind
    conversation: str
    remote_id: str
    person: PersonRecord
    direction: Direction
    text: str
    sent_at: Millis
    parent: str | None = None
    post: PostRecord | None = None
    actor: Actor | None = None
    edited_at: Millis | None = None
    visibility: Visibility = Visibility.VISIBLE
    attachments: tuple[str, ...] = ()
    """Readable names of what came along without text: `photo`, `story reply`, `sticker`."""
