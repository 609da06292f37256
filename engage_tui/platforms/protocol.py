"""What every connector offers: identity, capabilities, pages to read, actions to perform.

A connector maps requests, responses and errors, nothing else. It holds no state between calls, so
that a page can be asked for again after a crash; what to read next is the sync stage's decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from engage_tui.domain.model import ActionKind, Kind, MessageRecord, Millis, Platform, PostRecord


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the credentials act for."""

    remote_id: str
    handle: str
    name: str


class RepeatClass(StrEnum):
    """What makes a repeated write safe (reliability of sends)."""

    KEY = "K"
    """The platform honours an idempotency key."""
    LISTED = "L"
    """Our own writes can be listed and matched."""
    NEITHER = "N"


@dataclass(frozen=True, slots=True)
class TextLimit:
    """The longest text allowed; `unit` is `characters`, `bytes` or `graphemes`."""

    most: int
    unit: str = "characters"

    def measure(self, text: str) -> int:
        """Return the length of a text in this limit's own unit."""
        return len(text.encode()) if self.unit == "bytes" else len(text)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an account of this platform may do; screens and the outbox ask here, never guess."""

    actions: dict[Kind, frozenset[ActionKind]]
    """The actions that exist, by the kind of message they are aimed at."""
    limits: dict[ActionKind, TextLimit]
    repeat: RepeatClass
    reply_window: dict[Kind, Millis]
    """How long after the person's last message an answer is accepted; absent: no end."""
    quota_per_day: int | None = None
    """Units a day where the platform counts units, else None."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A list on the platform that is read page by page.

    `name` is stable (`threads/published`, `replies/UgxAbc`): cursors and counters are stored
    under it. `newest_first` says that a page of known messages means that the rest is known too.
    """

    name: str
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class Child:
    """A list below an item of a page, with a mark that changes when the list may have changed.

    The mark is what the platform offers: a reply counter, a comments count, an updated time.
    """

    stream: Stream
    mark: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a stream; `next` is the platform's cursor for the page after, None at the end."""

    messages: tuple[MessageRecord, ...] = ()
    posts: tuple[PostRecord, ...] = ()
    children: tuple[Child, ...] = ()
    next: str | None = None
    cost: int = 1
    """Quota units that reading it used."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One action as the outbox hands it over; `key` stays the same over all repeats."""

    kind: ActionKind
    target: str
    """Remote id of what it is aimed at: the message, or for a direct message the person."""
    conversation: str
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an action happened; for set-state actions `remote_id` is the target itself."""

    remote_id: str
    cost: int = 1


class Connector(Protocol):
    """A connected account on one platform. Every method may raise `PlatformError` kinds.

    Reads raise `Unreachable`, `RateLimited`, `SignInNeeded`, `Refused`, `Gone`, `Unavailable`;
    `perform` raises `OutcomeUnknown` instead of `Unavailable` whenever the request had begun.
    """

    platform: Platform
    capabilities: Capabilities

    async def aclose(self) -> None:
        """Close the connections; the connector is not used afterwards."""
        ...

    async def identify(self) -> Identity:
        """Ask the platform who these credentials act for."""
        ...

    def streams(self) -> Sequence[Stream]:
        """Return the lists that a sync starts from."""
        ...

    def answers(self, conversation: str, kind: Kind) -> Stream | None:
        """Return the list in which an answer to something that we wrote would show.

        None where `streams` brings it anyway, however old the conversation is.
        """
        ...

    async def read(self, stream: Stream, cursor: str | None = None) -> Page:
        """Read one page of a stream, the first without a cursor."""
        ...

    async def perform(self, action: Outgoing) -> Receipt:
        """Do one thing, once; never repeats a write by itself."""
        ...

    async def find(self, action: Outgoing, since: Millis) -> Sequence[MessageRecord]:
        """List completely our own writes that could be this action, made at or after `since`.

        Raises `Unavailable` where the list could not be read to its end.
        """
        ...
