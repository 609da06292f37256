"""Every word of the query language, the order of the queue, and its price at any size."""

from __future__ import annotations

import random
import sqlite3
from array import array
from collections.abc import Callable, Iterator

import pytest

from engage_tui.domain.model import ActionKind, Kind, Lane, Millis, Platform, Visibility
from engage_tui.domain.outbox import Move, State
from engage_tui.domain.query import KEYS, parse
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, to_iso
from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.store import conversations, drafts, outbox, queue, readings, standings
from engage_tui.store.conversations import Decision
from engage_tui.store.database import Store
from engage_tui.store.ingest import ingest
from engage_tui.store.queue import QueueRow
from tests.bench.corpus import END, messages
from tests.making import NOW, POLICY, approval, approve, message, scalar, take_in
from tests.store.histories import reading

TEXTS = ("where is my parcel", "Parcels and more", "多少錢一個杯子", "love it", "blue mug?")
INTENTS = (Intent.PRICE_QUESTION, Intent.COMPLAINT, Intent.PRAISE, Intent.SPAM, None)


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two hundred conversations that differ in everything that a query can ask for."""
    store = Store(tmp_path_factory.mktemp("varied") / "engage.db")
    pick = random.Random(3)
    for number in range(200):
        _vary(store, number, pick)
    while store.write(lambda c: standings.advance(c, POLICY, NOW)):
        pass
    yield store
    store.close()


def _vary(store: Store, number: int, pick: random.Random) -> None:
    at = NOW - pick.randrange(45 * DAY)
    taken = take_in(
        store,
        message(
            pick.choice(TEXTS),
            thread=f"T{number}",
            remote_id=f"T{number}",
            at=at,
            kind=pick.choice(list(Kind)),
            platform=pick.choice([Platform.YOUTUBE, Platform.INSTAGRAM, Platform.BLUESKY]),
            account=pick.choice(["@brand", "@other"]),
            person=pick.choice(["ann", "Bob", "carla"]),
            post=pick.choice([None, "V1"]),
        ),
        now=at,
    )
    [key] = taken.conversations
    intent = pick.choice(INTENTS)
    if intent is not None:
        read = {row.id: reading(intent, pick.choice(list(Sentiment))) for row in _unread(store)}
        store.write(lambda c: readings.record(c, read, POLICY, at))
    name = pick.choice(["", "", "big fish", "vip", "later"])
    if name:
        store.write(lambda c: conversations.label(c, key, name, POLICY, at))
    chosen = pick.random()
    if chosen < 0.15:
        decide(store, key, Decision("resolved", None, None, NOW))
    elif chosen < 0.3:
        decide(store, key, Decision("snoozed", NOW, NOW + 3 * HOUR, None))
    elif chosen < 0.4:
        thread = f"T{number}"
        approve(store, approval(store, f"answer {number}", thread=thread, answers=thread))
    elif chosen < 0.5:
        lead = int(str(scalar(store.reading, "SELECT max(id) FROM message")))
        store.write(
            lambda c: drafts.propose(c, key, lead, ActionKind.REPLY, "?", NOW, source="human")
        )


def _unread(store: Store) -> list[readings.Unread]:
    return readings.unread(store.reading, 1)


def decide(store: Store, key: int, new: Decision) -> None:
    store.write(lambda c: conversations.decide(c, key, new, POLICY, NOW))


def everything(store: Store) -> list[QueueRow]:
    selection = queue.compile_query(parse("lane:all", now=NOW))
    return queue.page(store.reading, selection, limit=1_000)


def asked(store: Store, text: str) -> list[int]:
    selection = queue.compile_query(parse(text, now=NOW))
    return list(queue.ids(store.reading, selection))


def labels(store: Store, key: int) -> tuple[str, ...]:
    return conversations.get(store.reading, key).labels


Meets = Callable[[Store, QueueRow], bool]

ASKED: dict[str, Meets] = {
    "": lambda s, r: r.lane == "needs_reply",
    "lane:history": lambda s, r: r.lane == "history",
    "lane:waiting,snoozed": lambda s, r: r.lane in ("waiting", "snoozed"),
    "lane:needs-reply,history": lambda s, r: r.lane in ("needs_reply", "history"),
    "-lane:needs_reply": lambda s, r: r.lane != "needs_reply",
    "lane:moderation": lambda s, r: r.lane == "moderation",
    "lane:resolved": lambda s, r: r.lane == "resolved",
    "status:open": lambda s, r: r.status == "open",
    "status:snoozed,resolved": lambda s, r: r.status in ("snoozed", "resolved"),
    "lane:all platform:youtube": lambda s, r: r.platform == "youtube",
    "lane:all platform:youtube,bluesky": lambda s, r: r.platform in ("youtube", "bluesky"),
    "lane:all -platform:youtube": lambda s, r: r.platform != "youtube",
    "lane:all kind:dm": lambda s, r: r.kind == "dm",
    "lane:all tier:premium": lambda s, r: r.tier == "premium",
    "lane:all -tier:premium,overflow": lambda s, r: r.tier not in ("premium", "overflow"),
    "lane:all intent:complaint": lambda s, r: r.intent == "complaint",
    "lane:all -intent:complaint": lambda s, r: r.intent != "complaint",
    "lane:all sentiment:negative": lambda s, r: r.sentiment == "negative",
    "lane:all account:@other": lambda s, r: r.account == "@other",
    "lane:all account:OTHER": lambda s, r: r.account == "@other",
    "lane:all person:@ann": lambda s, r: r.handle == "@ann",
    "lane:all person:bob,CARLA": lambda s, r: r.name in ("Bob", "Carla"),
    'lane:all label:"big fish"': lambda s, r: "big fish" in labels(s, r.id),
    "lane:all -label:later": lambda s, r: "later" not in labels(s, r.id),
    f"lane:all before:{to_iso(NOW - 10 * DAY)}": lambda s, r: _time(r) < NOW - 10 * DAY,
    "lane:all after:10d": lambda s, r: _time(r) >= NOW - 10 * DAY,
    "lane:all due:overdue": lambda s, r: r.due_at is not None and r.due_at < NOW,
    "lane:all due:4h": lambda s, r: r.due_at is not None and r.due_at < NOW + 4 * HOUR,
    "lane:all -due:4h": lambda s, r: r.due_at is None or r.due_at >= NOW + 4 * HOUR,
    "lane:all has:draft": lambda s, r: bool(r.has_draft),
    "lane:all -has:draft": lambda s, r: not r.has_draft,
    "lane:all parcel": lambda s, r: r.text == TEXTS[0],
    "lane:all parc*": lambda s, r: r.text in TEXTS[:2],
    'lane:all "is my"': lambda s, r: r.text == TEXTS[0],
    "lane:all 杯子": lambda s, r: r.text == TEXTS[2],
    "lane:all -parc*": lambda s, r: r.text not in TEXTS[:2],
    "lane:all parcel kind:dm -platform:bluesky": lambda s, r: (
        r.text == TEXTS[0] and r.kind == "dm" and r.platform != "bluesky"
    ),
    'lane:all "it\'s OR NEAR(a"': lambda s, r: False,
}


def _time(row: QueueRow) -> Millis:
    return row.received_at or 0


@pytest.mark.parametrize("text", ASKED)
def test_a_query_finds_what_a_plain_filter_finds(varied: Store, text: str) -> None:
    expected = [row.id for row in everything(varied) if ASKED[text](varied, row)]
    assert asked(varied, text) == expected


def test_every_key_of_the_language_is_asked_here() -> None:
    for key in KEYS:
        assert any(f"{key}:" in text for text in ASKED), key


def test_the_data_has_something_for_and_against_each_query(varied: Store) -> None:
    rows = everything(varied)
    assert len(rows) == 200
    for text, meets in ASKED.items():
        if "NEAR" not in text:
            assert 0 < sum(meets(varied, row) for row in rows) < len(rows), text


@pytest.mark.parametrize("text", ["", "lane:all", "lane:history", "lane:all -parc*"])
@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_by_key_show_every_row_once_and_in_order(
    varied: Store, text: str, limit: int
) -> None:
    selection = queue.compile_query(parse(text, now=NOW))
    seen: list[QueueRow] = []
    after = None
    while page := queue.page(varied.reading, selection, limit=limit, after=after):
        seen += page
        after = (page[-1].order_at, page[-1].id)
    assert array("q", (row.id for row in seen)) == queue.ids(varied.reading, selection)
    keys = [(row.order_at, row.id) for row in seen]
    assert keys == sorted(keys)


def test_what_needs_a_reply_stands_in_the_order_of_due_time_then_id(store: Store) -> None:
    for name, at in (("c", NOW), ("a", NOW - HOUR), ("b", NOW), ("d", NOW - 2 * HOUR)):
        take_in(store, message(name, thread=name, remote_id=name, at=at))
    selection = queue.compile_query(parse("", now=NOW))
    assert [row.text for row in queue.page(store.reading, selection, limit=9)] == [*"dacb"]


def test_counts_are_those_of_the_lanes(varied: Store) -> None:
    rows = everything(varied)
    counted = queue.counts(varied.reading)
    assert counted == {lane: sum(row.lane == lane for row in rows) for lane in Lane}
    assert counted[Lane.HISTORY] > 0


def test_the_border_of_history_is_exact(store: Store) -> None:
    border = NOW - POLICY.history
    for number, at in enumerate((border - 1, border, border + 1)):
        take_in(store, message(thread=f"{number}", remote_id=f"{number}", at=at), now=NOW)
    assert [row.received_at for row in everything(store) if row.lane == "history"] == [border - 1]
    counted = queue.counts(store.reading)
    assert (counted[Lane.HISTORY], counted[Lane.NEEDS_REPLY]) == (1, 2)


def test_what_grows_too_old_moves_to_history_by_itself(store: Store) -> None:
    key = take_in(store, message(remote_id="T1", at=NOW)).conversations.pop()
    at_last = NOW + POLICY.history
    assert store.write(lambda c: standings.advance(c, POLICY, at_last)) == []
    assert store.write(lambda c: standings.advance(c, POLICY, at_last + 1)) == [key]
    counted = queue.counts(store.reading)
    assert (counted[Lane.HISTORY], counted[Lane.NEEDS_REPLY]) == (1, 0)


def test_trouble_shows_in_the_row(store: Store) -> None:
    take_in(store, message(remote_id="T1"))
    key = approve(store, approval(store))
    row = outbox.get(store.reading, key)
    store.write(lambda c: outbox.apply(c, row, Move(State.NEEDS_HUMAN), POLICY, NOW))
    [shown] = everything(store)
    assert shown.trouble == 1


def test_hidden_messages_leave_the_queue(store: Store) -> None:
    take_in(store, message(remote_id="T1"), message(thread="T2", remote_id="T2"))
    take_in(store, message(remote_id="T1", visibility=Visibility.HIDDEN))
    assert len(asked(store, "")) == 1


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Store]]:
    """The same brand with few and with many conversations."""
    opened = {}
    for conversations_ in (500, 20_000):
        store = Store(tmp_path_factory.mktemp("sizes") / "engage.db")
        batch: list[object] = []
        for record in messages(conversations_ * 5 // 3):
            batch.append(record)
            if len(batch) == 5_000:
                _take(store, batch)
        _take(store, batch)
        store.write(lambda c: c.execute("ANALYZE"))
        opened[conversations_] = store
    yield opened
    for store in opened.values():
        store.close()


def _take(store: Store, batch: list[object]) -> None:
    records = list(batch)
    store.write(lambda c: ingest(c, records, POLICY, END))  # type: ignore[arg-type]
    batch.clear()


def steps(connection: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Return how many steps of SQLite's machine some work takes, in tens."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    work()
    connection.set_progress_handler(count, 10)
    work()
    connection.set_progress_handler(None, 0)
    return counted


@pytest.mark.parametrize("text", ["", "platform:youtube", "tier:standard", "lane:all"])
def test_a_page_costs_the_same_at_any_size(sizes: dict[int, Store], text: str) -> None:
    cost = {}
    for size, store in sizes.items():
        selection = queue.compile_query(parse(text, now=END))

        def page(store: Store = store, selection: queue.Selection = selection) -> list[QueueRow]:
            return queue.page(store.reading, selection, limit=50)

        assert len(page()) == 50
        cost[size] = steps(store.reading, page)
    assert cost[20_000] <= 1.5 * cost[500], cost


def test_counting_and_deep_pages_cost_the_same_at_any_size(sizes: dict[int, Store]) -> None:
    counting, deep = {}, {}
    for size, store in sizes.items():
        selection = queue.compile_query(parse("", now=END))
        last = queue.rows(
            store.reading, queue.ids(store.reading, selection)[-60:-59], selection
        ).pop()
        after = (last.order_at, last.id)
        counting[size] = steps(store.reading, lambda s=store: queue.counts(s.reading))  # type: ignore[misc]
        deep[size] = steps(
            store.reading,
            lambda s=store, q=selection, a=after: queue.page(s.reading, q, limit=50, after=a),  # type: ignore[misc]
        )
    assert counting[20_000] <= 1.5 * counting[500] + 5, counting
    assert deep[20_000] <= 1.5 * deep[500], deep


@pytest.mark.parametrize("text", ["", "lane:waiting", "lane:history", "lane:all"])
def test_a_page_is_a_range_of_an_index(sizes: dict[int, Store], text: str) -> None:
    selection = queue.compile_query(parse(text, now=END))
    plan = sizes[20_000].reading.execute(
        f"EXPLAIN QUERY PLAN SELECT c.id FROM conversation c WHERE {selection.where}"
        " ORDER BY c.order_at, c.id LIMIT 50",
        selection.values,
    )
    words = " ".join(row["detail"] for row in plan)
    assert "USING COVERING INDEX" in words or "USING INDEX" in words, words
    assert "TEMP B-TREE" not in words, words
    if text != "lane:all":
        assert "SCAN" not in words, words


def test_looking_for_words_costs_by_the_hits_and_not_by_the_messages(
    sizes: dict[int, Store],
) -> None:
    cost = {}
    for size, store in sizes.items():
        take_in(store, message("a zyzzyva!", thread="Z", remote_id="Z", at=END - MINUTE), now=END)
        selection = queue.compile_query(parse("zyzzyva", now=END))
        assert len(queue.ids(store.reading, selection)) == 1
        cost[size] = steps(
            store.reading,
            lambda s=store, q=selection: queue.page(s.reading, q, limit=50),  # type: ignore[misc]
        )
    assert cost[20_000] <= 1.5 * cost[500] + 20, cost
