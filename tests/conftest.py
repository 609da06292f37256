"""A store in a temporary folder and a clock, for every test that wants them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from engage_tui.domain.sla import SlaPolicy
from engage_tui.store.database import Store
from tests.making import POLICY, Ticking

# The same examples in every run, so that a red run means a changed program;
# `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1_000)
settings.load_profile("steady")


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
