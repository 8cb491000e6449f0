"""How the house stands: whether this replica can do its work, and why not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from adapters.operation.clocks import MOST_SECONDS, Clocks
from adapters.operation.metrics import Metrics
from bot.errors import NotNow
from bot.release import Release


class Health(Protocol):
    """What is needed of the store."""

    async def health(self) -> Mapping[str, Any]: ...
    async def live_release(self) -> Release | None: ...


class Poll(Protocol):
    """Telegram's poller, as far as there is one. lease: the name of its lease, "" where nothing is
    polled; refused: Telegram does not know the token; silence: seconds since our poll was answered."""

    @property
    def lease(self) -> str: ...
    @property
    def refused(self) -> bool: ...
    @property
    def silence(self) -> float | None: ...


class Writes(Protocol):
    """Whether a write gets through (``adapters.reach.Reach``)."""

    async def check(self) -> bool: ...


class Engine(Protocol):
    """The answer engine's own counters."""

    @property
    def state(self) -> str: ...
    def counts(self) -> Mapping[str, int]: ...


@dataclass(slots=True)
class Standing:
    """Asked by ``/readyz`` and ``/metrics``. ``stopping``: told, so that a proxy looks elsewhere."""

    store: Health
    metrics: Metrics
    clocks: Clocks
    engine: Engine
    reach: Writes
    witnesses: tuple[str, ...] = ()
    """Platforms that are on and will tell their time."""
    poll: Poll | None = None
    stopping: Callable[[], bool] = field(default=lambda: False)

    async def look(self) -> tuple[bool, Mapping[str, Any]]:
        """(ready, every check and number). Raises nothing."""
        try:
            writes, found = await asyncio.gather(self.reach.check(), self.store.health())
            health = dict(found)
            content = await self.store.live_release() is not None
        except NotNow:
            return False, {"database": False, "writes": False}
        skews = self._skews(health)
        checks: dict[str, Any] = {
            **health,
            "writes": writes,
            "content": content,
            "clock_skew_seconds": skews,
            "clock": _agree(skews),
            "poller": self._poller(health.get("leases", {})),
            "stopping": self.stopping(),
        }
        ready = (
            writes
            and bool(health.get("key_ok", True))
            and content
            and checks["clock"]
            and checks["poller"] not in ("nobody", "refused")
            and not checks["stopping"]
        )
        return ready, checks

    async def clock_is_right(self) -> bool:
        """Whether nobody's clock says otherwise, and somebody's agrees where there is anybody to ask."""
        try:
            skews = self._skews(await self.store.health())
        except NotNow:
            return False
        heard = not self.witnesses or any(who in skews for who in self.witnesses)
        return heard and _agree(skews)

    async def page(self) -> bytes:
        """The page for Prometheus."""
        ready, checks = await self.look()
        return self.metrics.page(
            checks,
            ready=ready,
            skews=checks.get("clock_skew_seconds", {}),
            silence=None if self.poll is None else self.poll.silence,
            answers=self.engine.counts(),
            engine=self.engine.state,
        )

    def _skews(self, health: Mapping[str, Any]) -> dict[str, float]:
        found = dict(self.clocks.skews)
        if "database_skew_seconds" in health:
            found["database"] = float(health["database_skew_seconds"])
        return {who: round(skew, 1) for who, skew in found.items()}

    def _poller(self, leases: Mapping[str, float]) -> str:
        """ "off", "here or on another replica" as "held", "nobody", or "refused"."""
        if self.poll is None:
            return "off"
        if self.poll.refused:
            return "refused"
        if not self.poll.lease:
            return "off"
        return "held" if leases.get(self.poll.lease, 0.0) > 0 else "nobody"


def _agree(skews: Mapping[str, float]) -> bool:
    return all(abs(one) <= MOST_SECONDS for one in skews.values())
