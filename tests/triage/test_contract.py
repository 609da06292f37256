"""What `triage.json` may say, and that its files are the ones it describes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engage_tui.triage import Classifier, ModelError
from engage_tui.triage.contract import Scale, read_contract

from .conftest import LANGUAGES, TinyModel
from .edits import edit

EVEN = {"": {"temperature": 1.0}}


def test_a_contract_says_what_was_written(tiny: TinyModel) -> None:
    contract = read_contract(tiny.folder)
    assert contract.model == "tiny-1"
    assert contract.languages == LANGUAGES
    assert contract.columns["spam"] == slice(20, 21)
    assert contract.columns["language"] == slice(21, 25)
    assert contract.calibration["intent"] == {"": Scale(1.0)}
    assert contract.abstain["intent"] == 0.4
    assert contract.abstain["spam"] == 0
    assert Classifier(tiny.folder).abstain == contract.abstain


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("", {"format": 1}),
        ("", {"labels": None}),
        ("", {"sha256": "0" * 64}),
        ("", {"thresholds": {}}),
        ("", {"thresholds": {"language": 0.5, "abstain": 0.5}}),
        ("labels", {"intent": ["spam"]}),
        ("labels", {"sentiment": ["positive", "neutral", "negative"]}),
        ("labels", {"language": []}),
        ("features", {"scheme": "other"}),
        ("features", {"shortest": 7}),
        ("features", {"buckets": "many"}),
        ("sha256", {"triage.onnx": "0" * 64}),
        ("sha256", {"triage.vocab.txt": "0" * 64}),
        ("calibration", {"spam": {}}),
        ("calibration", {"spam": {"en": {"temperature": 1}}}),
        ("calibration", {"intent": {"": {"temperature": 0}}}),
        ("calibration", {"intent": {"": {"temperature": float("nan")}}}),
        ("calibration", {"intent": {"": {"temperature": 1, "shift": 0.5}}}),
        ("calibration", {"language": EVEN | {"en": {"temperature": 2}}}),
    ],
)
def test_a_contract_that_does_not_fit_is_refused(
    tiny: TinyModel, tmp_path: Path, part: str, changes: dict[str, object]
) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    edit(tmp_path, part, **changes)
    with pytest.raises(ModelError, match=r"triage\.(json|onnx|vocab)") as caught:
        read_contract(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["triage.json", "triage.onnx", "triage.vocab.txt"])
def test_a_missing_file_is_named(tiny: TinyModel, tmp_path: Path, name: str) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).unlink()
    with pytest.raises(ModelError, match=f"missing: .*{name}"):
        read_contract(tmp_path)


def test_a_contract_that_is_no_json_is_refused(tiny: TinyModel, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "triage.json").write_text("{")
    with pytest.raises(ModelError, match="not JSON"):
        read_contract(tmp_path)


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
