"""The resources of the practice YouTube, field by field as the Data API v3 writes them."""

from __future__ import annotations

import html
import json
from typing import Any

from engage_tui.domain.model import Millis, Platform
from engage_tui.domain.timestamps import HOUR, to_iso
from engage_tui.sandbox import ids
from engage_tui.sandbox.brand import BRAND, HANDLE, OWN_IDS
from engage_tui.sandbox.records import Entry, Follower, Post, Thread

_CHANNEL = OWN_IDS[Platform.YOUTUBE]
UPLOADS = "UU" + _CHANNEL[2:]
"""The playlist of everything that the channel has uploaded."""

_EMBEDDED_REPLIES = 5
_OWNER = Follower(_CHANNEL, HANDLE, BRAND.name, "en")
_THUMBNAILS = {"default": {"url": "https://i.ytimg.example/vi/default.jpg", "width": 120}}


def listing(
    kind: str, items: list[dict[str, Any]], total: int, following: str | None = None
) -> dict[str, Any]:
    """Return a list response; `following` is the token of the page after."""
    body: dict[str, Any] = {
        "kind": f"youtube#{kind}ListResponse",
        "etag": ids.etag(json.dumps(items)),
        "pageInfo": {"totalResults": total, "resultsPerPage": len(items)},
        "items": items,
    }
    return body | ({"nextPageToken": following} if following else {})


def channel(videos: int) -> dict[str, Any]:
    """Return the channel of the brand; its counters are text, as they may be huge."""
    snippet = {
        "title": BRAND.name,
        "description": BRAND.about,
        "customUrl": f"@{HANDLE}",
        "publishedAt": "2018-03-11T08:00:00Z",
        "thumbnails": _THUMBNAILS,
    }
    statistics = {
        "viewCount": "1840233",
        "subscriberCount": "21400",
        "hiddenSubscriberCount": False,
        "videoCount": str(videos),
    }
    details = {"relatedPlaylists": {"likes": "", "uploads": UPLOADS}}
    return _resource(
        "channel", _CHANNEL, snippet=snippet, contentDetails=details, statistics=statistics
    )


def playlist_item(post: Post) -> dict[str, Any]:
    """Return an upload; it enters the playlist an hour before it goes public."""
    snippet = {
        "publishedAt": to_iso(post.published_at - HOUR),
        "channelId": _CHANNEL,
        "title": post.title,
        "description": "",
        "thumbnails": _THUMBNAILS,
        "channelTitle": BRAND.name,
        "playlistId": UPLOADS,
        "position": 0,
        "resourceId": {"kind": "youtube#video", "videoId": post.id},
    }
    details = {"videoId": post.id, "videoPublishedAt": to_iso(post.published_at)}
    return _resource("playlistItem", ids.etag(post.id), snippet=snippet, contentDetails=details)


def video(post: Post, comments: int, now: Millis) -> dict[str, Any]:
    """Return a video with counters that grow with its age."""
    hours = max(0, now - post.published_at) // HOUR
    snippet = {
        "publishedAt": to_iso(post.published_at),
        "channelId": _CHANNEL,
        "title": post.title,
        "description": "",
        "thumbnails": _THUMBNAILS,
        "channelTitle": BRAND.name,
        "liveBroadcastContent": "none",
    }
    statistics = {
        "viewCount": str(900 + hours * 41),
        "likeCount": str(60 + hours * 3),
        "favoriteCount": "0",
        "commentCount": str(comments),
    }
    status = {"privacyStatus": "public", "madeForKids": False}
    return _resource("video", post.id, snippet=snippet, statistics=statistics, status=status)


def thread(thread: Thread, replies: list[Entry], plain: bool, moderated: bool) -> dict[str, Any]:
    """Return a thread with the newest of the given replies embedded."""
    snippet = {
        "channelId": _CHANNEL,
        "videoId": _video_id(thread),
        "topLevelComment": comment(thread, thread.entries[0], plain, moderated=moderated),
        "canReply": True,
        "totalReplyCount": len(replies),
        "isPublic": True,
    }
    embedded = [
        comment(thread, entry, plain, moderated=moderated) for entry in replies[-_EMBEDDED_REPLIES:]
    ]
    extra = {"replies": {"comments": embedded}} if embedded else {}
    return _resource("commentThread", thread.id, snippet=snippet, **extra)


def comment(thread: Thread, entry: Entry, plain: bool, *, moderated: bool) -> dict[str, Any]:
    """Return a comment; its text as written is given to its author alone."""
    author = entry.author or _OWNER
    shown = entry.text if plain else html.escape(entry.text, quote=True).replace("\n", "<br>")
    snippet: dict[str, Any] = {
        "channelId": _CHANNEL,
        "videoId": _video_id(thread),
        "textDisplay": shown,
        "authorDisplayName": f"@{author.handle}",
        "authorProfileImageUrl": "https://yt3.ggpht.example/avatar=s48",
        "authorChannelUrl": f"http://www.youtube.com/@{author.handle}",
        "authorChannelId": {"value": author.id},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": len(entry.id + entry.text) % 4,
        "publishedAt": to_iso(entry.sent_at),
        "updatedAt": to_iso(entry.sent_at),
    }
    if entry.author is None:
        snippet["textOriginal"] = entry.text
    if entry.id != thread.id:
        snippet["parentId"] = thread.id
    if moderated:
        snippet["moderationStatus"] = entry.state.value
    return _resource("comment", entry.id, snippet=snippet)


def _video_id(thread: Thread) -> str:
    return thread.post.id if thread.post else ""


def _resource(kind: str, remote_id: str, **parts: dict[str, Any]) -> dict[str, Any]:
    mark = ids.etag(remote_id + json.dumps(parts))
    return {"kind": f"youtube#{kind}", "etag": mark, "id": remote_id, **parts}
