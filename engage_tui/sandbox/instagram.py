"""The practice Instagram: the Graph API as an account with Instagram Login sees it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engage_tui.domain.model import Kind, Millis, Platform
from engage_tui.domain.timestamps import DAY, HOUR
from engage_tui.sandbox import instagram_shapes as shapes
from engage_tui.sandbox.brand import TOKENS
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.graph import (
    Body,
    Field,
    GraphError,
    Value,
    edge,
    fields,
    page_size,
    parameters,
)
from engage_tui.sandbox.paging import StaleCursor, page
from engage_tui.sandbox.records import Clock, Entry, Follower, Post, State, Thread
from engage_tui.sandbox.world import PracticeWorld

_COMMENTS_A_PAGE = 50
_READABLE_MESSAGES = 20
_LONGEST_COMMENT = 2_200
_LONGEST_MESSAGE_BYTES = 1_000
_MISSING = "Object does not exist, or cannot be loaded due to missing permissions."


class PracticeInstagram:
    """Answers for the practice account; the calls of the last hour are counted, and not kept."""

    def __init__(self, world: PracticeWorld, clock: Clock, faults: Faults) -> None:
        self._world = world
        self._clock = clock
        self._faults = faults
        self._calls: deque[Millis] = deque()

    def routes(self) -> list[Route]:
        """Return the paths; what a node is shows only from its id."""
        return [
            Route("/v26.0/me/messages", self._endpoint(self._send), methods=["POST"]),
            Route("/v26.0/{node}/replies", self._endpoint(self._reply), methods=["POST"]),
            Route("/v26.0/{node}", self._endpoint(self._hide), methods=["POST"]),
            Route("/v26.0/{node}", self._endpoint(self._delete), methods=["DELETE"]),
            Route("/v26.0/{node}", self._endpoint(self._object), methods=["GET"]),
            Route("/v26.0/{node}/{edge}", self._endpoint(self._edge), methods=["GET"]),
        ]

    def _endpoint(self, handler: Callable[[Request, Body, Millis], Body]) -> Any:
        async def endpoint(request: Request) -> Response:
            now = self._clock()
            content = await request.body()
            try:
                given = parameters(request, content)
                self._count_call(now)
                self._check_token(request, given)
                response = JSONResponse(handler(request, given, now))
            except StaleCursor:
                response = GraphError(100, "Invalid cursor.").response()
            except GraphError as error:
                response = error.response()
            percent = len(self._calls) * 100 // self._faults.calls_per_hour
            response.headers["X-App-Usage"] = shapes.usage(percent)
            return response

        return endpoint

    def _count_call(self, now: Millis) -> None:
        while self._calls and self._calls[0] <= now - HOUR:
            self._calls.popleft()
        if len(self._calls) >= self._faults.calls_per_hour:
            raise GraphError(4, "Application request limit reached")
        self._calls.append(now)

    def _check_token(self, request: Request, given: Body) -> None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if (bearer or given.get("access_token")) != TOKENS[Platform.INSTAGRAM]:
            raise GraphError(190, "Invalid OAuth access token.", 467)

    def _object(self, request: Request, given: Body, now: Millis) -> Body:
        remote_id, asked = request.path_params["node"], fields(given.get("fields", ""))
        if remote_id in ("me", shapes.OWN_ID):
            return shapes.account(asked)
        if post := self._post(remote_id):
            return self._media(post, asked, now)
        thread, entry = self._entry(remote_id, now)
        if thread.kind is Kind.COMMENT:
            return self._comment(thread, entry, self._about(thread, now), asked, now)
        if entry not in thread.shown(now)[-_READABLE_MESSAGES:]:
            raise GraphError(100, "The message has been deleted.", 33)
        return shapes.message(_partner(thread), entry, asked)

    def _edge(self, request: Request, given: Body, now: Millis) -> Body:
        node, name = request.path_params["node"], request.path_params["edge"]
        asked = fields(given.get("fields", ""))
        own = node in ("me", shapes.OWN_ID)
        if own and name == "media":
            return self._all_media(given, asked, now)
        if own and name == "conversations":
            return self._conversations(given, asked, now)
        if name == "comments" and (post := self._post(node)):
            return self._comments(post, given, asked, now)
        if name == "replies":
            return self._replies(self._entry(node, now)[0], given, asked, now)
        if name == "messages" and (thread := self._world.thread(node, now)):
            return self._messages(thread, given, asked, now)
        raise GraphError(100, _MISSING, 33)

    def _all_media(self, given: Body, asked: Field, now: Millis) -> Body:
        part = page(
            [post for post in self._world.posts if self._post(post.id)],
            lambda post: (post.published_at, post.id),
            cursor=given.get("after"),
            size=page_size(given, 100),
        )
        return edge(part, [self._media(post, asked, now) for post in part.items], "me/media")

    def _comments(self, post: Post, given: Body, asked: Field, now: Millis) -> Body:
        threads = self._threads(post, now)
        if not threads:
            return {"data": []}
        about = self._about(threads[0], now)
        part = page(
            threads,
            lambda thread: (thread.entries[0].sent_at, thread.id),
            cursor=given.get("after"),
            size=page_size(given, _COMMENTS_A_PAGE),
        )
        items = [
            self._comment(thread, thread.entries[0], about, asked, now) for thread in part.items
        ]
        return edge(part, items, f"{post.id}/comments")

    def _replies(self, thread: Thread, given: Body, asked: Field, now: Millis) -> Body:
        part = page(
            thread.shown(now)[1:],
            lambda entry: (entry.sent_at, entry.id),
            cursor=given.get("after"),
            size=page_size(given, _COMMENTS_A_PAGE),
            newest_first=False,
        )
        about = self._about(thread, now)
        items = [self._comment(thread, entry, about, asked, now) for entry in part.items]
        return edge(part, items, f"{thread.id}/replies")

    def _conversations(self, given: Body, asked: Field, now: Millis) -> Body:
        if given.get("platform") != "instagram":
            raise GraphError(100, "The platform is missing.")
        part = page(
            self._world.threads(Platform.INSTAGRAM, Kind.DM, now),
            lambda thread: (thread.shown(now)[-1].sent_at, thread.id),
            cursor=given.get("after"),
            size=page_size(given, 100),
        )
        items = [
            shapes.conversation(thread, _partner(thread), thread.shown(now), asked)
            for thread in part.items
        ]
        return edge(part, items, "me/conversations")

    def _messages(self, thread: Thread, given: Body, asked: Field, now: Millis) -> Body:
        """List all messages, but those behind the newest by their ids alone."""
        shown = thread.shown(now)
        readable = {entry.id for entry in shown[-_READABLE_MESSAGES:]}
        part = page(
            shown,
            lambda entry: (entry.sent_at, entry.id),
            cursor=given.get("after"),
            size=page_size(given, 100),
        )
        items = [
            shapes.message(_partner(thread), entry, asked)
            if entry.id in readable
            else {"id": entry.id}
            for entry in part.items
        ]
        return edge(part, items, f"{thread.id}/messages")

    def _reply(self, request: Request, given: Body, now: Millis) -> Body:
        thread, entry = self._entry(request.path_params["node"], now)
        text = str(given.get("message", ""))
        if thread.kind is not Kind.COMMENT:
            raise GraphError(100, _MISSING, 33)
        if not text.strip() or len(text) > _LONGEST_COMMENT:
            raise GraphError(100, "The message is empty or too long.")
        if entry.state is State.HIDDEN:
            raise GraphError(100, "A hidden comment cannot be replied to.")
        return {"id": self._world.reply(thread, text, now, self._faults.late).id}

    def _hide(self, request: Request, given: Body, now: Millis) -> Body:
        _, entry = self._comment_entry(request, now)
        if given.get("hide") not in ("true", "false"):
            raise GraphError(100, "The parameter hide is required.")
        # The brand's own comments stay visible whatever is asked.
        if entry.author is not None:
            hide = given["hide"] == "true"
            self._world.set_state(entry, State.HIDDEN if hide else State.PUBLISHED, now)
        return {"success": True}

    def _delete(self, request: Request, given: Body, now: Millis) -> Body:
        _, entry = self._comment_entry(request, now)
        self._world.set_state(entry, State.DELETED, now)
        return {"success": True}

    def _send(self, request: Request, given: Body, now: Millis) -> Body:
        recipient, message = given.get("recipient"), given.get("message")
        if not isinstance(recipient, dict) or not isinstance(message, dict):
            raise GraphError(100, "The recipient or the message is missing.")
        text = str(message.get("text", ""))
        if not text.strip() or len(text.encode()) > _LONGEST_MESSAGE_BYTES:
            raise GraphError(100, "The message is empty or too long.")
        comment = str(recipient.get("comment_id", ""))
        if comment:
            follower = self._private_reply_to(comment, now)
        else:
            follower = self._open_window_to(str(recipient.get("id", "")), now)
        sent = self._world.send(follower, text, now, self._faults.late, comment=comment)
        return {"recipient_id": follower.id, "message_id": sent.id}

    def _private_reply_to(self, comment: str, now: Millis) -> Follower:
        """Return who wrote a comment, if the one private reply to it is still free."""
        thread, entry = self._entry(comment, now)
        if thread.kind is not Kind.COMMENT or entry.author is None:
            raise GraphError(10903, "This user can't reply to this activity")
        if any(e.kind == "private_reply" and e.target == comment for e in self._world.effects):
            raise GraphError(10900, "Activity already replied to")
        if now - entry.sent_at > 7 * DAY:
            raise GraphError(10903, "This user can't reply to this activity")
        return entry.author

    def _open_window_to(self, remote_id: str, now: Millis) -> Follower:
        """Return someone who has written within the last 24 hours."""
        follower = self._world.follower(Platform.INSTAGRAM, remote_id)
        if follower is None:
            raise GraphError(100, "No matching user found", 2534014)
        thread = self._world.direct_thread(follower, now)
        written = [e.sent_at for e in thread.shown(now) if e.author] if thread else []
        if not written or now - written[-1] > DAY:
            raise GraphError(10, "This message is sent outside of allowed window.", 2534022)
        return follower

    def _media(self, post: Post, asked: Field, now: Millis) -> Body:
        return shapes.media(post, self._comment_count(post, now), asked)

    def _comment_count(self, post: Post, now: Millis) -> int:
        return sum(len(thread.shown(now)) for thread in self._threads(post, now))

    def _about(self, thread: Thread, now: Millis) -> Value:
        """Return what a comment says of its post, counted once for all comments of a page."""
        assert thread.post is not None, "comments stand below posts"
        post, count = thread.post, self._comment_count(thread.post, now)
        return lambda field: shapes.media(post, count, field)

    def _comment(
        self, thread: Thread, entry: Entry, about: Value, asked: Field, now: Millis
    ) -> Body:
        replies = thread.shown(now)[1:] if entry.id == thread.id else []
        return shapes.comment(thread, entry, replies, about, asked)

    def _threads(self, post: Post, now: Millis) -> list[Thread]:
        threads = self._world.threads(Platform.INSTAGRAM, Kind.COMMENT, now)
        return [thread for thread in threads if thread.post and thread.post.id == post.id]

    def _post(self, remote_id: str) -> Post | None:
        post = self._world.post(remote_id)
        return post if post and post.platform is Platform.INSTAGRAM else None

    def _comment_entry(self, request: Request, now: Millis) -> tuple[Thread, Entry]:
        thread, entry = self._entry(request.path_params["node"], now)
        if thread.kind is not Kind.COMMENT:
            raise GraphError(100, _MISSING, 33)
        return thread, entry

    def _entry(self, remote_id: str, now: Millis) -> tuple[Thread, Entry]:
        found = self._world.entry(remote_id, now)
        if found is None or found[0].platform is not Platform.INSTAGRAM:
            raise GraphError(100, _MISSING, 33)
        return found


def _partner(thread: Thread) -> Follower:
    assert thread.follower is not None, "a direct conversation is with someone"
    return thread.follower
