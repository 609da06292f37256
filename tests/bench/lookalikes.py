"""How well messages are grouped, and what a search costs: `python -m tests.bench.lookalikes`.

`--tune` looks for the constants of `engage_tui/triage/grouping.py` on the worlds of the split
`tune` and prints them; the figures are always those of `dev`, whose topics are other ones.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engage_tui.triage import Classifier, grouping
from engage_tui.triage.lookalikes import EmbeddingIndex, decode, encode

WRITTEN = Path(__file__).parents[2] / "models" / "training" / "written" / "same_question.txt"
GOAL = 0.80
_WEIGHTS = (0.0, 0.1, 0.2, 0.3)
_LEAST = np.arange(0.20, 0.92, 0.02)


class Line(NamedTuple):
    """A written message; `group` is None where nothing else asks the same."""

    split: str
    world: str
    group: int | None
    language: str
    text: str


class Score(NamedTuple):
    """How well the pairs within groups were found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 0 where nothing was right."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def read(path: Path = WRITTEN) -> list[Line]:
    """Return the written messages."""
    found: list[Line] = []
    split = world = ""
    group: int | None = None
    groups = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "=":
            split, world = rest.split(" ", 1)
        elif mark == "?":
            group = groups = groups + 1
        elif mark == "-":
            group = None
        elif line and mark != ";":
            found.append(Line(split, world, group, mark, rest.split(" ", 1)[1]))
    return found


def pairs(groups: Iterable[Sequence[int]]) -> set[tuple[int, int]]:
    """Return every pair within a group."""
    return {
        (min(one, other), max(one, other))
        for group in groups
        for at, one in enumerate(group)
        for other in group[at + 1 :]
    }


def judge(found: Iterable[Sequence[int]], wanted: Iterable[Sequence[int]]) -> Score:
    """Compare groups pair by pair."""
    ours, theirs = pairs(found), pairs(wanted)
    right = len(ours & theirs)
    return Score(right / max(1, len(ours)), right / max(1, len(theirs)))


class Split:
    """The messages of one split as the model reads them."""

    def __init__(self, lines: Sequence[Line], classifier: Classifier) -> None:
        self.lines = lines
        self.texts = [line.text for line in lines]
        readings = classifier.read(self.texts)
        self.vectors = decode([row.tobytes() for row in encode(readings.embeddings)])
        self.wants: list[tuple[str | None, float]] = [
            (one.intent.value, one.intent_confidence)
            for one in classifier.triage(readings, self.texts)
        ]

    def wanted(self, chosen: Callable[[Line], bool] = lambda line: True) -> list[list[int]]:
        """Return the written groups, of the chosen lines."""
        found: dict[int, list[int]] = {}
        for number, line in enumerate(self.lines):
            if line.group is not None and chosen(line):
                found.setdefault(line.group, []).append(number)
        return list(found.values())

    def found(self, least: float, weight: float) -> list[list[int]]:
        """Return the groups that the program makes of each world, which is one brand's inbox."""
        return [
            [rows[place] for place in group]
            for rows in self.worlds().values()
            for group in grouping.questions(
                self.vectors[rows],
                [self.texts[row] for row in rows],
                [self.wants[row] for row in rows],
                least,
                weight,
            )
        ]

    def worlds(self) -> dict[str, list[int]]:
        """Return the rows of each world."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self.lines):
            found.setdefault(line.world, []).append(number)
        return found


def tune(split: Split) -> tuple[float, float]:
    """Return the least likeness and the weight of the intent that group a split best."""
    wanted = split.wanted()
    tried = [
        (judge(split.found(float(least), weight), wanted).f1, -weight, round(float(least), 2))
        for weight in _WEIGHTS
        for least in _LEAST
    ]
    _, weight, least = max(tried)
    return least, -weight


def search_milliseconds(count: int, width: int = 384) -> float:
    """Return the CPU time of one search among so many messages."""
    chosen = np.random.default_rng(1)
    index = EmbeddingIndex()
    codes: NDArray[np.int8] = chosen.integers(-127, 128, (count, width)).astype(np.int8)
    index.add(np.arange(count), codes)
    begun = time.process_time()
    for row in range(5):
        index.nearest(codes[row].tobytes(), 10)
    return (time.process_time() - begun) / 5 * 1_000


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="look for better constants first")
    parser.add_argument("--model", type=Path, help="folder of another model")
    options = parser.parse_args()
    classifier = Classifier(options.model)
    lines = read()
    parts = {
        name: Split([line for line in lines if line.split == name], classifier)
        for name in ("tune", "dev")
    }
    least, weight = grouping.SAME_QUESTION, grouping.SAME_INTENT
    if options.tune:
        least, weight = tune(parts["tune"])
        print(f"SAME_QUESTION = {least}\nSAME_INTENT = {weight}")
    for name, part in parts.items():
        score = judge(part.found(least, weight), part.wanted())
        print(
            f"{name}: F1 {score.f1:.3f}, precision {score.precision:.3f},"
            f" recall {score.recall:.3f}, {len(part.lines)} messages"
        )
    dev = parts["dev"]
    found = dev.found(least, weight)
    for world, rows in dev.worlds().items():
        here = set(rows)
        score = judge(
            [group for group in found if here.issuperset(group)],
            dev.wanted(lambda line, world=world: line.world == world),  # type: ignore[misc]
        )
        print(f"  {world}: F1 {score.f1:.3f}")
    print(f"search among 100,000: {search_milliseconds(100_000):.0f} ms CPU")
    reached = judge(found, dev.wanted()).f1
    print(f"{'kept  ' if reached >= GOAL else 'BROKEN'}  F1 on dev {reached:.3f} (at least {GOAL})")
    return 0 if reached >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
