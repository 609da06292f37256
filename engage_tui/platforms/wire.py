"""Careful reading of decoded JSON answers, whose shape a platform may change at any time."""

from __future__ import annotations

from typing import Any, TypeAlias

from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import parse_iso

Node: TypeAlias = dict[str, Any]
"""A JSON object, as it came."""


class Malformed(ValueError):
    """An answer lacks something without which it cannot be used."""


def node(parent: Node, *path: str) -> Node:
    """Return the object at a path, an empty one where there is none."""
    found: object = parent
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def nodes(parent: Node, *path: str) -> list[Node]:
    """Return the objects of the list at a path, without those that are not objects."""
    found = node(parent, *path[:-1]).get(path[-1])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def listed(parent: Node, name: str) -> list[Node]:
    """Return the objects of a list that must be there, even if it is empty.

    Raises:
        Malformed: there is no such list.
    """
    if not isinstance(parent.get(name), list):
        raise Malformed(f"{name} is missing")
    return nodes(parent, name)


def text(parent: Node, *path: str) -> str:
    """Return the text at a path, empty where there is none."""
    found = node(parent, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def number(parent: Node, *path: str) -> int:
    """Return the whole number at a path, also one written as a string; 0 where there is none."""
    found = node(parent, *path[:-1]).get(path[-1])
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 20:
        return int(found)
    return found if isinstance(found, int) else 0


def needed(parent: Node, *path: str) -> str:
    """Return the text at a path.

    Raises:
        Malformed: there is none, or it is empty.
    """
    found = text(parent, *path)
    if not found:
        raise Malformed(f"{'.'.join(path)} is missing")
    return found


def moment(parent: Node, *path: str) -> Millis:
    """Return the time at a path.

    Raises:
        Malformed: there is none, or it is not a time.
    """
    return parse_moment(needed(parent, *path))


def parse_moment(written: str) -> Millis:
    """Read a time in any platform's spelling.

    Raises:
        Malformed: it is not a time.
    """
    try:
        return parse_iso(written)
    except ValueError:
        raise Malformed("a time cannot be read") from None
