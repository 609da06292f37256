"""Messages that mean much the same: neighbours of one, and groups that one answer would serve."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engage_tui.domain.model import Lane
from engage_tui.store import embeddings
from engage_tui.store.conversations import UnknownConversation
from engage_tui.store.database import Store
from engage_tui.store.embeddings import Embedded
from engage_tui.triage import grouping
from engage_tui.triage.lookalikes import EmbeddingIndex, decode

MOST_GROUPED = 5_000
"""Waiting conversations that are grouped, the most urgent of them."""


class NotComparable(LookupError):
    """A conversation has no message that could be compared; the text says why."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A message near to another one; `similarity` is the cosine of their embeddings."""

    message: Embedded
    similarity: float


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A message and those near to it, one of each conversation, nearest first."""

    asked: Embedded
    found: tuple[Neighbour, ...]


class Lookalikes:
    """Embeddings are loaded with the first question, in the thread that asks it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index = EmbeddingIndex()

    def near(
        self,
        key: int,
        *,
        limit: int = 10,
        least: float | None = None,
        accounts: Collection[int] | None = None,
    ) -> Neighbours:
        """Return what people wrote elsewhere that is like a conversation's leading message.

        Args:
            key: the conversation; where nothing leads, its newest inbound message is taken.
            limit: neighbours at most.
            least: the similarity that they must reach; without it what asks the same.
            accounts: only what came to these.

        Raises:
            UnknownConversation: there is none.
            NotComparable: it has no message with an embedding.
        """
        asked = self._asked(key)
        least = grouping.SAME_QUESTION if least is None else least
        self._index.refresh(self._store.reading)
        wanted = 4 * limit
        while True:
            near = dict(self._index.nearest(asked.codes, wanted, least))
            rows = embeddings.embedded(self._store.reading, list(near))
            self._index.drop(list(near.keys() - {row.message for row in rows}))
            # Of each conversation its nearest message, which comes first, so it is written last.
            others = {
                row.conversation: Neighbour(row, near[row.message])
                for row in reversed(rows)
                if row.conversation != key and (accounts is None or row.account_id in accounts)
            }
            if len(others) >= limit or len(near) < wanted:
                found = sorted(others.values(), key=lambda other: -other.similarity)
                return Neighbours(asked, tuple(found[:limit]))
            wanted *= 4

    def questions(self) -> list[list[Embedded]]:
        """Return groups of waiting messages that one answer would serve, biggest group first."""
        rows = self._waiting([Lane.NEEDS_REPLY])
        groups = grouping.questions(
            decode([row.codes for row in rows]),
            [row.text for row in rows],
            [(row.intent, row.intent_confidence or 0.0) for row in rows],
        )
        return [[rows[number] for number in group] for group in groups]

    def copies(self) -> list[list[Embedded]]:
        """Return groups of waiting messages that are copies, those to moderate included."""
        rows = self._waiting([Lane.NEEDS_REPLY, Lane.MODERATION])
        groups = grouping.copies(decode([row.codes for row in rows]), [row.text for row in rows])
        return [[rows[number] for number in group] for group in groups]

    def _asked(self, key: int) -> Embedded:
        connection = self._store.reading
        found = embeddings.asked(connection, key)
        if found is None:
            raise UnknownConversation(key)
        if found.message is None:
            raise NotComparable(f"nobody wrote in conversation {key}: there is nothing to compare")
        rows = embeddings.embedded(connection, [found.message])
        if not rows or rows[0].model != embeddings.newest_model(connection):
            raise NotComparable(
                f"the model has not read the message of conversation {key} yet, or there are no"
                " words in it: `engage triage` reads what waits"
            )
        return rows[0]

    def _waiting(self, lanes: list[Lane]) -> list[Embedded]:
        connection = self._store.reading
        model = embeddings.newest_model(connection)
        return [] if model is None else embeddings.waiting(connection, model, lanes, MOST_GROUPED)
