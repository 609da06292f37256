"""Opening the one SQLite file: safe files, pragmas, reading connections and the writer thread.

All writes go through `Store.write`, which runs small transactions in turn on one thread with the
only writing connection. Each reading thread has a connection of its own.
"""

from __future__ import annotations

import os
import queue
import sqlite3
import stat
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeAlias, TypeVar

from engage_tui.store.migrations import SchemaTooNew, migrate, scripts, version

T = TypeVar("T")
Connection: TypeAlias = sqlite3.Connection
Row: TypeAlias = sqlite3.Row

SQLITE_VERSION = sqlite3.sqlite_version
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
"""Older ones have a race in which two connections that write could corrupt a WAL file."""

_BUSY_MS = 5_000
_WRITE_CACHE_KIB = 8_192
_READ_CACHE_KIB = 1_024
"""For each reading thread; what they share is in the cache of the system."""
_STOP = None


class StoreError(Exception):
    """The database cannot be used; the text says what was kept and what to do."""


class Store:
    """The open database of one workspace.

    Args:
        path: the database file; its folder is made with mode 0700, the file with 0600.
        read_only: open as a viewer: `write` refuses with a `StoreError`.
        backups: folder for copies made before a migration; beside the file when not given.

    Raises:
        StoreError: the file is damaged, newer than this program, or not a database.
    """

    def __init__(self, path: Path, *, read_only: bool = False, backups: Path | None = None) -> None:
        self.path = path
        self.read_only = read_only
        self._local = threading.local()
        self._readers: list[Connection] = []
        self._readers_lock = threading.Lock()
        self._tasks: queue.SimpleQueue[Callable[[Connection], None] | None] = queue.SimpleQueue()
        self._closed = False
        if read_only:
            if not path.exists():
                raise StoreError(f"there is no database at {path} yet; run a command that writes")
            self._refuse_other_schema()
            return
        private_folder(path.parent)
        private_file(path)
        try:
            self._writing = _connect(path)
            migrate(self._writing, path, backups or path.parent / "backups")
        except SchemaTooNew as error:
            raise StoreError(str(error)) from error
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"the database {path.name} cannot be read ({error}); nothing was changed."
                " Restore the newest copy from the backups folder beside it."
            ) from error
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def reading(self) -> Connection:
        """The calling thread's reading connection, opened on first use."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(self.path, read_only=True)
            self._local.connection = connection
            with self._readers_lock:
                self._readers.append(connection)
        return connection

    def submit(self, work: Callable[[Connection], T], *, durable: bool = False) -> Future[T]:
        """Queue one transaction; it commits when `work` returns and rolls back when it raises.

        Args:
            work: gets the writing connection inside `BEGIN IMMEDIATE`.
            durable: sync to the disk before the future is done; for what must survive power loss.
        """
        if self.read_only:
            raise StoreError("this workspace is open as a viewer; another engage is running in it")
        if self._closed:
            raise StoreError("the store is closed")
        future: Future[T] = Future()

        def task(connection: Connection) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = _transaction(connection, work, durable=durable)
            except sqlite3.OperationalError as error:
                future.set_exception(_not_written(error))
            except BaseException as error:  # noqa: BLE001 - carried to the caller by the future
                future.set_exception(error)
            else:
                future.set_result(result)

        self._tasks.put(task)
        return future

    def write(self, work: Callable[[Connection], T], *, durable: bool = False) -> T:
        """Run one transaction on the writer thread and wait for its end."""
        return self.submit(work, durable=durable).result()

    def check(self) -> str:
        """Return `ok`, or what SQLite finds wrong with the file."""
        try:
            return str(self.reading.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as error:
            return str(error)

    def close(self) -> None:
        """Finish what is queued, then close every connection."""
        if self._closed:
            return
        self._closed = True
        if not self.read_only:
            self._tasks.put(_STOP)
            self._thread.join()
        with self._readers_lock:
            for connection in self._readers:
                connection.close()
            self._readers.clear()

    def _refuse_other_schema(self) -> None:
        found, known = version(self.reading), max(scripts())
        if found > known:
            raise StoreError(str(SchemaTooNew(found, known)))
        if found < known:
            raise StoreError(
                f"the database has schema {found}, older than this program's {known};"
                " end the engage that is running in this workspace and start it again"
            )

    def _run(self) -> None:
        while (task := self._tasks.get()) is not _STOP:
            task(self._writing)
        self._writing.execute("PRAGMA analysis_limit = 400")
        self._writing.execute("PRAGMA optimize")
        self._writing.close()


def _not_written(error: sqlite3.OperationalError) -> StoreError:
    """Say that one step was taken back, as when the disk is full."""
    sentence = StoreError(
        f"the database could not be written ({error}); this step was taken back and everything"
        " before it is kept. Make room on the disk, or end what else uses the file, and do it again"
    )
    sentence.__cause__ = error
    return sentence


def _transaction(connection: Connection, work: Callable[[Connection], T], *, durable: bool) -> T:
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk has rolled back already; a second rollback would hide the reason.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _connect(path: Path, *, read_only: bool = False) -> Connection:
    """Open a connection with our pragmas; any thread may close it, only one uses it at a time."""
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_MS / 1_000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    connection.row_factory = sqlite3.Row
    for pragma in (
        "foreign_keys = ON",
        "recursive_triggers = ON",
        # Our own triggers write the search index, which SQLite counts as untrusted; only the
        # writer needs that.
        f"trusted_schema = {'OFF' if read_only else 'ON'}",
        "cell_size_check = ON",
        "mmap_size = 0",
        "temp_store = MEMORY",
        f"cache_size = -{_READ_CACHE_KIB if read_only else _WRITE_CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA journal_size_limit = 67108864")
    return connection


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, and close one that others can."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        folder.chmod(0o700)


def private_file(path: Path) -> None:
    """Make an empty file that only its owner can read, and close one that others can.

    Raises:
        StoreError: the path is a symbolic link.
    """
    if path.is_symlink():
        raise StoreError(f"{path} is a symbolic link; the database must be a plain file")
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600))
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)
