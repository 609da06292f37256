"""A command line that works in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engage_tui.cli.main import engage

Run = Callable[..., Result]
Lines = list[dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("ENGAGE_HOME", str(folder))
    return folder


@pytest.fixture
def run(home: Path) -> Run:
    def call(*arguments: str, status: int = 0, given: str | None = None) -> Result:
        result = CliRunner().invoke(engage, arguments, input=given, catch_exceptions=False)
        assert result.exit_code == status, result.output
        return result

    return call


def objects(result: Result) -> Lines:
    """Return the JSON objects of standard output, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def message(
    number: int, text: str = "how much is the blue one?", **changes: object
) -> dict[str, object]:
    """Return one line of the import shape."""
    line: dict[str, object] = {
        "platform": "youtube",
        "account": "@brand",
        "kind": "comment",
        "conversation": f"T{number}",
        "message": f"T{number}",
        "parent": None,
        "post": {"id": "V1", "title": "Spring drop", "kind": "video"},
        "person": {"id": f"U{number}", "handle": f"@person{number}", "name": "Ann"},
        "direction": "in",
        "text": text,
        "sent_at": f"2026-11-02T09:{number:02d}:00Z",
    }
    return line | changes


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def to_file(*lines: dict[str, object] | str) -> str:
        path = tmp_path / "messages.jsonl"
        texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return str(path)

    return to_file
