"""The stages beside a face: each on its own, none twice at once, trouble as a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from engage_tui.domain.model import Lane, Platform
from engage_tui.domain.outbox import State
from engage_tui.domain.timestamps import HOUR, MINUTE
from engage_tui.engine.engine import Engine
from engage_tui.engine.runner import Notice, Runner, Topic
from engage_tui.engine.workspace import Workspace
from engage_tui.store import outbox
from tests.making import NOW, POLICY, Ticking, approval, approve, message, scalar, take_in
from tests.practising import Practice


@pytest.fixture
def practising(workspace: Workspace, tmp_path: Path, clock: Ticking) -> Iterator[Engine]:
    with Engine(workspace, clock=clock, connect=lambda known: practice.by_account()) as engine:
        practice = Practice(tmp_path, engine.store, clock)
        yield engine


async def test_a_look_stores_and_tells_and_the_model_reads(practising: Engine) -> None:
    notices: list[Notice] = []
    runner = Runner(practising, notices.append)
    await runner.sync()
    await asyncio.sleep(0)
    told = [notice.text for notice in notices if notice.topic is Topic.SYNC and notice.done]
    assert told == [
        f"{scalar(practising.store.reading, 'SELECT count(*) FROM message')} new, 0 changed"
    ]
    assert not [notice for notice in notices if notice.topic is Topic.TROUBLE]
    assert not practising.intake.any_untriaged()
    await runner.stop()


async def test_a_reply_leaves_when_its_time_has_come(practising: Engine, clock: Ticking) -> None:
    notices: list[Notice] = []
    runner = Runner(practising, notices.append)
    [*_] = await practising.intake.sync()
    row = practising.inbox.page(practising.inbox.select("platform:youtube"), limit=1)[0]
    sent = practising.desk.approve(practising.desk.propose(row.id, text="Yes!").id)
    await runner.send()
    assert practising.desk.get(sent.id).state is State.QUEUED and not notices
    clock.now += MINUTE
    await runner.send()
    assert practising.desk.get(sent.id).state is State.SENT
    assert [notice.topic for notice in notices] == [Topic.OUTBOX]
    await runner.stop()


async def test_time_moves_conversations(engine: Engine, clock: Ticking) -> None:
    notices: list[Notice] = []
    runner = Runner(engine, notices.append)
    key = take_in(engine.store, message(remote_id="T1")).conversations.pop()
    engine.inbox.snooze(key, NOW + HOUR)
    await runner.advance()
    assert not notices
    clock.now += HOUR
    await runner.advance()
    assert engine.inbox.counts()[Lane.NEEDS_REPLY] == 1
    assert [notice.topic for notice in notices] == [Topic.QUEUE]


async def test_trouble_in_one_stage_is_a_notice_and_the_others_go_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, clock: Ticking
) -> None:
    notices: list[Notice] = []
    runner = Runner(engine, notices.append)

    def broken() -> bool:
        raise OSError("the disk is full")

    monkeypatch.setattr(engine.intake, "any_untriaged", broken)
    await runner.triage()
    await runner.triage()
    await runner.advance()
    assert [(n.topic, n.text) for n in notices] == [
        (Topic.TROUBLE, "triage stopped: OSError: the disk is full")
    ] * 2


async def test_a_stage_never_runs_twice_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(engine, lambda notice: None)
    running, most, go_on = 0, 0, asyncio.Event()

    async def slow(progress: object) -> list[object]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await go_on.wait()
        running -= 1
        return []

    monkeypatch.setattr(engine.intake, "sync", slow)
    looks = [asyncio.create_task(runner.sync()) for _ in range(3)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*looks)
    assert most == 1


async def test_a_start_takes_up_what_was_left_and_a_stop_waits(
    engine: Engine, clock: Ticking
) -> None:
    take_in(engine.store, message(remote_id="T1", platform=Platform.INSTAGRAM))
    key = approve(engine.store, approval(engine.store))
    engine.store.write(lambda c: outbox.claim(c, key, POLICY, NOW))
    notices: list[Notice] = []
    runner = Runner(engine, notices.append)
    engine.store.write(lambda c: c.execute("DELETE FROM triage_todo"))
    await runner.start()
    assert engine.desk.get(key).state is State.UNKNOWN
    await asyncio.wait_for(runner.stop(), timeout=5)
    assert not [notice for notice in notices if notice.topic is Topic.TROUBLE]
    assert not engine.intake.rules_changed()
