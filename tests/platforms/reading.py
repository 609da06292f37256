"""Reading a whole account the simple way: all streams, all pages, all children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engage_tui.domain.model import MessageRecord, PostRecord
from engage_tui.platforms.protocol import Child, Connector, Stream


@dataclass
class Everything:
    """What a complete reading brought."""

    messages: dict[str, MessageRecord] = field(default_factory=dict)
    posts: dict[str, PostRecord] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    cost: int = 0


async def read_everything(connector: Connector) -> Everything:
    """Follow every stream to its end."""
    found = Everything()
    waiting: list[Stream] = list(connector.streams())
    while waiting:
        for page in await read_pages(connector, waiting.pop(0), found):
            found.marks[page.stream.name] = page.mark
            waiting.append(page.stream)
    return found


async def read_pages(connector: Connector, stream: Stream, found: Everything) -> Sequence[Child]:
    """Read one stream into what was found, and return its children."""
    children: list[Child] = []
    cursor: str | None = None
    while True:
        page = await connector.read(stream, cursor)
        found.messages.update({message.remote_id: message for message in page.messages})
        found.posts.update({post.remote_id: post for post in page.posts})
        found.cost += page.cost
        children += page.children
        cursor = page.next
        if cursor is None:
            return children
