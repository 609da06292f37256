"""Everything that can be sent, through the real connectors to the practice platforms."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engage_tui.domain.model import ActionKind, Kind, Platform
from engage_tui.domain.outbox import State
from engage_tui.domain.settings import Sync
from engage_tui.replies import compose
from engage_tui.replies.sender import Sender
from engage_tui.sandbox.faults import Fault
from engage_tui.store import conversations, outbox
from engage_tui.store.actions import OutboxRow
from engage_tui.store.database import Store
from engage_tui.sync.fetch import AccountSync
from tests.making import POLICY, Ticking, approval, approve
from tests.practising import Practice

EVERYTHING = [
    (platform, kind, action)
    for platform, kind, actions in (
        (Platform.YOUTUBE, Kind.COMMENT, (ActionKind.REPLY, ActionKind.HOLD, ActionKind.REJECT)),
        (
            Platform.INSTAGRAM,
            Kind.COMMENT,
            (ActionKind.REPLY, ActionKind.PRIVATE_REPLY, ActionKind.HIDE, ActionKind.DELETE),
        ),
        (Platform.INSTAGRAM, Kind.DM, (ActionKind.DM,)),
    )
    for action in actions
]
UNCLEAR = (Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER)


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store into which both platforms were read."""
    folder, clock = tmp_path_factory.mktemp("synced"), Ticking()
    store = Store(folder / "engage.db")
    practice = Practice(folder, store, clock)
    for platform, connector in practice.connectors.items():
        look = AccountSync(store, connector, practice.accounts[platform], POLICY, Sync(), clock)
        assert not asyncio.run(look.run()).problem
    store.close()
    return folder


@pytest.fixture
def store(synced: Path, tmp_path: Path) -> Iterator[Store]:
    folder = shutil.copytree(synced, tmp_path / "synced")
    opened = Store(folder / "engage.db")
    yield opened
    opened.close()


@pytest.fixture
def practice(store: Store, clock: Ticking) -> Practice:
    return Practice(store.path.parent, store, clock)


async def send(store: Store, practice: Practice, clock: Ticking, key: int) -> OutboxRow:
    """Let the outbox come to rest; the first write goes wrong as the faults say."""
    sender = Sender(store, practice.by_account(), POLICY, clock, seed=1)
    await sender.step()
    practice.faults.writes = {}
    for _ in range(20):
        row = outbox.get(store.reading, key)
        if row.next_at is None:
            return row
        clock.now = max(clock.now, row.next_at)
        await sender.step()
    raise AssertionError("the outbox did not come to rest")


@pytest.mark.parametrize("fault", [None, *UNCLEAR])
@pytest.mark.parametrize(("platform", "kind", "action"), EVERYTHING)
async def test_each_action_has_one_effect_whatever_the_answer_was(
    store: Store,
    practice: Practice,
    clock: Ticking,
    platform: Platform,
    kind: Kind,
    action: ActionKind,
    fault: Fault | None,
) -> None:
    found = store.reading.execute(
        "SELECT id FROM conversation WHERE lane = 'needs_reply' AND kind = ? AND account_id = ?"
        " ORDER BY received_at DESC LIMIT 1",
        (kind.value, practice.accounts[platform].id),
    ).fetchone()
    asked = conversations.get(store.reading, found["id"])
    lead = compose.lead_message(asked)
    given = approval(
        store,
        "It is “back”." if action.writes_text else "",
        thread=asked.remote_id,
        answers=lead.remote_id,
        kind=action,
        at=clock.now,
        target=compose.target(asked, lead, action),
    )
    key = approve(store, given, at=clock.now)
    practice.faults.writes = {fault: 1.0} if fault else {}
    row = await send(store, practice, clock, key)
    assert row.state is State.SENT
    assert len(practice.world.effects) == 1
    effect = practice.world.effects[0]
    assert effect.text == given.body
    if action.writes_text:
        assert effect.id == row.remote_id
    else:
        assert row.remote_id == lead.remote_id
        shown = conversations.get(store.reading, found["id"]).messages
        assert [m.visibility for m in shown if m.id == lead.id] != ["visible"]
