"""Reads CSV tables with a header: the import shape flattened, and the usual other names for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from engage_tui.domain.timestamps import to_iso
from engage_tui.sync.importing.lines import Row, table_rows
from engage_tui.sync.importing.records import (
    BadLine,
    ImportFormatError,
    Owner,
    Parsed,
    stable_id,
)
from engage_tui.sync.importing.shape import Shape, ShapeError

COLUMNS: dict[str, tuple[str, ...]] = {
    "platform": ("channel", "network"),
    "account": ("account_handle", "brand", "page"),
    "kind": ("message_kind", "message_type"),
    "conversation": ("conversation_id", "thread", "thread_id", "top_level_comment_id"),
    "message": ("message_id", "comment_id", "id"),
    "parent": ("parent_id", "parent_comment_id", "in_reply_to"),
    "post_id": ("video_id", "media_id"),
    "post_title": ("video_title",),
    "post_kind": (),
    "post_published_at": (),
    "post_permalink": ("post_url", "video_url"),
    "person_id": ("author_id", "user_id", "from_id", "author_channel_id"),
    "person_handle": ("author", "author_handle", "user", "username", "handle", "from"),
    "person_name": ("author_name", "display_name", "name"),
    "person_follower": ("follower",),
    "direction": (),
    "text": ("body", "content", "comment", "comment_text", "message_text"),
    "sent_at": ("date", "time", "timestamp", "created_at", "created_time", "published_at"),
    "actor": (),
    "edited_at": ("updated_at",),
    "visibility": (),
    "attachments": (),
}
"""Each column with the other names that it is known by."""

_NEEDED = ("text", "sent_at")
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_table(stream: IO[bytes], owner: Owner) -> Iterator[Parsed]:
    """Yield a message or a bad line for each row.

    Only a text, a time and somebody who wrote are needed. Without a platform or account column
    `owner` stands in; without ids a message gets one that the same row gives again.

    Raises:
        ImportFormatError: a column is missing that nothing can stand in for.
    """
    shape = Shape()
    titles: dict[str, str] = {}
    for row in table_rows(stream):
        if isinstance(row, BadLine):
            yield row
            continue
        number, cells = row
        titles = titles or _titles(list(cells), owner)
        known = {name: _plain(cells[title]) if title else "" for name, title in titles.items()}
        try:
            yield shape.message(_unfolded(known, owner))
        except ShapeError as error:
            yield BadLine(number, str(error))


def is_table(columns: list[str]) -> bool:
    """Return whether a header has the columns that every table of messages needs."""
    return all(_column(columns, name) for name in _NEEDED)


def _titles(columns: list[str], owner: Owner) -> dict[str, str]:
    """Return under which title each of our columns stands in this file, empty where it does not."""
    titles = {name: _column(columns, name) for name in COLUMNS}
    stand_ins = {"platform": owner.platform, "account": owner.account}
    for name in (*_NEEDED, *stand_ins):
        if not titles[name] and not stand_ins.get(name):
            raise ImportFormatError(f"has no column {name}")
    return titles


def _column(columns: list[str], name: str) -> str:
    return next((title for title in (name, *COLUMNS[name]) if title in columns), "")


def _plain(value: str) -> str:
    """Take off the quote that spreadsheet-safe exports put before what looks like a formula."""
    guarded = value[:1] == "'" and value[1:2] in tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
    return value[1:] if guarded else value


def _unfolded(cells: Row, owner: Owner) -> dict[str, object]:
    """Return the row in the import shape."""
    person_id = cells["person_id"] or cells["person_handle"] or cells["person_name"]
    sent_at = _iso(cells["sent_at"])
    message = cells["message"] or "row-" + stable_id(
        cells["conversation"], person_id, cells["direction"], sent_at, cells["text"]
    )
    attachments = cells["attachments"]
    return {
        "platform": (cells["platform"] or owner.platform).lower(),
        "account": cells["account"] or owner.account,
        "kind": cells["kind"].lower() or "comment",
        "conversation": cells["conversation"] or cells["parent"] or message,
        "message": message,
        "parent": cells["parent"] or None,
        "post": _post(cells),
        "person": _person(cells, person_id),
        "direction": cells["direction"].lower() or "in",
        "text": cells["text"],
        "sent_at": sent_at or None,
        "actor": cells["actor"].lower() or None,
        "edited_at": _iso(cells["edited_at"]) or None,
        "visibility": cells["visibility"].lower() or None,
        "attachments": attachments.split(", ") if attachments else None,
    }


def _post(cells: Row) -> dict[str, object] | None:
    if not cells["post_id"]:
        return None
    return {
        "id": cells["post_id"],
        "title": cells["post_title"],
        "kind": cells["post_kind"],
        "published_at": _iso(cells["post_published_at"]) or None,
        "permalink": cells["post_permalink"] or None,
    }


def _person(cells: Row, person_id: str) -> dict[str, object] | None:
    if not person_id:
        return None
    return {
        "id": person_id,
        "handle": cells["person_handle"],
        "name": cells["person_name"],
        "follower": _YES_NO.get(cells["person_follower"].lower()),
    }


def _iso(value: str) -> str:
    """Return a time as it stands, or written out where it is a count of seconds or of ms."""
    value = value.strip()
    if value.isdecimal() and len(value) in (10, 13):
        return to_iso(int(value) * (1_000 if len(value) == 10 else 1))
    return value
