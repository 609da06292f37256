"""A tiny model with random weights: fast to make, and of the same shape as the real one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.triage.contract import HEADS
from engage_tui.triage.features import NGrams, normalise
from engage_tui.triage.pieces import SPECIAL, WINDOW, Pieces

ROOT = Path(__file__).parents[2]
# The training scripts are part of the repository, not of the installed package.
sys.path.insert(0, str(ROOT))

from models.training import export  # noqa: E402
from models.training.reference import Floats  # noqa: E402

LANGUAGES = ("en", "pl", "zh-Hans", "und")
WIDTHS = {"intent": len(Intent), "sentiment": len(Sentiment), "toxicity": 1, "spam": 1}
COLUMNS = sum(WIDTHS.values()) + len(LANGUAGES)
NGRAMS = NGrams(buckets=2**12)
WIDTH, INNER, LAYERS, ATTENTION_HEADS = 32, 64, 2, 4
TEXTS = [
    "how much is the blue one?",
    "❤️❤️",
    "多少錢",
    "kiedy będzie paczka",
    "x" * 9_000,
    "ok",
    "love it " * 40,
    "@ann https://x.example",
    "a word and another word " * 60,
]


@dataclass(frozen=True)
class TinyModel:
    """A folder with a model, and the parts that it was made of."""

    folder: Path
    parts: export.Parts


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    """Write a model whose weights come from a fixed seed."""
    folder = tmp_path_factory.mktemp("model")
    parts = tiny_parts()
    export.write(folder, parts, "tiny", "1")
    return TinyModel(folder, parts)


def tiny_parts() -> export.Parts:
    """Return the parts of a network of two small layers."""
    chosen = np.random.default_rng(5)

    def some(*shape: int, spread: float) -> Floats:
        return chosen.normal(0, spread, shape).astype(np.float32)

    letters = [*"abcdefghijklmnopqrstuvwxyz?!@", "多", "少", "❤"]
    vocabulary = [*SPECIAL, *letters, *(f"##{letter}" for letter in letters), "how", "much", "word"]
    weights = {
        "encoder.words.weight": some(len(vocabulary), WIDTH, spread=1),
        "encoder.positions": some(WINDOW, WIDTH, spread=0.3),
        "embed.weight": some(WIDTH, WIDTH, spread=0.3),
    }
    norms = ["encoder.norm"]
    for layer in range(LAYERS):
        name = f"encoder.layers.{layer}"
        norms += [f"{name}.mix_norm", f"{name}.shrink_norm"]
        for part, outputs, inputs in (
            ("qkv", 3 * WIDTH, WIDTH),
            ("mix", WIDTH, WIDTH),
            ("grow", INNER, WIDTH),
            ("shrink", WIDTH, INNER),
        ):
            weights[f"{name}.{part}.weight"] = some(outputs, inputs, spread=inputs**-0.5)
            weights[f"{name}.{part}.bias"] = some(outputs, spread=0.1)
    for name in norms:
        weights[f"{name}.weight"] = 1 + some(WIDTH, spread=0.2)
        weights[f"{name}.bias"] = some(WIDTH, spread=0.2)
    for head, labels in WIDTHS.items():
        weights[f"tasks.{head}.look.weight"] = some(1, WIDTH, spread=0.3)
        weights[f"tasks.{head}.score.weight"] = some(labels, WIDTH, spread=0.4)
        weights[f"tasks.{head}.score.bias"] = some(labels, spread=0.4)
    ngrams = some(NGRAMS.buckets, COLUMNS, spread=2)
    ngrams[0] = 0
    return export.Parts(
        weights=weights,
        vocabulary=vocabulary,
        sample=_sample(vocabulary),
        ngram_weights=ngrams,
        ngrams=NGRAMS,
        fusion=export.Fusion(
            some(sum(WIDTHS.values()), spread=1), some(COLUMNS, spread=1), some(COLUMNS, spread=1)
        ),
        languages=LANGUAGES,
        calibration={head: {"": {"temperature": 1.0}} for head in HEADS},
        least_language=0.3,
        abstain={"intent": 0.4},
        heads=ATTENTION_HEADS,
    )


def _sample(vocabulary: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    pieces = Pieces(vocabulary)
    rows = [pieces.windows(normalise(text))[0] for text in TEXTS]
    sample = np.zeros((len(rows), WINDOW), np.int32)
    for place, row in enumerate(rows):
        sample[place, : len(row)] = row
    return sample
