"""Nothing grows too big to be read in one sitting."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(
    path for folder in ("engage_tui", "models") for path in (ROOT / folder).rglob("*.py")
)
LINES = {ast.ClassDef: 300, ast.FunctionDef: 60, ast.AsyncFunctionDef: 60}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_classes_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        most = LINES.get(type(node))
        if most is not None and isinstance(node, ast.stmt):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            name = getattr(node, "name", "")
            assert length <= most, f"{name} has {length} lines, at most {most}"
