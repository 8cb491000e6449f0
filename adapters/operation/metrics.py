"""The numbers for Prometheus. No label comes from a person: channels, stages, outcomes and states only.

Counters and histograms live here and are fed by ``metered``; how things stand is asked of the store when
somebody scrapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
STANDING: Final[Mapping[str, tuple[str, str]]] = {
    "outbox_waiting": ("outbox_waiting", "Deliveries that are not out yet."),
    "outbox_oldest_seconds": ("outbox_oldest_seconds", "How long the oldest of them waits."),
    "dead_letters": ("dead_letters", "Deliveries given up for good; frontdesk undelivered list."),
    "parked": ("parked_updates", "Updates that failed and wait; frontdesk parked list."),
    "timers_due": ("timers_due", "Timers whose time has come and that did not fire yet."),
    "open_enquiries": ("enquiries_open", "Enquiries that are not closed."),
    "late_enquiries": ("enquiries_late", "Open enquiries whose promised time is over."),
    "unclaimed_alerts": ("alerts_unclaimed", "Urgent enquiries that nobody has claimed."),
}
"""Number of the store → (name of the gauge, what it says)."""


class Metrics:
    """All of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        here: dict[str, Any] = {"registry": self.registry, "namespace": "frontdesk"}
        ProcessCollector(registry=self.registry)
        self.updates = Counter("updates", "Updates by outcome.", ["channel", "outcome"], **here)
        self.stages = Histogram(
            "stage_seconds",
            "Seconds that a turn (whole), its commit, or a send took.",
            ["stage"],
            buckets=SECONDS,
            **here,
        )
        self.lag = Histogram(
            "update_lag_seconds",
            "From the platform's time of an Update until it was handled.",
            ["channel"],
            buckets=SECONDS,
            **here,
        )
        self.deliveries = Counter(
            "deliveries",
            "Tries to deliver, by outcome.",
            ["to", "outcome"],
            **here,
        )
        self._standing = {
            name: Gauge(gauge, says, **here) for name, (gauge, says) in STANDING.items()
        }
        self._ready = Gauge("ready", "1 where /readyz says yes.", **here)
        self._skew = Gauge(
            "clock_skew_seconds",
            "How far this clock is ahead.",
            ["against"],
            **here,
        )
        self._poll = Gauge(
            "poller_silence_seconds",
            "Since Telegram last answered our poll; absent where another replica polls.",
            **here,
        )
        self._poll.set(float("nan"))
        self._answers = Counter(
            "answers",
            "Texts by what answered: model, plain, none; late, failed.",
            ["by"],
            **here,
        )
        self._answered: dict[str, int] = {}
        self._engine = Gauge(
            "answer_engine",
            "1 for the state that the answer engine is in.",
            ["state"],
            **here,
        )

    def page(
        self,
        health: Mapping[str, Any],
        *,
        ready: bool,
        skews: Mapping[str, float],
        silence: float | None,
        answers: Mapping[str, int],
        engine: str,
    ) -> bytes:
        """The page that is scraped. ``health``: empty while the database is away, whose numbers then
        are "not a number" rather than those of yesterday."""
        for name, gauge in self._standing.items():
            gauge.set(float(health.get(name, float("nan"))))
        self._ready.set(ready)
        for who, skew in skews.items():
            self._skew.labels(who).set(skew)
        self._poll.set(float("nan") if silence is None else silence)
        for by, number in answers.items():
            self._answers.labels(by).inc(number - self._answered.get(by, 0))
        self._answered = dict(answers)
        self._engine.clear()
        self._engine.labels(engine.partition(":")[0]).set(1)
        return generate_latest(self.registry)
