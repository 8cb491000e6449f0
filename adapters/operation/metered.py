"""Seams that count: the intake, its store and the deliverers, each with the numbers of its stage."""

from __future__ import annotations

import re
import time
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from adapters.intake import Inbox, Intake
from adapters.operation.metrics import Metrics
from bot import events as ev
from bot.errors import NotNow
from bot.ports import AnswerEngine, Deliverer, Delivery, DeliveryOutcome, Receipts, Received
from bot.release import Release


class MeteredIntake(Intake):
    """The intake; times the whole turn and, through its store, the commit."""

    def __init__(
        self, store: Inbox, engine: AnswerEngine, *, metrics: Metrics, **more: Any
    ) -> None:
        super().__init__(_Commits(store, metrics), engine, **more)
        self._metrics = metrics

    async def receive(self, update: ev.Update) -> Received:
        """As ``Intake.receive``."""
        began, channel = time.perf_counter(), update.address.channel
        outcome = "failed"
        try:
            received = await super().receive(update)
            outcome = received.outcome.value
        except NotNow:
            outcome = "not_now"
            raise
        finally:
            self._metrics.updates.labels(channel, outcome).inc()
        self._metrics.stages.labels("turn").observe(time.perf_counter() - began)
        lag = (datetime.now(UTC) - update.at).total_seconds()
        self._metrics.lag.labels(channel).observe(max(0.0, lag))
        return received


class _Commits:
    """The store as the intake sees it."""

    def __init__(self, store: Inbox, metrics: Metrics) -> None:
        self._store = store
        self._seconds = metrics.stages.labels("commit")

    async def live_release(self) -> Release | None:
        return await self._store.live_release()

    async def receive(
        self, update: ev.Update, *, release_id: str = "", already_warned: bool = False
    ) -> Received:
        began = time.perf_counter()
        try:
            return await self._store.receive(
                update, release_id=release_id, already_warned=already_warned
            )
        finally:
            self._seconds.observe(time.perf_counter() - began)


class MeteredDeliverer:
    """A deliverer; times sends and counts outcomes. ``to``: the kind of destination, never one itself."""

    def __init__(self, deliverer: Deliverer, to: str, metrics: Metrics) -> None:
        self._deliverer = deliverer
        self._to = to
        self._metrics = metrics
        self._seconds = metrics.stages.labels("send")

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """As the deliverer itself."""
        began, outcome = time.perf_counter(), "cut_short"
        try:
            came = await self._deliverer.deliver(delivery, receipts)
            outcome = _word(type(came).__name__)
            return came
        except Exception:
            outcome = "raised"
            raise
        finally:
            self._seconds.observe(time.perf_counter() - began)
            self._metrics.deliveries.labels(self._to, outcome).inc()


def meter(deliverers: MutableMapping[str, Deliverer], metrics: Metrics) -> None:
    """Count at every deliverer from now on."""
    for prefix, one in list(deliverers.items()):
        deliverers[prefix] = MeteredDeliverer(one, prefix.rstrip(":"), metrics)


def _word(name: str) -> str:
    """ "RateLimited" as "rate_limited"."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
