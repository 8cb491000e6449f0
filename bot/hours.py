"""Desk hours: is somebody there, when next, and by when a promise falls due.

All arithmetic is over the open intervals of the Release (seconds since 1970, holidays and closures cut
out). Where the intervals run out nothing is promised.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.release import Hours


def is_open(hours: Hours, now: datetime) -> bool:
    """Whether the desk is open at a time."""
    at = int(now.timestamp())
    return any(start <= at < end for start, end in hours.open)


def next_opening(hours: Hours, now: datetime) -> datetime | None:
    """The start of the next interval; None if none is known."""
    at = int(now.timestamp())
    return next((_time(start) for start, _ in hours.open if start > at), None)


def closure(hours: Hours, now: datetime) -> int:
    """A number that names the present closure: when the last interval before ``now`` ended.

    1 before the first interval: 0 would say "noted already" to a state that noted none.
    """
    at = int(now.timestamp())
    return max((end for _, end in hours.open if end <= at), default=1)


def due(hours: Hours, now: datetime, promise_seconds: int | None) -> datetime | None:
    """When ``promise_seconds`` of open time will have passed; None without a promise."""
    if promise_seconds is None:
        return None
    at, left = int(now.timestamp()), promise_seconds
    for start, end in hours.open:
        if end <= at:
            continue
        begin = max(start, at)
        if end - begin >= left:
            return _time(begin + left)
        left -= end - begin
    return None


def offset_from_clock(now: datetime, hour: int, minute: int) -> int:
    """The offset from UTC, in minutes, of a place whose clock shows ``hour:minute`` now.

    Rounded to the quarter hour that every zone in use has; between -11:45 and +12:00, as the clock alone
    cannot tell a day apart (the few places east of +12:00 are a day ahead).
    """
    utc = now.hour * 60 + now.minute
    minutes = round(((hour * 60 + minute) - utc) / 15) * 15
    return (minutes + 705) % 1440 - 705


def minutes(count: int) -> timedelta:
    """A span of minutes."""
    return timedelta(minutes=count)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
