"""What a worker works on in its unit tests: rows, a sender and an intake, all in memory."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.worker import Worker
from bot import effects as fx
from bot.errors import NotNow
from bot.events import Address, Update
from bot.ports import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    Outcome,
    Receipts,
    Received,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HERE = Address("web", "local", "p1")


def delivery(number: int, destination: str = "web:local:p1", *, urgent: bool = False) -> Delivery:
    effect = fx.AcknowledgeMessage("m")
    return Delivery(number, destination, HERE, "c1", effect, 1, 1, urgent)


class Rows:
    """An outbox in a list."""

    def __init__(self, *waiting: Delivery) -> None:
        self.waiting = list(waiting)
        self.recorded: list[tuple[int, DeliveryOutcome]] = []
        self.timers: list[Update] = []
        self.failures = 0
        self.purges = 0
        self.leader = True
        self.sends = False
        self.born: list[tuple[float, Delivery]] = []

    async def claim_deliveries(
        self, *, limit: int, held: frozenset[str] = frozenset()
    ) -> tuple[Delivery, ...]:
        claimed, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return tuple(claimed)

    async def record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        if self.failures:
            self.failures -= 1
            raise NotNow("away")
        self.recorded.append((delivery.id, outcome))

    async def superseded(self, delivery: Delivery) -> bool:
        return False

    async def deliveries_waiting(self, timeout: float) -> bool:
        await asyncio.sleep(0.01)
        return True

    def sends_from_memory(self, yes: bool) -> None:
        self.sends = yes

    def born_deliveries(self, limit: int) -> tuple[tuple[float, Delivery], ...]:
        born, self.born = self.born[:limit], self.born[limit:]
        return tuple(born)

    async def due_timers(self, now: datetime) -> tuple[Update, ...]:
        due, self.timers = tuple(self.timers), []
        return due

    async def purge(self, now: datetime) -> Mapping[str, int]:
        self.purges += 1
        return {"keys": 1}

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        return self.leader

    async def receipt(self, destination: str, name: str) -> str | None:
        return None


class Sender:
    def __init__(self, answer: Any = None) -> None:
        self.sent: list[int] = []
        self.answer = answer

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        self.sent.append(delivery.id)
        if isinstance(self.answer, BaseException):
            raise self.answer
        if isinstance(self.answer, float):
            await asyncio.sleep(self.answer)
        return Delivered()


class Intake:
    def __init__(self) -> None:
        self.got: list[Update] = []

    async def receive(self, update: Update) -> Received:
        self.got.append(update)
        return Received(Outcome.DONE)


def worker(rows: Rows, sender: Sender, **more: Any) -> Worker:
    return Worker(rows, Intake(), {"web:": sender}, holder="test", now=lambda: NOW, **more)
