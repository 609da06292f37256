"""Turns one object of the import shape into a message record, strict about every type."""

from __future__ import annotations

from typing import TypeVar

from engage_tui.domain.model import (
    Actor,
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
    PostRecord,
    Visibility,
)
from engage_tui.domain.timestamps import parse_iso
from engage_tui.sync.importing.records import unnamed_person

# Enumerations are looked up in dictionaries: calling them costs more than the rest of a line.
_PLATFORMS = {str(value): value for value in Platform}
_KINDS = {str(value): value for value in Kind}
_DIRECTIONS = {str(value): value for value in Direction}
_ACTORS = {str(value): value for value in Actor}
_VISIBILITIES = {str(value): value for value in Visibility}

_REMEMBERED = 20_000
_T = TypeVar("_T")


class ShapeError(ValueError):
    """The object is not a message; the text says what is missing or wrong."""


class Shape:
    """Reads objects one after another.

    It remembers who wrote in the latest conversations, because an answer may leave its person
    out. When nobody was seen the answer goes to the conversation's unnamed person.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], PersonRecord] = {}

    def message(self, line: object) -> MessageRecord:
        """Return the message.

        Raises:
            ShapeError: a field is missing, of the wrong type, or has an unknown value.
        """
        if not isinstance(line, dict):
            raise ShapeError("is not an object with the fields of a message")
        get = line.get
        account = _identifier(get("account"), "account")
        conversation = _identifier(get("conversation"), "conversation")
        direction = _one_of(get("direction", "in"), _DIRECTIONS, "direction")
        visibility = get("visibility")
        actor = get("actor")
        edited = get("edited_at")
        post = get("post")
        return MessageRecord(
            platform=_one_of(get("platform"), _PLATFORMS, "platform"),
            account=account,
            kind=_one_of(get("kind"), _KINDS, "kind"),
            conversation=conversation,
            remote_id=_identifier(get("message"), "message"),
            person=self._person(get("person"), (account, conversation), direction),
            direction=direction,
            text=_text(line, "text"),
            sent_at=moment(get("sent_at"), "sent_at"),
            parent=_optional(get("parent"), "parent"),
            post=None if post is None else _post(post),
            actor=None if actor is None else _one_of(actor, _ACTORS, "actor"),
            edited_at=None if edited is None else moment(edited, "edited_at"),
            visibility=(
                Visibility.VISIBLE
                if visibility is None
                else _one_of(visibility, _VISIBILITIES, "visibility")
            ),
            attachments=_attachments(get("attachments")),
        )

    def _person(self, value: object, thread: tuple[str, str], direction: Direction) -> PersonRecord:
        if value is None:
            if direction is Direction.IN:
                raise ShapeError("person is missing")
            return self._seen.get(thread) or unnamed_person(thread[1])
        if not isinstance(value, dict):
            raise ShapeError("person must be an object")
        get = value.get
        handle = _optional(get("handle"), "person.handle") or ""
        identifier = get("id")
        follower = get("follower")
        if follower is not None and not isinstance(follower, bool):
            raise ShapeError("person.follower must be true, false or null")
        person = PersonRecord(
            remote_id=_identifier(handle if identifier is None else identifier, "person.id"),
            handle=handle,
            name=_optional(get("name"), "person.name") or "",
            follower=follower,
        )
        if direction is Direction.IN:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[thread] = person
        return person


def _post(value: object) -> PostRecord:
    if not isinstance(value, dict):
        raise ShapeError("post must be an object")
    get = value.get
    published = get("published_at")
    return PostRecord(
        remote_id=_identifier(get("id"), "post.id"),
        title=_optional(get("title"), "post.title") or "",
        kind=_optional(get("kind"), "post.kind") or "",
        published_at=None if published is None else moment(published, "post.published_at"),
        permalink=_optional(get("permalink"), "post.permalink"),
    )


def _identifier(value: object, name: str) -> str:
    if isinstance(value, str) and value:
        return value
    raise ShapeError(f"{name} is missing" if value in (None, "") else f"{name} must be a text")


def _optional(value: object, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ShapeError(f"{name} must be a text or null")


def _text(line: dict[str, object], name: str) -> str:
    value = line.get(name)
    if isinstance(value, str):
        return value
    # A sticker or a voice message has no words; a line without the field is another shape.
    if value is None and name in line:
        return ""
    raise ShapeError(f"{name} is missing" if value is None else f"{name} must be a text")


def _one_of(value: object, known: dict[str, _T], name: str) -> _T:
    if isinstance(value, str):
        found = known.get(value)
        if found is not None:
            return found
        raise ShapeError(f"{name} {value[:40]!r} is not one of {', '.join(known)}")
    raise ShapeError(f"{name} is missing" if value is None else f"{name} must be a text")


def moment(value: object, name: str) -> Millis:
    """Return the time that a field holds.

    Raises:
        ShapeError: it is missing or not a time; the text names the field.
    """
    if not isinstance(value, str):
        raise ShapeError(f"{name} is missing" if value is None else f"{name} must be a text")
    try:
        return parse_iso(value)
    except ValueError:
        reason = f"{name} {value[:40]!r} is not a time like 2026-11-02T09:14:05Z"
        raise ShapeError(reason) from None


def _attachments(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ShapeError("attachments must be a list of texts")
