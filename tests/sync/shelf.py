"""A small honest platform to read from: lists of messages in pages, with whatever may go wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from engage_tui.domain.model import Kind, MessageRecord, Millis, Platform
from engage_tui.platforms.errors import PlatformError, Refused
from engage_tui.platforms.protocol import (
    Capabilities,
    Child,
    Identity,
    Outgoing,
    Page,
    Receipt,
    RepeatClass,
    Stream,
)
from tests.making import BRAND


@dataclass
class Board:
    """One list, the newest message first, and the lists below it."""

    messages: list[MessageRecord] = field(default_factory=list)
    children: dict[int, Child] = field(default_factory=dict)
    """By the page that names them."""


class Shelf:
    """A connector to lists in pages of two; `errors` by list are raised by `read` in turn."""

    platform = Platform.YOUTUBE
    capabilities = Capabilities({}, {}, RepeatClass.LISTED, {})

    def __init__(self, **lists: Board) -> None:
        self.lists = lists
        self.top = [Stream(name) for name in lists]
        self.errors: dict[str, deque[PlatformError | None]] = {}
        self.reads: list[tuple[str, str | None]] = []
        self.stale: set[str] = set()
        self.awaited: dict[str, Stream] = {}

    async def aclose(self) -> None:
        """Nothing is open."""

    async def identify(self) -> Identity:
        """Return the brand."""
        return Identity("own", BRAND, "Brand")

    def streams(self) -> Sequence[Stream]:
        """Return the top lists."""
        return self.top

    def answers(self, conversation: str, kind: Kind) -> Stream | None:
        """Return the list under a conversation, if it was told of one."""
        return self.awaited.get(conversation)

    async def read(self, stream: Stream, cursor: str | None = None) -> Page:
        """Return two messages from a place on, or what is planned to go wrong."""
        self.reads.append((stream.name, cursor))
        if cursor in self.stale:
            raise Refused("the cursor is old", code="invalidPageToken")
        planned = self.errors.get(stream.name)
        if planned and (error := planned.popleft()) is not None:
            raise error
        board = self.lists[stream.name]
        start = int(cursor or 0)
        end = start + 2
        child = board.children.get(start // 2)
        return Page(
            messages=tuple(board.messages[start:end]),
            children=(child,) if child else (),
            next=str(end) if end < len(board.messages) else None,
        )

    async def perform(self, action: Outgoing) -> Receipt:
        """Nothing is written here."""
        raise AssertionError("a look writes nothing")

    async def find(self, action: Outgoing, since: Millis) -> Sequence[MessageRecord]:
        """Nothing is written here."""
        return ()
