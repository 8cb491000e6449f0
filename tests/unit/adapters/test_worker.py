"""The worker sends: once, in order of haste, and records until recorded."""

import asyncio
import time
from dataclasses import replace

import pytest

from adapters import worker as module
from adapters.pace import Pace
from adapters.worker import Worker
from bot import effects as fx
from bot.events import FileRef
from bot.ports import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    Later,
    Receipts,
    Uncertain,
)
from tests.fakes.worker import Intake, Rows, Sender, delivery, worker


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECORD_PAUSES", (0.001,))
    monkeypatch.setattr(module, "IDLE", 0.01)


def test_a_delivery_ends_before_its_lease_and_an_upload_fits_in() -> None:
    from adapters.slack.client import TOTAL_SECONDS, UPLOAD_SECONDS
    from storage.outcomes import FILE_LEASE, LEASE, lease_for

    assert LEASE.total_seconds() > module.SEND_TIMEOUT + module.PACE_PATIENCE
    assert FILE_LEASE.total_seconds() > module.FILE_TIMEOUT + module.PACE_PATIENCE
    fetched_and_uploaded = 2 * UPLOAD_SECONDS + 2 * TOTAL_SECONDS
    assert fetched_and_uploaded <= module.FILE_TIMEOUT
    photo = FileRef("telegram", "f1", "photo")
    plain = fx.RelayToDesk("FD-AAAA", (), "words")
    assert lease_for(plain) == LEASE
    assert lease_for(replace(plain, file=photo)) == FILE_LEASE


@pytest.mark.parametrize("file", [None, FileRef("telegram", "f1", "photo")])
async def test_a_slow_upload_is_not_cut_where_words_are(
    monkeypatch: pytest.MonkeyPatch, file: FileRef | None
) -> None:
    monkeypatch.setattr(module, "SEND_TIMEOUT", 0.01)
    effect = fx.RelayToDesk("FD-AAAA", (), "words", file=file)
    rows = Rows(replace(delivery(1), effect=effect))
    await worker(rows, Sender(0.2)).settle()
    assert rows.recorded == [(1, Uncertain("time-out") if file is None else Delivered())]


async def test_before_a_stop_what_can_go_out_goes_out_and_no_longer() -> None:
    rows, sender = Rows(*(delivery(n) for n in range(1, 80))), Sender()
    await worker(rows, sender).empty(30)
    assert len(rows.recorded) == 79
    stuck = worker(Rows(delivery(1)), Sender(60.0))
    await stuck.empty(0.01)  # returns: what hangs is for the drain


async def test_it_sends_and_records() -> None:
    rows, sender = Rows(delivery(1), delivery(2)), Sender()
    await worker(rows, sender).settle()
    assert sender.sent == [1, 2]
    assert rows.recorded == [(1, Delivered()), (2, Delivered())]


async def test_what_is_born_leased_is_sent_from_memory() -> None:
    rows, sender = Rows(), Sender()
    rows.born = [(time.monotonic(), delivery(1)), (time.monotonic(), delivery(2))]
    house = worker(rows, sender)
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.05)
    assert rows.sends
    house.stop()
    await running
    assert not rows.sends
    assert sorted(sender.sent) == [1, 2]
    assert sorted(rows.recorded) == [(1, Delivered()), (2, Delivered())]


async def test_what_waited_too_long_in_memory_is_given_back_unsent() -> None:
    """Its lease may end while it is sent, and another replica send it too."""
    rows, sender = Rows(), Sender()
    rows.born = [(time.monotonic() - module.BORN_PATIENCE - 1, delivery(1))]
    house = worker(rows, sender)
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.05)
    house.stop()
    await running
    assert sender.sent == []
    assert rows.recorded == [(1, Later("waited", 0.0, counted=False))]


async def test_a_stop_gives_back_what_is_still_in_memory() -> None:
    rows, sender = Rows(), Sender()
    house = worker(rows, sender)
    house.stop()
    rows.born = [(time.monotonic(), delivery(1))]
    await house.run()
    assert sender.sent == []
    assert rows.recorded == [(1, Later("waited", 0.0, counted=False))]


async def test_receipts_that_came_along_are_not_asked_for() -> None:
    class Asks(Sender):
        async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
            self.answer = [
                await receipts.receipt(delivery.destination, name) for name in ("seq:1", "seq:2")
            ]
            return Delivered()

    rows, sender = Rows(), Asks()
    rows.born = [(time.monotonic(), replace(delivery(1), receipts=(("seq:1", "871"),)))]
    house = worker(rows, sender)
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.05)
    house.stop()
    await running
    assert sender.answer == ["871", None]


async def test_a_database_that_fails_in_between_repeats_the_record_not_the_send() -> None:
    rows, sender = Rows(delivery(1)), Sender()
    rows.failures = 5
    await worker(rows, sender).settle()
    assert sender.sent == [1]
    assert rows.recorded == [(1, Delivered())]


async def test_a_lease_that_runs_out_before_the_record_repeats_the_record_too() -> None:
    """The database was away for longer than a lease: what we sent comes again, under a new number."""
    rows, sender = Rows(delivery(1)), Sender()
    leases: list[tuple[int, bool]] = []
    record = rows.record

    async def noted(one: Delivery, outcome: DeliveryOutcome) -> None:
        await record(one, outcome)
        leases.append((one.lease, one.repeated))

    rows.record = noted  # type: ignore[method-assign]
    rows.failures = 1_000
    running = worker(rows, sender)
    await running._claim()
    for _ in range(200):
        await asyncio.sleep(0)  # sent, and cannot be recorded
    assert rows.failures < 1_000
    rows.waiting = [replace(delivery(1), lease=2, attempt=2, repeated=True)]
    await running._claim()
    rows.failures = 0
    await running.empty(30)
    assert sender.sent == [1]
    assert sorted(leases) == [(1, False), (2, False)]


async def test_a_deliverer_that_raises_is_tried_again_and_its_words_are_not_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = Rows(delivery(1))
    await worker(rows, Sender(ValueError("I take blood pressure pills"))).settle()
    assert rows.recorded == [(1, Later("ValueError"))]
    said = "".join(capsys.readouterr())
    assert "ValueError" in said
    assert "pills" not in said


async def test_a_send_that_hangs_may_be_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEND_TIMEOUT", 0.02)
    rows = Rows(delivery(1))
    await worker(rows, Sender(5.0)).settle()
    assert rows.recorded == [(1, Uncertain("time-out"))]


async def test_a_channel_that_is_off_keeps_its_deliveries() -> None:
    rows = Rows(delivery(1, "telegram:42:7"))
    await worker(rows, Sender()).settle()
    assert rows.recorded == [(1, Later("channel off", module.CHANNEL_OFF_SECONDS))]


async def test_what_waits_too_long_for_its_pace_goes_back_untried() -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0])
    group = "desk:telegram:-1"
    rows, sender = Rows(*(delivery(n, group) for n in range(12))), Sender()
    house = Worker(rows, Intake(), {"desk:telegram:": sender}, holder="test", pace=pace)
    module_patience = module.PACE_PATIENCE
    try:
        module.PACE_PATIENCE = 0.0
        await house.settle()
    finally:
        module.PACE_PATIENCE = module_patience
    back = [one for _, one in rows.recorded if isinstance(one, Later)]
    assert len(sender.sent) == 6
    assert [one.counted for one in back] == [False] * 6
    assert [one.seconds for one in back] == [5.0, 10.0, 15.0, 20.0, 25.0, 30.0]


async def test_an_alert_overtakes_posts_that_wait() -> None:
    group = "desk:telegram:-1"
    posts = (delivery(n, group) for n in range(8))
    rows, sender = Rows(*posts, delivery(99, group, urgent=True)), Sender()
    house = Worker(rows, Intake(), {"desk:telegram:": sender}, holder="test")
    running = asyncio.create_task(house.run())
    await asyncio.sleep(0.1)
    house.stop()
    await running
    assert 99 in sender.sent
    assert len(sender.sent) == 7
    assert {number for number, one in rows.recorded if one == Later("stopped", 0.0, False)} == {
        6,
        7,
    }
