"""Makes the triage model again from the public sets and the written messages.

From the folder of the repository: `python -m models.training.train --data FOLDER`. Seeds are
fixed, so the same data and libraries give the same model.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.triage.features import NGrams, normalise
from models.training import export, figures, languages, projection, sources
from models.training.fit import Head, calibrate, fit, matrix
from models.training.sources import Lesson

NAME = "ngrams"
VERSION = "2026.11.1"
NGRAMS = NGrams(buckets=2**18, words=2, shortest=3, longest=5)
LEAST_LANGUAGE = 0.5

ORDER: dict[str, Sequence[str]] = {
    "intent": [intent.value for intent in Intent],
    "sentiment": [sentiment.value for sentiment in Sentiment],
    "toxicity": ["0", "1"],
    "spam": ["0", "1"],
    "language": languages.LANGUAGES,
}
STRENGTH = {"intent": 30.0, "sentiment": 2.0, "toxicity": 2.0, "spam": 10.0, "language": 10.0}
ROUNDS = {"intent": 80, "sentiment": 80, "toxicity": 80, "spam": 80, "language": 35}
EVENNESS = 0.7
"""How far rare intents are raised: 0 leaves them, 1 makes all equal."""

_PUNCTUATION = re.compile(r"[\W_]+|\bhttp\b|\buser\b")


def main() -> None:
    """Read, fit, calibrate, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    parser.add_argument("--pairs", type=Path, help="sentence pairs [DATA/../parallel]")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1])
    options = parser.parse_args()
    began = time.monotonic()
    lessons = sources.read(options.data)
    pairs = options.pairs or options.data.parent / "parallel"
    projection.teach(lessons, pairs)
    languages.teach(lessons, pairs)
    heads: dict[str, Head] = {}
    report: dict[str, object] = {}
    for name, order in ORDER.items():
        heads[name], report[name] = learn(name, order, lessons.heads[name])
        print(f"{time.monotonic() - began:6.0f} s  {name}", flush=True)
        print(json.dumps(report[name], indent=1), flush=True)
    (options.out / "training").mkdir(parents=True, exist_ok=True)
    export.write(options.out, heads, NGRAMS, NAME, VERSION, LEAST_LANGUAGE)
    (options.out / "training" / "figures.json").write_text(
        json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def learn(name: str, order: Sequence[str], lessons: Sequence[Lesson]) -> tuple[Head, object]:
    """Fit one head on what is not held out, calibrate and measure it on what is."""
    train, dev = apart(lessons)
    if name in ("intent", "sentiment"):
        train = balanced(train)
    features = matrix([lesson.text for lesson in train], NGRAMS)
    head = fit(
        features,
        [lesson.label for lesson in train],
        [lesson.weight for lesson in train],
        order,
        STRENGTH[name],
        ROUNDS[name],
    )
    # What the program works with is the packed weights, so those are measured.
    head.weights = export.unpack(*export.pack(head.weights))
    scores = matrix([lesson.text for lesson in dev], NGRAMS) @ head.weights + head.bias
    # The sets' intents are far from an inbox (one label each, or tidy templates).
    even = figures.even_weights(dev, only="written" if name == "intent" else "")
    calibrate(head, scores, [lesson.label for lesson in dev], even)
    factor = 1 / head.calibration["temperature"]
    return head, figures.measure(head, scores * factor + head.calibration["shift"], dev)


def apart(lessons: Sequence[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Part training from held-out lessons, each text once; no held-out text is trained on."""
    dev = {_bare(lesson.text): lesson for lesson in lessons if lesson.dev}
    train = {
        text: lesson
        for lesson in lessons
        if not lesson.dev and lesson.weight and (text := _bare(lesson.text)) not in dev
    }
    return list(train.values()), list(dev.values())


def _bare(text: str) -> str:
    """Return what remains of a text when punctuation is gone, which sets write differently."""
    words = normalise(text)
    return _PUNCTUATION.sub("", words) or words


def balanced(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Give the labels of each language nearly the same mass.

    Otherwise a language whose only public set is about abuse would itself look like abuse.
    """
    mass: defaultdict[tuple[str, str], float] = defaultdict(float)
    for lesson in lessons:
        mass[lesson.lang[:2], lesson.label] += lesson.weight
    most = {lang: max(mass[key] for key in mass if key[0] == lang) for lang, _ in mass}
    factors = {key: float((most[key[0]] / found) ** EVENNESS) for key, found in mass.items()}
    return [
        replace(lesson, weight=lesson.weight * factors[lesson.lang[:2], lesson.label])
        for lesson in lessons
    ]


if __name__ == "__main__":
    main()
