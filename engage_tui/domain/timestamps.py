"""Moments and durations as text: the only place where times are parsed or written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engage_tui.domain.model import Millis

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def from_datetime(moment: datetime) -> Millis:
    """Return the moment in milliseconds; a naive `datetime` is read as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def to_datetime(moment: Millis) -> datetime:
    """Return the moment as an aware UTC `datetime`."""
    return _EPOCH + moment * _MILLISECOND


def parse_iso(text: str) -> Millis:
    """Read ISO 8601 in the spellings that platforms use; without an offset it is UTC.

    Raises:
        ValueError: the text is not a moment, or outside the years 1 to 9999.
    """
    try:
        return from_datetime(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a time; write it like 2026-11-02T09:14:05Z") from error


def to_iso(moment: Millis) -> str:
    """Write ISO 8601 in UTC with a `Z`; milliseconds only where there are any."""
    shown = to_datetime(moment).replace(tzinfo=None)
    return shown.isoformat(timespec="milliseconds" if shown.microsecond else "seconds") + "Z"


_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


def parse_duration(text: str) -> Millis:
    """Read `90s`, `15m`, `4h`, `7d`, `2w`, also joined (`1h30m`).

    Raises:
        ValueError: the text is not a duration.
    """
    rest, total = text.strip().lower(), 0
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        unit = rest[digits : digits + 1]
        if not digits or unit not in _UNITS or digits > 9:
            raise ValueError(f"{text!r} is not a duration; write it like 90s, 15m, 4h, 7d or 2w")
        total += int(rest[:digits]) * _UNITS[unit]
        rest = rest[digits + 1 :]
    if not text.strip():
        raise ValueError("an empty text is not a duration; write it like 15m, 4h or 7d")
    return total


def short_duration(length: Millis) -> str:
    """Write a length in at most five cells for lists: `45s`, `12m`, `2h10`, `3d`; signed."""
    sign, left = ("-", -length) if length < 0 else ("", length)
    if left < MINUTE:
        return f"{sign}{left // SECOND}s"
    if left < HOUR:
        return f"{sign}{left // MINUTE}m"
    if left < 10 * HOUR:
        return f"{sign}{left // HOUR}h{left % HOUR // MINUTE:02d}"
    if left < 2 * DAY:
        return f"{sign}{left // HOUR}h"
    return f"{sign}{left // DAY}d"
