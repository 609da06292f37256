"""What a start loads: nothing that is not on the first screen, and nothing that a floor forbids."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"textual", "httpx", "onnxruntime", "numpy", "starlette", "apscheduler", "keyring"}


def loaded(statement: str) -> set[str]:
    """Return the top-level packages that a statement loads in a new process."""
    program = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(ended.stdout.split())


@pytest.mark.parametrize(
    "module", ["engine.engine", "engine.desk", "engine.inbox", "engine.demo", "engine.config"]
)
def test_the_engine_opens_without_anything_heavy(module: str) -> None:
    assert not loaded(f"import engage_tui.{module}") & HEAVY


def test_the_domain_needs_the_standard_library_alone() -> None:
    walk = (
        "import pkgutil, importlib, engage_tui.domain as d\n"
        "for m in pkgutil.iter_modules(d.__path__, f'{d.__name__}.'):\n"
        "    importlib.import_module(m.name)"
    )
    found = loaded(walk) - set(sys.stdlib_module_names) - {"engage_tui", "__main__"}
    builtin = {name for name in found if name.startswith("_")}
    assert found - builtin == set()


def test_the_domain_touches_neither_database_nor_network() -> None:
    assert not loaded("import engage_tui.domain.standing") & {"sqlite3", "socket", "asyncio"}


def test_the_practice_platforms_are_loaded_by_the_demo_alone() -> None:
    loaded(
        "import engage_tui.engine.demo, sys\n"
        "assert not any('sandbox' in name for name in sys.modules)"
    )
