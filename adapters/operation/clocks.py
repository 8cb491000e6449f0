"""Clock skew: this machine's time against the Date header of every platform that answers us.

Both platforms send the header with each answer (RFC 9110 §6.6.1); it tells whole seconds. Slack refuses
signatures older than 300 s, timers and promises go by this clock, so a minute is already an alarm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

MOST_SECONDS: Final = 30.0
"""More than this is a fault; the answer's way takes a second or two."""
EVERY_SECONDS: Final = 10.0
"""One header in this time is enough."""


class Clocks:
    """What was heard last from whom. ``now``: seconds since 1970; ``ticks``: seconds that only grow."""

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._ticks = ticks
        self._heard: dict[str, tuple[float, float]] = {}

    def listener(self, who: str) -> Callable[[str | None], None]:
        """What a client calls with the Date header of an answer."""

        def heard(date: str | None) -> None:
            ticks = self._ticks()
            last = self._heard.get(who)
            if date is None or (last is not None and ticks - last[1] < EVERY_SECONDS):
                return
            try:
                theirs = parsedate_to_datetime(date)
            except ValueError:
                return
            if theirs.tzinfo is None:
                theirs = theirs.replace(tzinfo=UTC)
            ours = datetime.fromtimestamp(self._now(), UTC)
            self._heard[who] = ((ours - theirs).total_seconds(), ticks)

        return heard

    @property
    def skews(self) -> Mapping[str, float]:
        """Who → seconds that this machine's clock is ahead of theirs."""
        return {who: skew for who, (skew, _) in self._heard.items()}
