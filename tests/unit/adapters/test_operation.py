"""What whoever runs Frontdesk looks at: readiness, numbers without names, clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.operation.clocks import MOST_SECONDS, Clocks
from adapters.operation.metered import MeteredDeliverer, MeteredIntake
from adapters.operation.metrics import STANDING, Metrics
from adapters.operation.standing import Standing
from adapters.terminal.session import ADDRESS
from bot import effects as fx
from bot import events as ev
from bot.errors import NotNow
from bot.ports import Delivered, Delivery, DeliveryOutcome, RateLimited, Receipts
from content.answers import LexicalEngine
from content.engine.health import Health
from tests.harness import open_harness

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def clocks(ticks: list[float]) -> Clocks:
    return Clocks(now=NOON.timestamp, ticks=lambda: ticks[0])


def test_a_platforms_date_tells_how_far_this_clock_is_off() -> None:
    ticks = [0.0]
    both = clocks(ticks)
    telegram, slack = both.listener("telegram"), both.listener("slack")
    telegram("Tue, 24 Nov 2026 11:50:00 GMT")
    slack("Tue, 24 Nov 2026 12:00:01 GMT")
    assert both.skews == {"telegram": 600.0, "slack": -1.0}
    telegram("Tue, 24 Nov 2026 12:00:00 GMT")  # one in ten seconds is enough
    assert both.skews["telegram"] == 600.0
    ticks[0] = 10.0
    for nonsense in (None, "", "yesterday", "Tue, 99 Nov 2026 11:50:00 GMT"):
        telegram(nonsense)
    assert both.skews["telegram"] == 600.0
    telegram("Tue, 24 Nov 2026 12:00:00 GMT")
    assert both.skews["telegram"] == 0.0


class Store:
    """Numbers as told."""

    def __init__(self, **health: Any) -> None:
        self.told: dict[str, Any] = {"key_ok": True, "leases": {}, **health}
        self.release: object = object()

    async def health(self) -> Mapping[str, Any]:
        if "away" in self.told:
            raise NotNow("away")
        return self.told

    async def live_release(self) -> Any:
        return self.release


class Poll:
    lease = "telegram:1:poll"
    refused = False
    silence: float | None = 3.0


class Writes:
    def __init__(self, through: bool = True) -> None:
        self.through = through

    async def check(self) -> bool:
        return self.through


def standing(store: Store, *, writes: bool = True, **more: Any) -> Standing:
    return Standing(store, Metrics(), clocks([0.0]), Health(), Writes(writes), **more)


async def ready(one: Standing) -> bool:
    found, checks = await one.look()
    assert found or checks
    return found


async def test_ready_means_database_content_key_poller_and_clock() -> None:
    assert await ready(standing(Store()))
    assert not await ready(standing(Store(away=True)))
    assert not await ready(standing(Store(), writes=False))
    assert not await ready(standing(Store(key_ok=False)))
    bare = Store()
    bare.release = None
    assert not await ready(standing(bare))
    assert not await ready(standing(Store(), stopping=lambda: True))
    assert not await ready(standing(Store(database_skew_seconds=-MOST_SECONDS - 1)))
    assert await ready(standing(Store(database_skew_seconds=MOST_SECONDS - 1)))


@pytest.mark.parametrize("off", [600.0, -600.0, 86_400.0])
async def test_a_wrong_clock_is_an_alarm(off: float) -> None:
    one = standing(Store())
    theirs = datetime.fromtimestamp(NOON.timestamp() - off, UTC)
    one.clocks.listener("telegram")(format_datetime(theirs, usegmt=True))
    found, checks = await one.look()
    assert not found
    assert checks["clock_skew_seconds"] == {"telegram": off}


async def test_a_clock_is_right_when_somebody_says_so() -> None:
    alone = standing(Store(database_skew_seconds=1.0))
    assert await alone.clock_is_right()
    one = standing(Store(), witnesses=("telegram",))
    assert not await one.clock_is_right(), "nobody has said anything yet"
    one.clocks.listener("telegram")(format_datetime(NOON, usegmt=True))
    assert await one.clock_is_right()
    assert not await standing(Store(away=True)).clock_is_right()
    assert not await standing(Store(database_skew_seconds=-600.0)).clock_is_right()


async def test_somebody_must_poll() -> None:
    poll = Poll()
    assert not await ready(standing(Store(), poll=poll))
    assert not await ready(standing(Store(leases={poll.lease: -1.0}), poll=poll))
    held = Store(leases={poll.lease: 40.0})
    assert await ready(standing(held, poll=poll))
    poll.refused = True
    assert not await ready(standing(held, poll=poll))


class Sender:
    answers: tuple[DeliveryOutcome | Exception, ...] = (
        Delivered(), RateLimited(3), ValueError("words of a patient"),
    )  # fmt: skip

    def __init__(self) -> None:
        self.next = iter(self.answers)

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        answer = next(self.next, None)
        if answer is None:
            await asyncio.sleep(60)
            raise AssertionError
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_numbers_of_what_happened_name_nobody(tmp_path: Path) -> None:
    """Every label comes from a fixed set; nothing that a person typed or is called is on the page."""
    metrics = Metrics()
    words = "Zebra blood pressure, I cannot breathe"
    async with open_harness(folder=tmp_path) as house:
        intake = MeteredIntake(house.store, LexicalEngine(), metrics=metrics, deadline=30)
        update = ev.Update("k1", ADDRESS, house.clock.now, ev.Wrote(words, "m1", house.clock.now))
        await intake.receive(update)
        await intake.receive(update)
        await intake.close()
        deliverer = MeteredDeliverer(Sender(), "desk:slack", metrics)
        sent = Delivery(
            1, "desk:slack:C012SECRET", ADDRESS, "c1", fx.AcknowledgeMessage("m"), 1, 1, True
        )
        for _ in range(2):
            await deliverer.deliver(sent, house.store)
        with pytest.raises(ValueError, match="words"):
            await deliverer.deliver(sent, house.store)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(deliverer.deliver(sent, house.store), 0.01)
        engine = Health(state="no model: cannot read /somewhere")
        engine.count("plain")
        one = Standing(house.store, metrics, clocks([0.0]), engine, Writes(), poll=Poll())
        page = (await one.page()).decode()
        again = (await one.page()).decode()
    lines = dict(line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#"))
    assert lines['frontdesk_updates_total{channel="terminal",outcome="done"}'] == "1.0"
    assert lines['frontdesk_updates_total{channel="terminal",outcome="duplicate"}'] == "1.0"
    assert lines['frontdesk_stage_seconds_count{stage="turn"}'] == "2.0"
    assert lines['frontdesk_stage_seconds_count{stage="commit"}'] == "2.0"
    assert lines['frontdesk_stage_seconds_count{stage="send"}'] == "4.0"
    for outcome in ("delivered", "rate_limited", "raised", "cut_short"):
        name = f'frontdesk_deliveries_total{{outcome="{outcome}",to="desk:slack"}}'
        assert lines[name] == "1.0"
    assert lines["frontdesk_alerts_unclaimed"] == "1.0"
    assert lines["frontdesk_enquiries_open"] == "1.0"
    assert float(lines["frontdesk_outbox_waiting"]) > 0
    assert lines["frontdesk_poller_silence_seconds"] == "3.0"
    assert lines['frontdesk_answer_engine{state="no model"}'] == "1.0"
    assert lines['frontdesk_answers_total{by="plain"}'] == "1.0"
    assert 'frontdesk_answers_total{by="plain"} 1.0' in again
    assert {f"frontdesk_{name}" for name, _ in STANDING.values()} <= set(lines)
    for secret in ("Zebra", "pressure", "breathe", "SECRET", "FD-", "somewhere", str(ADDRESS)):
        assert secret not in page


async def test_without_a_database_old_numbers_are_not_told_again() -> None:
    store = Store(outbox_waiting=5)
    one = standing(store)
    assert b"frontdesk_outbox_waiting 5.0" in await one.page()
    store.told["away"] = True
    page = await one.page()
    assert b"frontdesk_outbox_waiting NaN" in page
    assert b"frontdesk_ready 0.0" in page
