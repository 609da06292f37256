"""The first frame shows what is stored before anything that talks to a network is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.tui.inboxes import waiting, workspace

MOST_MODULES = 560
"""Textual alone brings some 430; what comes above are our own and the standard library's."""
LATER = {
    "anyio",
    "apscheduler",
    "httpx",
    "keyring",
    "numpy",
    "onnxruntime",
    "starlette",
}

SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from engage_tui.engine.engine import Engine
from engage_tui.engine.workspace import Workspace
from engage_tui.tui.app import EngageApp

async def main():
    with Engine(Workspace("inbox", Path(sys.argv[1])), clock=lambda: int(sys.argv[2])) as engine:
        app = EngageApp(engine, background=False)
        async with app.run_test(size=(140, 40)) as pilot:
            await pilot.pause()  # on a busy machine the list may not have its size yet
            listing = app.screen.listing
            shown = listing.render_line(0).text
            print(json.dumps([shown, len(sys.modules), sorted(sys.modules)]))

asyncio.run(main())
"""


def test_the_stored_state_is_there_before_any_network_module(tmp_path: Path) -> None:
    with workspace(tmp_path, *waiting(300)) as engine:
        now = engine.clock()
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "home"), str(now)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    line, count, modules = json.loads(told.stdout)
    assert "@person0" in line
    assert not LATER.intersection(modules)
    assert "engage_tui.tui.screens.kpi" not in modules
    assert count <= MOST_MODULES
