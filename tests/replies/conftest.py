"""A desk whose platform lists what it was given."""

from __future__ import annotations

import pytest

from engage_tui.platforms.protocol import RepeatClass
from engage_tui.store.database import Store
from tests.making import Ticking
from tests.replies.desk import Desk


@pytest.fixture
def desk(store: Store, clock: Ticking) -> Desk:
    return Desk(store, clock, RepeatClass.LISTED)
