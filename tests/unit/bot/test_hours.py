"""Desk hours: a promise runs in open time only, over lunch, nights, weekends and holidays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import closure, due, is_open, next_opening, offset_from_clock
from bot.release import Hours, Release

SEOUL = timedelta(hours=9)


def seoul(text: str) -> datetime:
    """A time on a Seoul clock."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - SEOUL


def hours(*spans: tuple[str, str]) -> Hours:
    opened = tuple(
        (int(seoul(start).timestamp()), int(seoul(end).timestamp())) for start, end in spans
    )
    return Hours("Asia/Seoul", opened, opened[-1][1] if opened else 0)


DESK = hours(
    ("2026-11-20T09:00", "2026-11-20T12:00"),  # Friday, with a lunch break
    ("2026-11-20T13:00", "2026-11-20T18:00"),
    ("2026-11-23T09:00", "2026-11-23T12:00"),  # Monday
    ("2026-11-23T13:00", "2026-11-23T18:00"),
)


@pytest.mark.parametrize(
    ("asked", "working_hours", "promised"),
    [
        ("2026-11-20T09:00", 2, "2026-11-20T11:00"),
        ("2026-11-20T11:00", 2, "2026-11-20T14:00"),  # over lunch
        ("2026-11-20T12:30", 1, "2026-11-20T14:00"),  # asked at lunch
        ("2026-11-20T17:00", 4, "2026-11-23T12:00"),  # over the weekend, to the minute of closing
        ("2026-11-20T17:30", 4, "2026-11-23T13:30"),  # over the weekend and Monday's lunch
        ("2026-11-21T10:00", 4, "2026-11-23T14:00"),  # asked on Saturday
        ("2026-11-19T03:00", 0, "2026-11-20T09:00"),  # at once means when somebody is there
    ],
)
def test_due(asked: str, working_hours: int, promised: str) -> None:
    assert due(DESK, seoul(asked), working_hours * 3600) == seoul(promised)


def test_no_promise_is_made_where_none_is_configured_or_the_hours_run_out() -> None:
    assert due(DESK, seoul("2026-11-20T09:00"), None) is None
    assert due(DESK, seoul("2026-11-23T17:00"), 2 * 3600) is None
    assert due(hours(), seoul("2026-11-20T09:00"), 60) is None


def test_open_from_the_first_minute_until_the_last_is_over() -> None:
    assert not is_open(DESK, seoul("2026-11-20T08:59:59"))
    assert is_open(DESK, seoul("2026-11-20T09:00"))
    assert is_open(DESK, seoul("2026-11-20T11:59:59"))
    assert not is_open(DESK, seoul("2026-11-20T12:00"))


def test_the_next_opening_is_the_next_one_even_while_open() -> None:
    assert next_opening(DESK, seoul("2026-11-20T10:00")) == seoul("2026-11-20T13:00")
    assert next_opening(DESK, seoul("2026-11-21T10:00")) == seoul("2026-11-23T09:00")
    assert next_opening(DESK, seoul("2026-11-23T13:00")) is None


def test_one_closure_has_one_name_and_never_the_name_of_none() -> None:
    weekend = [closure(DESK, seoul(day)) for day in ("2026-11-20T18:00", "2026-11-22T23:00")]
    assert len(set(weekend)) == 1
    assert closure(DESK, seoul("2026-11-20T12:30")) != weekend[0]
    assert closure(DESK, seoul("2026-01-01T00:00")) != 0, "0 stands for no note so far"


TIMES = st.integers(0, 5 * 86_400).map(
    lambda seconds: datetime(2026, 11, 19, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(now=TIMES, seconds=st.integers(0, 16 * 3600))
def test_a_promise_falls_into_open_time_and_after_exactly_that_much_of_it(
    now: datetime, seconds: int
) -> None:
    when = due(DESK, now, seconds)
    left = sum(max(0, end - max(start, int(now.timestamp()))) for start, end in DESK.open)
    if when is None:
        assert left < seconds or left == 0
        return
    assert when >= now
    end = int(when.timestamp())
    passed = sum(max(0, min(b, end) - max(a, int(now.timestamp()))) for a, b in DESK.open)
    assert passed == seconds
    assert any(a <= end <= b for a, b in DESK.open)


@given(now=TIMES, minutes=st.integers(-11 * 4 - 3, 12 * 4))
def test_the_clock_on_her_wall_gives_her_offset(now: datetime, minutes: int) -> None:
    offset = minutes * 15
    there = now + timedelta(minutes=offset)
    assert offset_from_clock(now, there.hour, there.minute) == offset


@given(now=TIMES, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_any_clock_gives_an_offset_that_a_zone_can_have(
    now: datetime, hour: int, minute: int
) -> None:
    offset = offset_from_clock(now, hour, minute)
    assert -705 <= offset <= 720
    assert offset % 15 == 0


def test_korean_holidays_are_closed_in_the_content_that_ships(shipped: Release) -> None:
    """Friday 25 December 2026 and Friday 1 January 2027; the working day between is open."""
    desk = shipped.organisation.hours
    for closed in ("2026-12-25T10:00", "2027-01-01T10:00", "2026-12-26T10:00", "2026-12-24T12:30"):
        assert not is_open(desk, seoul(closed)), closed
    assert is_open(desk, seoul("2026-12-28T10:00"))
    assert due(desk, seoul("2026-12-24T17:00"), 2 * 3600) == seoul("2026-12-28T10:00")
