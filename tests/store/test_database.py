"""The file itself: private, written by one thread in whole transactions, readable beside it."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from engage_tui.domain.query import parse
from engage_tui.store import queue
from engage_tui.store.database import Connection, Store, StoreError
from engage_tui.store.migrations import scripts
from tests.making import NOW, message, scalar, take_in

posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix_only
def test_only_the_owner_can_read_the_files(store: Store) -> None:
    take_in(store, message())
    assert mode(store.path.parent) == 0o700
    for path in store.path.parent.iterdir():
        assert mode(path) == 0o600, path.name
    assert {p.name for p in store.path.parent.iterdir()} >= {"engage.db", "engage.db-wal"}


@posix_only
def test_files_that_others_could_read_are_closed(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    (folder / "engage.db").touch(mode=0o644)
    Store(folder / "engage.db").close()
    assert (mode(folder), mode(folder / "engage.db")) == (0o700, 0o600)


@posix_only
def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "engage.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="symbolic link"):
        Store(tmp_path / "engage.db")


@pytest.mark.parametrize("durable", [False, True])
def test_every_write_is_one_immediate_transaction(store: Store, durable: bool) -> None:
    seen: list[str] = []

    def work(connection: Connection) -> int:
        connection.set_trace_callback(None)
        assert connection.in_transaction
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            _begin_elsewhere(store.path)
        return int(connection.execute("PRAGMA synchronous").fetchone()[0])

    store.write(lambda c: c.set_trace_callback(seen.append))
    level = store.write(work, durable=durable)
    assert level == (2 if durable else 1)
    assert [sql for sql in seen if not sql.startswith("PRAGMA")] == ["COMMIT", "BEGIN IMMEDIATE"]


def _begin_elsewhere(path: Path) -> None:
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


def test_a_write_that_fails_leaves_nothing_behind(store: Store) -> None:
    def work(connection: Connection) -> None:
        connection.execute("INSERT INTO fact VALUES ('a', 'b')")
        raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        store.write(work)
    assert scalar(store.reading, "SELECT count(*) FROM fact") == 0
    store.write(lambda c: c.execute("INSERT INTO fact VALUES ('a', 'c')"))
    assert scalar(store.reading, "SELECT value FROM fact") == "c"


def test_a_full_disk_rolls_back_and_the_store_goes_on(store: Store) -> None:
    take_in(store, message("kept", remote_id="T1"))
    pages = store.write(lambda c: int(c.execute("PRAGMA page_count").fetchone()[0]))
    store.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 2}"))
    flood = [message("x" * 3_000, remote_id=f"T1.{n}") for n in range(50)]
    with pytest.raises(StoreError, match="full"):
        take_in(store, *flood)
    store.write(lambda c: c.execute("PRAGMA max_page_count = 1000000"))
    assert scalar(store.reading, "SELECT count(*) FROM message") == 1
    assert store.check() == "ok"
    assert take_in(store, *flood).new == 50


def test_writers_of_many_threads_take_turns(store: Store) -> None:
    def work(connection: Connection) -> None:
        number = connection.execute("SELECT value FROM fact").fetchone()["value"]
        connection.execute("UPDATE fact SET value = ?", (str(int(number) + 1),))

    store.write(lambda c: c.execute("INSERT INTO fact VALUES ('n', '0')"))
    threads = [
        threading.Thread(target=lambda: [store.write(work) for _ in range(25)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert scalar(store.reading, "SELECT value FROM fact") == "100"


def test_each_thread_reads_through_its_own_connection(store: Store) -> None:
    seen: list[Connection] = []
    thread = threading.Thread(target=lambda: seen.append(store.reading))
    thread.start()
    thread.join()
    assert seen[0] is not store.reading
    assert store.reading is store.reading


def test_what_was_queued_is_written_before_the_store_closes(tmp_path: Path) -> None:
    store = Store(tmp_path / "engage.db")
    futures = [
        store.submit(lambda c, n=n: c.execute("INSERT INTO fact VALUES (?, '')", (f"{n}",)))  # type: ignore[misc]
        for n in range(20)
    ]
    store.close()
    assert all(future.done() for future in futures)
    with pytest.raises(StoreError, match="closed"):
        store.write(lambda c: None)
    with sqlite3.connect(tmp_path / "engage.db") as other:
        assert other.execute("SELECT count(*) FROM fact").fetchone()[0] == 20


def test_a_viewer_shows_and_searches_and_refuses_to_write(store: Store) -> None:
    take_in(store, message("where is my parcel?", remote_id="T1"))
    viewer = Store(store.path, read_only=True)
    selection = queue.compile_query(parse("parcel", now=NOW))
    assert [row.text for row in queue.page(viewer.reading, selection, limit=5)] == [
        "where is my parcel?"
    ]
    with pytest.raises(StoreError, match="viewer"):
        viewer.write(lambda c: None)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        viewer.reading.execute("DELETE FROM label")
    take_in(store, message("another parcel", thread="T2", remote_id="T2"))
    assert len(queue.ids(viewer.reading, selection)) == 2, "it sees what is written beside it"
    viewer.close()


def test_a_viewer_needs_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        Store(tmp_path / "engage.db", read_only=True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_schema_is_refused_with_the_command_to_run(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "engage.db"
    Store(path).close()
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {max(scripts()) + 1}")
    with pytest.raises(StoreError, match="pip install --upgrade engage-tui") as raised:
        Store(path, read_only=read_only)
    assert "backups" not in str(raised.value), "nothing is damaged, so nothing is to be restored"


def test_a_viewer_refuses_an_older_schema(tmp_path: Path) -> None:
    path = tmp_path / "engage.db"
    Store(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 0")
    with pytest.raises(StoreError, match="older than this program"):
        Store(path, read_only=True)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "engage.db"
    path.write_bytes(b"this is a diary, not a database. " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="nothing was changed"):
        Store(path)
    assert path.read_bytes() == before
