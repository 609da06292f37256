"""What the console costs on a workspace of any size: run as a process of its own, prints JSON.

`python -m tests.bench.console FOLDER` opens the console on the database in a folder, moves the
cursor through the list, and tells the work of one move and the memory of the process.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engage_tui.engine.engine import Engine
from engage_tui.engine.workspace import Workspace
from engage_tui.store import database
from engage_tui.tui.app import EngageApp
from engage_tui.tui.widgets.message_list import MessageList
from tests.bench.corpus import END

MOVES = 20


class _Counts:
    """Statements that SQLite runs and lines that the list draws."""

    def __init__(self) -> None:
        self.statements = 0
        self.lines = 0

    def watch(self) -> None:
        """Count in every connection and every list from now on."""
        connect = database._connect
        render: Callable[..., Any] = MessageList.render_line

        def traced(*arguments: Any, **options: Any) -> database.Connection:
            connection = connect(*arguments, **options)
            connection.set_trace_callback(self._statement)
            return connection

        def drawn(widget: MessageList, y: int) -> Any:
            self.lines += 1
            return render(widget, y)

        database._connect = traced
        MessageList.render_line = drawn  # type: ignore[method-assign, assignment]

    def _statement(self, text: str) -> None:
        self.statements += 1


async def _measure(folder: Path) -> dict[str, float]:
    counts = _Counts()
    counts.watch()
    engine = Engine(Workspace("bench", folder), clock=lambda: END)
    app = EngageApp(engine, background=False)
    async with app.run_test(size=(140, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        listed = app.screen.query_one(MessageList)
        await pilot.press("j", "j")
        await app.workers.wait_for_complete()
        lines, statements, begun = counts.lines, counts.statements, time.process_time()
        for _ in range(MOVES):
            await pilot.press("j")
        seconds = time.process_time() - begun
        moved = {
            "lines": (counts.lines - lines) / MOVES,
            "statements": (counts.statements - statements) / MOVES,
            "milliseconds": 1_000 * seconds / MOVES,
        }
        await pilot.press("G")
        await app.workers.wait_for_complete()
        await pilot.pause()
        result = {"rows": float(len(listed.ids)), **moved, "memory_mb": _resident()}
    engine.close()
    return result


def _resident() -> float:
    """Return the memory of this process in megabytes, at its peak."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would tell the peak of the process that started this one, where it was higher.
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) / 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_048_576


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(Path(sys.argv[1])))))
