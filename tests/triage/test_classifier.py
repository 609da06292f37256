"""Reading with a model: probabilities for the language that was read, and rules beside them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engage_tui.domain.triage import Intent, Sentiment, Triage
from engage_tui.triage import Classifier
from engage_tui.triage.network import Floats

from .conftest import COLUMNS, TEXTS, WIDTH, TinyModel
from .edits import edit


@dataclass
class Pushed:
    """A layer that adds the same to every row's scores."""

    by: Floats
    version: str = "+pushed-1"

    def adjust(self, scores: Floats, embeddings: Floats) -> Floats:
        assert embeddings.shape == (len(scores), WIDTH)
        return scores + self.by


def test_an_answer_does_not_depend_on_the_batch(tiny: TinyModel) -> None:
    classifier = Classifier(tiny.folder)
    together = classifier.classify(TEXTS)
    assert [classifier.classify([text])[0] for text in TEXTS] == together
    assert classifier.classify(TEXTS[::-1]) == together[::-1]
    assert classifier.classify(["filler"] * 200 + TEXTS)[200:] == together


def test_probabilities_are_probabilities(tiny: TinyModel) -> None:
    for triage in Classifier(tiny.folder).classify(TEXTS):
        assert triage.negative + triage.neutral + triage.positive == pytest.approx(1, abs=1e-5)
        assert 1 / 16 <= triage.intent_confidence <= 1
        assert 0 <= triage.toxicity <= 1
        assert 0 <= triage.spam <= 1
        assert triage.model == "tiny-1"
        top = max(triage.negative, triage.neutral, triage.positive)
        assert getattr(triage, triage.sentiment) == top


def test_answers_follow_from_the_scores(tiny: TinyModel) -> None:
    classifier = Classifier(tiny.folder)
    readings = classifier.read(TEXTS)
    intents = np.exp(readings.scores[:, :16].astype(float))
    spam = 1 / (1 + np.exp(-readings.scores[:, 20].astype(float)))
    for row, triage in enumerate(classifier.triage(readings, TEXTS)):
        assert triage.intent is list(Intent)[int(intents[row].argmax())]
        share = intents[row].max() / intents[row].sum()
        assert triage.intent_confidence == pytest.approx(share, abs=1e-5)
        assert triage.spam == pytest.approx(spam[row], abs=1e-5)


def test_calibration_follows_the_language_that_was_read(tiny: TinyModel, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    plain = Classifier(tiny.folder).classify(TEXTS)
    found = {triage.language for triage in plain} - {"und"}
    assert len(found) > 1
    chosen = min(found)
    flat = {"": {"temperature": 1.0}, chosen: {"temperature": 1e6}}
    edit(tmp_path, "calibration", intent=flat)
    shifted = {"": {"temperature": 2.0, "shift": 0.5}, chosen: {"temperature": 1.0, "shift": 90.0}}
    edit(tmp_path, "calibration", spam=shifted)
    for before, after in zip(plain, Classifier(tmp_path).classify(TEXTS), strict=True):
        assert after.language == before.language
        if after.language == chosen:
            assert after.intent_confidence == pytest.approx(1 / 16, abs=1e-4)
            assert after.spam == pytest.approx(1)
        else:
            assert after.intent_confidence == before.intent_confidence
            odds = np.log(before.spam / (1 - before.spam)) / 2 + 0.5
            assert after.spam == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-4)


def test_a_layer_corrects_scores_and_names_itself(tiny: TinyModel) -> None:
    push = np.zeros(COLUMNS, np.float32)
    push[list(Intent).index(Intent.COLLAB)] = 1_000
    classifier = Classifier(tiny.folder, Pushed(push))
    plain = Classifier(tiny.folder).classify(TEXTS)
    assert classifier.version == "tiny-1+pushed-1"
    for before, after in zip(plain, classifier.classify(TEXTS), strict=True):
        assert (after.intent, after.model) == (Intent.COLLAB, "tiny-1+pushed-1")
        assert (after.spam, after.language) == (before.spam, before.language)
    assert classifier.classify([""])[0].intent is Intent.OTHER


@pytest.mark.parametrize("text", ["❤️❤️", "123 !!", "@ann", "https://shop.example/a", "@ann 👍"])
def test_texts_without_letters_have_no_language(tiny: TinyModel, text: str) -> None:
    assert Classifier(tiny.folder).classify([text])[0].language == "und"


def test_an_uncertain_language_is_not_named(tiny: TinyModel, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    edit(tmp_path, "thresholds", language=1.01)
    texts = ["how much is it", "ile to kosztuje", "where is it"]
    assert {triage.language for triage in Classifier(tmp_path).classify(texts)} == {"und"}
    assert {triage.language for triage in Classifier(tiny.folder).classify(texts)} != {"und"}


def test_nothing_is_said_of_nothing(tiny: TinyModel) -> None:
    classifier = Classifier(tiny.folder)
    empty = Triage(
        Intent.OTHER, 1 / 16, Sentiment.NEUTRAL, 1 / 3, 1 / 3, 1 / 3, 0.0, 0.0, "und", "tiny-1"
    )
    assert classifier.classify(["", " \n", "\u200b"]) == [empty] * 3
    assert not empty.certain
    assert classifier.classify([]) == []


def test_hostile_texts_are_answered(tiny: TinyModel) -> None:
    texts = [
        "\ud800",
        "\0" * 50,
        "a" * 200_000,
        "ﷺ" * 5_000,
        "e\u0301" * 3_000,
        "🏳️‍🌈" * 2_000,
        "".join(map(chr, range(0x100, 0x1100))),
    ]
    assert len(Classifier(tiny.folder).classify(texts)) == len(texts)
