"""Measures a model on the held-out rows: `python -m models.training.measure --data FOLDER`.

Calibration is told on rows that it was not found on: each half of the held-out rows is read with
the numbers found on the other half.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engage_tui.triage.calibration import Calibration
from engage_tui.triage.classifier import Classifier
from engage_tui.triage.contract import HEADS, columns, read_contract
from models.training import figures, goals, honest
from models.training.figures import FEWEST, Figures
from models.training.goals import Told
from models.training.lessons import Held, held_out
from models.training.sources import chance

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """Held-out rows of one head with what the model makes of them."""

    held: Held
    scores: Floats
    languages: list[str]
    """As the model read them."""

    @property
    def mass(self) -> NDArray[np.float64]:
        """Weights under which every set and language counts the same, whatever its size."""
        groups = list(zip(self.held.sources, self.held.languages, strict=True))
        sizes = Counter(groups)
        return np.array([1 / sizes[group] for group in groups])

    @property
    def half(self) -> NDArray[np.bool_]:
        """One half of the rows, by chance but always the same."""
        return np.array([chance(text, "half") < 0.5 for text in self.held.texts])


def read(folder: Path, held: Mapping[str, Held]) -> dict[str, Read]:
    """Put the held-out rows of every head through a model."""
    contract = read_contract(folder)
    classifier, calibration = Classifier(folder), Calibration(contract)
    own = columns(len(contract.languages))
    found = {}
    for head in HEADS:
        readings = classifier.read(held[head].texts)
        scores = readings.scores
        chances = calibration.languages(scores)
        likely = chances.argmax(axis=1)
        languages = [
            contract.languages[place] if chances[row, place] >= contract.least_language else "und"
            for row, place in enumerate(likely)
        ]
        found[head] = Read(held[head], scores[:, own[head]], languages)
    return found


def calibrate(found: Mapping[str, Read]) -> dict[str, dict[str, honest.Scale]]:
    """Return the numbers that make each head's scores honest."""
    return {
        head: {"": honest.scale(some.scores, some.held.truth, some.mass, None)}
        if head == "language"
        else honest.scales(some.scores, some.held.truth, some.mass, some.languages)
        for head, some in found.items()
    }


def told(head: str, some: Read) -> Told:
    """Return the rows with probabilities by numbers that were found on other rows."""
    languages = ["" for _ in some.languages] if head == "language" else some.languages
    chances = honest.across(some.scores, some.held.truth, some.mass, languages, some.half)
    return Told(
        np.array(some.held.sources), np.array(some.held.languages), some.held.truth, chances
    )


def report(told: Mapping[str, Told]) -> dict[str, dict[str, Figures]]:
    """Return the figures of each head, over all and by set and language."""
    result: dict[str, dict[str, Figures]] = {}
    for head, some in told.items():
        result[head] = {"all": figures.measure(some.chances, some.truth)}
        names = set(zip(some.sources.tolist(), some.languages.tolist(), strict=True))
        for source, language in sorted(names):
            part = some.of(source, language=language)
            if len(part.truth) >= FEWEST:
                result[head][f"{source} {language}"] = figures.measure(part.chances, part.truth)
    return result


def main() -> None:
    """Read the held-out rows, put them through a model, print what it reaches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    parser.add_argument("--pairs", type=Path, help="sentence pairs [DATA/../parallel]")
    parser.add_argument("--model", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--json", action="store_true", help="all figures, by set and language")
    options = parser.parse_args()
    held = held_out(options.data, options.pairs or options.data.parent / "parallel")
    found = {head: told(head, some) for head, some in read(options.model, held).items()}
    if options.json:
        print(json.dumps(report(found), indent=1, ensure_ascii=False))
    else:
        print(goals.table(goals.reached(found)))


if __name__ == "__main__":
    main()
