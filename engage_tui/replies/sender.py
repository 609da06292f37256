"""Takes what is due out of the outbox and sends it once; looks up what came to no clear end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import TypeVar

from engage_tui.domain import outbox as life
from engage_tui.domain.model import ActionKind, Millis
from engage_tui.domain.outbox import Move, State
from engage_tui.domain.sla import SlaPolicy
from engage_tui.platforms.errors import (
    Gone,
    PlatformError,
    RateLimited,
    Refused,
    SignInNeeded,
    Unreachable,
)
from engage_tui.platforms.protocol import Connector, Outgoing, RepeatClass
from engage_tui.store import accounts, outbox
from engage_tui.store.actions import OutboxRow
from engage_tui.store.database import Connection, Store

T = TypeVar("T")
Clock = Callable[[], Millis]


class Sender:
    """Sends for one engine.

    Args:
        store: the open database.
        connectors: by local account key.
        policy: the SLA rules, for the standing of the conversations that are answered.
        clock: the present moment.
        settle: how long a platform may take to list what it accepted.
        seed: fixes the jitter of retries, for tests.
    """

    def __init__(
        self,
        store: Store,
        connectors: Mapping[int, Connector],
        policy: SlaPolicy,
        clock: Clock,
        *,
        settle: Millis = life.SETTLE,
        seed: int | None = None,
    ) -> None:
        self._store = store
        self._connectors = connectors
        self._policy = policy
        self._clock = clock
        self._settle = settle
        self._random = random.Random(seed)

    async def recover(self) -> int:
        """Take up what a killed process left behind; call it once before the first `step`."""
        rows = outbox.abandoned(self._store.reading)
        for row in rows:
            await self._lost_sight(row, "the program ended while it was being sent")
        return len(rows)

    async def step(self) -> int:
        """Do the next step of every row that is due; returns how many rows moved."""
        moved = 0
        for row in outbox.due(self._store.reading, self._clock()):
            connector = self._connectors.get(row.account_id)
            if row.state is State.SENDING:
                moved += await self._lost_sight(row, "no answer within the time allowed")
            elif connector is None:
                note = f"{row.account} is not connected; it waits until it is"
                moved += await self._apply(row, life.parked(row.facts, self._clock(), note))
            elif row.state in life.CANCELLABLE:
                moved += await self._send(row, connector)
            else:
                moved += await self._look_up(row, connector)
        return moved

    async def _send(self, row: OutboxRow, connector: Connector) -> bool:
        claimed = await self._write(
            lambda connection: outbox.claim(connection, row.id, self._policy, self._clock())
        )
        if claimed is None:
            return True
        try:
            receipt = await connector.perform(_outgoing(claimed))
        except PlatformError as error:
            return await self._failed(claimed, error)
        return await self._apply(claimed, life.succeeded(receipt.remote_id))

    async def _failed(self, row: OutboxRow, error: PlatformError) -> bool:
        now, note = self._clock(), error.sentence
        if isinstance(error, Unreachable):
            move = life.not_begun(row.facts, now, note, spread=self._random.random())
        elif isinstance(error, RateLimited):
            move = life.limited(now, error.retry_after, note)
        elif isinstance(error, SignInNeeded):
            return await self._park(row, note)
        elif isinstance(error, Gone) and row.kind is ActionKind.DELETE:
            move = life.succeeded(row.target)
        elif isinstance(error, Refused):
            move = life.refused(note)
        else:
            return await self._lost_sight(row, note)
        return await self._apply(row, move)

    async def _park(self, row: OutboxRow, note: str) -> bool:
        """Stop using the account until somebody has signed in again."""
        await self._write(lambda connection: accounts.park(connection, row.account_id, note))
        return await self._apply(row, life.parked(row.facts, self._clock(), note))

    async def _lost_sight(self, row: OutboxRow, note: str) -> bool:
        move = life.lost_sight(row.facts, self._clock(), note, settle=self._settle)
        return await self._apply(row, move)

    async def _look_up(self, row: OutboxRow, connector: Connector) -> bool:
        """Find out by listing our own writes whether an unclear send took effect."""
        now = self._clock()
        repeat = connector.capabilities.repeat
        if repeat is RepeatClass.KEY:
            return await self._apply(row, life.not_begun(row.facts, now, row.note, spread=0))
        if repeat is RepeatClass.NEITHER:
            note = "the platform cannot say whether it arrived"
            return await self._apply(row, life.cannot_look(note))
        # From the approval on, so that an earlier attempt that shows up late is found as well.
        since = row.approved_at - life.CLOCK_SKEW
        try:
            listed = await connector.find(_outgoing(row), since)
        except Refused as error:
            return await self._apply(row, life.cannot_look(error.sentence))
        except SignInNeeded as error:
            return await self._park(row, error.sentence)
        except PlatformError as error:
            move = life.look_failed(
                row.facts,
                now,
                error.sentence,
                retry_after=error.retry_after if isinstance(error, RateLimited) else 0,
            )
            return await self._apply(row, move)
        taken = outbox.bound_remote_ids(self._store.reading, row.account_id)
        matches = [
            message.remote_id
            for message in listed
            if message.remote_id not in taken and life.same_words(row.body, message.text)
        ]
        move = life.looked_up(
            row.facts,
            self._clock(),
            len(matches),
            matches[0] if matches else None,
            settle=self._settle,
        )
        return await self._apply(row, move)

    async def _apply(self, row: OutboxRow, move: Move) -> bool:
        return await self._write(
            lambda connection: outbox.apply(connection, row, move, self._policy, self._clock())
        )

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._store.submit(work, durable=True))


def _outgoing(row: OutboxRow) -> Outgoing:
    return Outgoing(
        kind=row.kind,
        target=row.target,
        conversation=row.conversation,
        text=row.body,
        key=row.uid,
    )
