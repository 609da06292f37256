"""Reading with a model: exact, independent of the batch, and picky about what it opens."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engage_tui.domain.triage import Intent, Sentiment, Triage
from engage_tui.triage import Classifier, ModelError
from engage_tui.triage.contract import read_contract
from engage_tui.triage.network import Network
from models.training import export
from models.training.fit import matrix

from .conftest import NGRAMS, TinyModel

TEXTS = [
    "how much is the blue one?",
    "❤️❤️",
    "多少錢",
    "kiedy będzie paczka",
    "x" * 9_000,
    "ok",
    "love it " * 40,
    "@ann https://x.example",
]


def test_the_network_gives_what_the_training_computed(tiny: TinyModel) -> None:
    scores = Network(read_contract(tiny.folder)).score(TEXTS)
    features = matrix(TEXTS, NGRAMS)
    for name, head in tiny.heads.items():
        weights = export.unpack(*export.pack(head.weights))
        expected = head.probabilities(features @ weights + head.bias)
        if head.binary:
            expected = expected[:, 1]
        np.testing.assert_allclose(scores[name], expected, atol=2e-5)


def test_packing_keeps_weights_to_a_small_share_of_the_largest(tiny: TinyModel) -> None:
    weights = tiny.heads["intent"].weights[1:]
    kept = export.unpack(*export.pack(tiny.heads["intent"].weights))[1:]
    assert np.abs(weights - kept).max() < np.abs(weights).max() / 120
    small = np.abs(weights) < np.abs(weights).max() / 100
    assert np.abs(weights - kept)[small].max() < np.abs(weights).max() / 1_000


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


@pytest.mark.parametrize("text", ["❤️❤️", "123 !!", "@ann", "https://shop.example/a", "@ann 👍"])
def test_texts_without_letters_have_no_language(tiny: TinyModel, text: str) -> None:
    assert Classifier(tiny.folder).classify([text])[0].language == "und"


def test_an_uncertain_language_is_not_named(tiny: TinyModel, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    edit(tmp_path, thresholds={"language": 1.01})
    read = Classifier(tmp_path).classify(["how much is it", "ile to kosztuje"])
    assert {triage.language for triage in read} == {"und"}
    named = Classifier(tiny.folder).classify(["how much is it"] * 2 + ["ile to kosztuje"])
    assert {triage.language for triage in named} != {"und"}


def test_nothing_is_said_of_nothing(tiny: TinyModel) -> None:
    classifier = Classifier(tiny.folder)
    empty = Triage(
        Intent.OTHER, 1 / 16, Sentiment.NEUTRAL, 1 / 3, 1 / 3, 1 / 3, 0.0, 0.0, "und", "tiny-1"
    )
    assert classifier.classify(["", " \n"]) == [empty, empty]
    assert not empty.certain
    assert classifier.classify([]) == []
    assert classifier.classify(["\u200b"])[0].model == "tiny-1"


def test_hostile_texts_are_answered(tiny: TinyModel) -> None:
    texts = ["\ud800", "\0" * 50, "a" * 200_000, "ﷺ" * 5_000, "e\u0301" * 3_000, "🏳️‍🌈" * 2_000]
    assert len(Classifier(tiny.folder).classify(texts)) == len(texts)


def edit(folder: Path, **changes: object) -> None:
    path = folder / "triage.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"labels": {"intent": ["spam"], "sentiment": [], "language": []}},
        {"labels": {"intent": ["nonsense"], "sentiment": [], "language": []}},
        {"features": {"scheme": "other"}},
        {"thresholds": {}},
        {"labels": None},
        {"sha256": "0" * 64},
    ],
)
def test_a_contract_that_does_not_fit_is_refused(
    tiny: TinyModel, tmp_path: Path, changes: dict[str, object]
) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    edit(tmp_path, **changes)
    with pytest.raises(ModelError, match=r"triage\.(json|onnx)"):
        Classifier(tmp_path)


def test_a_missing_or_broken_file_is_named_in_one_sentence(tiny: TinyModel, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing: .*triage\.json"):
        Classifier(tmp_path)
    (tmp_path / "triage.json").write_text("{")
    with pytest.raises(ModelError, match=r"missing: .*triage\.onnx"):
        shutil.copy(tiny.folder / "triage.json", tmp_path)
        Classifier(tmp_path)
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "triage.json").write_text("{")
    with pytest.raises(ModelError, match="not JSON"):
        Classifier(tmp_path)


def test_a_network_of_another_shape_is_refused(tiny: TinyModel, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    labels = json.loads((tmp_path / "triage.json").read_text())["labels"]
    labels["language"].append("de")
    edit(tmp_path, labels=labels)
    with pytest.raises(ModelError, match="heads"):
        Classifier(tmp_path).classify(["hi"])


def test_a_file_that_is_no_network_is_refused(tiny: TinyModel, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "triage.onnx").write_bytes(b"nonsense")
    edit(tmp_path, sha256=hashlib.sha256(b"nonsense").hexdigest())
    with pytest.raises(ModelError, match="cannot be opened"):
        Classifier(tmp_path).classify(["hi"])


def test_importing_and_checking_loads_neither_numpy_nor_onnxruntime(tiny: TinyModel) -> None:
    script = (
        "import sys; from pathlib import Path; from engage_tui.triage import Classifier;"
        f"Classifier(Path({str(tiny.folder)!r})).version;"
        "print(sorted({'numpy', 'onnxruntime'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert shown.stdout.strip() == "[]"
