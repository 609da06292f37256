"""Reads what is new on a platform, page by page, each page committed together with its progress."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from engage_tui.domain.model import Kind, Millis
from engage_tui.domain.settings import Sync
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE
from engage_tui.platforms.errors import Gone, PlatformError, Refused, SignInNeeded, Unavailable
from engage_tui.platforms.protocol import Connector, Page, Stream
from engage_tui.store import accounts, posts, streams
from engage_tui.store.accounts import Account
from engage_tui.store.database import Connection, Store
from engage_tui.store.ingest import Ingested, ingest
from engage_tui.store.streams import StreamState, Unread

T = TypeVar("T")

_MOST_AWAITED = 20
"""Threads read on the chance that somebody answered us; each costs a call."""

_RESTART = "invalidPageToken"
"""The code with which a platform says that a cursor has grown stale."""

_PATIENCE = 3
"""Lists in a row that may fail before the platform counts as down."""


@dataclass(slots=True)
class SyncReport:
    """What one look at an account brought."""

    account: Account
    ingested: Ingested = field(default_factory=Ingested)
    pages: int = 0
    cost: int = 0
    problem: str = ""
    """What could not be read, and why; everything else is stored."""


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
        self._tasks: deque[_Task] = deque()

    async def run(self) -> SyncReport:
        """Read every list as far as it may have changed.

        A list that cannot be read does not keep the others from being read; a dead token, a limit
        or a platform that is down ends the look early. The next one goes on where this one ended.
        """
        account_id = self.report.account.id
        lists = (*self._connector.streams(), *self._awaited())
        self._tasks.extend(_Task(stream) for stream in lists)
        self._note_unread(streams.unread(self._store.reading, account_id))
        failures = 0
        try:
            while self._tasks and failures < _PATIENCE:
                task = self._tasks.popleft()
                try:
                    await self._read(task)
                    failures = 0
                except Refused as error:
                    await self._give_up(task, error)
                except Unavailable as error:
                    self.report.problem = error.sentence
                    failures += 1
        except PlatformError as error:
            self.report.problem = note = error.sentence
            if isinstance(error, SignInNeeded):
                await self._write(lambda c: accounts.park(c, account_id, note))
        return self.report

    def _awaited(self) -> list[Stream]:
        """Return the lists in which people would answer what we wrote in the last two days."""
        account_id, since = self.report.account.id, self._clock() - 2 * DAY
        wrote = streams.answered_lately(self._store.reading, account_id, since, _MOST_AWAITED)
        found = (self._connector.answers(remote_id, Kind(kind)) for remote_id, kind in wrote)
        return [stream for stream in found if stream is not None]

    async def _read(self, task: _Task) -> None:
        """Read one list; the lists below it that changed become tasks."""
        account_id, name = self.report.account.id, task.stream.name
        state = streams.get(self._store.reading, account_id, name)
        started = self._clock()
        complete = started - (state.swept_at or 0) >= self._settings.sweep_hours * HOUR
        cursor = resumed = state.cursor
        while True:
            try:
                page = await self._connector.read(task.stream, cursor)
            except Refused as error:
                # Only the cursor of an earlier look may be stale; asking on would never end.
                if error.code != _RESTART or cursor is None or cursor != resumed:
                    raise
                cursor = resumed = None
                continue
            cursor = page.next
            known = not await self._store_page(name, page, state)
            if cursor is None or (
                task.stream.newest_first and known and not complete and self._reaches_back(page)
            ):
                break
        after = StreamState(
            mark=state.mark if task.mark is None else task.mark,
            cursor=None,
            read_at=started,
            # In one go or in several, all pages down to the last one have been read.
            swept_at=started if cursor is None else state.swept_at,
        )
        await self._write(lambda c: streams.save(c, account_id, name, after))
        if state.cursor is not None:
            # What came in on top while an interrupted reading was taken up again is still unread.
            self._tasks.append(task)

    async def _give_up(self, task: _Task, error: Refused) -> None:
        """Leave a list that the platform does not give, until it is said to have changed again."""
        account_id, name = self.report.account.id, task.stream.name
        if not isinstance(error, Gone):
            self.report.problem = error.sentence
        if task.mark is not None:
            after = streams.get(self._store.reading, account_id, name)
            after = after._replace(mark=task.mark, cursor=None)
            await self._write(lambda c: streams.save(c, account_id, name, after))

    def _note_unread(self, found: Iterable[Unread]) -> None:
        for name, newest_first, mark in found:
            self._tasks.append(_Task(Stream(name, newest_first), mark))

    def _reaches_back(self, page: Page) -> bool:
        boundary = self._clock() - self._settings.overlap_minutes * MINUTE
        return all(message.sent_at < boundary for message in page.messages[-1:])

    async def _store_page(self, name: str, page: Page, state: StreamState) -> bool:
        """Store a page together with the progress; returns whether it held anything new."""
        account_id, now = self.report.account.id, self._clock()

        def work(connection: Connection) -> tuple[Ingested, list[Unread]]:
            posts.upsert(connection, account_id, page.posts)
            taken = ingest(connection, page.messages, self._policy, now)
            children = [Unread(c.stream.name, c.stream.newest_first, c.mark) for c in page.children]
            changed = [child for child in children if streams.want(connection, account_id, child)]
            streams.save(connection, account_id, name, state._replace(cursor=page.next))
            return taken, changed

        taken, changed = await self._write(work)
        self._note_unread(changed)
        self.report.ingested.count(taken)
        self.report.pages += 1
        self.report.cost += page.cost
        self._progress(self.report)
        return bool(taken.new or taken.changed or changed)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._store.submit(work))
