"""Figures and goals, asked of the metrics stage for the open workspace."""

from __future__ import annotations

from collections.abc import Callable

from engage_tui.domain.model import Millis
from engage_tui.domain.sla import SlaPolicy
from engage_tui.store.database import Store


class Numbers:
    """Filled in once metrics is there."""

    def __init__(self, store: Store, policy: SlaPolicy, clock: Callable[[], Millis]) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
