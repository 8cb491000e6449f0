"""The worker's loops: timers, purges, the database away, and a clean end."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import pytest

from adapters import worker as module
from adapters.worker import Worker
from bot.errors import NotNow
from bot.events import TimerFired, Update
from bot.ports import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    Receipts,
)
from tests.fakes.worker import HERE, NOW, Intake, Rows, Sender, delivery, worker


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECORD_PAUSES", (0.001,))
    monkeypatch.setattr(module, "IDLE", 0.01)


async def test_due_timers_go_through_the_intake() -> None:
    rows, intake = Rows(), Intake()
    due = Update("timer:1", HERE, NOW, TimerFired("alert", "FD-7F3Q"))
    rows.timers = [due]
    await Worker(rows, intake, {}, holder="test").settle()
    assert intake.got == [due]


async def test_run_delivers_fires_and_purges_until_stopped() -> None:
    rows, sender = Rows(delivery(1)), Sender()
    house = worker(rows, sender)
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.05)
    rows.waiting.append(delivery(2))
    await asyncio.sleep(0.05)
    house.stop()
    await asyncio.wait_for(running, 30)
    assert sender.sent == [1, 2]
    assert rows.purges == 1


async def test_a_replica_without_the_lease_does_not_purge() -> None:
    rows = Rows()
    rows.leader = False
    house = worker(rows, Sender())
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.03)
    house.stop()
    await running
    assert rows.purges == 0


async def test_nothing_is_purged_while_the_clock_may_be_wrong() -> None:
    rows, asked = Rows(), 0

    async def wrong() -> bool:
        nonlocal asked
        asked += 1
        return False

    house = Worker(rows, Intake(), {}, holder="test", clock_is_right=wrong)
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.03)
    house.stop()
    await running
    assert asked == 1
    assert rows.purges == 0


async def test_a_stop_waits_for_what_is_under_way() -> None:
    rows = Rows(delivery(1))
    house = worker(rows, Sender(0.1))
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.03)
    house.stop()
    await running
    assert rows.recorded == [(1, Delivered())]


async def test_the_loops_survive_a_database_that_goes_away() -> None:
    class Flaky(Rows):
        fails = 3

        async def claim_deliveries(
            self, *, limit: int, held: frozenset[str] = frozenset()
        ) -> tuple[Delivery, ...]:
            if self.fails:
                self.fails -= 1
                raise NotNow("away") if self.fails else KeyError("a bug")
            return await super().claim_deliveries(limit=limit, held=held)

    rows, sender = Flaky(delivery(1)), Sender()
    house = worker(rows, sender)
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.1)
    house.stop()
    await running
    assert sender.sent == [1]


async def swallowing(seconds: float) -> None:
    """What ``asyncio.wait_for`` of Python 3.11 does now and then: a cancellation is lost."""
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        return


async def test_a_loop_that_loses_its_cancellation_still_stops() -> None:
    class Swallows(Rows):
        async def purge(self, now: datetime) -> Mapping[str, int]:
            await swallowing(60)
            return await super().purge(now)

        async def deliveries_waiting(self, timeout: float) -> bool:
            await swallowing(60)
            return True

    for by_itself in (True, False):
        rows = Swallows()
        house = worker(rows, Sender())
        running = asyncio.create_task(house.run())
        await asyncio.sleep(0.03)
        if by_itself:
            house.stop()
        else:
            running.cancel()
        await asyncio.wait({running}, timeout=2)
        assert running.done()
        assert rows.purges == 1


async def test_a_delivery_that_loses_its_cancellation_cannot_hold_a_stop_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its outcome cannot be recorded (the database is away), and it would try for ever."""

    class Swallows(Sender):
        async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
            await swallowing(60)
            return await super().deliver(delivery, receipts)

    monkeypatch.setattr(module, "DRAIN_SECONDS", 0.05)
    rows, sender = Rows(delivery(1)), Swallows()
    rows.failures = 1_000_000
    house = worker(rows, sender)
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.03)
    house.stop()
    await asyncio.wait({running}, timeout=3)
    assert running.done()
    assert sender.sent == [1]
    assert rows.recorded == []
