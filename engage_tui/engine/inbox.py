"""The queue and one conversation: what to answer next, why, and the decisions about it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engage_tui.domain.model import Lane, Millis, Status
from engage_tui.domain.query import parse
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.standing import Standing, explain, stand, what_would_move
from engage_tui.domain.timestamps import DAY
from engage_tui.domain.triage import Correction
from engage_tui.store import conversations, corrections, past, queue, standings
from engage_tui.store.conversations import Conversation, Decision, UnknownConversation
from engage_tui.store.corrections import Doubtful
from engage_tui.store.database import Store
from engage_tui.store.queue import QueueRow, Selection

ESCALATIONS = ("support", "sales", "crisis")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a conversation stands where it stands."""

    standing: Standing
    facts: tuple[str, ...]
    moves: tuple[str, ...]


class Inbox:
    """Reads go to the calling thread's connection; decisions are small writes that wait."""

    def __init__(
        self,
        store: Store,
        policy: SlaPolicy,
        clock: Callable[[], Millis],
    ) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock

    def select(self, query: str = "", *, at: Millis | None = None) -> Selection:
        """Compile a query; `at` asks for the queue as it stood, or will stand, at that time.

        Raises:
            QueryError: the query is wrong; it knows where.
        """
        now = self._clock() if at is None else at
        parsed = parse(query, now=now)
        table = queue.LIVE
        if at is not None:
            table = past.rebuild(self._store.reading, self._policy, at)
        return queue.compile_query(parsed, table)

    def page(
        self, selection: Selection, *, limit: int = 200, after: tuple[int, int] | None = None
    ) -> list[QueueRow]:
        """Return the next rows in queue order, from the start or after the last row seen."""
        return queue.page(self._store.reading, selection, limit=limit, after=after)

    def ids(self, selection: Selection) -> array[int]:
        """Return every conversation of a selection in queue order."""
        return queue.ids(self._store.reading, selection)

    def rows(self, selection: Selection, wanted: Sequence[int]) -> list[QueueRow]:
        """Return the rows of some conversations with one statement."""
        return queue.rows(self._store.reading, wanted, selection)

    def count(self, selection: Selection) -> int:
        """Return how many conversations a selection has."""
        return queue.count(self._store.reading, selection)

    def counts(self) -> dict[Lane, int]:
        """Return how many conversations stand in each lane."""
        return queue.counts(self._store.reading)

    def conversation(self, key: int) -> Conversation:
        """Return one conversation with its newest messages.

        Raises:
            UnknownConversation: there is none.
        """
        return conversations.get(self._store.reading, key)

    def explain(self, key: int, *, at: Millis | None = None) -> Explanation:
        """Return the facts behind a conversation's place, and what would move it.

        Raises:
            UnknownConversation: there is none.
        """
        now = self._clock() if at is None else at
        loaded = standings.load_threads(self._store.reading, [key], until=at)
        if not loaded:
            raise UnknownConversation(key)
        thread = loaded[0][1]
        if at is not None:
            thread = past.as_it_was(self._store.reading, key, thread, at)
        standing = stand(thread, self._policy, now)
        return Explanation(
            standing,
            explain(thread, self._policy, now),
            what_would_move(thread, self._policy, now),
        )

    def resolve(self, key: int) -> Decision:
        """Close a conversation; returns the decision that stood before, for `restore`."""
        return self.restore(key, Decision(Status.RESOLVED, None, None, self._clock()))

    def snooze(self, key: int, until: Millis) -> Decision:
        """Put a conversation off; a new message brings it back earlier."""
        return self.restore(key, Decision(Status.SNOOZED, self._clock(), until, None))

    def reopen(self, key: int) -> Decision:
        """Bring a conversation back into the queue."""
        return self.restore(key, Decision(Status.OPEN, None, None, None))

    def restore(self, key: int, decision: Decision) -> Decision:
        """Set a decision, for instance an earlier one; returns the one that stood before."""
        now = self._clock()
        return self._store.write(
            lambda c: conversations.decide(c, key, decision, self._policy, now)
        )

    def label(self, key: int, name: str, *, on: bool = True) -> bool:
        """Put a label on or take it off; `vip` marks the person. Returns whether it changed."""
        now = self._clock()
        return self._store.write(
            lambda c: conversations.label(c, key, name, self._policy, now, on=on)
        )

    def label_names(self) -> list[str]:
        """Return every label in use."""
        return conversations.label_names(self._store.reading)

    def escalate(self, key: int, kind: str) -> None:
        """Hand a conversation on: `support`, `sales` or `crisis`."""
        now = self._clock()
        self._store.write(lambda c: conversations.escalate(c, key, kind, now))

    def leading(self, key: int) -> int:
        """Return the message that a conversation is about.

        Raises:
            UnknownConversation: there is none, or it holds no message of the person.
        """
        lead = self.conversation(key).lead_message_id
        if lead is None:
            raise UnknownConversation(key)
        return lead

    def correct(self, message: int, correction: Correction) -> Correction:
        """Say what a message really is, over what was said before; returns what that was.

        Raises:
            UnknownMessage: there is none.
        """
        now = self._clock()
        return self._store.write(
            lambda c: corrections.correct(c, message, correction, self._policy, now)
        )

    def confirm(self, message: int) -> Correction:
        """Say that a message is read rightly; returns what was said of it before.

        Raises:
            NotRead: there is no reading yet.
        """
        now = self._clock()
        return self._store.write(lambda c: corrections.confirm(c, message, self._policy, now))

    def restore_correction(self, message: int, correction: Correction) -> None:
        """Let an earlier correction stand again, or none if it is empty."""
        now = self._clock()
        self._store.write(lambda c: corrections.put(c, message, correction, self._policy, now))

    def doubtful(self, limit: int) -> list[Doubtful]:
        """Return the readings of the last seven days to check, the least certain first."""
        now = self._clock()
        return corrections.doubtful(self._store.reading, now - 7 * DAY, now, limit)

    def advance(self) -> int:
        """Move what time alone moves, snoozes that end and what has become history; count it."""
        now, moved = self._clock(), 0
        while slice_ := self._store.write(lambda c: standings.advance(c, self._policy, now)):
            moved += len(slice_)
        return moved
