"""Lets the model learn from the corrections that are stored, and puts what was learnt into use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engage_tui.domain.model import Millis
from engage_tui.store import corrections, layers
from engage_tui.store.database import Store
from engage_tui.triage import examples, learning
from engage_tui.triage.classifier import Classifier
from engage_tui.triage.contract import read_contract
from engage_tui.triage.layer import Layer


def teach(store: Store, folder: Path, clock: Callable[[], Millis]) -> int:
    """Learn from every correction; returns the number of the layer that is in use now.

    Args:
        store: whose corrections are learnt.
        folder: the model's.
        clock: the present moment.

    Raises:
        ModelError: the model cannot be used, or brings no anchors.
        NothingLearnt: there are too few corrections, or they do not make it better.
    """
    taught = corrections.taught(store.reading)
    contract = read_contract(folder)
    anchors = examples.read_anchors(folder, contract)
    plain = Classifier(folder)
    texts = [message.text for message in taught]
    readings = plain.read(texts)
    languages = [triage.language for triage in plain.triage(readings, texts)]
    labels = examples.labels_of([message.correction for message in taught])
    known = examples.make(contract, readings.scores, readings.embeddings, languages, labels)
    sides = np.array([learning.side(text) for text in texts])
    lesson = learning.learn(known[readings.said], sides[readings.said], anchors)
    written = Layer("", lesson.weights).to_bytes()
    return store.write(
        lambda c: layers.add(c, contract.model, len(taught), lesson.figures, written, clock())
    )
