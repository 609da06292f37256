"""The Instagram connector: comments and direct messages through the API with Instagram Login."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from engage_tui.domain.model import ActionKind, Direction, Kind, MessageRecord, Millis, Platform
from engage_tui.domain.timestamps import DAY, SECOND
from engage_tui.platforms import _instagram_mapping as mapping
from engage_tui.platforms.errors import Refused, Unavailable
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
from engage_tui.platforms.wire import (
    Malformed,
    Node,
    listed,
    moment,
    needed,
    node,
    nodes,
    number,
    text,
)

if TYPE_CHECKING:
    import httpx

BASE_URL = "https://graph.instagram.com/v26.0/"

_COMMENTS_A_PAGE = 50
_READABLE_MESSAGES = 20
"""Instagram gives the details of the newest messages of a conversation only."""


class InstagramConnector:
    """One professional Instagram account.

    `account` is written into the records. `remote_id` is the account's `user_id`, which tells our
    own comments from the others; it may be empty only until `identify` has said what it is.
    """

    platform = Platform.INSTAGRAM
    capabilities = Capabilities(
        actions={
            Kind.COMMENT: frozenset(
                {
                    ActionKind.REPLY,
                    ActionKind.PRIVATE_REPLY,
                    ActionKind.HIDE,
                    ActionKind.UNHIDE,
                    ActionKind.DELETE,
                }
            ),
            Kind.DM: frozenset({ActionKind.DM}),
        },
        limits={
            ActionKind.REPLY: TextLimit(2_200),
            ActionKind.PRIVATE_REPLY: TextLimit(1_000, "bytes"),
            ActionKind.DM: TextLimit(1_000, "bytes"),
        },
        repeat=RepeatClass.LISTED,
        reply_window={Kind.DM: DAY},
    )

    def __init__(
        self,
        token: Token,
        *,
        account: str = "",
        remote_id: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._api = ApiClient("Instagram", BASE_URL, token, mapping.explain, transport=transport)
        self._own_id = remote_id
        self._reader = mapping.InstagramReader(account, remote_id)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    async def identify(self) -> Identity:
        """Ask which account the token acts for."""
        answer = await self._api.read("me", fields="user_id,username,name")
        try:
            return Identity(
                # Not `id`: that one is made for the app and matches nothing else.
                remote_id=needed(answer.body, "user_id"),
                handle=f"@{needed(answer.body, 'username')}",
                name=text(answer.body, "name"),
            )
        except Malformed:
            raise self._api.unreadable() from None

    def streams(self) -> Sequence[Stream]:
        """Return the media with their comments, and the conversations with their messages."""
        # A comment on an old post does not move the post: all pages matter, not just the new.
        return Stream("media", newest_first=False), Stream("conversations")

    def answers(self, conversation: str, kind: Kind) -> Stream | None:
        """Return the replies of a comment; a direct message moves its conversation to the top."""
        if kind is Kind.DM:
            return None
        return Stream(f"replies/{conversation}", newest_first=False)

    async def read(self, stream: Stream, cursor: str | None = None) -> Page:
        """Read one page of a list."""
        kind, _, remote_id = stream.name.partition("/")
        try:
            if kind == "media":
                return await self._media(cursor)
            if kind == "comments":
                return await self._comments(remote_id, cursor)
            if kind == "replies":
                return await self._replies(remote_id, cursor)
            if kind == "conversations":
                return await self._conversations(cursor)
            if kind == "dm":
                return await self._messages(remote_id)
        except Malformed:
            raise self._api.unreadable() from None
        raise ValueError(f"Instagram has no stream {stream.name!r}")

    async def perform(self, action: Outgoing) -> Receipt:
        """Reply, write a direct message, hide, unhide or delete a comment."""
        target = quote(action.target, safe="")
        if action.kind is ActionKind.REPLY:
            answer = await self._api.write(
                "POST", f"{target}/replies", form={"message": action.text}
            )
            return self._receipt(answer, "id")
        if action.kind in (ActionKind.DM, ActionKind.PRIVATE_REPLY):
            by = "id" if action.kind is ActionKind.DM else "comment_id"
            document: Node = {"recipient": {by: action.target}, "message": {"text": action.text}}
            answer = await self._api.write("POST", "me/messages", document=document)
            return self._receipt(answer, "message_id")
        if action.kind in (ActionKind.HIDE, ActionKind.UNHIDE):
            hide = "true" if action.kind is ActionKind.HIDE else "false"
            answer = await self._api.write("POST", target, query={"hide": hide})
        elif action.kind is ActionKind.DELETE:
            answer = await self._api.write("DELETE", target)
        else:
            raise Refused(f"Instagram has no way to do this ({action.kind}).")
        if answer.body.get("success") is not True:
            raise self._api.unreadable(write=True)
        return Receipt(action.target)

    async def find(self, action: Outgoing, since: Millis) -> Sequence[MessageRecord]:
        """List our own texts where this one would be; set-state actions leave none to find."""
        # Instagram gives whole seconds, so a text may seem older than the moment it was sent.
        since -= since % SECOND
        try:
            if action.kind is ActionKind.REPLY:
                candidates: Sequence[MessageRecord] = await self._all_replies(action.conversation)
            elif action.kind is ActionKind.DM:
                candidates = await self._recent_messages(action.conversation, since)
            elif action.kind is ActionKind.PRIVATE_REPLY:
                candidates = await self._messages_to_author(action.target, since)
            else:
                return ()
        except Malformed:
            raise self._api.unreadable() from None
        return [m for m in candidates if m.direction is Direction.OUT and m.sent_at >= since]

    def _receipt(self, answer: Answer, name: str) -> Receipt:
        if not text(answer.body, name):
            raise self._api.unreadable(write=True)
        return Receipt(text(answer.body, name))

    async def _media(self, cursor: str | None) -> Page:
        answer = await self._api.read(
            "me/media", fields=mapping.POST_FIELDS, limit=50, after=cursor
        )
        media = listed(answer.body, "data")
        return Page(
            posts=tuple(mapping.post(item) for item in media),
            children=tuple(
                Child(Stream(f"comments/{needed(item, 'id')}"), str(count))
                for item in media
                if (count := number(item, "comments_count"))
            ),
            next=mapping.next_cursor(answer.body),
        )

    async def _comments(self, media: str, cursor: str | None) -> Page:
        answer = await self._api.read(
            f"{quote(media, safe='')}/comments",
            fields=mapping.COMMENT_FIELDS,
            limit=_COMMENTS_A_PAGE,
            after=cursor,
        )
        comments = listed(answer.body, "data")
        return Page(
            messages=tuple(m for comment in comments for m in self._reader.comment_thread(comment)),
            # Comments carry no reply counter; the media's own changes with each new reply.
            children=tuple(
                Child(
                    Stream(f"replies/{needed(comment, 'id')}", newest_first=False),
                    str(number(comment, "media", "comments_count")),
                )
                for comment in comments
                if mapping.next_cursor(node(comment, "replies"))
            ),
            next=mapping.next_cursor(answer.body),
        )

    async def _replies(self, comment: str, cursor: str | None) -> Page:
        answer = await self._api.read(
            f"{quote(comment, safe='')}/replies",
            fields=mapping.REPLY_FIELDS,
            limit=_COMMENTS_A_PAGE,
            after=cursor,
        )
        replies = listed(answer.body, "data")
        top = await self._api.read(quote(comment, safe=""), fields=mapping.REPLY_FIELDS)
        addressee = mapping.author(top.body)
        about = mapping.post(node(top.body, "media")) if node(top.body, "media") else None
        return Page(
            messages=tuple(self._reader.comment(r, comment, addressee, about) for r in replies),
            next=mapping.next_cursor(answer.body),
            cost=2,
        )

    async def _conversations(self, cursor: str | None) -> Page:
        answer = await self._conversation_list(cursor)
        return Page(
            children=tuple(
                Child(Stream(f"dm/{needed(item, 'id')}"), needed(item, "updated_time"))
                for item in listed(answer.body, "data")
            ),
            next=mapping.next_cursor(answer.body),
        )

    async def _conversation_list(self, cursor: str | None) -> Answer:
        return await self._api.read(
            "me/conversations",
            platform="instagram",
            fields="id,updated_time,participants",
            limit=50,
            after=cursor,
        )

    async def _messages(self, conversation: str) -> Page:
        answer = await self._api.read(
            f"{quote(conversation, safe='')}/messages",
            fields=mapping.MESSAGE_FIELDS,
            limit=_READABLE_MESSAGES,
        )
        # Older messages are listed by their id alone; there is nothing to read behind it.
        return Page(
            messages=tuple(
                self._reader.direct_message(conversation, message)
                for message in listed(answer.body, "data")
                if text(message, "created_time")
            )
        )

    async def _recent_messages(self, conversation: str, since: Millis) -> tuple[MessageRecord, ...]:
        """Return the newest messages, which must reach back to the moment asked for."""
        messages = (await self._messages(conversation)).messages
        oldest = min((message.sent_at for message in messages), default=since)
        if len(messages) >= _READABLE_MESSAGES and oldest >= since:
            raise Unavailable("Instagram does not list messages that far back.")
        return messages

    async def _all_replies(self, comment: str) -> list[MessageRecord]:
        found: list[MessageRecord] = []
        cursor: str | None = None
        while True:
            page = await self._replies(comment, cursor)
            found += page.messages
            cursor = page.next
            if cursor is None:
                return found

    async def _messages_to_author(self, comment: str, since: Millis) -> list[MessageRecord]:
        """Return the newest messages of the conversations with a comment's author."""
        asked = await self._api.read(
            quote(comment, safe=""), fields="id,username,from{id,username}"
        )
        author = {text(asked.body, "from", "id"), text(asked.body, "username")} - {""}
        found: list[MessageRecord] = []
        cursor: str | None = None
        while True:
            answer = await self._conversation_list(cursor)
            for item in listed(answer.body, "data"):
                if moment(item, "updated_time") < since:
                    return found
                if any(
                    author & {text(someone, "id"), text(someone, "username")}
                    for someone in nodes(item, "participants", "data")
                ):
                    found += await self._recent_messages(needed(item, "id"), since)
            cursor = mapping.next_cursor(answer.body)
            if cursor is None:
                return found
