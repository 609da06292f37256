"""An empty inbox for each test."""

from __future__ import annotations

import pytest

from engage_tui.store.database import Store
from tests.metrics.inbox import Inbox


@pytest.fixture
def inbox(store: Store) -> Inbox:
    return Inbox(store)
