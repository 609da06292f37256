"""Any past state can be asked again: rebuilt from messages and events, it is what it was."""

from __future__ import annotations

from hypothesis import example, given, settings

from engage_tui.domain.model import Millis
from engage_tui.domain.query import parse
from engage_tui.domain.timestamps import DAY, HOUR
from engage_tui.store import past, queue, standings
from engage_tui.store.database import Store
from tests.making import NOW, POLICY, message, take_in
from tests.store.histories import CHANGES, DECISIONS, PEOPLE, History, Step, fresh_store, histories


def state(store: Store, table: str) -> dict[int, tuple[object, ...]]:
    """Return the derived columns of every conversation."""
    rows = store.reading.execute(f"SELECT id, {', '.join(standings.DERIVED)} FROM {table}")
    return {row["id"]: tuple(row)[1:] for row in rows}


# A snooze that has ended is no longer what is restored.
@example([("asks", 0, 0, 1), ("snooze", 0, 0, 1), ("resolve", 0, 0, 1), ("restore", 0, 1, 1)])
@settings(max_examples=60, deadline=None)
@given(histories(*PEOPLE, *DECISIONS, *CHANGES))
def test_the_state_at_this_moment_is_the_live_one(steps: list[Step]) -> None:
    with fresh_store() as store:
        history = History(store)
        for step in steps:
            history.apply(step)
        rebuilt = past.rebuild(store.reading, POLICY, history.now)
        assert state(store, rebuilt) == state(store, "conversation")


# A closed conversation comes back, and what was closed stays answered.
@example([("asks", 0, 0, HOUR), ("resolve", 0, 0, HOUR), ("asks", 0, 1, HOUR)])
# It is answered afterwards, so it waits and is not closed.
@example(
    [
        ("asks", 0, 0, HOUR),
        ("resolve", 0, 0, HOUR),
        ("asks", 0, 1, HOUR),
        ("approve", 0, 1, HOUR),
        ("outcome", 0, 0, HOUR),
    ]
)
@example([("asks", 0, 0, HOUR), ("snooze", 0, 1, HOUR), ("approve", 0, 1, HOUR)])
# A reply that is refused later does not bring the snooze back which its approval ended.
@example(
    [
        ("asks", 0, 0, HOUR),
        ("snooze", 0, 40, HOUR),
        ("approve", 0, 1, HOUR),
        ("outcome", 0, 2, HOUR),
    ]
)
# A refused reply leaves the conversation in the queue from that very moment on.
@example([("asks", 0, 0, HOUR), ("approve", 0, 1, HOUR), ("outcome", 0, 2, HOUR)])
# A restored snooze counts from now on, also for what came since it was first decided.
@example(
    [
        ("asks", 0, 0, HOUR),
        ("snooze", 0, 40, HOUR),
        ("resolve", 0, 0, HOUR),
        ("asks", 0, 1, HOUR),
        ("restore", 0, 1, HOUR),
    ]
)
@settings(max_examples=60, deadline=None)
@given(histories(*PEOPLE, *DECISIONS))
def test_each_recorded_state_is_rebuilt_after_all_that_came_later(steps: list[Step]) -> None:
    recorded: dict[Millis, dict[int, tuple[object, ...]]] = {}
    with fresh_store() as store:
        history = History(store)
        for step in steps:
            history.apply(step)
            recorded[history.now] = state(store, "conversation")
        for at, known in recorded.items():
            assert state(store, past.rebuild(store.reading, POLICY, at)) == known


def test_the_queue_of_the_past_is_asked_like_the_present_one(store: Store) -> None:
    take_in(store, message("one", thread="A", remote_id="A", at=NOW))
    take_in(store, message("two", thread="B", remote_id="B", at=NOW + DAY), now=NOW + DAY)
    for at, texts in ((NOW - 1, []), (NOW, ["one"]), (NOW + DAY, ["one", "two"])):
        table = past.rebuild(store.reading, POLICY, at)
        selection = queue.compile_query(parse("platform:youtube", now=at), table)
        assert [row.text for row in queue.page(store.reading, selection, limit=9)] == texts


def test_the_past_can_be_asked_by_a_viewer(store: Store) -> None:
    take_in(store, message(remote_id="T1"))
    viewer = Store(store.path, read_only=True)
    assert len(state(viewer, past.rebuild(viewer.reading, POLICY, NOW))) == 1
    viewer.close()
