"""How fast each destination may be sent to.

Sources: Telegram's bot FAQ (30 messages/s a bot, 1/s a chat, 20/min a group; edits count) and
Slack's "Rate limits" page (``chat.postMessage`` about 1/s a channel). We stay a little below: the
platforms count at their end of a jittery line. What a platform says itself (429) is kept by the
store and outranks this.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """burst: sends at once after a pause; per_second: how fast they come back.

    ceiling: (sends, seconds) never exceeded in any such stretch, urgent ones included; None: urgent
    sends do not wait at all.
    """

    burst: float
    per_second: float
    ceiling: tuple[int, float] | None = None


# 6 + 60 × 0.2 = 18 ordinary posts in any minute leave two of the twenty to alerts.
TELEGRAM_GROUP = Rate(burst=6, per_second=0.2, ceiling=(20, 61.0))
TELEGRAM_CHAT = Rate(burst=8, per_second=1.0)
TELEGRAM_BOT = Rate(burst=25, per_second=25.0, ceiling=(29, 1.0))
SLACK_CHANNEL = Rate(burst=4, per_second=1.0)

BY_PREFIX: tuple[tuple[str, Rate], ...] = (
    ("desk:telegram:", TELEGRAM_GROUP),
    ("telegram:", TELEGRAM_CHAT),
    ("desk:slack:", SLACK_CHANNEL),
    ("slack:", SLACK_CHANNEL),
)
"""The first prefix that fits counts; other destinations are our own and have no limit."""

_NEARLY = 1e-6
"""Seconds and sends below which rounding is no reason to wait."""

LONGEST_LINE = 120.0
"""Seconds after which even the last in the line is looked at again."""

_FORGET_AFTER = 120.0
"""Seconds after which an idle destination has its full burst again and can be forgotten."""


class _Bucket:
    """What one destination has left."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._sent: deque[float] = deque()
        self._filled = now
        self._line_end = now
        self.used = now

    def wait(self, now: float, urgent: bool) -> float:
        """Seconds until a send may go; 0 when it may go now. Takes nothing."""
        self._refill(now)
        wait = 0.0
        if not urgent and self._tokens < 1 - _NEARLY:
            wait = (1 - self._tokens) / self._rate.per_second
        if self._rate.ceiling is not None:
            most, stretch = self._rate.ceiling
            while self._sent and self._sent[0] <= now - stretch + _NEARLY:
                self._sent.popleft()
            if len(self._sent) >= most:
                wait = max(wait, self._sent[len(self._sent) - most] + stretch - now)
        return wait

    def take(self, now: float) -> None:
        """Note a send. Urgent ones may run into debt, which ordinary ones then wait for."""
        self._tokens = max(self._tokens - 1, -self._rate.burst)
        self.used = now
        if self._rate.ceiling is not None:
            self._sent.append(now)

    def line_up(self, now: float) -> float:
        """The next free place in the line, in seconds from now."""
        step = 1 / self._rate.per_second
        self._line_end = min(max(self._line_end, now) + step, now + LONGEST_LINE)
        return self._line_end - now

    def _refill(self, now: float) -> None:
        gained = (now - self._filled) * self._rate.per_second
        self._tokens = min(self._rate.burst, self._tokens + gained)
        self._filled = now


class Pace:
    """The buckets of all destinations. ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._tidy_at = clock() + _FORGET_AFTER

    def take(self, destination: str, *, urgent: bool = False) -> float:
        """0 and the send is counted, or the seconds to wait before asking again."""
        now = self._clock()
        self._forget(now)
        buckets = [self._bucket(name, rate, now) for name, rate in _limits(destination)]
        wait = max((bucket.wait(now, urgent) for bucket in buckets), default=0.0)
        if wait <= 0:
            for bucket in buckets:
                bucket.take(now)
            return 0.0
        return wait

    def later(self, destination: str) -> float:
        """Seconds after which something that cannot go soon should be looked at again. Each call is
        a place further back in the line, so that a long line is not looked through every moment."""
        now = self._clock()
        limits = _limits(destination)
        if not limits:
            return 0.0
        bucket = self._bucket(*limits[0], now)
        return bucket.line_up(now)

    def _bucket(self, name: str, rate: Rate, now: float) -> _Bucket:
        found = self._buckets.get(name)
        if found is None:
            found = self._buckets[name] = _Bucket(rate, now)
        return found

    def _forget(self, now: float) -> None:
        if now < self._tidy_at:
            return
        self._tidy_at = now + _FORGET_AFTER
        self._buckets = {
            name: bucket
            for name, bucket in self._buckets.items()
            if now - bucket.used <= _FORGET_AFTER
        }


def _limits(destination: str) -> list[tuple[str, Rate]]:
    own = next(
        ((destination, rate) for prefix, rate in BY_PREFIX if destination.startswith(prefix)), None
    )
    limits = [own] if own else []
    if destination.startswith(("telegram:", "desk:telegram:")):
        limits.append(("telegram", TELEGRAM_BOT))
    return limits
