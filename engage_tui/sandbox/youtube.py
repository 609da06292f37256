"""The practice YouTube: the parts of the Data API v3 that an inbox needs, answer by answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engage_tui.domain.model import Kind, Millis, Platform
from engage_tui.domain.timestamps import to_datetime
from engage_tui.sandbox import youtube_shapes as shapes
from engage_tui.sandbox.brand import OWN_IDS, TOKENS
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.paging import Slice, StaleCursor, page
from engage_tui.sandbox.records import Clock, Entry, Post, State, Thread
from engage_tui.sandbox.world import PracticeWorld

_CHANNEL = OWN_IDS[Platform.YOUTUBE]
_LONGEST_TEXT = 10_000
_MODERATION = {"published", "heldForReview", "rejected"}
_QUEUES = {
    state.value: state for state in (State.PUBLISHED, State.HELD, State.LIKELY_SPAM, State.REJECTED)
}
_COSTLY = 50


class Refusal(Exception):
    """An error answer: HTTP status, reason and message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler needs to know of a request."""

    query: QueryParams
    content: bytes
    now: Millis

    @property
    def ids(self) -> list[str]:
        """The ids in the parameter of that name, which takes several."""
        return [remote_id for remote_id in self.query.get("id", "").split(",") if remote_id]

    def size(self, *, usual: int, most: int) -> int:
        """Return how many items a page is to have."""
        given = self.query.get("maxResults", str(usual))
        if not given.isdigit() or not 1 <= int(given) <= most:
            raise Refusal(400, "invalidValue", "maxResults is out of range.")
        return int(given)


Handler: TypeAlias = Callable[[Call], dict[str, Any] | None]
"""Gives the body of the answer, None for an answer without one."""


class PracticeYouTube:
    """Answers for the practice channel; quota is counted by the Pacific day and not kept."""

    def __init__(self, world: PracticeWorld, clock: Clock, faults: Faults) -> None:
        self._world = world
        self._clock = clock
        self._faults = faults
        self._used: Counter[date] = Counter()

    def routes(self) -> list[Route]:
        """Return the paths, each with its method and what a call costs."""
        return [
            self._route("GET", "channels", 1, self._channels),
            self._route("GET", "playlistItems", 1, self._playlist_items),
            self._route("GET", "videos", 1, self._videos),
            self._route("GET", "commentThreads", 1, self._comment_threads),
            self._route("GET", "comments", 1, self._comments),
            self._route("POST", "comments", _COSTLY, self._reply),
            self._route("DELETE", "comments", _COSTLY, self._delete, takes_part=False),
            self._route(
                "POST", "comments/setModerationStatus", _COSTLY, self._moderate, takes_part=False
            ),
        ]

    def _route(
        self, method: str, path: str, cost: int, handler: Handler, *, takes_part: bool = True
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            call = Call(request.query_params, await request.body(), self._clock())
            try:
                self._check_token(request)
                self._spend(cost, call.now)
                if takes_part and not call.query.get("part"):
                    raise Refusal(400, "required", "Required parameter: part")
                body = handler(call)
            except Refusal as refusal:
                return _error(refusal)
            except StaleCursor:
                return _error(Refusal(400, "invalidPageToken", "The page token is not valid."))
            return Response(status_code=204) if body is None else JSONResponse(body)

        return Route(f"/youtube/v3/{path}", endpoint, methods=[method])

    def _check_token(self, request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if (given or request.query_params.get("access_token")) != TOKENS[Platform.YOUTUBE]:
            raise Refusal(401, "authError", "Request had invalid authentication credentials.")

    def _spend(self, cost: int, now: Millis) -> None:
        today = to_datetime(now).astimezone(ZoneInfo("America/Los_Angeles")).date()
        if self._used[today] + cost > self._faults.quota_per_day:
            raise Refusal(
                403,
                "quotaExceeded",
                'The request cannot be completed because you have exceeded your <a href="/youtube/'
                'v3/getting-started#quota">quota</a>.',
            )
        self._used[today] += cost

    def _channels(self, call: Call) -> dict[str, Any]:
        wanted = call.query.get("mine") == "true" or _CHANNEL in call.ids
        videos = len(self._uploads())
        items = [shapes.channel(videos)] if wanted else []
        return shapes.listing("channel", items, len(items))

    def _playlist_items(self, call: Call) -> dict[str, Any]:
        if call.query.get("playlistId") != shapes.UPLOADS:
            raise Refusal(404, "playlistNotFound", "The playlist cannot be found.")
        uploads = self._uploads()
        part = page(
            uploads,
            lambda post: (post.published_at, post.id),
            cursor=call.query.get("pageToken"),
            size=call.size(usual=5, most=50),
        )
        return _listed("playlistItem", part, [shapes.playlist_item(p) for p in part.items], uploads)

    def _videos(self, call: Call) -> dict[str, Any]:
        wanted = call.ids
        if len(wanted) > 50:
            raise Refusal(400, "invalidFilters", "Too many ids.")
        known = {post.id: post for post in self._uploads()}
        threads = self._world.threads(Platform.YOUTUBE, Kind.COMMENT, call.now)
        counts = Counter(thread.post.id for thread in threads if thread.post)
        items = [shapes.video(known[i], counts[i], call.now) for i in wanted if i in known]
        return shapes.listing("video", items, len(items))

    def _comment_threads(self, call: Call) -> dict[str, Any]:
        query, now = call.query, call.now
        filters = [n for n in ("allThreadsRelatedToChannelId", "videoId", "id") if n in query]
        if len(filters) != 1:
            raise Refusal(400, "incompatibleParameters", "Exactly one filter is needed.")
        if query.get("allThreadsRelatedToChannelId", _CHANNEL) != _CHANNEL:
            raise Refusal(404, "channelNotFound", "The channel cannot be found.")
        status = _QUEUES.get(query.get("moderationStatus", "published"))
        if status is None:
            raise Refusal(400, "invalidValue", "The moderation status is not known.")
        threads = self._world.threads(Platform.YOUTUBE, Kind.COMMENT, now)
        if "videoId" in query:
            threads = [t for t in threads if t.post and t.post.id == query["videoId"]]
        if "id" in query:
            threads = [t for t in threads if t.id in call.ids]
        else:
            threads = [t for t in threads if _belongs(t, status, now)]
        part = page(
            threads,
            lambda thread: (thread.entries[0].sent_at, thread.id),
            cursor=query.get("pageToken"),
            size=call.size(usual=20, most=100),
        )
        moderated = "id" not in query
        plain = query.get("textFormat") == "plainText"
        items = [
            shapes.thread(t, _replies(t, {State.PUBLISHED, status}, now), plain, moderated)
            for t in part.items
        ]
        return _listed("commentThread", part, items, threads)

    def _comments(self, call: Call) -> dict[str, Any]:
        query, now = call.query, call.now
        plain = query.get("textFormat") == "plainText"
        if "id" in query:
            found = [self._world.entry(remote_id, now) for remote_id in call.ids]
            items = [
                shapes.comment(*pair, plain, moderated=False)
                for pair in found
                if pair and pair[0].platform is Platform.YOUTUBE
            ]
            return shapes.listing("comment", items, len(items))
        thread = self._thread(query.get("parentId", ""), "commentNotFound", now)
        replies = _replies(thread, set(State) - {State.REJECTED, State.DELETED}, now)
        part = page(
            replies,
            lambda entry: (entry.sent_at, entry.id),
            cursor=query.get("pageToken"),
            size=call.size(usual=20, most=100),
            newest_first=False,
        )
        items = [shapes.comment(thread, entry, plain, moderated=True) for entry in part.items]
        return _listed("comment", part, items, replies)

    def _reply(self, call: Call) -> dict[str, Any]:
        try:
            snippet = dict(json.loads(call.content)["snippet"])
        except (ValueError, KeyError, TypeError):
            raise Refusal(400, "required", "Required parameter: snippet") from None
        text = str(snippet.get("textOriginal", ""))
        if not snippet.get("parentId"):
            raise Refusal(400, "parentIdMissing", "The parent comment is missing.")
        if not text.strip():
            raise Refusal(400, "commentTextRequired", "The comment has no text.")
        if len(text) > _LONGEST_TEXT:
            raise Refusal(400, "commentTextTooLong", "The comment is too long.")
        thread = self._thread(str(snippet["parentId"]), "parentCommentNotFound", call.now)
        entry = self._world.reply(thread, text, call.now, self._faults.late)
        return shapes.comment(thread, entry, plain=False, moderated=True)

    def _moderate(self, call: Call) -> None:
        status = call.query.get("moderationStatus", "")
        if status not in _MODERATION:
            raise Refusal(400, "invalidFilters", "The moderation status is not known.")
        if call.query.get("banAuthor") == "true" and status != "rejected":
            raise Refusal(400, "banWithoutReject", "Authors are banned only with a rejection.")
        entries = [self._entry(remote_id, call.now)[1] for remote_id in call.ids]
        if any(entry.state is State.REJECTED and status != "rejected" for entry in entries):
            raise Refusal(400, "operationNotSupported", "A rejection cannot be taken back.")
        for entry in entries:
            self._world.set_state(entry, State(status), call.now)

    def _delete(self, call: Call) -> None:
        entry = self._entry(call.query.get("id", ""), call.now)[1]
        if entry.author is not None:
            raise Refusal(403, "forbidden", "The comment was written by someone else.")
        self._world.set_state(entry, State.DELETED, call.now)

    def _thread(self, remote_id: str, reason: str, now: Millis) -> Thread:
        thread = self._world.thread(remote_id, now)
        if (
            thread is None
            or thread.platform is not Platform.YOUTUBE
            or thread.entries[0].state is State.REJECTED
        ):
            raise Refusal(404, reason, "The comment cannot be found.")
        return thread

    def _entry(self, remote_id: str, now: Millis) -> tuple[Thread, Entry]:
        found = self._world.entry(remote_id, now)
        if found is None or found[0].platform is not Platform.YOUTUBE:
            raise Refusal(404, "commentNotFound", "The comment cannot be found.")
        return found

    def _uploads(self) -> list[Post]:
        return [post for post in self._world.posts if post.platform is Platform.YOUTUBE]


def _belongs(thread: Thread, status: State, now: Millis) -> bool:
    """Return whether a thread stands in a queue; one held reply brings its thread along."""
    shown = thread.shown(now)
    if status is State.PUBLISHED:
        return shown[0].state is State.PUBLISHED
    return any(entry.state is status for entry in shown)


def _replies(thread: Thread, states: set[State], now: Millis) -> list[Entry]:
    return [entry for entry in thread.shown(now)[1:] if entry.state in states]


def _listed(
    kind: str, part: Slice[Any], items: list[dict[str, Any]], whole: list[Any]
) -> dict[str, Any]:
    return shapes.listing(kind, items, len(whole), part.after if part.more else None)


def _error(refusal: Refusal) -> Response:
    domain = {"quotaExceeded": "youtube.quota", "authError": "global", "required": "global"}.get(
        refusal.reason, "youtube.comment"
    )
    error = {"message": str(refusal), "domain": domain, "reason": refusal.reason}
    body = {"code": refusal.status, "message": str(refusal), "errors": [error]}
    return JSONResponse({"error": body}, status_code=refusal.status)
