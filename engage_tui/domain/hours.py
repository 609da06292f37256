"""Business hours: counting time only while a team is at work, across zones and daylight saving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import from_datetime, to_datetime

_LONGEST_LOOK = 3_660
"""Days; a calendar that stays closed longer than ten years is a mistake, not a holiday."""

Span = tuple[time, time]
"""Opening and closing time of day; a closing time of 00:00 is the end of the day."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When a team is at work: spans for each weekday (Monday first) in one time zone.

    `closed` are holidays. Two calendars are equal when they open at the same moments.
    """

    zone: str
    week: tuple[tuple[Span, ...], ...]
    closed: frozenset[date] = frozenset()

    def after(self, start: Millis, length: Millis) -> Millis:
        """Return the moment when `length` of working time has passed since `start`.

        A zero length outside the opening hours is the next opening. Real elapsed time counts, so a
        working day in which the clocks change is an hour shorter or longer.

        Raises:
            ValueError: the calendar is closed for ten years on end.
        """
        left = length
        for opens, closes in self._spans_from(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise ValueError(f"the business hours in {self.zone} never open")

    def between(self, start: Millis, end: Millis) -> Millis:
        """Return how much working time lies between two moments, 0 when `end` is not later."""
        worked = 0
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            worked += min(closes, end) - opens
        return worked

    def _spans_from(self, start: Millis) -> Iterator[tuple[Millis, Millis]]:
        """Yield the opening spans from `start` on, in order and apart, as moments."""
        zone = ZoneInfo(self.zone)
        first = to_datetime(start).astimezone(zone).date()
        previous = start
        for offset in range(_LONGEST_LOOK):
            day = first + timedelta(days=offset)
            if day in self.closed:
                continue
            for opening, closing in self.week[day.weekday()]:
                last = day + timedelta(days=1) if closing == time(0) else day
                # Where the clocks skip an hour, a span in it may be moved over the next one.
                opens = max(_moment(day, opening, zone), previous)
                closes = _moment(last, closing, zone)
                if closes > opens:
                    yield opens, closes
                    previous = closes


def _moment(day: date, at: time, zone: ZoneInfo) -> Millis:
    """Turn wall-clock time into a moment; a time that the clocks skip falls after the gap."""
    return from_datetime(datetime.combine(day, at, zone).astimezone(UTC))
