"""Reads what is new on a platform, page by page, each page committed together with its progress."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from engage_tui.domain.model import Millis
from engage_tui.domain.settings import Sync
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.timestamps import HOUR, MINUTE
from engage_tui.platforms.errors import PlatformError, Refused, SignInNeeded
from engage_tui.platforms.protocol import Child, Connector, Page, Stream
from engage_tui.store import accounts, posts, streams
from engage_tui.store.accounts import Account
from engage_tui.store.database import Connection, Store
from engage_tui.store.ingest import Ingested, ingest
from engage_tui.store.streams import StreamState

T = TypeVar("T")

_RESTART = "invalidPageToken"
"""The code with which a platform says that a cursor has grown stale."""


@dataclass(slots=True)
class SyncReport:
    """What one look at an account brought."""

    account: Account
    ingested: Ingested = field(default_factory=Ingested)
    pages: int = 0
    cost: int = 0
    problem: str = ""
    """Why it ended early; what was read until then is stored."""


@dataclass(frozen=True, slots=True)
class _Task:
    stream: Stream
    mark: str | None = None


class AccountSync:
    """One look at one account.

    Args:
        store: the open database.
        connector: the connected platform.
        account: whose messages they are.
        policy: the SLA rules for the conversations that are touched.
        settings: overlap and sweep.
        clock: the present moment.
        progress: called with the report after each page.
    """

    def __init__(
        self,
        store: Store,
        connector: Connector,
        account: Account,
        policy: SlaPolicy,
        settings: Sync,
        clock: Callable[[], Millis],
        progress: Callable[[SyncReport], None] = lambda report: None,
    ) -> None:
        self._store = store
        self._connector = connector
        self._policy = policy
        self._settings = settings
        self._clock = clock
        self._progress = progress
        self.report = SyncReport(account)

    async def run(self) -> SyncReport:
        """Read every list as far as it may have changed; a platform's refusal ends it early."""
        tasks = deque(_Task(stream) for stream in self._connector.streams())
        try:
            while tasks:
                tasks.extend(await self._read(tasks.popleft()))
        except PlatformError as error:
            self.report.problem = error.sentence
            if isinstance(error, SignInNeeded):
                account_id, note = self.report.account.id, error.sentence
                await self._write(lambda c: accounts.park(c, account_id, note))
        return self.report

    async def _read(self, task: _Task) -> list[_Task]:
        """Read one list and return the lists below it that changed."""
        account_id, name = self.report.account.id, task.stream.name
        state = streams.get(self._store.reading, account_id, name)
        started = self._clock()
        complete = started - (state.swept_at or 0) >= self._settings.sweep_hours * HOUR
        resumed = state.cursor is not None
        cursor = state.cursor
        changed: list[_Task] = []
        while True:
            try:
                page = await self._connector.read(task.stream, cursor)
            except Refused as error:
                if error.code != _RESTART or cursor is None:
                    raise
                cursor = None
                continue
            cursor = page.next
            taken, children = await self._store_page(name, page, state)
            changed += [_Task(child.stream, child.mark) for child in children]
            known = not taken.new and not taken.changed and not children
            if cursor is None or (
                task.stream.newest_first and known and not complete and self._reaches_back(page)
            ):
                break
        after = StreamState(
            mark=task.mark,
            cursor=None,
            read_at=started,
            swept_at=started if cursor is None and not resumed else state.swept_at,
        )
        await self._write(lambda c: streams.save(c, account_id, name, after))
        # What came in on top while an interrupted reading was taken up again is still unread.
        return [*changed, task] if resumed else changed

    def _reaches_back(self, page: Page) -> bool:
        boundary = self._clock() - self._settings.overlap_minutes * MINUTE
        return all(message.sent_at < boundary for message in page.messages[-1:])

    async def _store_page(
        self, name: str, page: Page, state: StreamState
    ) -> tuple[Ingested, Sequence[Child]]:
        account_id, now = self.report.account.id, self._clock()

        def work(connection: Connection) -> tuple[Ingested, list[Child]]:
            posts.upsert(connection, account_id, page.posts)
            taken = ingest(connection, page.messages, self._policy, now)
            children = [
                child
                for child in page.children
                if streams.get(connection, account_id, child.stream.name).mark != child.mark
            ]
            streams.save(connection, account_id, name, state._replace(cursor=page.next))
            return taken, children

        taken, children = await self._write(work)
        self.report.ingested.count(taken)
        self.report.pages += 1
        self.report.cost += page.cost
        self._progress(self.report)
        return taken, children

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._store.submit(work))
