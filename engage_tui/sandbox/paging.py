"""Pages of a list that may grow while it is read: the cursor names a place, not a number."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from engage_tui.domain.model import Millis

T = TypeVar("T")

Place: TypeAlias = tuple[Millis, str]
"""Where an item stands in its list: its time, then its id."""


class StaleCursor(ValueError):
    """The cursor was not made here."""


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A page; `after` is the cursor of its end, `more` says whether anything follows."""

    items: list[T]
    before: str
    after: str
    more: bool


def page(
    items: Sequence[T],
    place: Callable[[T], Place],
    *,
    cursor: str | None,
    size: int,
    newest_first: bool = True,
) -> Slice[T]:
    """Sort items by place and return those behind the cursor.

    Raises:
        StaleCursor: the cursor cannot be read.
    """
    ordered = sorted(items, key=place, reverse=newest_first)
    if cursor:
        here = _read(cursor)
        ordered = [i for i in ordered if (place(i) < here if newest_first else place(i) > here)]
    chosen = ordered[:size]
    return Slice(
        chosen,
        before=_written(place(chosen[0])) if chosen else "",
        after=_written(place(chosen[-1])) if chosen else "",
        more=len(ordered) > size,
    )


def _written(place: Place) -> str:
    return base64.urlsafe_b64encode(f"{place[0]}:{place[1]}".encode()).decode()


def _read(cursor: str) -> Place:
    try:
        moment, _, remote_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        return int(moment), remote_id
    except (ValueError, binascii.Error):
        raise StaleCursor("the cursor cannot be read") from None
