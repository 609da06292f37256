"""The practice workspace: the real program against practice platforms, away from all real data."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engage_tui.domain.model import Platform
from engage_tui.engine.engine import Clock, Engine, wall_clock
from engage_tui.engine.lock import InstanceLock
from engage_tui.engine.workspace import DEMO, Workspace, locate
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Connector
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.store import accounts
from engage_tui.store.accounts import Account
from engage_tui.store.database import private_folder

_CONNECTORS: Mapping[Platform, Any] = {
    Platform.YOUTUBE: YouTubeConnector,
    Platform.INSTAGRAM: InstagramConnector,
}
_CONFIG = Path(__file__).parent / "demo.toml"


def open_demo(*, fresh: bool = False, read_only: bool = False, clock: Clock = wall_clock) -> Engine:
    """Open the practice brand, setting it up on first use.

    Args:
        fresh: throw away what was practised so far and begin anew.
        read_only: open as a viewer beside a running demo.
        clock: the present moment.

    Raises:
        Busy: the demo is open elsewhere.
    """
    workspace = locate(DEMO)
    if fresh and workspace.folder.exists():
        InstanceLock(workspace.lock).release()
        shutil.rmtree(workspace.folder)
    if not read_only:
        private_folder(workspace.folder)
        if not workspace.config.exists():
            workspace.config.write_bytes(_CONFIG.read_bytes())
    engine = Engine(
        workspace,
        read_only=read_only,
        clock=clock,
        connect=lambda known: practice_connectors(workspace, known, clock),
    )
    if not read_only and not engine.accounts():
        _connect_accounts(engine)
    return engine


def practice_connectors(
    workspace: Workspace, known: Iterable[Account], clock: Clock
) -> Mapping[int, Connector]:
    """Return the real connectors, on a transport that ends at the practice platforms."""
    from engage_tui.sandbox.brand import TOKENS
    from engage_tui.sandbox.transport import practice_transport
    from engage_tui.sandbox.world import PracticeWorld

    transport = practice_transport(PracticeWorld.open(workspace.practice, now=clock()), clock)
    return {
        account.id: _CONNECTORS[account.platform](
            lambda token=TOKENS[account.platform]: token,
            account=account.handle,
            remote_id=account.remote_id or "",
            transport=transport,
        )
        for account in known
        if account.platform in TOKENS
    }


def _connect_accounts(engine: Engine) -> None:
    from engage_tui.sandbox.brand import BRAND, PRACTICE_ACCOUNTS

    now = engine.clock()
    for account in PRACTICE_ACCOUNTS:
        engine.store.write(
            lambda c, account=account: accounts.connect(  # type: ignore[misc]
                c, account.platform.value, account.handle, account.remote_id, BRAND.name, now
            )
        )
