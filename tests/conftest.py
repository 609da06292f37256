"""A store in a temporary folder and a clock, for every test that wants them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engage_tui.domain.sla import SlaPolicy
from engage_tui.store.database import Store
from tests.making import POLICY, Ticking


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "home" / "engage.db")
    yield opened
    opened.close()


@pytest.fixture
def policy() -> SlaPolicy:
    return POLICY


@pytest.fixture
def clock() -> Ticking:
    return Ticking()
