"""Numbered, forward-only changes of the schema, each in one transaction, after a copy was made."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path

_KEEP = 3
"""Copies that are kept; older ones are removed."""


class SchemaTooNew(sqlite3.DatabaseError):
    """The database was written by a newer version of the program."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"the database has schema {found}, newer than this program's {known};"
            " install the newer engage-tui: pip install --upgrade engage-tui"
        )


def scripts() -> dict[int, str]:
    """Return the SQL of every migration by its number."""
    found = {}
    for entry in resources.files(__package__).iterdir():
        if entry.name.endswith(".sql"):
            found[int(entry.name[:4])] = entry.read_text(encoding="utf-8")
    return dict(sorted(found.items()))


def version(connection: sqlite3.Connection) -> int:
    """Return the number of the last migration that ran."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, path: Path, backups: Path) -> int:
    """Bring the schema up to date; returns the number of migrations that ran.

    Raises:
        SchemaTooNew: the file's schema is newer than this program knows.
        sqlite3.DatabaseError: a migration failed; the database is as it was before it.
    """
    known = scripts()
    current, newest = version(connection), max(known)
    if current > newest:
        raise SchemaTooNew(current, newest)
    if 0 < current < newest:
        back_up(connection, backups / f"{path.stem}-schema{current}.db")
    for number in range(current + 1, newest + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements(known[number]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return newest - current


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Write a checked, complete copy of the database under `target`, readable by its owner only."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy made before the update is damaged: {verdict}")
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(target)
    copies = sorted(target.parent.glob("*.db"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in copies[_KEEP:]:
        old.unlink()


def statements(script: str) -> Iterator[str]:
    """Split a script at the ends of its statements, triggers included."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
