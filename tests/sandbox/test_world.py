"""The practice world is made from its journal alone, and looks like a small brand's inbox."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from engage_tui.domain.model import Kind, Millis, Platform
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND, parse_iso
from engage_tui.sandbox.phrases import LANGUAGES
from engage_tui.sandbox.records import Entry, State, Thread
from engage_tui.sandbox.world import PracticeWorld

NOW = parse_iso("2026-11-21T15:00:00.700Z")
BOTH = (Platform.YOUTUBE, Platform.INSTAGRAM)


def open_world(path: Path, now: Millis = NOW, seed: int = 7) -> PracticeWorld:
    return PracticeWorld.open(path / f"{seed}.jsonl", now=now, seed=seed)


def threads_of(world: PracticeWorld, now: Millis) -> list[Thread]:
    return [
        thread
        for platform in BOTH
        for kind in Kind
        for thread in world.threads(platform, kind, now)
    ]


def entries_of(world: PracticeWorld, now: Millis) -> dict[str, Entry]:
    return {entry.id: entry for t in threads_of(world, now) for entry in t.shown(now)}


def snapshot(world: PracticeWorld, now: Millis) -> dict[str, tuple[str, Millis, str]]:
    return {
        remote_id: (entry.text, entry.sent_at, entry.author.handle if entry.author else "")
        for remote_id, entry in entries_of(world, now).items()
    }


def test_the_same_seed_and_start_make_the_same_messages(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    later = NOW + 2 * HOUR
    one, two = open_world(tmp_path), open_world(tmp_path / "other")
    assert snapshot(one, later) == snapshot(two, later)
    another = open_world(tmp_path, seed=8)
    assert not set(snapshot(another, later)) & set(snapshot(one, later))


def test_how_often_one_looks_changes_nothing(tmp_path: Path) -> None:
    at_once = open_world(tmp_path)
    (tmp_path / "other").mkdir()
    step_by_step = open_world(tmp_path / "other")
    for minute in range(60):
        step_by_step.catch_up(NOW + minute * MINUTE)
    assert snapshot(at_once, NOW + HOUR) == snapshot(step_by_step, NOW + HOUR)


def test_reopening_keeps_what_was_there(tmp_path: Path) -> None:
    first = open_world(tmp_path)
    before = snapshot(first, NOW + HOUR)
    again = open_world(tmp_path, now=NOW + HOUR)
    assert snapshot(again, NOW + HOUR) == before
    assert again.start == first.start == NOW - NOW % SECOND


def test_a_journal_keeps_its_seed_and_pace(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    quick = PracticeWorld.open(path, now=NOW, seed=3, every=5 * SECOND)
    again = PracticeWorld.open(path, now=NOW, seed=99, every=HOUR)
    assert snapshot(quick, NOW + MINUTE) == snapshot(again, NOW + MINUTE)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_history_looks_like_two_weeks_of_a_small_brand(tmp_path: Path, seed: int) -> None:
    world = open_world(tmp_path, seed=seed)
    threads = threads_of(world, NOW)
    assert 350 <= len(threads) <= 500
    assert {thread.kind for thread in threads if thread.platform is Platform.INSTAGRAM} == set(Kind)
    open_now = [t for t in threads if t.shown(NOW)[-1].author and waiting(t) < DAY]
    assert 33 <= len(open_now) <= 55
    entries = list(entries_of(world, NOW).values())
    assert all(entry.sent_at % SECOND == 0 and entry.sent_at <= NOW for entry in entries)
    assert min(entry.sent_at for entry in entries) > NOW - 16 * DAY
    assert {e.author.language for e in entries if e.author} >= set(LANGUAGES) - {"ar", "he"}
    assert len({entry.text for entry in entries}) > 400


def waiting(thread: Thread) -> Millis:
    return NOW - thread.shown(NOW)[-1].sent_at


def test_the_brand_answered_most_quickly_some_late_and_some_never(tmp_path: Path) -> None:
    threads = threads_of(open_world(tmp_path), NOW)
    older = [t for t in threads if t.shown(NOW)[0].sent_at < NOW - DAY]
    delays, recent = [], 0
    for thread in older:
        shown = thread.shown(NOW)
        answers = [entry.sent_at for entry in shown if entry.author is None]
        if answers and shown[0].author:
            delays.append(answers[0] - shown[0].sent_at)
            recent += answers[0] > NOW - DAY
    assert 0.85 < len(delays) / len(older) < 0.99
    assert 4 * MINUTE < statistics.median(delays) < 2 * HOUR
    assert sum(delay > 12 * HOUR for delay in delays) > 10
    assert recent < 30


def test_filters_of_the_platforms_have_worked(tmp_path: Path) -> None:
    threads = threads_of(open_world(tmp_path), NOW)
    states = {thread.entries[0].state for thread in threads}
    assert states == {
        State.PUBLISHED,
        State.HELD,
        State.LIKELY_SPAM,
        State.REJECTED,
        State.HIDDEN,
    }


def test_a_new_message_comes_every_20_to_40_seconds(tmp_path: Path) -> None:
    world = open_world(tmp_path)
    before = entries_of(world, NOW)
    later = entries_of(world, NOW + 4 * HOUR)
    assert before.keys() < later.keys()
    arrived = [NOW, *sorted(e.sent_at for e in later.values() if e.sent_at > NOW)]
    assert max(b - a for a, b in zip(arrived, arrived[1:], strict=False)) <= 40 * SECOND
    assert 450 < len(arrived) < 700


def test_nobody_is_buried_after_a_week_away(tmp_path: Path) -> None:
    world = open_world(tmp_path)
    after_week = NOW + 7 * DAY
    before = snapshot(world, after_week)
    live = sum(sent_at > NOW for _, sent_at, _ in before.values())
    assert 1_500 < live < 3_000
    again = open_world(tmp_path, now=after_week)
    assert snapshot(again, after_week) == before
    hour_later = snapshot(again, after_week + HOUR)
    assert len(hour_later) - len(before) > 100
