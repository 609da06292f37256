"""The scale campaign: `python -m tests.bench --messages 1000000 [--small 1000] [--ingest 200000]`.

Prints each law with its measured figures and exits 1 when one is broken. A million messages take
about ten minutes and one gigabyte of disk.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import ingest, paging


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--ingest", type=int, default=200_000, help="messages for the rate")
    parser.add_argument(
        "--folder", type=Path, help="where to work; a temporary folder if not given"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = Path(temporary)
        laws = [_rate(folder, options.ingest), *_scale(folder, options.small, options.messages)]
    for kept, sentence in laws:
        print(f"{'kept  ' if kept else 'BROKEN'}  {sentence}")
    return 0 if all(kept for kept, _ in laws) else 1


def _rate(folder: Path, count: int) -> tuple[bool, str]:
    figures = ingest.measure(folder / "rate", count)
    return figures.ratio >= 0.5, (
        f"ingest of {count:,}: {count / figures.ours:,.0f} messages a CPU second,"
        f" {figures.ratio:.2f} of a bare executemany (at least 0.50)"
    )


def _scale(folder: Path, small: int, large: int) -> list[tuple[bool, str]]:
    pages, consoles = [], []
    for count in (small, large):
        store = ingest.fill(folder / str(count) / "engage.db", count)
        pages.append(paging.measure(store))
        store.close()
        consoles.append(_console(folder / str(count)))
    first = pages[1].first / pages[0].first
    later = pages[1].later / pages[0].later
    before, after = consoles
    return [
        (
            first <= 1.5,
            f"first page: {pages[0].first} steps, {pages[0].milliseconds:.1f} ms at {small:,};"
            f" {pages[1].first} steps, {pages[1].milliseconds:.1f} ms at {large:,}:"
            f" {first:.2f} times (at most 1.5)",
        ),
        (later <= 1.5, f"rows for a page in the middle: {later:.2f} times (at most 1.5)"),
        (
            after["lines"] <= 1.5 * max(before["lines"], 2)
            and after["statements"] <= 1.5 * max(before["statements"], 1),
            f"cursor move: {before['lines']:.1f} lines, {before['statements']:.1f} statements,"
            f" {before['milliseconds']:.1f} ms CPU at {before['rows']:,.0f} rows;"
            f" {after['lines']:.1f} lines, {after['statements']:.1f} statements,"
            f" {after['milliseconds']:.1f} ms at {after['rows']:,.0f} rows",
        ),
        (
            after["memory_mb"] - before["memory_mb"] <= 20,
            f"memory of the console: {before['memory_mb']:.0f} MB and {after['memory_mb']:.0f} MB:"
            f" {after['memory_mb'] - before['memory_mb']:+.0f} MB (at most +20)",
        ),
    ]


def _console(folder: Path) -> dict[str, float]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.console", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    figures: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    sys.exit(main())
