"""Reads `comments.csv` of a YouTube Takeout: the comments that the account itself wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from engage_tui.domain.model import Actor, Direction, Kind, MessageRecord, Platform, PostRecord
from engage_tui.sync.importing.lines import Row, table_rows
from engage_tui.sync.importing.records import (
    BadLine,
    ImportFormatError,
    Owner,
    Parsed,
    unnamed_person,
)
from engage_tui.sync.importing.shape import ShapeError, moment

_NEEDED = ("comment_id", "comment_create_timestamp", "comment_text")


def is_takeout(columns: list[str]) -> bool:
    """Return whether a header is one of those that Takeout has used over the years."""
    return all(name in columns for name in _NEEDED)


def read_takeout(stream: IO[bytes], owner: Owner) -> Iterator[Parsed]:
    """Yield a message for each comment, going out, or a bad line.

    The file does not say whom a comment answers, so its person is the unnamed other side of the
    thread. Without an account in `owner` the channel id stands in.

    Raises:
        ImportFormatError: the header is not that of a comments file.
    """
    for row in table_rows(stream):
        if isinstance(row, BadLine):
            yield row
            continue
        number, cells = row
        if not is_takeout(list(cells)):
            raise ImportFormatError("is not a comments file of YouTube Takeout")
        try:
            yield _comment(cells, owner)
        except ShapeError as error:
            yield BadLine(number, str(error))


def _comment(cells: Row, owner: Owner) -> MessageRecord:
    remote_id = cells["comment_id"].strip()
    account = owner.account or cells.get("channel_id", "")
    if not remote_id or not account:
        raise ShapeError("has no comment id" if account else "has no channel id")
    parent = cells.get("parent_comment_id", "").strip()
    # The id of a reply is that of its thread, a dot, and its own.
    thread = cells.get("top_level_comment_id", "").strip() or parent or remote_id.split(".")[0]
    return MessageRecord(
        platform=Platform.YOUTUBE,
        account=account,
        kind=Kind.COMMENT,
        conversation=thread,
        remote_id=remote_id,
        person=unnamed_person(thread),
        direction=Direction.OUT,
        text=comment_text(cells["comment_text"]),
        sent_at=moment(cells["comment_create_timestamp"].replace(" UTC", "+00:00"), "the time"),
        parent=parent or (thread if thread != remote_id else None),
        post=_post(cells),
        actor=Actor.HUMAN,
    )


def _post(cells: Row) -> PostRecord | None:
    if video := cells.get("video_id", "").strip():
        return PostRecord(video, kind="video")
    if post := cells.get("post_id", "").strip():
        return PostRecord(post, kind="post")
    return None


def comment_text(cell: str) -> str:
    """Return the words of a `Comment Text` cell in any of its three shapes.

    They are an object with a list of segments, the bare segments joined by commas, or plain text.
    """
    if not cell.startswith("{"):
        return cell
    try:
        segments = json.loads(f"[{cell}]")
    except (ValueError, RecursionError):
        return cell
    first = segments[0]
    if isinstance(first, dict) and isinstance(first.get("takeoutSegments"), list):
        segments = first["takeoutSegments"]
    words: list[str] = []
    for segment in segments:
        text = segment.get("text") if isinstance(segment, dict) else None
        if not isinstance(text, str):
            return cell
        words.append(text)
    return "".join(words)
