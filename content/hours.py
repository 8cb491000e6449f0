"""Desk hours: from weekly hours, lunch, public holidays and closures to open intervals and to words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import holidays
from babel import Locale
from babel.dates import get_timezone_location

from bot.release import Hours
from content.fields import Fields
from content.findings import did_you_mean, quoted

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = 3
"""How far ahead the intervals are worked out; publishing again moves it on."""
LOOK_BACK = timedelta(days=7)
"""So that the closure before the first opening has a name (see ``bot.hours.closure``)."""

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) ?[-–] ?([01][0-9]|2[0-4]):([0-5][0-9])")
_DAY_MINUTES = 24 * 60
Spans = tuple[tuple[int, int], ...]
"""(start, end) in minutes from midnight, in order."""


@dataclass(frozen=True, slots=True)
class Week:
    """Opening hours as written: zone, spans by weekday (0 = Monday), country of holidays, closures."""

    zone: str
    spans: Mapping[int, Spans]
    country: str = ""
    closures: tuple[tuple[date, date], ...] = ()


def read(desk: Fields) -> Week:
    """The week of ``desk:`` in organisation.yaml."""
    zone = desk.text("zone", required=True, default="UTC")
    if zone not in available_timezones():
        hint = did_you_mean(zone, available_timezones())
        desk.add(desk.at("zone"), f"{quoted(zone)} is no time zone such as Asia/Seoul.{hint}")
        zone = "UTC"
    listed = desk.child("hours", required=True)
    spans = {n: found for n, day in enumerate(DAYS) if (found := _spans(listed, day))}
    if not spans:
        desk.add(desk.at("hours"), 'No hours. Do this: add a line such as `mon: ["09:00-18:00"]`.')
    listed.done()
    return Week(zone, spans, _country(desk), _closures(desk))


def _spans(listed: Fields, day: str) -> Spans:
    found: list[tuple[int, int, int]] = []
    for text, line in listed.texts(day):
        match = _SPAN.fullmatch(text)
        if match is None:
            listed.add(line, f'{quoted(text)} must look like "09:00-12:00".')
            continue
        start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if end > _DAY_MINUTES:
            listed.add(line, f"{quoted(text)} ends after midnight. The day ends at 24:00.")
        elif end <= start:
            message = f"{quoted(text)} ends before it starts. Over midnight: two spans on two days."
            listed.add(line, message)
        else:
            found.append((start, end, line))
    found.sort()
    for before, after in pairwise(found):
        if after[0] < before[1]:
            listed.add(after[2], f'Two spans of "{day}" overlap. Do this: make one of them.')
    return tuple((start, end) for start, end, _ in found)


def _country(desk: Fields) -> str:
    country = desk.text("holidays")
    if country and country not in holidays.list_supported_countries():
        desk.add(desk.at("holidays"), f"{quoted(country)} is no country code such as KR.")
        return ""
    return country


def _closures(desk: Fields) -> tuple[tuple[date, date], ...]:
    out: list[tuple[date, date]] = []
    for entry in desk.children("closures"):
        first, last = entry.day("from", required=True), entry.day("to", required=True)
        entry.text("why")
        entry.done()
        if first and last and last < first:
            entry.add(entry.line, "This closure ends before it begins.")
        elif first and last:
            out.append((date.fromisoformat(first), date.fromisoformat(last)))
    return tuple(sorted(out))


def open_hours(week: Week, now: datetime) -> Hours:
    """The open intervals from a week before ``now`` to three years after it."""
    zone = ZoneInfo(week.zone)
    today = now.astimezone(zone).date()
    first = today - LOOK_BACK
    last = today + timedelta(days=365 * YEARS)
    closed = _closed_days(week, first, last)
    spans: list[tuple[int, int]] = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if day in closed:
            continue
        for start, end in week.spans.get(day.weekday(), ()):
            begin, finish = _utc(day, start, zone), _utc(day, end, zone)
            if spans and spans[-1][1] == begin:
                spans[-1] = (spans[-1][0], finish)
            elif finish > begin:
                spans.append((begin, finish))
    return Hours(week.zone, tuple(spans), _utc(last, _DAY_MINUTES, zone))


def _closed_days(week: Week, first: date, last: date) -> set[date]:
    closed: set[date] = set()
    if week.country:
        years = range(first.year, last.year + 1)
        closed.update(holidays.country_holidays(week.country, years=years))
    for begin, end in week.closures:
        day = max(begin, first)
        while day <= min(end, last):
            closed.add(day)
            day += timedelta(days=1)
    return closed


def _utc(day: date, minutes: int, zone: ZoneInfo) -> int:
    """Seconds since 1970 of a local time; 24:00 is the next day's midnight."""
    days, rest = divmod(minutes, _DAY_MINUTES)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return int(local.astimezone(UTC).timestamp())


def in_words(week: Week, locale: Locale) -> str:
    """ "Mon–Fri 09:00–12:00, 13:00–18:00 Seoul time": days, times and zone by the locale's data."""
    groups: list[tuple[list[int], Spans]] = []
    for day in range(7):
        spans = week.spans.get(day, ())
        if not spans:
            continue
        if groups and groups[-1][1] == spans and groups[-1][0][-1] == day - 1:
            groups[-1][0].append(day)
        else:
            groups.append(([day], spans))
    parts = [f"{_days(days, locale)} {_times(spans)}" for days, spans in groups]
    return f"{'; '.join(parts)} {zone_in_words(week.zone, locale)}" if parts else ""


def zone_in_words(zone: str, locale: Locale) -> str:
    """ "Seoul time". CLDR writes English "Time" with a capital, which reads oddly in a sentence."""
    city = get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)
    pattern = str(locale.zone_formats["region"])
    if locale.language == "en":
        pattern = pattern.lower()
    return pattern.replace("%s", city)


def _days(days: Sequence[int], locale: Locale) -> str:
    names = locale.days["format"]["abbreviated"]
    if len(days) > 2:
        return f"{names[days[0]]}–{names[days[-1]]}"
    return ", ".join(names[day] for day in days)


def _times(spans: Spans) -> str:
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
