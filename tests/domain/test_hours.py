"""Counting working time: weekends, holidays, two spans a day, and the days when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage_tui.domain.hours import BusinessHours, Span
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, from_datetime, to_datetime

WARSAW = "Europe/Warsaw"
NEW_YORK = "America/New_York"
NINE_TO_FIVE: Span = (time(9), time(17))
OFFICE = ((NINE_TO_FIVE,),) * 5 + ((), ())
ALWAYS = (((time(0), time(0)),),) * 7


def local(text: str, zone: str = WARSAW, fold: int = 0) -> int:
    """Return the moment of a wall-clock time."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return from_datetime(wall.astimezone(UTC))


office = BusinessHours(WARSAW, OFFICE)


def test_within_a_day_working_time_is_time() -> None:
    assert office.after(local("2026-11-02T10:00"), HOUR) == local("2026-11-02T11:00")
    assert office.between(local("2026-11-02T10:00"), local("2026-11-02T11:30")) == 90 * MINUTE


def test_a_message_before_opening_starts_to_count_at_opening() -> None:
    assert office.after(local("2026-11-02T03:00"), HOUR) == local("2026-11-02T10:00")


def test_what_does_not_fit_goes_on_in_the_morning() -> None:
    assert office.after(local("2026-11-02T16:30"), HOUR) == local("2026-11-03T09:30")


def test_the_last_minute_of_the_day_is_still_that_day() -> None:
    assert office.after(local("2026-11-02T16:00"), HOUR) == local("2026-11-02T17:00")
    assert office.after(local("2026-11-02T17:00"), 0) == local("2026-11-03T09:00")


def test_a_weekend_does_not_count() -> None:
    friday = local("2026-11-06T16:00")
    assert office.after(friday, 4 * HOUR) == local("2026-11-09T12:00")
    assert office.between(friday, local("2026-11-09T12:00")) == 4 * HOUR


def test_a_holiday_does_not_count() -> None:
    holiday = BusinessHours(WARSAW, OFFICE, frozenset({date(2026, 11, 11)}))
    assert holiday.after(local("2026-11-10T16:00"), 2 * HOUR) == local("2026-11-12T10:00")
    assert office.after(local("2026-11-10T16:00"), 2 * HOUR) == local("2026-11-11T10:00")


def test_a_lunch_break_does_not_count() -> None:
    lunch = BusinessHours(WARSAW, (((time(9), time(12)), (time(13), time(17))),) * 7)
    assert lunch.after(local("2026-11-02T11:30"), HOUR) == local("2026-11-02T13:30")
    assert lunch.between(local("2026-11-02T11:00"), local("2026-11-02T14:00")) == 2 * HOUR
    assert lunch.after(local("2026-11-02T12:30"), 0) == local("2026-11-02T13:00")


def test_a_span_may_last_until_midnight_and_go_on_after_it() -> None:
    late = BusinessHours(WARSAW, (((time(20), time(0)),),) * 7)
    assert late.after(local("2026-11-02T23:30"), HOUR) == local("2026-11-03T20:30")
    assert late.after(local("2026-11-02T23:00"), HOUR) == local("2026-11-03T00:00")
    always = BusinessHours(WARSAW, ALWAYS)
    assert always.after(local("2026-11-02T23:30"), HOUR) == local("2026-11-03T00:30")


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [(WARSAW, "2026-03-29", "2026-10-25"), (NEW_YORK, "2026-03-08", "2026-11-01")],
)
def test_a_day_in_which_the_clocks_change_is_as_long_as_it_is(
    zone: str, spring: str, autumn: str
) -> None:
    always = BusinessHours(zone, ALWAYS)
    for day, hours in ((spring, 23), (autumn, 25)):
        start = local(f"{day}T00:00", zone)
        end = local(f"{date.fromisoformat(day) + timedelta(days=1)}T00:00", zone)
        assert end - start == hours * HOUR
        assert always.between(start, end) == hours * HOUR
        assert always.after(start, hours * HOUR) == end


@pytest.mark.parametrize(
    ("zone", "friday", "monday"),
    [
        (WARSAW, "2026-03-27", "2026-03-30"),
        (WARSAW, "2026-10-23", "2026-10-26"),
        (NEW_YORK, "2026-03-06", "2026-03-09"),
        (NEW_YORK, "2026-10-30", "2026-11-02"),
    ],
)
def test_over_a_weekend_in_which_the_clocks_change_the_wall_clock_holds(
    zone: str, friday: str, monday: str
) -> None:
    calendar = BusinessHours(zone, OFFICE)
    start = local(f"{friday}T16:00", zone)
    assert calendar.after(start, 2 * HOUR) == local(f"{monday}T10:00", zone)


def test_night_shifts_count_the_repeated_hour_twice_and_the_skipped_one_not() -> None:
    night = BusinessHours(WARSAW, (((time(1), time(4)),),) * 7)
    assert night.between(local("2026-10-25T00:00"), local("2026-10-25T05:00")) == 4 * HOUR
    assert night.between(local("2026-03-29T00:00"), local("2026-03-29T05:00")) == 2 * HOUR


def test_a_span_in_the_skipped_hour_is_not_counted_together_with_the_next() -> None:
    short = BusinessHours(WARSAW, (((time(2, 15), time(2, 45)), (time(3), time(4))),) * 7)
    assert short.between(local("2026-03-29T00:00"), local("2026-03-29T05:00")) <= HOUR


def test_a_calendar_that_never_opens_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="never open"):
        BusinessHours(WARSAW, ((),) * 7).after(0, 1)


def test_time_that_runs_backwards_holds_no_work() -> None:
    assert office.between(local("2026-11-02T12:00"), local("2026-11-02T10:00")) == 0


_spans = st.lists(
    st.integers(0, 95).map(lambda quarter: (quarter // 4, quarter % 4 * 15)),
    min_size=2,
    max_size=4,
    unique=True,
).map(lambda points: _pairs(sorted(points)))


def _pairs(points: list[tuple[int, int]]) -> tuple[Span, ...]:
    times = [time(*point) for point in points]
    return tuple(zip(times[::2], times[1::2], strict=False))


@given(
    zone=st.sampled_from([WARSAW, NEW_YORK, "UTC", "Australia/Lord_Howe", "Africa/Casablanca"]),
    week=st.tuples(*[st.one_of(st.just(()), _spans)] * 6, _spans),
    start=st.integers(from_datetime(datetime(2025, 1, 1)), from_datetime(datetime(2027, 12, 31))),
    length=st.integers(0, 5 * DAY),
)
def test_after_and_between_are_each_others_inverse(
    zone: str, week: tuple[tuple[Span, ...], ...], start: int, length: int
) -> None:
    calendar = BusinessHours(zone, week)
    end = calendar.after(start, length)
    assert end >= start
    assert calendar.between(start, end) == length
    assert calendar.after(start, calendar.between(start, end - 1)) <= end
    assert to_datetime(end).tzinfo is UTC
