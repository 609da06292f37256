"""One engine for each workspace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engage_tui.engine.engine import Engine
from engage_tui.engine.lock import Busy, InstanceLock
from engage_tui.engine.workspace import Workspace, WorkspaceError, locate
from engage_tui.store.database import StoreError

HOLD = (
    "import sys, pathlib, engage_tui.engine.lock as l;"
    "held = l.InstanceLock(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


def test_the_second_one_is_told_who_holds_the_workspace(tmp_path: Path) -> None:
    path = tmp_path / "engage.lock"
    with InstanceLock(path), pytest.raises(Busy, match=rf"process {os.getpid()}\)"):
        InstanceLock(path)
    InstanceLock(path).release()


def test_a_killed_holder_leaves_the_lock_free(tmp_path: Path) -> None:
    path = tmp_path / "engage.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(Busy, match=f"process {holder.pid}"):
        InstanceLock(path)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    InstanceLock(path).release()


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_the_lock_is_the_owners_and_no_link(tmp_path: Path) -> None:
    path = tmp_path / "engage.lock"
    InstanceLock(path).release()
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="symbolic link"):
        InstanceLock(path)


def test_beside_an_open_engine_there_are_only_viewers(tmp_path: Path) -> None:
    workspace = Workspace("default", tmp_path / "home")
    with Engine(workspace) as engine:
        with pytest.raises(Busy):
            Engine(workspace)
        with Engine(workspace, read_only=True) as viewer:
            assert viewer.viewer and not engine.viewer
            with pytest.raises(StoreError, match="viewer"):
                viewer.inbox.resolve(1)
    with Engine(workspace):
        pass


def test_an_engine_that_cannot_open_its_database_lets_the_next_one_in(tmp_path: Path) -> None:
    workspace = Workspace("default", tmp_path)
    workspace.database.write_bytes(b"no database" * 1_000)
    for _ in range(2):
        with pytest.raises(StoreError):
            Engine(workspace)


def test_each_brand_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGAGE_HOME", str(tmp_path))
    assert locate().folder == tmp_path
    assert locate("other-brand").folder == tmp_path / "workspaces" / "other-brand"


@pytest.mark.parametrize("name", ["", "../x", "Brand", "a/b", "x" * 41, "-x", "a\n"])
def test_a_name_that_could_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(WorkspaceError, match="use small letters"):
        locate(name)
