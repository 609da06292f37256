"""An open engine over an empty workspace, with an Instagram account that can be written to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engage_tui.domain.model import Platform
from engage_tui.engine.engine import Engine
from engage_tui.engine.workspace import Workspace
from tests.making import Ticking, connect


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace("default", tmp_path / "home")


@pytest.fixture
def engine(workspace: Workspace, clock: Ticking) -> Iterator[Engine]:
    with Engine(workspace, clock=clock) as opened:
        connect(opened.store, Platform.INSTAGRAM)
        yield opened
