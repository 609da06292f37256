"""What was done to the practice platforms outlives the process that did it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engage_tui.domain.model import Kind, Platform
from engage_tui.domain.timestamps import MINUTE, SECOND, parse_iso
from engage_tui.sandbox.journal import JournalError, read_effects
from engage_tui.sandbox.records import State, Thread
from engage_tui.sandbox.world import PracticeWorld

NOW = parse_iso("2026-11-21T15:00:00Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def world(path: Path) -> PracticeWorld:
    return PracticeWorld.open(path, now=NOW)


def a_thread(world: PracticeWorld, platform: Platform = Platform.YOUTUBE) -> Thread:
    threads = world.threads(platform, Kind.COMMENT, NOW)
    return max((t for t in threads if t.shown(NOW)[0].author), key=lambda thread: thread.id)


def test_effects_are_there_again_after_reopening(path: Path, world: PracticeWorld) -> None:
    thread = a_thread(world)
    reply = world.reply(thread, "Hello", NOW + SECOND)
    world.set_state(thread.entries[0], State.HELD, NOW + 2 * SECOND)
    again = PracticeWorld.open(path, now=NOW + MINUTE)
    found = again.entry(reply.id, NOW + MINUTE)
    assert found is not None
    assert (found[0].id, found[1].text, found[1].author) == (thread.id, "Hello", None)
    assert found[0].entries[0].state is State.HELD
    assert again.effects == world.effects == tuple(read_effects(path))


def test_a_private_reply_that_opened_a_conversation_is_there_again(
    path: Path, world: PracticeWorld
) -> None:
    for thread in world.threads(Platform.INSTAGRAM, Kind.COMMENT, NOW):
        author = thread.entries[0].author
        if author and world.direct_thread(author, NOW) is None:
            break
    assert author is not None
    sent = world.send(author, "Hi there", NOW, comment=thread.id)
    world.send(author, "And one more", NOW + SECOND)
    again = PracticeWorld.open(path, now=NOW + MINUTE)
    conversation = again.direct_thread(author, NOW + MINUTE)
    assert conversation is not None
    assert [e.text for e in conversation.shown(NOW + MINUTE)][:2] == ["Hi there", "And one more"]
    assert conversation.entries[0].id == sent.id


def test_an_effect_below_a_live_message_is_there_again(path: Path, world: PracticeWorld) -> None:
    later = NOW + 10 * MINUTE
    live = next(
        t
        for t in world.threads(Platform.YOUTUBE, Kind.COMMENT, later)
        if t.entries[0].sent_at > NOW
    )
    reply = world.reply(live, "Just in time", later)
    assert PracticeWorld.open(path, now=later).entry(reply.id, later) is not None


def test_a_follower_sometimes_answers_within_20_to_90_seconds(world: PracticeWorld) -> None:
    threads = world.threads(Platform.YOUTUBE, Kind.COMMENT, NOW)[:60]
    delays = []
    for thread in threads:
        known = {entry.id for entry in thread.entries}
        reply = world.reply(thread, "Here you go!", NOW)
        new = [e for e in thread.entries if e.id not in known and e.id != reply.id]
        assert thread.shown(NOW)[-1].id == reply.id or thread.shown(NOW)[-1].sent_at == NOW
        delays += [entry.sent_at - reply.sent_at for entry in new]
        assert all(entry.author is not None for entry in new)
    assert 15 < len(delays) < 50
    assert all(20 * SECOND <= delay <= 90 * SECOND for delay in delays)


def test_a_private_reply_may_be_answered_too(world: PracticeWorld) -> None:
    answered = 0
    for thread in world.threads(Platform.INSTAGRAM, Kind.COMMENT, NOW):
        author = thread.entries[0].author
        if author and world.direct_thread(author, NOW) is None:
            world.send(author, "Hi there", NOW, comment=thread.id)
            conversation = world.direct_thread(author, NOW + 2 * MINUTE)
            assert conversation is not None
            answered += conversation.shown(NOW + 2 * MINUTE)[-1].author == author
    assert answered > 5


def test_setting_the_same_state_twice_is_one_effect(world: PracticeWorld) -> None:
    entry = a_thread(world).entries[0]
    for _ in range(2):
        world.set_state(entry, State.HELD, NOW)
    assert len(world.effects) == 1


def test_an_unfinished_line_never_happened(path: Path, world: PracticeWorld) -> None:
    reply = world.reply(a_thread(world), "Hello", NOW)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"kind": "reply", "at": 17')
    assert [effect.id for effect in read_effects(path)] == [reply.id]
    again = PracticeWorld.open(path, now=NOW)
    assert [effect.id for effect in again.effects] == [reply.id]
    again.reply(a_thread(again), "Next", NOW)
    assert [effect.text for effect in read_effects(path)] == ["Hello", "Next"]


@pytest.mark.parametrize(
    "content", ["", "hello", "hello\n", '{"a": 1}\n', "[1]\n", '{"seed": 1}\n']
)
def test_other_files_are_refused(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(JournalError, match="not a journal"):
        PracticeWorld.open(path, now=NOW)
    assert path.read_text() == content


def test_an_effect_survives_a_kill_right_after_it(path: Path, world: PracticeWorld) -> None:
    thread = a_thread(world)
    program = f"""
import os, signal
from pathlib import Path
from engage_tui.sandbox.world import PracticeWorld
world = PracticeWorld.open(Path({str(path)!r}), now={NOW})
world.reply(world.thread({thread.id!r}, {NOW}), "last words", {NOW})
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [effect.text for effect in read_effects(path)] == ["last words"]
