"""Pictures of the console for `docs/`: `python -m tests.pictures docs`.

Opens the practice brand at a fixed time, presses keys, and writes what the screen shows as SVG,
and as PNG where Chromium is installed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from engage_tui.domain.goals import Relevance
from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY, parse_iso
from engage_tui.engine.demo import open_demo
from engage_tui.tui.app import EngageApp

NOW: Millis = parse_iso("2026-11-20T10:00:00Z")
GOAL = "Answer more of those who write"
SIZES = ((80, 24), (140, 40))
SCENES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("inbox", ("j", "j")),
    ("explain", ("w",)),
    ("templates", ("escape", "semicolon")),
    ("kpi", ("escape", "escape", "g", "k")),
    ("goals", ("g", "o")),
    ("help", ("g", "i", "question_mark")),
)


async def draw(folder: Path) -> None:
    """Write every scene at every size into the folder."""
    for width, height in SIZES:
        with open_demo(fresh=True, clock=lambda: NOW) as engine:
            await engine.intake.sync()
            await asyncio.to_thread(engine.intake.triage)
            month = NOW + 30 * DAY
            engine.numbers.set_goal(
                "reply_rate", "+5 %", month, "Ann", relevance=Relevance.RETENTION, title=GOAL
            )
            app = EngageApp(engine, background=False)
            async with app.run_test(size=(width, height)) as pilot:
                for name, keys in SCENES:
                    await _settle(pilot)
                    await pilot.press(*keys)
                    await _settle(pilot)
                    path = folder / f"{name}-{width}x{height}.svg"
                    path.write_text(app.export_screenshot(), encoding="utf-8")
                    _rasterise(path)


async def _settle(pilot: Pilot[None]) -> None:
    # Not until all workers have ended: the one behind an open dialog waits for its answer.
    await pilot.pause(0.6)


def _rasterise(svg: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        return
    text = svg.read_text(encoding="utf-8")
    width, height = (float(part) for part in text.split('viewBox="0 0 ')[1].split('"')[0].split())
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={tempfile.gettempdir()}/engage-pictures",
            f"--window-size={int(width)},{int(height)}",
            f"--screenshot={svg.with_suffix('.png')}",
            svg.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    svg.unlink()


def main() -> None:
    """Draw into the folder given."""
    folder = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as home:
        os.environ["ENGAGE_HOME"] = home
        asyncio.run(draw(folder))


if __name__ == "__main__":
    main()
