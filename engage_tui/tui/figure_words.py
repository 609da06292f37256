"""How the console writes figures: changes, trends, progress, and what each row behind one says."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from engage_tui.domain.figures import Figure, show
from engage_tui.domain.goals import change
from engage_tui.domain.kpi import Better, Kpi, Unit
from engage_tui.domain.model import Millis
from engage_tui.domain.samples import Sample
from engage_tui.domain.timestamps import DAY, SECOND, short_duration
from engage_tui.metrics.explaining import heading
from engage_tui.tui.widgets.table import Cell
from engage_tui.tui.words import NAMES, local, plain

GOOD = "$text-success"
BAD = "$text-error"
QUIET = "$foreground-muted"

_BLOCKS = "▁▂▃▄▅▆▇█"
_BARS = f" {_BLOCKS}"
_NO_VALUE = "·"


def sparkline(values: Sequence[float | None]) -> str:
    """Draw values from the lowest to the highest, one cell each; a dot where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return _NO_VALUE * len(values)
    low, spread = min(known), max(known) - min(known)

    def block(value: float) -> str:
        share = (value - low) / spread if spread else 0.0
        return _BLOCKS[round(share * (len(_BLOCKS) - 1))]

    return "".join(_NO_VALUE if value is None else block(value) for value in values)


def day_chart(values: Sequence[float | None], unit: Unit, end: Millis, height: int) -> Content:
    """Draw a bar from zero for each day, with its value and its date below.

    Args:
        values: one for each day, the oldest first.
        unit: what they are measured in.
        end: when the last day ends.
        height: lines of the highest bar.
    """
    most = max((value for value in values if value is not None), default=0.0) or 1.0
    eighths = [round((value or 0.0) / most * height * 8) for value in values]
    lines = []
    for floor in range((height - 1) * 8, -1, -8):
        bars = (_BARS[min(max(filled - floor, 0), 8)] * 5 for filled in eighths)
        lines.append(Content.styled("  ".join(bars), "$primary"))
    said = (show(value, unit).replace(" %", "%") for value in values)
    dates = (local(end - ago * DAY - 1) for ago in reversed(range(len(values))))
    return Content("\n").join(
        [
            *lines,
            Content(" ".join(f"{text:^6}" for text in said)),
            Content.styled(" ".join(f"{f'{date:%a} {date.day}':^6}" for date in dates), QUIET),
        ]
    )


def progress_bar(progress: float, expected: float, width: int) -> str:
    """Draw the share of the way; `│` stands where it should have come to by now."""
    filled = round(min(max(progress, 0.0), 1.0) * width)
    mark = min(round(expected * width), width - 1)
    bar = "█" * filled + "░" * (width - filled)
    return f"{bar[:mark]}│{bar[mark + 1 :]}"


def difference(amount: float, unit: Unit) -> str:
    """Write how far two values are apart, without a sign: `2.1 pp`, `36m`, `14`."""
    amount = abs(amount)
    if unit is Unit.PERCENT:
        return f"{amount:.1f} pp"
    if unit is Unit.SECONDS:
        return short_duration(round(amount * SECOND))
    return f"{amount:,.0f}"


def change_cell(now: Figure, before: Figure) -> Cell:
    """Say how a figure moved: `▲ 2.1 pp better`; only the word tells good from bad for sure."""
    if now.value is None or before.value is None:
        return Cell("–", QUIET)
    moved = change(before.value, now.value)
    if now.kpi.unit is Unit.PERCENT or moved.relative is None:
        size = difference(moved.absolute, now.kpi.unit)
    else:
        size = f"{abs(moved.relative) * 100:,.0f} %"
    if not any(digit in size for digit in "123456789"):
        return Cell("same", QUIET)
    arrow = "▲" if moved.absolute > 0 else "▼"
    if now.kpi.better is Better.NEITHER:
        return Cell(f"{arrow} {size}")
    better = (moved.absolute > 0) == (now.kpi.better is Better.UP)
    return Cell(f"{arrow} {size} {'better' if better else 'worse'}", GOOD if better else BAD)


def proof(figure: Figure) -> Content:
    """Return the formula of a figure, the numbers put in, and its inputs."""
    _, formula, worked, *_ = heading(figure)
    inputs = ", ".join(f"{plain(name)} {_input(name, n)}" for name, n in figure.inputs.items())
    return Content.styled("\n".join(filter(None, (formula, worked, inputs))), QUIET)


def _input(name: str, value: float) -> str:
    if name.startswith("lateness"):
        return show(value, Unit.SECONDS)
    return show(value, Unit.PERCENT if name.endswith("_share") else Unit.COUNT)


def narrowed(figure: Figure) -> str:
    """Say what a figure is for: `last 7 days, YouTube, people`."""
    names = {**NAMES, "human": "people", "automation": "automation"}
    told = [f"last {figure.window.removesuffix('d')} days"]
    return ", ".join(told + [names.get(value, plain(value)) for value in figure.segment.values()])


def outcome(kpi: Kpi, sample: Sample) -> Cell:
    """Say what became of one thing that a figure counts, or why it was left out."""
    told = [plain(kind) for kind in sample.kinds]
    if sample.length is not None:
        after = f"{kpi.ends} after" if sample.due is None else "late by"
        told.insert(0, f"{after} {short_duration(sample.length)}")
    if not sample.counted:
        return Cell(f"left out: {', '.join(told)}", QUIET)
    if not told:
        told.append(kpi.verdict[not sample.hit])
    return Cell(", ".join(filter(None, told)) or "counted")


def day_and_time(moment: Millis) -> str:
    """Write a moment of the last weeks in at most twelve cells: `21 Nov 14:02`."""
    shown = local(moment)
    return f"{shown.day} {shown:%b %H:%M}"
