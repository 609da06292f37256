"""Identifiers in the shapes that the real platforms use, each made from a name."""

from __future__ import annotations

import base64
import hashlib


def _characters(name: str, count: int) -> str:
    """Return letters, digits, `-` and `_` that the name alone decides."""
    digest = hashlib.shake_256(name.encode()).digest(count)
    return base64.urlsafe_b64encode(digest).decode()[:count]


def _digits(name: str, count: int) -> str:
    digest = hashlib.shake_256(name.encode()).digest(count)
    return f"{int.from_bytes(digest) % 10**count:0{count}}"


def etag(content: str) -> str:
    """Return YouTube's version mark of a resource."""
    return _characters(content, 27)


def channel(name: str) -> str:
    """Return a YouTube channel id."""
    return "UC" + _characters(name, 22)


def video(name: str) -> str:
    """Return a YouTube video id."""
    return _characters(name, 11)


def youtube_thread(name: str) -> str:
    """Return the id of a top-level comment, which is that of its thread."""
    return "Ug" + _characters(name, 17) + "4AaABAg"


def youtube_reply(thread: str, name: str) -> str:
    """Return the id of a reply, which begins with that of its thread."""
    return f"{thread}.{_characters(name, 22)}"


def media(name: str) -> str:
    """Return the id of an Instagram post or comment."""
    return "17" + _digits(name, 15)


def person(name: str) -> str:
    """Return the id of an Instagram user as one business account sees it."""
    return "5" + _digits(name, 15)


def conversation(name: str) -> str:
    """Return the id of a direct conversation on Instagram."""
    return "aWdfZAG06" + _characters(name, 55)


def message(name: str) -> str:
    """Return the id of a direct message on Instagram."""
    return "aWdfZAG1faXRlbTox" + _characters(name, 70)
