"""What the connectors make of a whole practice account."""

from __future__ import annotations

from engage_tui.domain.model import Direction, Kind, Platform, Visibility
from engage_tui.domain.timestamps import DAY, MINUTE
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Connector, Stream
from engage_tui.platforms.youtube import YouTubeConnector
from engage_tui.sandbox.brand import OWN_IDS
from engage_tui.sandbox.records import Extra, State
from engage_tui.sandbox.world import PracticeWorld

from .conftest import Recording, Ticking
from .reading import Everything, read_everything, read_pages


def as_protocol(connector: Connector) -> Connector:
    """Type checkers hold the connectors to the protocol here."""
    return connector


def readable_ids(world: PracticeWorld, platform: Platform, clock: Ticking) -> set[str]:
    """Return what there is to read, straight from the world."""
    found: set[str] = set()
    for thread in world.threads(platform, Kind.COMMENT, clock.now):
        entries = thread.shown(clock.now)
        if entries[0].state is not State.REJECTED:
            found |= {entry.id for entry in entries if entry.state is not State.REJECTED}
    for thread in world.threads(platform, Kind.DM, clock.now):
        found |= {entry.id for entry in thread.shown(clock.now)[-20:]}
    return found


async def test_every_youtube_comment_is_read(
    youtube: YouTubeConnector, world: PracticeWorld, clock: Ticking
) -> None:
    found = await read_everything(as_protocol(youtube))
    assert set(found.messages) == readable_ids(world, Platform.YOUTUBE, clock)


async def test_every_instagram_comment_and_message_is_read(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    found = await read_everything(as_protocol(instagram))
    assert set(found.messages) == readable_ids(world, Platform.INSTAGRAM, clock)
    assert {message.kind for message in found.messages.values()} == {Kind.COMMENT, Kind.DM}


async def test_text_time_author_and_direction_are_those_of_the_world(
    youtube: YouTubeConnector,
    instagram: InstagramConnector,
    world: PracticeWorld,
    clock: Ticking,
) -> None:
    for connector in (youtube, instagram):
        for message in (await read_everything(connector)).messages.values():
            written = world.entry(message.remote_id, clock.now)
            assert written is not None
            thread, entry = written
            assert message.text == entry.text
            assert message.sent_at == entry.sent_at
            assert message.conversation == thread.id
            assert message.account == "@mossandkettle"
            if entry.author is None:
                assert message.direction is Direction.OUT
            else:
                assert message.direction is Direction.IN
                assert message.person.remote_id == entry.author.id
                assert message.person.handle == f"@{entry.author.handle}"


async def test_our_own_writes_are_addressed_to_who_began_the_thread(
    youtube: YouTubeConnector,
    instagram: InstagramConnector,
    world: PracticeWorld,
    clock: Ticking,
) -> None:
    for connector in (youtube, instagram):
        own = [
            message
            for message in (await read_everything(connector)).messages.values()
            if message.direction is Direction.OUT
        ]
        assert len(own) > 50
        for message in own:
            thread = world.thread(message.conversation, clock.now)
            assert thread is not None
            began = thread.shown(clock.now)[0].author
            own_id = OWN_IDS[connector.platform]
            assert message.person.remote_id == (began.id if began else own_id)


async def test_comments_carry_their_post_with_its_title(
    youtube: YouTubeConnector, instagram: InstagramConnector, world: PracticeWorld
) -> None:
    titles = {post.id: post.title for post in world.posts}
    for connector in (youtube, instagram):
        found = await read_everything(connector)
        tops = [m for m in found.messages.values() if m.kind is Kind.COMMENT and m.parent is None]
        assert len(tops) > 100
        assert all(m.post and m.post.title == titles[m.post.remote_id] for m in tops)
        of_platform = {post.id for post in world.posts if post.platform is connector.platform}
        assert set(found.posts) == of_platform


async def test_the_moderation_queues_become_held_and_hidden(
    youtube: YouTubeConnector,
    instagram: InstagramConnector,
    world: PracticeWorld,
    clock: Ticking,
) -> None:
    expected = {
        State.PUBLISHED: Visibility.VISIBLE,
        State.HELD: Visibility.HELD,
        State.LIKELY_SPAM: Visibility.HELD,
        State.HIDDEN: Visibility.HIDDEN,
    }
    seen = set()
    for connector in (youtube, instagram):
        for message in (await read_everything(connector)).messages.values():
            written = world.entry(message.remote_id, clock.now)
            assert written is not None
            assert message.visibility is expected[written[1].state]
            seen.add(written[1].state)
    assert seen == set(expected)


async def test_messages_without_words_stay_readable(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    found = (await read_everything(instagram)).messages
    named = {}
    for thread in world.threads(Platform.INSTAGRAM, Kind.DM, clock.now):
        for entry in thread.shown(clock.now)[-20:]:
            named[entry.extra] = found[entry.id].attachments
    assert named == {
        Extra.NONE: (),
        Extra.PHOTO: ("photo",),
        Extra.STORY_REPLY: ("story reply",),
        Extra.UNSUPPORTED: ("message that Instagram does not show",),
    }
    assert all(message.text or message.attachments for message in found.values())


async def test_the_cost_of_pages_is_what_youtube_counted(
    youtube: YouTubeConnector, transport: Recording
) -> None:
    found = await read_everything(youtube)
    assert found.cost == len(transport.calls) > 5


async def test_a_reply_in_an_old_long_thread_changes_its_mark(
    youtube: YouTubeConnector, world: PracticeWorld, clock: Ticking
) -> None:
    before = await read_everything(youtube)
    name = next(name for name in before.marks if name.startswith("replies/"))
    thread = world.thread(name.removeprefix("replies/"), clock.now)
    assert thread is not None
    world.reply(thread, "Thank you all!", clock.now)
    after = await read_everything(youtube)
    assert int(after.marks[name]) == int(before.marks[name]) + 1
    assert len(after.messages) == len(before.messages) + 1


async def test_a_new_instagram_comment_or_message_changes_a_mark(
    instagram: InstagramConnector, world: PracticeWorld, clock: Ticking
) -> None:
    before = await read_everything(instagram)
    clock.now += 15 * MINUTE
    after = await read_everything(instagram)
    new = set(after.messages) - set(before.messages)
    assert new
    for remote_id in new:
        message = after.messages[remote_id]
        if message.kind is Kind.DM:
            name = f"dm/{message.conversation}"
        else:
            assert message.post is not None
            name = f"comments/{message.post.remote_id}"
        assert before.marks.get(name) != after.marks[name]


async def test_long_instagram_threads_are_children_of_their_page(
    instagram: InstagramConnector,
) -> None:
    found = await read_everything(instagram)
    replies = [name for name in found.marks if name.startswith("replies/")]
    assert len(replies) == 1
    below = Everything()
    await read_pages(instagram, Stream(replies[0], newest_first=False), below)
    assert len(below.messages) > 25
    assert {message.conversation for message in below.messages.values()} == {
        replies[0].removeprefix("replies/")
    }


async def test_a_page_can_be_asked_for_again_with_its_cursor(youtube: YouTubeConnector) -> None:
    stream = youtube.streams()[0]
    first = await youtube.read(stream)
    assert first.next is not None
    again, once_more = (
        await youtube.read(stream, first.next),
        await youtube.read(stream, first.next),
    )
    assert again == once_more
    assert not {m.remote_id for m in again.messages} & {m.remote_id for m in first.messages}


async def test_the_accounts_say_who_they_are(
    youtube: YouTubeConnector, instagram: InstagramConnector
) -> None:
    for connector in (youtube, instagram):
        identity = await connector.identify()
        assert identity.remote_id == OWN_IDS[connector.platform]
        assert identity.handle == "@mossandkettle"
        assert identity.name == "Moss & Kettle"


async def test_live_messages_keep_coming(
    youtube: YouTubeConnector, instagram: InstagramConnector, clock: Ticking
) -> None:
    before = {
        **(await read_everything(youtube)).messages,
        **(await read_everything(instagram)).messages,
    }
    clock.now += 10 * MINUTE
    after = {
        **(await read_everything(youtube)).messages,
        **(await read_everything(instagram)).messages,
    }
    new = [message for remote_id, message in after.items() if remote_id not in before]
    assert 12 <= len(new) <= 40
    assert all(clock.now - DAY < message.sent_at <= clock.now for message in new)
