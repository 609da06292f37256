"""The YouTube connector: comments of a channel's videos through the YouTube Data API v3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engage_tui.domain.model import (
    ActionKind,
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
    PostRecord,
)
from engage_tui.domain.timestamps import SECOND
from engage_tui.platforms import _youtube_mapping as mapping
from engage_tui.platforms.errors import Refused
from engage_tui.platforms.http import Answer, ApiClient, Token
from engage_tui.platforms.protocol import (
    Capabilities,
    Child,
    Identity,
    Outgoing,
    Page,
    Receipt,
    RepeatClass,
    Stream,
    TextLimit,
)
from engage_tui.platforms.wire import Malformed, Node, needed, nodes, number, text

if TYPE_CHECKING:
    import httpx

BASE_URL = "https://youtube.googleapis.com/youtube/v3/"

_READ_COST = 1
_WRITE_COST = 50
_IDS_A_CALL = 50
_MODERATION = {
    ActionKind.HOLD: "heldForReview",
    ActionKind.PUBLISH: "published",
    ActionKind.REJECT: "rejected",
}


class YouTubeConnector:
    """One YouTube channel.

    `account` is written into the records. `remote_id` is the channel's id, which tells our own
    comments from the others; it may be empty only until `identify` has said what it is.
    """

    platform = Platform.YOUTUBE
    capabilities = Capabilities(
        actions={
            Kind.COMMENT: frozenset({ActionKind.REPLY, ActionKind.DELETE, *_MODERATION}),
            Kind.DM: frozenset(),
        },
        # YouTube publishes no limit; this is the one that people report.
        limits={ActionKind.REPLY: TextLimit(10_000)},
        repeat=RepeatClass.LISTED,
        reply_window={},
        quota_per_day=10_000,
    )

    def __init__(
        self,
        token: Token,
        *,
        account: str = "",
        remote_id: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._api = ApiClient("YouTube", BASE_URL, token, mapping.explain, transport=transport)
        self._channel = remote_id
        self._reader = mapping.CommentReader(account, remote_id)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    async def identify(self) -> Identity:
        """Ask which channel the token acts for."""
        answer = await self._api.read("channels", part="id,snippet", mine="true")
        try:
            channels = _items(answer)
            if not channels:
                raise Refused("This Google account has no YouTube channel.", code="channelNotFound")
            return Identity(
                remote_id=needed(channels[0], "id"),
                handle=text(channels[0], "snippet", "customUrl"),
                name=text(channels[0], "snippet", "title"),
            )
        except Malformed:
            raise self._api.unreadable() from None

    def streams(self) -> Sequence[Stream]:
        """Return the three moderation queues, each with all videos of the channel, and the videos.

        A thread keeps its place in the list when a reply is added; the reply shows in the mark of
        the thread's `replies/…` list, or among the embedded replies.
        """
        return (
            Stream("threads/published"),
            Stream("threads/heldForReview"),
            Stream("threads/likelySpam"),
            Stream("videos"),
        )

    def answers(self, conversation: str, kind: Kind) -> Stream | None:
        """Return the replies of a thread, since a new reply does not move an old thread."""
        return Stream(f"replies/{conversation}", newest_first=False)

    async def read(self, stream: Stream, cursor: str | None = None) -> Page:
        """Read one page; a stale cursor is `Refused` with the code `invalidPageToken`."""
        kind, _, rest = stream.name.partition("/")
        try:
            if kind == "threads":
                return await self._threads(rest, cursor)
            if kind == "replies":
                return await self._replies(rest, cursor)
            if kind == "videos":
                return await self._videos(cursor)
        except Malformed:
            raise self._api.unreadable() from None
        raise ValueError(f"YouTube has no stream {stream.name!r}")

    async def perform(self, action: Outgoing) -> Receipt:
        """Reply, moderate, or delete a comment of our own."""
        if action.kind is ActionKind.REPLY:
            # Threads have one level: an answer to a reply also belongs to the top-level comment.
            written: Node = {"parentId": action.conversation, "textOriginal": action.text}
            answer = await self._api.write(
                "POST", "comments", query={"part": "snippet"}, document={"snippet": written}
            )
            if not text(answer.body, "id"):
                raise self._api.unreadable(write=True)
            return Receipt(text(answer.body, "id"), _WRITE_COST)
        if action.kind is ActionKind.DELETE:
            await self._api.write("DELETE", "comments", query={"id": action.target})
        elif action.kind in _MODERATION:
            status = _MODERATION[action.kind]
            await self._api.write(
                "POST",
                "comments/setModerationStatus",
                query={"id": action.target, "moderationStatus": status},
            )
        else:
            raise Refused(f"YouTube has no way to do this ({action.kind}).")
        return Receipt(action.target, _WRITE_COST)

    async def find(self, action: Outgoing, since: Millis) -> Sequence[MessageRecord]:
        """List our replies in the thread since a moment; set-state actions leave none to find."""
        if action.kind is not ActionKind.REPLY:
            return ()
        found: list[MessageRecord] = []
        cursor: str | None = None
        while True:
            page = await self.read(Stream(f"replies/{action.conversation}"), cursor)
            found += [m for m in page.messages if m.direction is Direction.OUT]
            cursor = page.next
            if cursor is None:
                break
        # YouTube gives whole seconds, so a reply may seem older than the moment it was sent.
        return [message for message in found if message.sent_at >= since - since % SECOND]

    async def _threads(self, status: str, cursor: str | None) -> Page:
        answer = await self._api.read(
            "commentThreads",
            part="id,snippet,replies",
            allThreadsRelatedToChannelId=self._channel,
            moderationStatus=status,
            order="time",
            maxResults=100,
            textFormat="plainText",
            pageToken=cursor,
        )
        threads = _items(answer)
        videos = {text(thread, "snippet", "videoId") for thread in threads} - {""}
        posts, cost = await self._posts(sorted(videos))
        by_id = {post.remote_id: post for post in posts}
        return Page(
            messages=tuple(
                message
                for thread in threads
                for message in self._reader.thread(thread, status, by_id)
            ),
            posts=tuple(posts),
            children=tuple(
                Child(Stream(f"replies/{needed(thread, 'id')}", newest_first=False), str(count))
                for thread in threads
                if (count := number(thread, "snippet", "totalReplyCount"))
                > len(nodes(thread, "replies", "comments"))
            ),
            next=_next(answer),
            cost=_READ_COST + cost,
        )

    async def _posts(self, videos: Sequence[str]) -> tuple[list[PostRecord], int]:
        """Return what the videos are called and the quota units that asking took."""
        found: list[PostRecord] = []
        cost = 0
        for start in range(0, len(videos), _IDS_A_CALL):
            ids = ",".join(videos[start : start + _IDS_A_CALL])
            answer = await self._api.read(
                "videos", part="id,snippet", id=ids, maxResults=_IDS_A_CALL
            )
            found += mapping.posts(_items(answer))
            cost += _READ_COST
        return found, cost

    async def _replies(self, thread: str, cursor: str | None) -> Page:
        answer = await self._api.read(
            "comments",
            part="id,snippet",
            parentId=thread,
            maxResults=100,
            textFormat="plainText",
            pageToken=cursor,
        )
        replies = _items(answer)
        addressee, cost = PersonRecord(self._channel), _READ_COST
        if self._reader.own(replies):
            # The list of replies does not say who is being answered.
            asked = await self._api.read("comments", part="id,snippet", id=thread)
            addressee = next(map(mapping.author, _items(asked)), addressee)
            cost += _READ_COST
        return Page(
            messages=tuple(self._reader.message(reply, addressee) for reply in replies),
            next=_next(answer),
            cost=cost,
        )

    async def _videos(self, cursor: str | None) -> Page:
        playlist, _, token = (cursor or "").partition(":")
        cost = _READ_COST
        if not playlist:
            answer = await self._api.read("channels", part="contentDetails", mine="true")
            channels = _items(answer)
            playlist = needed(
                channels[0] if channels else {},
                "contentDetails",
                "relatedPlaylists",
                "uploads",
            )
            cost += _READ_COST
        answer = await self._api.read(
            "playlistItems",
            part="snippet,contentDetails",
            playlistId=playlist,
            maxResults=50,
            pageToken=token or None,
        )
        following = _next(answer)
        return Page(
            posts=tuple(mapping.uploaded_posts(_items(answer))),
            next=f"{playlist}:{following}" if following else None,
            cost=cost,
        )


def _items(answer: Answer) -> list[Node]:
    """Return the resources of a list; an empty one may be left out, the kind never is."""
    needed(answer.body, "kind")
    return nodes(answer.body, "items")


def _next(answer: Answer) -> str | None:
    return text(answer.body, "nextPageToken") or None
