"""`engage similar`: neighbours and groups on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engage_tui.store import embeddings
from engage_tui.store.database import Store
from tests.small_model import write_small_model

from .conftest import Run, message, objects

Write = Callable[..., str]

HOSTILE = "\x1b]52;c;aGk=\x07how much \u202e"


@pytest.fixture
def filled(run: Run, write: Write, home: Path) -> Run:
    """Four conversations, of which 1, 2 and 4 point nearly the same way."""
    texts = ("how much is it?", HOSTILE, "love it", "cuánto cuesta")
    run("import", write(*(message(number, text) for number, text in enumerate(texts, 1))))
    store = Store(home / "engage.db")
    codes: dict[int, bytes | None] = {
        1: bytes([127, 0, 0]),
        2: bytes([127, 10, 0]),
        3: bytes([0, 0, 127]),
        4: bytes([127, 30, 0]),
    }
    store.write(lambda c: embeddings.record(c, codes, "m-1"))
    store.close()
    return run


def test_neighbours_are_listed_nearest_first(filled: Run) -> None:
    rows = objects(filled("similar", "1", "--json"))
    assert [(row["conversation"], row["text"]) for row in rows] == [
        ("2", HOSTILE),
        ("4", "cuánto cuesta"),
    ]
    assert rows[0]["similarity"] == pytest.approx(0.9969, abs=1e-3)
    assert rows[0]["lane"] == "needs_reply"
    assert len(objects(filled("similar", "1", "--json", "--limit", "1"))) == 1
    assert len(objects(filled("similar", "1", "--json", "--least", "0.99"))) == 1


def test_hostile_text_reaches_no_terminal(filled: Run) -> None:
    for command in (("similar", "1"), ("similar", "--groups"), ("similar", "2")):
        shown = filled(*command).output
        assert "how much" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_an_account_narrows_it(filled: Run) -> None:
    assert len(objects(filled("similar", "1", "--account", "BRAND", "--json"))) == 2
    result = filled("similar", "1", "--account", "@nobody", status=1)
    assert "no account @nobody" in result.stderr


def test_what_cannot_be_compared_is_said(filled: Run, write: Write) -> None:
    assert "Nothing else is like it" in filled("similar", "3").output
    assert "no conversation 99" in filled("similar", "99", status=1).stderr
    filled("import", write(message(5, "new")))
    assert "engage triage" in filled("similar", "5", status=1).stderr
    for wrong in (("similar",), ("similar", "x"), ("similar", "1", "--copies")):
        assert "give the ID" in filled(*wrong, status=2).stderr


def test_groups_of_what_waits(filled: Run) -> None:
    (group,) = objects(filled("similar", "--groups", "--json"))
    assert [member["conversation"] for member in group["members"]] == ["1", "2", "4"]
    assert group["languages"] == ["und"]
    assert "3 ask the same" in filled("similar", "--groups").output
    assert "are copies" in filled("similar", "--copies").output
    filled("resolve", "1", "2")
    assert "No two" in filled("similar", "--groups").output
    assert objects(filled("similar", "--groups", "--json")) == []


def test_lines_of_a_file_are_grouped(run: Run, home: Path, tmp_path: Path) -> None:
    home.mkdir()
    folder = write_small_model(tmp_path / "model")
    (home / "config.toml").write_text(
        f"[triage]\nmodel = {json.dumps(str(folder))}\n", encoding="utf-8"
    )
    lines = tmp_path / "lines.txt"
    lines.write_text('{"id": "a", "text": "blue mug"}\n\nBLUE MUG!\n', encoding="utf-8")
    for given in (("similar", "--groups", str(lines)), ("similar", str(lines), "--groups")):
        assert objects(run(*given, "--json")) == [
            {"id": "a", "group": 1},
            {"id": 3, "group": 1},
        ]
    assert "2 ask the same" in run("similar", "--groups", "-", given="mug\nMug\n").output
    assert "No two lines" in run("similar", "--groups", "-", given="mug\n").output
    assert "no file" in run("similar", "--groups", "nowhere.txt", status=2).stderr


def test_a_file_that_is_too_long_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage_tui.cli.similar.MOST_LINES", 2)
    result = run("similar", "--groups", "-", given="a\nb\nc\n", status=1)
    assert "more than 2 lines" in result.stderr
