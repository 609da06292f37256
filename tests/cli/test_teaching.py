"""Teaching the model through the command line: check, confirm, correct, learn, compare, revert."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engage_tui.domain.timestamps import to_iso
from engage_tui.domain.triage import Correction, Intent
from engage_tui.engine.engine import Engine, wall_clock
from engage_tui.engine.workspace import locate
from tests.cli.conftest import Run, message, objects
from tests.small_model import sentences, write_small_model

DROPS = sentences(40, 11, ("drop", "soon", "when", "please", "again"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_model(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def brand(run: Run, home: Path, folder: Path, write: Callable[..., str]) -> None:
    """A workspace of its own model with forty messages of today, read."""
    home.mkdir()
    (home / "config.toml").write_text(f'[triage]\nmodel = "{folder}"\n', encoding="utf-8")
    now = to_iso(wall_clock() - 60_000)
    run("import", write(*(message(n, text, sent_at=now) for n, text in enumerate(DROPS, 1))))
    assert objects(run("triage", "--json")) == [{"triaged": 40, "again": 0, "model": "small-1"}]


@pytest.mark.usefixtures("brand")
def test_the_least_certain_are_listed_and_leave_the_list_when_judged(run: Run) -> None:
    listed = objects(run("triage", "--check", "--json"))
    assert len(listed) == 20
    sure = [line["intent_confidence"] for line in listed]
    assert sure == sorted(sure)
    first, second, third = (line["message"] for line in listed[:3])
    run("correct", "--message", first, "--right")
    run("correct", "--message", second, "--intent", "availability", "--no-spam")
    rest = objects(run("triage", "--check", "5", "--json"))
    assert len(rest) == 5 and rest[0]["message"] == third
    [figure] = objects(run("kpi", "intent_accuracy", "--window", "7d", "--json"))
    assert (figure["value"], figure["n"]) == (50.0, 2)
    shown = run("triage", "--check", "3")
    assert third in shown.stdout and f"--message {third} --right" in shown.stderr


def correct(messages: range) -> None:
    """Say that messages ask for availability, as many calls of `engage correct` would."""
    with Engine(locate()) as engine:
        for key in messages:
            engine.inbox.correct(key, Correction(Intent.AVAILABILITY))


@pytest.mark.usefixtures("brand")
def test_learning_comparing_and_reverting(run: Run) -> None:
    correct(range(1, 20))
    refused = run("triage", "--learn", status=1)
    assert "19 messages are corrected or confirmed so far; 1 more" in refused.stderr
    correct(range(20, 41))
    [learnt] = objects(run("triage", "--learn", "--json"))
    assert learnt == {"model": "small-1+personal-1", "again": 40}
    [version] = objects(run("triage", "--compare", "--json"))
    assert (version["version"], version["corrections"], version["in_use"]) == (1, 40, True)
    assert version["figures"]["intent"]["held_back"] > 0
    again = run("triage", "--json")
    assert objects(again) == [{"triaged": 40, "again": 40, "model": "small-1+personal-1"}]
    assert "reading 40 messages again with small-1+personal-1" in again.stderr
    [line] = objects(run("triage", "-", "--json", given="drop soon please\n"))
    assert line["model"] == "small-1+personal-1"
    reverted = run("triage", "--revert")
    assert reverted.stdout.startswith("Taken back. small-1 reads from now on.")
    assert "40 messages are read again" in reverted.stdout
    compared = run("triage", "--compare").stdout.splitlines()
    assert compared[1].split() == ["small-1", "in", "use"]
    assert "nothing was learnt" in run("triage", "--revert", status=1).stderr


@pytest.mark.usefixtures("brand")
def test_hostile_words_are_listed_without_their_control_characters(
    run: Run, write: Callable[..., str]
) -> None:
    now = to_iso(wall_clock() - 60_000)
    run("import", write(message(99, "\x1b]52;c;aGk=\x07 \u202eblue", sent_at=now)))
    run("triage")
    shown = run("triage", "--check", "100").output
    assert "blue" in shown and "\x1b" not in shown and "\u202e" not in shown


@pytest.mark.usefixtures("brand")
def test_wrong_use_is_named(run: Run) -> None:
    for arguments in (
        ("correct", "1"),
        ("correct", "1", "--right", "--spam"),
        ("correct", "--right"),
        ("correct", "1", "--message", "1", "--right"),
        ("triage", "--learn", "--revert"),
        ("triage", "-", "--compare"),
    ):
        assert "Error:" in run(*arguments, status=2).stderr
    assert "no message 999" in run("correct", "--message", "999", "--spam", status=1).stderr


def test_a_model_that_does_not_fit_is_a_sentence_everywhere(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[triage]\nmodel = "mine"\n', encoding="utf-8")
    for arguments in (("triage", "-"), ("triage",), ("triage", "--compare"), ("triage", "--learn")):
        result = run(*arguments, status=1, given="hello\n")
        assert "mine" in result.stderr and "missing" in result.stderr
        assert result.stdout == ""
