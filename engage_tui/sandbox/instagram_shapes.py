"""The objects of the practice Instagram, each with the fields that the real one has."""

from __future__ import annotations

import json

from engage_tui.domain.model import Millis, Platform
from engage_tui.domain.timestamps import to_datetime
from engage_tui.sandbox.brand import BRAND, HANDLE, OWN_IDS
from engage_tui.sandbox.graph import Body, Field, Value, edge
from engage_tui.sandbox.paging import page
from engage_tui.sandbox.records import Entry, Extra, Follower, Post, State, Thread

OWN_ID = OWN_IDS[Platform.INSTAGRAM]
APP_SCOPED_ID = "26001735502117749"
"""What `me` calls `id`: made for one app, and of no use anywhere else."""

_NESTED_REPLIES = 25
_OWNER = Follower(OWN_ID, HANDLE, BRAND.name, "en")
_MEDIA_TYPES = {
    "photo": ("IMAGE", "FEED"),
    "carousel": ("CAROUSEL_ALBUM", "FEED"),
    "reel": ("VIDEO", "REELS"),
}
_CDN = "https://lookaside.fbsbx.example/ig_messaging_cdn/?asset_id="


def written(moment: Millis) -> str:
    """Return a time as Meta writes it: without a colon in the offset."""
    return to_datetime(moment).strftime("%Y-%m-%dT%H:%M:%S+0000")


def account(asked: Field) -> Body:
    """Return the brand's own account."""
    return asked.chosen(
        {
            "id": lambda _: APP_SCOPED_ID,
            "user_id": lambda _: OWN_ID,
            "username": lambda _: HANDLE,
            "name": lambda _: BRAND.name,
            "account_type": lambda _: "BUSINESS",
            "followers_count": lambda _: 18_420,
        }
    )


def media(post: Post, comments: int, asked: Field) -> Body:
    """Return a post; `comments` counts the replies too."""
    media_type, product_type = _MEDIA_TYPES[post.kind]
    return asked.chosen(
        {
            "id": lambda _: post.id,
            "caption": lambda _: post.title,
            "media_type": lambda _: media_type,
            "media_product_type": lambda _: product_type,
            "permalink": lambda _: f"https://www.instagram.com/p/{post.id[-11:]}/",
            "shortcode": lambda _: post.id[-11:],
            "timestamp": lambda _: written(post.published_at),
            "comments_count": lambda _: comments,
            "like_count": lambda _: 40 + 7 * comments,
            "is_comment_enabled": lambda _: True,
        }
    )


def comment(
    thread: Thread,
    entry: Entry,
    replies: list[Entry],
    of_media: Value,
    asked: Field,
) -> Body:
    """Return a comment; `replies` are those of a top-level one."""
    author = entry.author or _OWNER
    values: dict[str, Value] = {
        "id": lambda _: entry.id,
        "text": lambda _: entry.text,
        "timestamp": lambda _: written(entry.sent_at),
        "username": lambda _: author.handle,
        "from": lambda field: _user(author, field),
        "hidden": lambda _: entry.state is State.HIDDEN,
        "like_count": lambda _: len(entry.id + entry.text) % 4,
        "parent_id": lambda _: thread.id if entry.id != thread.id else None,
        "media": of_media,
        "replies": lambda field: _nested(thread, replies, of_media, field),
    }
    return asked.chosen(values)


def _nested(thread: Thread, replies: list[Entry], of_media: Value, asked: Field) -> Body | None:
    if not replies:
        return None
    part = page(
        replies,
        lambda entry: (entry.sent_at, entry.id),
        cursor=None,
        size=asked.limit or _NESTED_REPLIES,
        newest_first=False,
    )
    items = [comment(thread, entry, [], of_media, asked) for entry in part.items]
    return edge(part, items, f"{thread.id}/replies")


def conversation(thread: Thread, follower: Follower, shown: list[Entry], asked: Field) -> Body:
    """Return a direct conversation."""
    return asked.chosen(
        {
            "id": lambda _: thread.id,
            "updated_time": lambda _: written(shown[-1].sent_at),
            "participants": lambda _: {"data": [_user(_OWNER), _user(follower)]},
            "message_count": lambda _: len(shown),
        }
    )


def message(follower: Follower, entry: Entry, asked: Field) -> Body:
    """Return a direct message; pictures and replies to stories come beside the words."""
    sender, receiver = (entry.author, _OWNER) if entry.author else (_OWNER, follower)
    link = f"{_CDN}{entry.id[-8:]}"
    photo = {"id": entry.id[-8:], "image_data": {"url": link, "width": 1080, "height": 1350}}
    story = {"reply_to": {"link": link, "id": "18074819347285670"}}
    return asked.chosen(
        {
            "id": lambda _: entry.id,
            "created_time": lambda _: written(entry.sent_at),
            "from": lambda _: _user(sender),
            "to": lambda _: {"data": [_user(receiver)]},
            "message": lambda _: entry.text,
            "attachments": lambda _: {"data": [photo]} if entry.extra is Extra.PHOTO else None,
            "story": lambda _: story if entry.extra is Extra.STORY_REPLY else None,
            "is_unsupported": lambda _: True if entry.extra is Extra.UNSUPPORTED else None,
        }
    )


def _user(someone: Follower, asked: Field | None = None) -> Body:
    if asked is None or not asked.inner:
        return {"id": someone.id, "username": someone.handle}
    return asked.chosen({"id": lambda _: someone.id, "username": lambda _: someone.handle})


def usage(percent: int) -> str:
    """Return the header that says how much of the call limit is used."""
    return json.dumps({"call_count": percent, "total_cputime": 2, "total_time": percent // 2})
