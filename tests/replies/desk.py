"""A sender between a store with one thread and a board, and the time that it needs."""

from __future__ import annotations

from engage_tui.platforms.protocol import RepeatClass
from engage_tui.replies.sender import Sender
from engage_tui.store import outbox
from engage_tui.store.actions import OutboxRow
from engage_tui.store.database import Store
from tests.making import POLICY, Ticking, approval, approve, connect, message, take_in
from tests.replies.doubles import Pinboard


class Desk:
    """An account with one thread, a board, and a sender between them."""

    def __init__(self, store: Store, clock: Ticking, repeat: RepeatClass) -> None:
        self.store = store
        self.clock = clock
        self.account = connect(store)
        self.board = Pinboard(clock, repeat)
        take_in(store, message(remote_id="T1"))
        self.sender = Sender(store, {self.account: self.board}, POLICY, clock, seed=1)

    def approve(self, body: str = "Yes, since this morning.", **given: object) -> int:
        return approve(
            self.store,
            approval(self.store, body, at=self.clock.now, **given),  # type: ignore[arg-type]
            at=self.clock.now,
        )

    def row(self, key: int) -> OutboxRow:
        return outbox.get(self.store.reading, key)

    async def run(self, limit: int = 60) -> None:
        """Step, and let time pass up to the next due step, until nothing goes on by itself."""
        for _ in range(limit):
            if not await self.sender.step():
                waiting = self.store.reading.execute(
                    "SELECT min(next_at) FROM outbox WHERE ended_at IS NULL"
                ).fetchone()[0]
                if waiting is None:
                    return
                self.clock.now = max(self.clock.now, waiting)
        raise AssertionError("the outbox did not come to rest")
