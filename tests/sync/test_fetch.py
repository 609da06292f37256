"""A look at a platform: everything arrives, nothing twice, whatever goes wrong on the way."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest

from engage_tui.domain.model import Direction, Platform
from engage_tui.domain.outbox import Move, State
from engage_tui.domain.settings import Sync
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE
from engage_tui.platforms.errors import Gone, RateLimited, Refused, SignInNeeded, Unavailable
from engage_tui.platforms.protocol import Child, Stream
from engage_tui.replies.sender import Sender
from engage_tui.sandbox.faults import Fault
from engage_tui.store import accounts, outbox, streams
from engage_tui.store.database import Store
from engage_tui.sync.fetch import AccountSync, SyncReport
from tests.making import NOW, POLICY, Ticking, approval, approve, connect, message, scalar
from tests.platforms.reading import read_everything
from tests.practising import Practice
from tests.sync.shelf import Board, Shelf

OLD = NOW - 5 * DAY


def old_messages(count: int, name: str = "T") -> list[object]:
    """Return messages of separate threads, the newest first."""
    return [
        message(f"{name}{n}", thread=f"{name}{n}", remote_id=f"{name}{n}", at=OLD - n * HOUR)
        for n in range(count)
    ]


def board(count: int, name: str = "T") -> Board:
    return Board(messages=old_messages(count, name))  # type: ignore[arg-type]


async def look(
    store: Store, shelf: Shelf, clock: Ticking, settings: Sync | None = None
) -> SyncReport:
    connect(store)
    [account] = accounts.list_all(store.reading)
    shelf.reads.clear()
    return await AccountSync(store, shelf, account, POLICY, settings or Sync(), clock).run()


def stored(store: Store) -> set[str]:
    return {row["remote_id"] for row in store.reading.execute("SELECT remote_id FROM message")}


async def test_the_first_look_reads_to_the_end_and_the_second_only_the_newest(
    store: Store, clock: Ticking
) -> None:
    shelf = Shelf(threads=board(7))
    first = await look(store, shelf, clock)
    assert (first.ingested.new, first.pages, first.problem) == (7, 4, "")
    clock.now += MINUTE
    second = await look(store, shelf, clock)
    assert (second.ingested.new, second.ingested.changed, second.pages) == (0, 0, 1)


async def test_every_page_is_stored_with_the_place_where_it_goes_on(
    store: Store, clock: Ticking
) -> None:
    shelf = Shelf(threads=board(7))
    shelf.errors["threads"] = deque([None, None, RateLimited("slow down", retry_after=1)])
    report = await look(store, shelf, clock)
    assert report.problem == "slow down" and report.ingested.new == 4
    assert stored(store) == {"T0", "T1", "T2", "T3"}
    assert streams.get(store.reading, report.account.id, "threads").cursor == "4"


async def test_an_interrupted_reading_goes_on_at_the_failed_page_then_looks_at_the_top(
    store: Store, clock: Ticking
) -> None:
    shelf = Shelf(threads=board(7))
    shelf.errors["threads"] = deque([None, None, RateLimited("slow down", retry_after=1)])
    await look(store, shelf, clock)
    newest = message("new", thread="N", remote_id="N", at=NOW)
    shelf.lists["threads"].messages[:0] = [newest, newest]
    report = await look(store, shelf, clock)
    assert [cursor for _, cursor in shelf.reads][:2] == ["4", "6"]
    assert None in [cursor for _, cursor in shelf.reads]
    assert stored(store) == {*(f"T{n}" for n in range(7)), "N"} and not report.problem


async def test_a_sweep_in_several_sittings_is_a_whole_sweep(store: Store, clock: Ticking) -> None:
    shelf = Shelf(threads=board(9))
    for _ in range(4):
        shelf.errors["threads"] = deque([None, RateLimited("slow down", retry_after=1)])
        await look(store, shelf, clock)
    await look(store, shelf, clock)
    clock.now += MINUTE
    report = await look(store, shelf, clock)
    assert report.pages == 1, "nothing has to be read from the start again"


async def test_after_the_sweep_hours_everything_is_read_again(store: Store, clock: Ticking) -> None:
    shelf = Shelf(threads=board(7))
    await look(store, shelf, clock)
    shelf.lists["threads"].messages[6] = message(
        "edited", thread="T6", remote_id="T6", at=OLD, edited_at=NOW
    )
    clock.now += 23 * HOUR
    assert (await look(store, shelf, clock)).ingested.changed == 0
    clock.now += HOUR
    assert (await look(store, shelf, clock)).ingested.changed == 1


async def test_a_known_page_within_the_overlap_does_not_end_the_reading(
    store: Store, clock: Ticking
) -> None:
    fresh = [
        message(f"F{n}", thread=f"F{n}", remote_id=f"F{n}", at=NOW - n * MINUTE) for n in range(8)
    ]
    shelf = Shelf(threads=Board(messages=fresh))
    await look(store, shelf, clock)
    for overlap, pages in ((0, 1), (5, 4)):
        report = await look(store, shelf, clock, Sync(overlap_minutes=overlap))
        assert report.pages == pages


async def test_a_stale_cursor_starts_the_list_again(store: Store, clock: Ticking) -> None:
    shelf = Shelf(threads=board(7))
    shelf.errors["threads"] = deque([None, RateLimited("slow down", retry_after=1)])
    await look(store, shelf, clock)
    shelf.stale.add("2")
    shelf_again = Shelf(threads=board(2))
    shelf_again.stale.add("2")
    report = await look(store, shelf_again, clock)
    assert [cursor for _, cursor in shelf_again.reads][:2] == ["2", None]
    assert not report.problem


async def test_a_list_whose_cursors_never_hold_is_not_read_for_ever(
    store: Store, clock: Ticking
) -> None:
    shelf = Shelf(threads=board(7), others=board(2, "O"))
    shelf.stale.add("2")
    for _ in range(2):
        report = await look(store, shelf, clock)
        assert report.problem == "the cursor is old" and len(shelf.reads) <= 5
    assert {"T0", "T1", "O0", "O1"} <= stored(store)


def with_child(mark: str) -> Shelf:
    shelf = Shelf(threads=board(6), **{"replies/T5": board(3, "T5.")})
    shelf.top = [Stream("threads")]
    child = Child(Stream("replies/T5", newest_first=False), mark)
    shelf.lists["threads"].children = {2: child}
    return shelf


async def test_a_list_below_another_is_read_when_its_mark_has_changed(
    store: Store, clock: Ticking
) -> None:
    assert (await look(store, with_child("3"), clock)).ingested.new == 9
    clock.now += DAY
    for mark, reads in (("3", 0), ("4", 2)):
        shelf = with_child(mark)
        await look(store, shelf, clock)
        assert [name for name, _ in shelf.reads].count("replies/T5") == reads
        clock.now += DAY


async def test_a_list_that_was_not_read_to_its_end_is_not_forgotten(
    store: Store, clock: Ticking
) -> None:
    """Though the page that named it, far down, is not read again before the next sweep."""
    shelf = with_child("3")
    shelf.errors["replies/T5"] = deque([None, RateLimited("slow down", retry_after=1)])
    await look(store, shelf, clock)
    assert "T5.2" not in stored(store)
    clock.now += MINUTE
    report = await look(store, shelf, clock)
    assert ("threads", "4") not in shelf.reads
    assert ("replies/T5", "2") in shelf.reads and "T5.2" in stored(store) and not report.problem
    clock.now += MINUTE
    await look(store, shelf, clock)
    assert [name for name, _ in shelf.reads] == ["threads"]


async def test_a_list_that_cannot_be_read_does_not_stop_the_others(
    store: Store, clock: Ticking
) -> None:
    shelf = Shelf(held=board(2, "H"), threads=board(4))
    shelf.errors["held"] = deque([Unavailable("the list is broken")])
    report = await look(store, shelf, clock)
    assert report.problem == "the list is broken"
    assert stored(store) == {"T0", "T1", "T2", "T3"}
    assert not (await look(store, shelf, clock)).problem
    assert {"H0", "H1"} <= stored(store)


async def test_a_platform_that_is_down_ends_the_look(store: Store, clock: Ticking) -> None:
    shelf = Shelf(**{f"list{n}": board(1, f"L{n}") for n in range(6)})
    shelf.errors = {name: deque([Unavailable("down")]) for name in shelf.lists}
    report = await look(store, shelf, clock)
    assert report.problem == "down" and len(shelf.reads) == 3


async def test_lists_that_fail_now_and_then_do_not_end_the_look(
    store: Store, clock: Ticking
) -> None:
    shelf = Shelf(**{f"list{n}": board(1, f"L{n}.") for n in range(10)})
    shelf.errors = {f"list{n}": deque([Unavailable("broken")]) for n in range(0, 10, 2)}
    await look(store, shelf, clock)
    assert len(shelf.reads) == 10
    assert stored(store) == {f"L{n}.0" for n in range(1, 10, 2)}


async def test_answers_to_what_we_wrote_lately_are_found_far_down_too(
    store: Store, clock: Ticking
) -> None:
    shelf = with_child("3")
    await look(store, shelf, clock)
    key = approve(store, approval(store, thread="T5", answers="T5"))
    row = outbox.get(store.reading, key)
    sent = Move(State.SENT, remote_id="ours")
    store.write(lambda c: outbox.apply(c, row, sent, POLICY, NOW))
    shelf.awaited["T5"] = Stream("replies/T5", newest_first=False)
    shelf.lists["replies/T5"].messages.append(
        message("thank you", thread="T5", remote_id="T5.thanks", at=NOW + 1)
    )
    clock.now += MINUTE
    await look(store, shelf, clock)
    assert ("threads", "4") not in shelf.reads and "T5.thanks" in stored(store)
    [account] = accounts.list_all(store.reading)
    assert streams.unread(store.reading, account.id) == [], "it is read no second time for that"
    clock.now += 2 * DAY
    shelf.lists["threads"].children = {}
    await look(store, shelf, clock)
    assert "replies/T5" not in [name for name, _ in shelf.reads]


@pytest.mark.parametrize(
    ("error", "problem"), [(Gone("deleted"), ""), (Refused("comments are off"), "comments are off")]
)
async def test_what_the_platform_will_not_give_is_asked_for_once_for_each_mark(
    store: Store, clock: Ticking, error: Refused, problem: str
) -> None:
    shelf = with_child("3")
    shelf.errors["replies/T5"] = deque([error] * 9)
    assert (await look(store, shelf, clock)).problem == problem
    clock.now += MINUTE
    await look(store, shelf, clock)
    assert "replies/T5" not in [name for name, _ in shelf.reads]


async def test_a_dead_token_parks_the_account_and_keeps_what_was_read(
    store: Store, clock: Ticking
) -> None:
    shelf = Shelf(threads=board(4))
    shelf.errors["threads"] = deque([None, SignInNeeded("sign in again")])
    report = await look(store, shelf, clock)
    [account] = accounts.list_all(store.reading)
    assert (account.state, account.note, report.problem) == (
        "parked",
        "sign in again",
        "sign in again",
    )
    assert stored(store) == {"T0", "T1"}


@pytest.fixture
def practice(tmp_path: Path, store: Store, clock: Ticking) -> Practice:
    return Practice(tmp_path, store, clock, every=30_000)


async def sync(store: Store, practice: Practice, clock: Ticking, platform: Platform) -> SyncReport:
    account, connector = practice.accounts[platform], practice.connectors[platform]
    return await AccountSync(store, connector, account, POLICY, Sync(), clock).run()


def messages_of(store: Store, platform: Platform) -> dict[str, str]:
    rows = store.reading.execute(
        "SELECT m.remote_id, m.text FROM message m JOIN account a ON a.id = m.account_id"
        " WHERE a.platform = ?",
        (platform.value,),
    )
    return {row["remote_id"]: row["text"] for row in rows}


BOTH = pytest.mark.parametrize("platform", [Platform.YOUTUBE, Platform.INSTAGRAM])


@BOTH
async def test_everything_that_a_platform_shows_is_stored_once(
    store: Store, practice: Practice, clock: Ticking, platform: Platform
) -> None:
    report = await sync(store, practice, clock, platform)
    shown = await read_everything(practice.connectors[platform])
    assert messages_of(store, platform) == {k: m.text for k, m in shown.messages.items()}
    assert (report.ingested.new, report.problem) == (len(shown.messages), "")
    again = await sync(store, practice, clock, platform)
    assert (again.ingested.new, again.ingested.changed, again.problem) == (0, 0, "")
    assert again.pages < report.pages


@BOTH
async def test_new_messages_and_replies_under_old_threads_are_found(
    store: Store, practice: Practice, clock: Ticking, platform: Platform
) -> None:
    await sync(store, practice, clock, platform)
    before = set(messages_of(store, platform))
    clock.now += 20 * MINUTE
    report = await sync(store, practice, clock, platform)
    shown = await read_everything(practice.connectors[platform])
    assert set(messages_of(store, platform)) == set(shown.messages)
    assert report.ingested.new == len(shown.messages) - len(before) > 0
    older = scalar(
        store.reading,
        "SELECT count(*) FROM message m JOIN message t ON t.remote_id = m.parent"
        " WHERE m.sent_at > ? AND t.sent_at <= ?",
        NOW,
        NOW,
    )
    assert older or platform is Platform.INSTAGRAM


@BOTH
async def test_with_three_calls_in_ten_failing_everything_arrives_and_nothing_twice(
    store: Store, practice: Practice, clock: Ticking, platform: Platform
) -> None:
    practice.faults.reads = {
        Fault.RATE_LIMITED: 0.1,
        Fault.ERROR_BEFORE: 0.1,
        Fault.TIMEOUT_BEFORE: 0.1,
    }
    looks = 0
    new = 0
    while looks < 60:
        looks += 1
        clock.now += MINUTE
        report = await sync(store, practice, clock, platform)
        new += report.ingested.new
        waiting = streams.unread(store.reading, practice.accounts[platform].id)
        if not report.problem and not waiting:
            break
    practice.faults.reads = {}
    shown = await read_everything(practice.connectors[platform])
    assert set(messages_of(store, platform)) == set(shown.messages), looks
    assert new == len(shown.messages)
    received = scalar(store.reading, "SELECT count(DISTINCT message_id) = count(*) FROM event")
    assert received == 1


async def test_our_own_reply_comes_back_without_a_double(
    store: Store, practice: Practice, clock: Ticking
) -> None:
    await sync(store, practice, clock, Platform.YOUTUBE)
    asked = store.reading.execute(
        "SELECT c.remote_id FROM conversation c WHERE c.lane = 'needs_reply'"
        " ORDER BY received_at DESC"
    ).fetchone()["remote_id"]
    key = approve(store, approval(store, "Yes, it is.", thread=asked, answers=asked))
    await Sender(store, practice.by_account(), POLICY, clock).step()
    assert outbox.get(store.reading, key).state is State.SENT
    clock.now += 5 * MINUTE
    await sync(store, practice, clock, Platform.YOUTUBE)
    rows = store.reading.execute(
        "SELECT outbox_id, direction FROM message WHERE text = 'Yes, it is.'"
    ).fetchall()
    assert [tuple(row) for row in rows] == [(key, Direction.OUT)]
    written = "SELECT count(*) FROM event e JOIN message m ON m.id = e.message_id WHERE m.text = ?"
    assert scalar(store.reading, written + " AND e.name = 'reply_sent'", "Yes, it is.") == 1


@BOTH
async def test_a_token_that_the_platform_does_not_know_parks_the_account(
    store: Store, practice: Practice, clock: Ticking, platform: Platform
) -> None:
    practice.tokens[platform] = "expired"
    report = await sync(store, practice, clock, platform)
    assert report.problem and "expired" not in report.problem
    states = {a.platform: a.state for a in accounts.list_all(store.reading)}
    assert states.pop(platform) == "parked" and set(states.values()) == {"connected"}
