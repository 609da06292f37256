"""What exists on the practice platforms: followers, posts, threads and what is written in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from engage_tui.domain.model import Kind, Millis, Platform

Clock: TypeAlias = Callable[[], Millis]
"""Tells what time it is on the practice platforms."""


class State(StrEnum):
    """Where an entry stands; the names that YouTube has are its own."""

    PUBLISHED = "published"
    HELD = "heldForReview"
    LIKELY_SPAM = "likelySpam"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    DELETED = "deleted"


class Extra(StrEnum):
    """What came along with a message, besides or instead of words."""

    NONE = ""
    PHOTO = "photo"
    STORY_REPLY = "story_reply"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Follower:
    """Someone outside the brand, on one platform."""

    id: str
    handle: str
    name: str
    language: str

    @property
    def first_name(self) -> str:
        """What one would call this person in an answer."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Post:
    """Something that the brand published."""

    platform: Platform
    id: str
    title: str
    kind: str
    published_at: Millis


@dataclass(slots=True)
class Entry:
    """A comment or direct message; without an author the brand wrote it itself."""

    id: str
    author: Follower | None
    text: str
    sent_at: Millis
    extra: Extra = Extra.NONE
    state: State = State.PUBLISHED
    listed_at: Millis = 0
    """Not shown in any list before this moment."""


@dataclass(slots=True)
class Thread:
    """A comment with its replies, or a direct conversation; the first entry is the oldest."""

    platform: Platform
    kind: Kind
    id: str
    post: Post | None = None
    follower: Follower | None = None
    """Whom a direct conversation is with."""
    entries: list[Entry] = field(default_factory=list)

    def shown(self, now: Millis) -> list[Entry]:
        """Return the entries that exist at a moment, oldest first; none if the first is gone."""
        found = [
            entry
            for entry in self.entries
            if max(entry.sent_at, entry.listed_at) <= now and entry.state is not State.DELETED
        ]
        if self.kind is Kind.COMMENT and (not found or found[0].id != self.id):
            return []
        return found

    def add(self, entry: Entry) -> None:
        """Put an entry in its place in time."""
        self.entries.append(entry)
        self.entries.sort(key=lambda known: (known.sent_at, known.id != self.id, known.id))
