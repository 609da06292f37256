"""Actions through the connectors: done once, provable afterwards, refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from engage_tui.domain.model import ActionKind, Direction, Kind, Millis, Platform
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND
from engage_tui.platforms.errors import Gone, OutcomeUnknown, Refused, Unavailable
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Connector, Outgoing
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.sandbox.faults import Fault, Faults
from engage_tui.sandbox.journal import read_effects
from engage_tui.sandbox.records import Entry, State, Thread
from engage_tui.sandbox.world import PracticeWorld

from .conftest import Ticking
from .reading import read_everything

HOSTILE = 'a < b & "c" \u202e\u200b[/b] [@click=app.quit]x[/] \x1b[31m {"a": 1} 100 % %s é 😀\n=1+1'


def a_thread(
    world: PracticeWorld,
    platform: Platform,
    kind: Kind,
    now: Millis,
    *,
    younger_than: Millis = DAY,
) -> Thread:
    """Return a visible thread that a follower has just written in."""
    return next(
        thread
        for thread in sorted(world.threads(platform, kind, now), key=lambda thread: thread.id)
        if thread.shown(now)[0].author
        and thread.shown(now)[-1].author
        and thread.shown(now)[0].state is State.PUBLISHED
        and now - thread.shown(now)[-1].sent_at < younger_than
    )


def outgoing(kind: ActionKind, thread: Thread, target: str, text: str = "") -> Outgoing:
    return Outgoing(kind=kind, target=target, conversation=thread.id, text=text, key="k1")


def reply_to(thread: Thread, text: str) -> Outgoing:
    return outgoing(ActionKind.REPLY, thread, thread.id, text)


def message_to(thread: Thread, text: str) -> Outgoing:
    assert thread.follower is not None
    return outgoing(ActionKind.DM, thread, thread.follower.id, text)


@pytest.fixture(params=[Platform.YOUTUBE, Platform.INSTAGRAM])
def connector(
    request: pytest.FixtureRequest, youtube: YouTubeConnector, instagram: InstagramConnector
) -> Connector:
    return youtube if request.param is Platform.YOUTUBE else instagram


async def test_a_reply_arrives_once_unchanged_and_is_found(
    connector: Connector, world: PracticeWorld, clock: Ticking, journal: Path
) -> None:
    thread = a_thread(world, connector.platform, Kind.COMMENT, clock.now)
    action = reply_to(thread, HOSTILE)
    started = clock.now
    assert await connector.find(action, started) == []
    receipt = await connector.perform(action)
    clock.now += 2 * SECOND
    [found] = await connector.find(action, started)
    assert (found.remote_id, found.text) == (receipt.remote_id, HOSTILE)
    assert (found.direction, found.parent) == (Direction.OUT, thread.id)
    assert [effect.id for effect in read_effects(journal)] == [receipt.remote_id]
    everything = await read_everything(connector)
    assert everything.messages[receipt.remote_id].text == HOSTILE


async def test_a_reply_to_a_reply_goes_to_its_thread(
    connector: Connector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = next(
        thread
        for thread in world.threads(connector.platform, Kind.COMMENT, clock.now)
        if len(thread.shown(clock.now)) > 1 and thread.shown(clock.now)[0].state is State.PUBLISHED
    )
    action = outgoing(ActionKind.REPLY, thread, thread.shown(clock.now)[-1].id, "Exactly!")
    receipt = await connector.perform(action)
    written = world.entry(receipt.remote_id, clock.now)
    assert written is not None and written[0].id == thread.id


async def test_find_sees_neither_others_nor_what_is_older(
    connector: Connector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = a_thread(world, connector.platform, Kind.COMMENT, clock.now)
    action = reply_to(thread, "Same words")
    await connector.perform(action)
    clock.now += 3 * MINUTE
    assert await connector.find(action, clock.now) == []
    assert len(await connector.find(action, clock.now - 4 * MINUTE)) == 1


async def test_a_lost_answer_is_unknown_and_the_effect_is_found(
    connector: Connector, world: PracticeWorld, clock: Ticking, faults: Faults, journal: Path
) -> None:
    thread = a_thread(world, connector.platform, Kind.COMMENT, clock.now)
    for fault in (Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER):
        faults.writes = {fault: 1.0}
        with pytest.raises(OutcomeUnknown):
            await connector.perform(reply_to(thread, f"after {fault}"))
    for fault in (Fault.TIMEOUT_BEFORE, Fault.ERROR_BEFORE):
        faults.writes = {fault: 1.0}
        with pytest.raises(OutcomeUnknown):
            await connector.perform(reply_to(thread, f"before {fault}"))
    assert [effect.text for effect in read_effects(journal)] == [
        "after timeout_after",
        "after error_after",
    ]
    found = await connector.find(reply_to(thread, ""), clock.now)
    assert {message.text for message in found} == {"after timeout_after", "after error_after"}


async def test_a_late_effect_is_listed_only_later(
    connector: Connector, world: PracticeWorld, clock: Ticking, faults: Faults
) -> None:
    faults.late = 40 * SECOND
    thread = a_thread(world, connector.platform, Kind.COMMENT, clock.now)
    started = clock.now
    action = reply_to(thread, "slow train")
    receipt = await connector.perform(action)
    assert await connector.find(action, started) == []
    clock.now += 41 * SECOND
    assert [m.remote_id for m in await connector.find(action, started)] == [receipt.remote_id]


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ActionKind.HOLD, State.HELD),
        (ActionKind.PUBLISH, State.PUBLISHED),
        (ActionKind.REJECT, State.REJECTED),
    ],
)
async def test_youtube_moderates(
    youtube: YouTubeConnector,
    world: PracticeWorld,
    clock: Ticking,
    kind: ActionKind,
    state: State,
) -> None:
    thread = a_thread(world, Platform.YOUTUBE, Kind.COMMENT, clock.now)
    if kind is ActionKind.PUBLISH:
        await youtube.perform(outgoing(ActionKind.HOLD, thread, thread.id))
    receipt = await youtube.perform(outgoing(kind, thread, thread.id))
    assert (receipt.remote_id, receipt.cost) == (thread.id, 50)
    assert thread.entries[0].state is state


async def test_a_rejection_cannot_be_taken_back(
    youtube: YouTubeConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = a_thread(world, Platform.YOUTUBE, Kind.COMMENT, clock.now)
    await youtube.perform(outgoing(ActionKind.REJECT, thread, thread.id))
    with pytest.raises(Refused, match="does not allow") as refused:
        await youtube.perform(outgoing(ActionKind.PUBLISH, thread, thread.id))
    assert refused.value.code == "operationNotSupported"


async def test_youtube_deletes_our_own_comments_alone(
    youtube: YouTubeConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = a_thread(world, Platform.YOUTUBE, Kind.COMMENT, clock.now)
    own = await youtube.perform(reply_to(thread, "typo"))
    await youtube.perform(outgoing(ActionKind.DELETE, thread, own.remote_id))
    assert world.entry(own.remote_id, clock.now) is None
    with pytest.raises(Gone):
        await youtube.perform(outgoing(ActionKind.DELETE, thread, own.remote_id))
    with pytest.raises(Refused) as refused:
        await youtube.perform(outgoing(ActionKind.DELETE, thread, thread.id))
    assert refused.value.code == "forbidden"


async def test_instagram_hides_unhides_and_deletes(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = a_thread(world, Platform.INSTAGRAM, Kind.COMMENT, clock.now)
    for kind, state in ((ActionKind.HIDE, State.HIDDEN), (ActionKind.UNHIDE, State.PUBLISHED)):
        await instagram.perform(outgoing(kind, thread, thread.id))
        assert thread.entries[0].state is state
    await instagram.perform(outgoing(ActionKind.DELETE, thread, thread.id))
    with pytest.raises(Gone):
        await instagram.perform(reply_to(thread, "hello?"))


async def test_a_direct_message_arrives_and_is_found(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking, journal: Path
) -> None:
    thread = a_thread(world, Platform.INSTAGRAM, Kind.DM, clock.now)
    action = message_to(thread, HOSTILE)
    receipt = await instagram.perform(action)
    [found] = await instagram.find(action, clock.now)
    assert (found.remote_id, found.text) == (receipt.remote_id, HOSTILE)
    assert thread.follower and found.person.remote_id == thread.follower.id
    assert [effect.kind for effect in read_effects(journal)] == ["dm"]


async def test_a_direct_message_after_the_window_is_refused(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = next(
        thread
        for thread in world.threads(Platform.INSTAGRAM, Kind.DM, clock.now)
        if clock.now - thread.shown(clock.now)[-1].sent_at > 2 * DAY
    )
    with pytest.raises(Refused, match="24 hours") as refused:
        await instagram.perform(message_to(thread, "Sorry for the wait"))
    assert refused.value.code == "10/2534022"
    with pytest.raises(Gone):
        await instagram.perform(outgoing(ActionKind.DM, thread, "123456789012345", "Hello"))


async def test_a_direct_message_is_measured_in_bytes(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = a_thread(world, Platform.INSTAGRAM, Kind.DM, clock.now)
    limit = instagram.capabilities.limits[ActionKind.DM]
    fits, over = "é" * 500, "é" * 501
    assert limit.measure(fits) == limit.most < limit.measure(over)
    await instagram.perform(message_to(thread, fits))
    with pytest.raises(Refused):
        await instagram.perform(message_to(thread, over))


async def test_a_conversation_too_busy_to_look_back_is_not_taken_for_empty(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = a_thread(world, Platform.INSTAGRAM, Kind.DM, clock.now)
    started = clock.now
    for number in range(25):
        clock.now += 2 * SECOND
        await instagram.perform(message_to(thread, f"part {number}"))
    with pytest.raises(Unavailable):
        await instagram.find(message_to(thread, "part 0"), started)
    assert len(await instagram.find(message_to(thread, "part 24"), clock.now)) == 1


def a_comment_without_conversation(world: PracticeWorld, now: Millis) -> tuple[Thread, Entry]:
    for thread in world.threads(Platform.INSTAGRAM, Kind.COMMENT, now):
        first = thread.shown(now)[0]
        recent = now - first.sent_at < 5 * DAY
        if first.author and recent and world.direct_thread(first.author, now) is None:
            return thread, first
    raise AssertionError("everybody has a conversation")


async def test_a_private_reply_opens_a_conversation_once(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread, comment = a_comment_without_conversation(world, clock.now)
    action = outgoing(ActionKind.PRIVATE_REPLY, thread, comment.id, "Let us sort this out here.")
    started = clock.now
    assert await instagram.find(action, started) == []
    receipt = await instagram.perform(action)
    clock.now += SECOND
    [found] = await instagram.find(action, started)
    assert (found.remote_id, found.kind) == (receipt.remote_id, Kind.DM)
    assert comment.author and found.person.handle == f"@{comment.author.handle}"
    with pytest.raises(Refused, match="private reply already"):
        await instagram.perform(action)


async def test_a_private_reply_comes_within_seven_days(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    thread, comment = a_comment_without_conversation(world, clock.now)
    clock.now = comment.sent_at + 7 * DAY + HOUR
    with pytest.raises(Refused) as refused:
        await instagram.perform(outgoing(ActionKind.PRIVATE_REPLY, thread, comment.id, "Hi"))
    assert refused.value.code == "10903"


async def test_what_a_platform_cannot_do_is_refused_without_a_call(
    connector: Connector, world: PracticeWorld, clock: Ticking, journal: Path
) -> None:
    kind = {Platform.YOUTUBE: ActionKind.HIDE, Platform.INSTAGRAM: ActionKind.HOLD}[
        connector.platform
    ]
    assert kind not in connector.capabilities.actions[Kind.COMMENT]
    thread = a_thread(world, connector.platform, Kind.COMMENT, clock.now)
    with pytest.raises(Refused, match="no way"):
        await connector.perform(outgoing(kind, thread, thread.id))
    assert read_effects(journal) == []


async def test_repeatable_actions_leave_nothing_to_find(
    connector: Connector, world: PracticeWorld, clock: Ticking
) -> None:
    thread = a_thread(world, connector.platform, Kind.COMMENT, clock.now)
    assert await connector.find(outgoing(ActionKind.DELETE, thread, thread.id), 0) == ()
