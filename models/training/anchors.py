"""Writes the anchors: held-out messages, as the model reads them, against forgetting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engage_tui.triage.classifier import Classifier
from engage_tui.triage.contract import read_contract
from engage_tui.triage.examples import HEADS, write_anchors
from models.training.lessons import Held

_MOST = 700
"""Of each head but intent, all of whose held-out messages are kept."""


def write(folder: Path, held: Mapping[str, Held]) -> None:
    """Put held-out rows through a written model and keep what comes out, not the texts."""
    contract, classifier = read_contract(folder), Classifier(folder)
    known: dict[str, list[int]] = {}
    for place, head in enumerate(HEADS):
        rows = held[head]
        most = len(rows.texts) if head == "intent" else _MOST
        # Evenly over all rows, whose order is that of chance.
        for text, label in list(zip(rows.texts, rows.truth.tolist(), strict=True))[:most]:
            known.setdefault(text, [-1] * len(HEADS))[place] = label
        if head == "intent":
            continue
        labels = dict(zip(rows.texts, rows.truth.tolist(), strict=True))
        for text in known.keys() & labels.keys():
            known[text][place] = labels[text]
    texts = sorted(known)
    readings = classifier.read(texts)
    triages = classifier.triage(readings, texts)
    write_anchors(
        folder,
        contract,
        readings.scores,
        readings.embeddings,
        [triage.language for triage in triages],
        np.array([known[text] for text in texts], np.int8),
    )
