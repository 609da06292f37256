"""Every check in turn: `python -m tests`; arguments go to pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("codespell", "engage_tui", "docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    ("mypy",),
    ("lint-imports", "--no-cache"),
)


def main() -> int:
    """Run the checks and stop at the first that fails; the tests come last."""
    tools = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
    pytest = (sys.executable, "-m", "pytest", "-n", "auto", *sys.argv[1:])
    for command in (*CHECKS, pytest):
        print("$", " ".join(command), flush=True)
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
