"""A small network with weights drawn by chance, in a folder as a model ships, anchors included."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.triage import Classifier
from engage_tui.triage.contract import HEADS, read_contract
from engage_tui.triage.examples import write_anchors
from engage_tui.triage.features import NGrams
from engage_tui.triage.pieces import SPECIAL, WINDOW
from models.training import export

Floats = NDArray[np.float32]

WIDTH = 32
LANGUAGES = ("en", "pl", "de")
_WORDS = (
    "blue red green mug plate bowl when where how much is it back restock ship parcel late thanks"
    " love nice broken refund hello drop soon please price sold out again colour size"
)
WORDS = tuple(_WORDS.split())
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789?!"


def write_small_model(folder: Path, *, version: str = "1", seed: int = 5) -> Path:
    """Write a model and its anchors; another seed gives another one."""
    folder.mkdir(parents=True, exist_ok=True)
    export.write(folder, _parts(np.random.default_rng(seed)), "small", version)
    _anchors(folder)
    return folder


def sentences(count: int, seed: int, words: Iterable[str] = WORDS) -> list[str]:
    """Return texts of three to eight words."""
    chosen = np.random.default_rng(seed)
    known = list(words)
    return [" ".join(chosen.choice(known, chosen.integers(3, 9))) for _ in range(count)]


def _anchors(folder: Path) -> None:
    """Take what the model says for right, but for one answer in ten."""
    texts = sentences(300, 1)
    classifier, contract = Classifier(folder), read_contract(folder)
    readings = classifier.read(texts)
    said = classifier.triage(readings, texts)
    labels = np.array(
        [
            (
                list(Intent).index(one.intent),
                list(Sentiment).index(one.sentiment),
                one.toxicity > 0.5,
                one.spam > 0.5,
            )
            for one in said
        ],
        np.int8,
    )
    labels[::10, 0] = (labels[::10, 0] + 1) % len(Intent)
    languages = [one.language for one in said]
    write_anchors(folder, contract, readings.scores, readings.embeddings, languages, labels)


def _parts(chosen: np.random.Generator) -> export.Parts:
    """Draw the weights of two layers."""
    vocabulary = [*SPECIAL, *WORDS, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]

    def draw(*shape: int, scale: float = 0.2) -> Floats:
        return chosen.normal(0, scale, shape).astype(np.float32)

    weights = {
        "encoder.words.weight": draw(len(vocabulary), WIDTH, scale=1),
        "encoder.positions": draw(WINDOW, WIDTH, scale=0.1),
        "embed.weight": np.eye(WIDTH, dtype=np.float32),
    }
    norms = ["encoder.norm"]
    for place in range(2):
        layer = f"encoder.layers.{place}"
        norms += [f"{layer}.mix_norm", f"{layer}.shrink_norm"]
        for name, out, into in (
            ("qkv", 3 * WIDTH, WIDTH),
            ("mix", WIDTH, WIDTH),
            ("grow", 2 * WIDTH, WIDTH),
            ("shrink", WIDTH, 2 * WIDTH),
        ):
            weights[f"{layer}.{name}.weight"] = draw(out, into)
            weights[f"{layer}.{name}.bias"] = draw(out)
    for norm in norms:
        weights[f"{norm}.weight"] = np.ones(WIDTH, np.float32)
        weights[f"{norm}.bias"] = np.zeros(WIDTH, np.float32)
    sizes = {"intent": len(Intent), "sentiment": len(Sentiment), "toxicity": 1, "spam": 1}
    for task, size in sizes.items():
        weights[f"tasks.{task}.look.weight"] = draw(1, WIDTH)
        weights[f"tasks.{task}.score.weight"] = draw(size, WIDTH)
        weights[f"tasks.{task}.score.bias"] = np.zeros(size, np.float32)
    columns = sum(sizes.values()) + len(LANGUAGES)
    ngrams = NGrams(buckets=2**10)
    return export.Parts(
        weights=weights,
        vocabulary=vocabulary,
        sample=chosen.integers(4, len(vocabulary), (64, 16), np.int32),
        ngram_weights=draw(ngrams.buckets, columns),
        ngrams=ngrams,
        fusion=export.Fusion(
            np.full(sum(sizes.values()), 1.5, np.float32),
            np.ones(columns, np.float32),
            np.zeros(columns, np.float32),
        ),
        languages=LANGUAGES,
        calibration={
            head: {"": {"temperature": 1.2}} | ({} if head == "language" else {"pl": _STEEP})
            for head in HEADS
        },
        least_language=0.2,
        abstain=dict.fromkeys(HEADS, 0.3),
        heads=4,
    )


_STEEP = {"temperature": 0.8}
