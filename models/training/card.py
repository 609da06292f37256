"""Puts the figures into the model's card, between the marks that the card holds for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from models.training import figures, goals
from models.training.figures import Figures
from models.training.goals import Told

_MARKS = re.compile(r"(<!-- figures -->\n).*(<!-- end of figures -->)", re.DOTALL)
_BAR = 20


def write(
    path: Path,
    told: Mapping[str, Told],
    reports: Mapping[str, Mapping[str, Figures]],
) -> None:
    """Replace what stands between the marks.

    Raises:
        ValueError: the card has no marks.
    """
    card = path.read_text(encoding="utf-8")
    if not _MARKS.search(card):
        raise ValueError(f"{path} has no place for figures")
    parts = [
        "What the model is to reach, and what it does:",
        "",
        goals.table(goals.reached(told)),
        "",
    ]
    for head, groups in reports.items():
        parts += [f"### {head.capitalize()}", "", *_table(groups), ""]
        parts += [*_reliability(told[head]), ""]
    text = "\n".join(parts)
    path.write_text(_MARKS.sub(lambda marks: marks[1] + text + marks[2], card), encoding="utf-8")


def _table(groups: Mapping[str, Figures]) -> list[str]:
    """Return the figures of one head: rows by set and language, the 95 % interval behind each."""
    shown = [
        (key, title)
        for key, title in (
            ("accuracy", "accuracy"),
            ("macro_recall", "macro recall"),
            ("macro_f1", "macro F1"),
            ("auc", "AUC"),
            ("f1", "F1"),
            ("ece", "calibration error"),
        )
        if any(key in group for group in groups.values())
    ]
    lines = [
        f"| rows | n | {' | '.join(title for _, title in shown)} |",
        "|---|---|" + "---|" * len(shown),
    ]
    for name, group in groups.items():
        cells = [_cell(group, key) for key, _ in shown]
        lines.append(f"| {name} | {group['rows']:.0f} | {' | '.join(cells)} |")
    return lines


def _cell(group: Figures, key: str) -> str:
    if key not in group:
        return "–"
    edges = group.get(f"{key}_interval")
    behind = f" ({edges[0]:.2f}–{edges[1]:.2f})" if isinstance(edges, list) else ""
    return f"{group[key]:.3f}{behind}"


def _reliability(told: Told) -> list[str]:
    """Draw how often answers of each confidence are right; the stroke is where they should end."""
    lines = ["```", "said   right  rows"]
    for _, said, share, count in figures.reliability(told.chances.max(axis=1), told.right):
        bar = ["█" if place < round(share * _BAR) else "·" for place in range(_BAR + 1)]
        bar[round(said * _BAR)] = "│"
        lines.append(f"{said:.2f}   {share:.2f}  {count:5}  {''.join(bar)}")
    return [*lines, "```"]
