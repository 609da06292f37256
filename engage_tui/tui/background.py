"""Work away from the loop: readings of which only the newest counts, and writes in their order."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from textual.dom import DOMNode

from engage_tui.domain.templates import SlotError
from engage_tui.replies.compose import ComposeError
from engage_tui.store.conversations import UnknownConversation
from engage_tui.store.database import StoreError
from engage_tui.store.drafts import UnknownDraft
from engage_tui.store.outbox import OutboxError

T = TypeVar("T")

REFUSALS = (
    ComposeError,
    OutboxError,
    SlotError,
    StoreError,
    UnknownConversation,
    UnknownDraft,
    sqlite3.Error,
)
"""What the engine answers when something cannot be done; its text is for the person."""

_Job = tuple[Callable[[], Any], Callable[[Any], None]]


class Latest:
    """Runs readings one at a time in a thread; of those asked meanwhile only the newest is run.

    Args:
        node: whose life the work belongs to.
        group: what is read, for the names of the workers.
    """

    def __init__(self, node: DOMNode, group: str) -> None:
        self._node = node
        self._group = group
        self._next: _Job | None = None
        self._running = False

    def ask(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run `work` in a thread and give its result to `done` on the loop."""
        self._next = (work, done)
        if not self._running:
            self._running = True
            self._node.run_worker(self._run(), group=self._group)

    async def _run(self) -> None:
        try:
            while self._next is not None:
                (work, done), self._next = self._next, None
                result = await asyncio.to_thread(work)
                if self._next is None:
                    done(result)
        finally:
            self._running = False


class InTurn:
    """Runs writes one after the other in a thread, none of them dropped.

    Args:
        node: whose life the work belongs to.
        refused: told on the loop what could not be done.
    """

    def __init__(self, node: DOMNode, refused: Callable[[Exception], None]) -> None:
        self._node = node
        self._refused = refused
        self._jobs: deque[_Job] = deque()
        self._running = False

    def ask(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run `work` when all that was asked before is done; `done` gets its result on the loop."""
        self._jobs.append((work, done))
        if not self._running:
            self._running = True
            self._node.run_worker(self._run(), group="writes")

    async def _run(self) -> None:
        try:
            while self._jobs:
                work, done = self._jobs.popleft()
                try:
                    result = await asyncio.to_thread(work)
                except REFUSALS as error:
                    self._refused(error)
                else:
                    done(result)
        finally:
            self._running = False
