"""Reads the JSON exports of Instagram and Facebook: message threads and own comments.

Both write each byte of UTF-8 as a character of its own, which is put right here. Neither gives
ids: messages get one from the thread, the sender, the time and the words, so that a second export
of the same history finds them again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from engage_tui.domain.model import (
    Actor,
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
    Visibility,
)
from engage_tui.sync.importing.records import (
    BadLine,
    ImportFormatError,
    Owner,
    Parsed,
    stable_id,
    unnamed_person,
)
from engage_tui.sync.importing.shape import ShapeError


def read_document(document: bytes, name: str, platform: Platform, owner: Owner) -> Iterator[Parsed]:
    """Yield what one file of an export holds, threads in the order in which they were written.

    Messages sent under `owner.name` go out, all others come in. `name` is the path inside the
    export; its folder stands in for a thread that does not name itself.

    Raises:
        ImportFormatError: neither the file nor `owner` says whose messages or comments these are.
    """
    try:
        content = _repaired(json.loads(document))
    except (ValueError, RecursionError):
        yield BadLine(0, "is not JSON")
        return
    if isinstance(content, dict) and isinstance(content.get("messages"), list):
        yield from _thread(content, name, platform, owner)
    elif isinstance(content, dict) and isinstance(content.get("comments_v2"), list):
        yield from _each(content["comments_v2"], lambda item: _facebook_comment(item, owner))
    else:
        items = content.get("comments_reels_comments") if isinstance(content, dict) else content
        if not isinstance(items, list) or not all(map(_is_comment, items)):
            yield BadLine(0, "is laid out in a way that is not known")
            return
        yield from _each(items, lambda item: _instagram_comment(item, owner))


def participants(document: bytes) -> list[str]:
    """Return the names of those who take part in a thread; none when it is no thread."""
    try:
        content = _repaired(json.loads(document))
    except (ValueError, RecursionError):
        return []
    return _participants(content) if isinstance(content, dict) else []


def guess_name(threads: Iterable[Collection[str]]) -> str | None:
    """Return the account's own name: the one that takes part in more threads than any other.

    None when two are level, as in a single thread: then only its owner can tell.
    """
    counts = Counter(name for names in threads for name in set(names))
    best = counts.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


def repair(text: str) -> str:
    """Return the text that was meant where bytes were written as characters, else the same."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _repaired(value: Any) -> Any:
    if isinstance(value, str):
        return repair(value)
    if isinstance(value, list):
        return [_repaired(item) for item in value]
    if isinstance(value, dict):
        return {key: _repaired(item) for key, item in value.items()}
    return value


def _each(items: list[Any], read: Callable[[Any], MessageRecord]) -> Iterator[Parsed]:
    """Yield what `read` makes of each item, from the last to the first: exports begin with now."""
    for number in range(len(items), 0, -1):
        try:
            yield read(items[number - 1])
        except ShapeError as error:
            yield BadLine(number, str(error))


def _participants(content: dict[str, Any]) -> list[str]:
    listed = content.get("participants")
    names = [_word(item, "name") for item in listed] if isinstance(listed, list) else []
    return [name for name in names if name]


_ATTACHMENTS = {
    "photos": "photo",
    "videos": "video",
    "audio_files": "voice message",
    "gifs": "gif",
    "files": "file",
    "sticker": "sticker",
    "share": "shared post",
    "call_duration": "call",
}


def _thread(
    content: dict[str, Any], name: str, platform: Platform, owner: Owner
) -> Iterator[Parsed]:
    path = _word(content, "thread_path") or name.rpartition("/")[0]
    folder = path.rpartition("/")[2]
    # The folder is the title and a number, and titles change.
    numbered = re.search(r"_([0-9]{5,})$", folder)
    conversation = numbered[1] if numbered else folder
    others = [person for person in _participants(content) if person != owner.name]
    account = _account(owner)

    def person_called(called: str) -> PersonRecord:
        known = unnamed_person(conversation).remote_id
        return PersonRecord(known if len(others) < 2 else f"{known}/{called}", name=called)

    def message(item: Any) -> MessageRecord:
        if not isinstance(item, dict):
            raise ShapeError("is not a message")
        # Accounts that were deleted have no name left.
        sender = _word(item, "sender_name")
        sent_at = _moment(item.get("timestamp_ms"), 1)
        outbound = bool(sender) and sender == owner.name
        text = _word(item, "content")
        attachments = _attachments(item)
        made_up = stable_id(conversation, sender, sent_at, text, attachments)
        return MessageRecord(
            platform=platform,
            account=account,
            kind=Kind.DM,
            conversation=conversation,
            remote_id=f"export-{made_up}",
            person=person_called(next(iter(others), "") if outbound else sender),
            direction=Direction.OUT if outbound else Direction.IN,
            text=text,
            sent_at=sent_at,
            actor=Actor.HUMAN if outbound else None,
            visibility=Visibility.GONE if item.get("is_unsent") is True else Visibility.VISIBLE,
            attachments=attachments,
        )

    yield from _each(content["messages"], message)


def _account(owner: Owner, author: str = "") -> str:
    if account := owner.account or owner.name or author:
        return account
    raise ImportFormatError("does not say whose history it is; name the account")


def _attachments(item: dict[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for key, word in _ATTACHMENTS.items():
        value = item.get(key)
        if value is not None:
            found.extend([word] * (len(value) if isinstance(value, list) else 1))
    return tuple(found)


def _is_comment(item: Any) -> bool:
    return isinstance(item, dict) and "string_map_data" in item


def _instagram_comment(item: Any, owner: Owner) -> MessageRecord:
    fields = item["string_map_data"]
    entries = list(fields.values()) if isinstance(fields, dict) else []
    # The titles are in the language of the account; the order is words, whose post, time.
    times = [entry for entry in entries if isinstance(entry, dict) and entry.get("timestamp")]
    words = [_word(entry, "value") for entry in entries if entry not in times]
    text, author = (*words, "", "")[:2]
    return _own_comment(
        Platform.INSTAGRAM,
        _account(owner),
        text=text,
        sent_at=_moment(times[0]["timestamp"] if times else None, 1_000),
        beneath=f"@{author.removeprefix('@')}" if author else "",
    )


_TAGGED = re.compile(r"@\[[0-9]+:[0-9]+:([^\]]*)\]")


def _facebook_comment(item: Any, owner: Owner) -> MessageRecord:
    parts = item.get("data") if isinstance(item, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    comment = first.get("comment") if isinstance(first, dict) else None
    if not isinstance(comment, dict):
        raise ShapeError("has no comment")
    return _own_comment(
        Platform.FACEBOOK,
        _account(owner, _word(comment, "author")),
        text=_TAGGED.sub(r"@\1", _word(comment, "comment")),
        sent_at=_moment(comment.get("timestamp") or item.get("timestamp"), 1_000),
        attachments=("attachment",) if item.get("attachments") else (),
    )


def _own_comment(
    platform: Platform,
    account: str,
    *,
    text: str,
    sent_at: Millis,
    beneath: str = "",
    attachments: tuple[str, ...] = (),
) -> MessageRecord:
    """Return a comment that the account wrote; `beneath` is whose post it stands under."""
    if not text and not attachments:
        raise ShapeError("has no text")
    made_up = "export-" + stable_id(platform, beneath, sent_at, text)
    known = bool(beneath) and beneath.lstrip("@") != account.lstrip("@")
    return MessageRecord(
        platform=platform,
        account=account,
        kind=Kind.COMMENT,
        # The export does not say which thread a comment belongs to, so each is its own.
        conversation=made_up,
        remote_id=made_up,
        person=PersonRecord(beneath, handle=beneath) if known else unnamed_person(made_up),
        direction=Direction.OUT,
        text=text,
        sent_at=sent_at,
        actor=Actor.HUMAN,
        attachments=attachments,
    )


def _word(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def _moment(value: Any, unit: int) -> Millis:
    """Return the time of a count of `unit` milliseconds, which must lie after the year 2000."""
    if isinstance(value, int) and 946_684_800_000 <= value * unit < 4_102_444_800_000:
        return value * unit
    raise ShapeError("has no usable time")
