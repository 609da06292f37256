"""One open workspace: everything that a face needs, wired together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from engage_tui.domain.model import Millis
from engage_tui.engine import config
from engage_tui.engine.desk import Desk
from engage_tui.engine.inbox import Inbox
from engage_tui.engine.intake import Intake
from engage_tui.engine.lock import InstanceLock
from engage_tui.engine.model import Model, chosen_folder
from engage_tui.engine.workspace import Workspace
from engage_tui.platforms.protocol import Connector
from engage_tui.store import accounts
from engage_tui.store.accounts import Account
from engage_tui.store.database import Store

if TYPE_CHECKING:
    from engage_tui.engine.lookalikes import Lookalikes
    from engage_tui.engine.numbers import Numbers
    from engage_tui.replies.sender import Sender

Clock = Callable[[], Millis]


def wall_clock() -> Millis:
    """Return the present moment."""
    return time.time_ns() // 1_000_000


class Engine:
    """The parts of a running program over one workspace.

    Args:
        workspace: whose files are opened.
        read_only: open as a viewer beside the engine that writes.
        clock: the present moment.
        connect: returns the connectors of the connected accounts.

    Raises:
        Busy: another engine writes in this workspace; open it read-only instead.
        ConfigError: the settings are wrong.
        StoreError: the database cannot be used.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        read_only: bool = False,
        clock: Clock = wall_clock,
        connect: Callable[[Iterable[Account]], Mapping[int, Connector]] = lambda accounts: {},
    ) -> None:
        self.workspace = workspace
        self.clock = clock
        self.settings, self.policy = config.load(workspace.config)
        self._lock = None if read_only else InstanceLock(workspace.lock)
        try:
            self.store = Store(workspace.database, read_only=read_only, backups=workspace.backups)
        except BaseException:
            self._release()
            raise
        self._connect = connect
        self.inbox = Inbox(self.store, self.policy, clock)
        self.desk = Desk(self.store, self.settings, self.policy, clock, workspace.folder)
        self.model = Model(self.store, chosen_folder(self.settings, workspace.folder), clock)
        self.intake = Intake(
            self.store, self.settings, self.policy, clock, lambda: self.connectors, self.model
        )
        if not read_only and not self.accounts():
            # Nothing is stored yet, so what comes will be sorted by these settings already.
            self.intake.apply_rules()

    @property
    def viewer(self) -> bool:
        """Whether nothing can be changed from here, because another engine is running."""
        return self.store.read_only

    @cached_property
    def numbers(self) -> Numbers:
        """Figures and goals; the stage behind them is loaded when they are asked for."""
        from engage_tui.engine.numbers import Numbers

        return Numbers(self.store, self.policy, self.clock)

    @cached_property
    def lookalikes(self) -> Lookalikes:
        """Messages that mean much the same; numpy is loaded when they are asked for."""
        from engage_tui.engine.lookalikes import Lookalikes

        return Lookalikes(self.store)

    @cached_property
    def connectors(self) -> Mapping[int, Connector]:
        """The connected accounts; made on first use, so that no start waits for the network."""
        return self._connect(self.accounts())

    def accounts(self) -> list[Account]:
        """Return every account of the brand."""
        return accounts.list_all(self.store.reading)

    def sender(self) -> Sender:
        """Return what takes replies out of the outbox; the caller steps it."""
        from engage_tui.replies.sender import Sender

        return Sender(self.store, self.connectors, self.policy, self.clock)

    def close(self) -> None:
        """Finish what is being written and let the next engine in."""
        self.model.close()
        self.store.close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
