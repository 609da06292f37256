"""The real connectors in front of the practice platforms, on a clock that is told the time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engage_tui.domain.model import Millis, Platform
from engage_tui.domain.timestamps import DAY
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Connector
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.sandbox.brand import PRACTICE_ACCOUNTS
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.transport import practice_transport
from engage_tui.sandbox.world import PracticeWorld
from engage_tui.store import accounts
from engage_tui.store.accounts import Account
from engage_tui.store.database import Store
from tests.making import Ticking

_CONNECTORS = {Platform.YOUTUBE: YouTubeConnector, Platform.INSTAGRAM: InstagramConnector}


class Practice:
    """A practice world with its two accounts connected in a store."""

    def __init__(
        self, folder: Path, store: Store, clock: Ticking, *, every: Millis = 365 * DAY
    ) -> None:
        self.world = PracticeWorld.open(folder / "practice.jsonl", now=clock.now, every=every)
        self.faults = Faults(seed=1)
        self.transport = practice_transport(self.world, clock, self.faults)
        self.tokens = {account.platform: account.token for account in PRACTICE_ACCOUNTS}
        for account in PRACTICE_ACCOUNTS:
            store.write(
                lambda c, a=account: accounts.connect(  # type: ignore[misc]
                    c, a.platform.value, a.handle, a.remote_id, "", clock.now
                )
            )
        self.accounts: Mapping[Platform, Account] = {
            account.platform: account for account in accounts.list_all(store.reading)
        }
        self.connectors: Mapping[Platform, Connector] = {
            platform: _CONNECTORS[platform](
                lambda platform=platform: self.tokens[platform],  # type: ignore[misc]
                account=account.handle,
                remote_id=account.remote_id or "",
                transport=self.transport,
            )
            for platform, account in self.accounts.items()
        }

    def by_account(self) -> dict[int, Connector]:
        """Return the connectors by local account key, as the sender wants them."""
        return {self.accounts[p].id: connector for p, connector in self.connectors.items()}
