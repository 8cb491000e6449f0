"""Desk hours: lunch, Korean holidays with substitutes, closures, daylight saving, words."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from babel import Locale

import content
from bot.hours import due, is_open, next_opening
from content.hours import Week, in_words, open_hours

NINE_TO_SIX = ((540, 720), (780, 1080))
KOREA = Week("Asia/Seoul", dict.fromkeys(range(5), NINE_TO_SIX), "KR")
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def seoul(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


def test_open_in_the_morning_closed_at_lunch_and_at_night() -> None:
    hours = open_hours(KOREA, FRIDAY)
    assert is_open(hours, seoul(20, 9))
    assert not is_open(hours, seoul(20, 12))
    assert not is_open(hours, seoul(20, 12, 59))
    assert is_open(hours, seoul(20, 13))
    assert not is_open(hours, seoul(20, 18))
    assert next_opening(hours, seoul(20, 18)) == seoul(23, 9)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        (25, 12, 2026),  # Christmas
        (2, 3, 2026),  # substitute for 1 March, a Sunday
        (17, 2, 2026),  # Lunar New Year
        (25, 9, 2026),  # Chuseok
        (3, 6, 2026),  # local elections
    ],
)
def test_korean_public_holidays_are_closed(day: int, month: int, year: int) -> None:
    noon = seoul(day, 10, month=month, year=year)
    hours = open_hours(KOREA, noon)
    assert noon.weekday() < 5
    assert not is_open(hours, noon)
    assert is_open(open_hours(Week(KOREA.zone, KOREA.spans), noon), noon)


def test_closures_are_closed() -> None:
    week = Week(KOREA.zone, KOREA.spans, "KR", ((date(2026, 11, 23), date(2026, 11, 24)),))
    hours = open_hours(week, FRIDAY)
    assert next_opening(hours, seoul(20, 18)) == seoul(25, 9)


def test_a_promise_of_working_hours_jumps_over_nights_and_lunch() -> None:
    hours = open_hours(KOREA, FRIDAY)
    assert due(hours, seoul(20, 17), 4 * 3600) == seoul(23, 12)
    assert due(hours, seoul(20, 17), 5 * 3600) == seoul(23, 14)


def test_daylight_saving_moves_the_utc_time_not_the_clock() -> None:
    berlin = Week("Europe/Berlin", dict.fromkeys(range(7), ((540, 600),)))
    hours = open_hours(berlin, datetime(2026, 10, 24, tzinfo=UTC))
    assert is_open(hours, datetime(2026, 10, 24, 7, 30, tzinfo=UTC))
    assert is_open(hours, datetime(2026, 10, 25, 8, 30, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 10, 25, 7, 30, tzinfo=UTC))


def test_round_the_clock_is_one_interval() -> None:
    hours = open_hours(Week("Asia/Seoul", dict.fromkeys(range(7), ((0, 1440),))), FRIDAY)
    assert len(hours.open) == 1
    assert hours.open[0][1] == hours.until
    assert hours.until > FRIDAY.timestamp() + 3 * 364 * 86400


def test_intervals_are_in_order_and_apart(shipped: content.Loaded) -> None:
    spans = shipped.release.organisation.hours.open
    assert len(spans) > 1000
    assert all(start < end for start, end in spans)
    assert all(one[1] < two[0] for one, two in pairwise(spans))


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Mon–Fri 09:00–12:00, 13:00–18:00 Seoul time"),
        ("de", "Mo.–Fr. 09:00–12:00, 13:00–18:00 Seoul (Ortszeit)"),
        ("ko", "월–금 09:00–12:00, 13:00–18:00 서울 시간"),
    ],
)
def test_hours_in_words(locale: str, words: str) -> None:
    assert in_words(KOREA, Locale.parse(locale)) == words


def test_different_days_in_words(small: Mapping[str, str]) -> None:
    facts = content.build(small).organisation.facts
    assert facts["desk_hours"] == ("Mon, Tue 09:00–12:00, 13:00–18:00; Fri 09:00–12:00 Seoul time")


def test_the_promise_is_in_seconds_and_may_be_none(
    small: Mapping[str, str], shipped: content.Loaded
) -> None:
    assert content.build(small).organisation.promise_seconds == 4 * 3600
    assert shipped.release.organisation.promise_seconds is None
