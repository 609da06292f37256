"""A tiny model with random weights: fast to make, and of the same shape as the real one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.triage.features import NGrams

ROOT = Path(__file__).parents[2]
# The training scripts are part of the repository, not of the installed package.
sys.path.insert(0, str(ROOT))

from models.training import export  # noqa: E402
from models.training.fit import Head  # noqa: E402

LABELS: dict[str, tuple[str, ...]] = {
    "intent": tuple(Intent),
    "sentiment": tuple(Sentiment),
    "toxicity": ("0", "1"),
    "spam": ("0", "1"),
    "language": ("en", "pl", "zh-Hans", "und"),
}
NGRAMS = NGrams(buckets=2**12)


@dataclass(frozen=True)
class TinyModel:
    """A folder with a model, and the heads that it was made of."""

    folder: Path
    heads: dict[str, Head]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    """Write a model whose weights come from a fixed seed."""
    folder = tmp_path_factory.mktemp("model")
    chosen = np.random.default_rng(5)
    heads = {}
    for name, labels in LABELS.items():
        width = 1 if len(labels) == 2 else len(labels)
        weights = chosen.normal(0, 2, (NGRAMS.buckets, width)).astype(np.float32)
        heads[name] = Head(labels, weights, np.linspace(-1, 1, width, dtype=np.float32), {})
    export.write(folder, heads, NGRAMS, "tiny", "1", least_language=0.3)
    return TinyModel(folder, heads)
