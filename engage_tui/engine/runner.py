"""Keeps an engine going beside a face: looks, triage, sends and wake-ups on one asyncio loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engage_tui.engine.engine import Engine

if TYPE_CHECKING:
    from engage_tui.sync.fetch import SyncReport


class Topic(StrEnum):
    """What a notice is about."""

    SYNC = "sync"
    TRIAGE = "triage"
    OUTBOX = "outbox"
    QUEUE = "queue"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a face may want to show; `text` may hold words of a platform."""

    topic: Topic
    text: str
    done: bool = True
    """False while it is under way."""
    changed: bool = True
    """Whether what is stored may differ from before."""


class Runner:
    """Runs the stages until stopped; no stage waits for another.

    Args:
        engine: an engine that may write.
        notify: called on the loop with each notice; must not block.
    """

    def __init__(self, engine: Engine, notify: Callable[[Notice], None]) -> None:
        self._engine = engine
        self._notify = notify
        self._sender = engine.sender()
        self._scheduler = None
        self._locks = {topic: asyncio.Lock() for topic in Topic}

    async def start(self) -> None:
        """Take up what an earlier run left behind, then run everything on its schedule."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        await self._sender.recover()
        # A late tick after a suspend must run, and once: the defaults drop it after a second.
        scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        poll = self._engine.settings.sync.poll_seconds
        scheduler.add_job(self.send, "interval", seconds=1, max_instances=1)
        scheduler.add_job(self.advance, "interval", seconds=20, max_instances=1)
        if self._engine.connectors:
            scheduler.add_job(self.sync, "interval", seconds=poll, max_instances=1)
        scheduler.start()
        self._scheduler = scheduler
        if self._engine.intake.rules_changed():
            await self._guarded(Topic.QUEUE, self._apply_rules)
        if self._engine.connectors:
            await self.sync()
        await self.triage()

    async def stop(self) -> None:
        """Stop the schedule and wait for the step that is being taken."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        for lock in self._locks.values():
            await lock.acquire()
        for connector in self._engine.connectors.values():
            await connector.aclose()

    async def sync(self) -> None:
        """Look at the platforms once, then let the model read what came."""
        await self._guarded(Topic.SYNC, self._sync)

    async def triage(self) -> None:
        """Let the model read what it has not seen."""
        await self._guarded(Topic.TRIAGE, self._triage)

    async def send(self) -> None:
        """Take the next step of every action that is due."""
        await self._guarded(Topic.OUTBOX, self._send)

    async def advance(self) -> None:
        """Move what time alone moves: snoozes that end, and what has become history."""
        await self._guarded(Topic.QUEUE, self._advance)

    async def _guarded(self, topic: Topic, work: Callable[[], Awaitable[None]]) -> None:
        """Run one stage, never twice at once; what goes wrong becomes a notice, not a crash."""
        lock = self._locks[topic]
        if lock.locked():
            return
        async with lock:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - the boundary of all background work
                kind = type(error).__name__
                self._notify(Notice(Topic.TROUBLE, f"{topic.value} stopped: {kind}: {error}"))

    async def _sync(self) -> None:
        def progress(report: SyncReport) -> None:
            new = report.ingested.new
            text = f"{report.account.handle} on {report.account.platform}: {new} new"
            self._notify(Notice(Topic.SYNC, text, done=False))

        self._notify(Notice(Topic.SYNC, "looking for new messages", done=False))
        reports = await self._engine.intake.sync(progress)
        for report in reports:
            if report.problem:
                where = f"{report.account.handle} on {report.account.platform}"
                self._notify(Notice(Topic.TROUBLE, f"{where}: {report.problem}"))
        new = sum(report.ingested.new for report in reports)
        changed = sum(report.ingested.changed for report in reports)
        text = f"{new} new, {changed} changed"
        self._notify(Notice(Topic.SYNC, text, changed=bool(new or changed)))
        if new or changed:
            await self.triage()

    async def _triage(self) -> None:
        loop = asyncio.get_running_loop()
        again, told = await asyncio.to_thread(self._queue_again)
        if again:
            self._notify(Notice(Topic.TRIAGE, told, done=False, changed=False))

        def progress(done: int, total: int) -> None:
            notice = Notice(Topic.TRIAGE, f"read {done:,} of {total:,} messages", done >= total)
            loop.call_soon_threadsafe(self._notify, notice)

        if again or self._engine.intake.any_untriaged():
            await asyncio.to_thread(self._engine.intake.triage, progress)

    def _queue_again(self) -> tuple[int, str]:
        """Queue what another model read; returns how much that is, and a sentence about it."""
        model = self._engine.model
        again = model.queue_again()
        if not again:
            return 0, ""
        told = f"reading {again:,} messages again with {model.version}"
        return again, "; ".join(filter(None, (told, model.left_out)))

    async def _send(self) -> None:
        moved = await self._sender.step()
        if moved:
            self._notify(Notice(Topic.OUTBOX, f"{moved} moved"))

    async def _advance(self) -> None:
        moved = await asyncio.to_thread(self._engine.inbox.advance)
        if moved:
            self._notify(Notice(Topic.QUEUE, f"{moved} moved with time"))

    async def _apply_rules(self) -> None:
        self._notify(Notice(Topic.QUEUE, "sorting by the new settings", done=False))
        await asyncio.to_thread(self._engine.intake.apply_rules)
        self._notify(Notice(Topic.QUEUE, "sorted by the new settings"))
