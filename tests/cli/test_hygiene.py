"""Headless commands load nothing that they do not use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Run, message

SCREENS = {"textual", "rich"}
NETWORK = {"httpx", "starlette", "keyring"}
MODEL = {"onnxruntime", "numpy"}

COMMANDS: tuple[tuple[Sequence[str], set[str]], ...] = (
    (("queue",), SCREENS | NETWORK | MODEL),
    (("queue", "lane:all", "--at", "2026-11-02T10:00:00Z", "--json"), SCREENS | NETWORK | MODEL),
    (("show", "1"), SCREENS | NETWORK | MODEL),
    (("explain", "1"), SCREENS | NETWORK | MODEL),
    (("kpi", "--window", "all"), SCREENS | NETWORK | MODEL),
    (("goals", "list"), SCREENS | NETWORK | MODEL),
    (("reply", "1"), SCREENS | NETWORK | MODEL),
    (("outbox", "list"), SCREENS | NETWORK | MODEL),
    (("templates", "list"), SCREENS | NETWORK | MODEL),
    (("triage", "--json"), SCREENS | NETWORK),
    (("doctor",), SCREENS | NETWORK | MODEL),
)

_PROBE = """
import json, sys
from engage_tui.cli.main import engage
engage.main(sys.argv[1:], standalone_mode=False)
loaded = sorted({name.split(".")[0] for name in sys.modules})
print(json.dumps(loaded), file=sys.stderr)
"""


@pytest.mark.parametrize(("arguments", "banned"), COMMANDS, ids=[" ".join(c[0]) for c in COMMANDS])
def test_a_headless_command_loads_nothing_it_does_not_use(
    run: Run,
    write: Callable[..., str],
    home: Path,
    arguments: Sequence[str],
    banned: set[str],
) -> None:
    run("import", write(message(1)))
    probe = subprocess.run(
        [sys.executable, "-c", _PROBE, *arguments],
        env={**os.environ, "ENGAGE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(probe.stderr.splitlines()[-1]))
    assert not loaded & banned
