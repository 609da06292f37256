"""Schema changes: a copy present, then all or nothing, killed wherever it may be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engage_tui.store import migrations
from engage_tui.store.database import Store, StoreError
from engage_tui.store.migrations import SchemaTooNew, migrate, scripts, statements
from tests.making import message, take_in

NEWEST = max(scripts())

LATER = """\
-- A later wish.
ALTER TABLE goal ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE TABLE wish (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TRIGGER wish_is_trimmed AFTER INSERT ON wish BEGIN
    UPDATE wish SET text = trim(new.text) WHERE id = new.id;
END;
INSERT INTO wish (text) SELECT text FROM message;
"""


@pytest.fixture
def present(tmp_path: Path) -> Path:
    """A database of the present schema with one message in it."""
    path = tmp_path / "engage.db"
    store = Store(path)
    take_in(store, message("hello", remote_id="T1"))
    store.close()
    return path


@pytest.fixture
def later(present: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**scripts(), NEWEST + 1: LATER}
    monkeypatch.setattr(migrations, "scripts", lambda: known)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return [f"version {version}", *connection.iterdump()]


class Breaking(sqlite3.Connection):
    """A connection on which the n-th statement fails, as if the disk went away."""

    left = -1

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        self.left -= 1
        if self.left == 0:
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, parameters)


def test_the_numbers_of_the_migrations_have_no_gap() -> None:
    assert list(scripts()) == list(range(1, len(scripts()) + 1))


def test_a_script_is_split_at_its_statements_triggers_included() -> None:
    found = list(statements(LATER))
    assert len(found) == 4
    assert found[2].startswith("CREATE TRIGGER") and found[2].rstrip().endswith("END;")


def test_opening_again_changes_nothing(present: Path) -> None:
    before = dump(present)
    Store(present).close()
    assert dump(present) == before
    assert not (present.parent / "backups").exists(), "no copy without a reason"


@pytest.mark.usefixtures("later")
def test_a_copy_is_made_before_a_change_and_can_be_opened(present: Path) -> None:
    before = dump(present)
    Store(present).close()
    copy = present.parent / "backups" / f"engage-schema{NEWEST}.db"
    assert dump(copy) == before
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(present)) as connection:
        assert connection.execute("SELECT text FROM wish").fetchall() == [("hello",)]
        assert connection.execute("PRAGMA user_version").fetchone()[0] == NEWEST + 1


@pytest.mark.usefixtures("later")
def test_a_change_that_fails_at_any_statement_leaves_the_old_schema(present: Path) -> None:
    before = dump(present)
    points = 0
    for at in _statements_of_a_change(present):
        with closing(sqlite3.connect(present, isolation_level=None, factory=Breaking)) as breaking:
            breaking.left = at
            with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
                migrate(breaking, present, present.parent / "backups")
        assert dump(present) == before
        points += 1
    assert points == 8  # version, begin, four statements, version, commit
    Store(present).close()
    assert dump(present)[0] == f"version {NEWEST + 1}"


def _statements_of_a_change(path: Path) -> Iterator[int]:
    yield from range(1, 4 + len(list(statements(LATER))) + 1)


@pytest.mark.usefixtures("later")
def test_a_failed_change_is_reported_with_what_to_do(
    present: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {**scripts(), NEWEST + 1: "CREATE TABLE goal (id INTEGER);"}
    monkeypatch.setattr(migrations, "scripts", lambda: broken)
    with pytest.raises(StoreError, match="nothing was changed"):
        Store(present)


def test_three_copies_are_kept(present: Path) -> None:
    folder = present.parent / "copies"
    with closing(sqlite3.connect(present)) as connection:
        for number in range(5):
            migrations.back_up(connection, folder / f"engage-schema{number}.db")
    assert len(list(folder.iterdir())) == 3


def test_a_newer_schema_is_not_touched(present: Path) -> None:
    with closing(sqlite3.connect(present, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
        with pytest.raises(SchemaTooNew, match="schema 99"):
            migrate(connection, present, present.parent)
