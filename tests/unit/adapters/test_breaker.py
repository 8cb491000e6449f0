"""Repeats while a platform is silent: few of them, and all of them out once it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.breaker import PAUSES, Breaker, Guarded, guard
from bot import effects as fx
from bot.events import Address
from bot.ports import Delivered, Deliverer, Delivery, DeliveryOutcome, Later, Receipts, Uncertain
from bot.screens import Card, Screen
from bot.text import plain

ANNA = Address("telegram", "100", "7")
FIRST = Delivery(
    1, str(ANNA), ANNA, "c", fx.ShowScreen(1, Screen(plain("Hello"))), 1, 1, urgent=False
)
AGAIN = replace(FIRST, attempt=2, repeated=True)


class Receives:
    """Nothing has a receipt."""

    async def receipt(self, destination: str, name: str) -> str | None:
        return None


class Platform:
    """Answers what it is told to; counts what it was asked."""

    def __init__(self) -> None:
        self.answer: DeliveryOutcome = Uncertain("no answer")
        self.asked = 0
        self.seconds = 0.0

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        return self.answer


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def tried(guarded: Deliverer, *deliveries: Delivery) -> Sequence[DeliveryOutcome]:
    return [await guarded.deliver(one, Receives()) for one in deliveries]


def house() -> tuple[Platform, Clock, Guarded]:
    platform, clock = Platform(), Clock()
    return platform, clock, Guarded(platform, Breaker(clock))


async def test_five_silent_minutes_cost_few_repeats_whatever_waits() -> None:
    platform, clock, guarded = house()
    await tried(guarded, FIRST)
    for _ in range(300):
        clock.now += 1
        await tried(guarded, *[AGAIN] * 50)
    assert len(PAUSES) < platform.asked <= 2 + len(PAUSES) + 300 / PAUSES[-1]


async def test_first_tries_never_wait_and_one_that_arrives_ends_the_wait() -> None:
    platform, _, guarded = house()
    await tried(guarded, FIRST, FIRST, FIRST)
    assert platform.asked == 3
    (held,) = await tried(guarded, AGAIN)
    assert isinstance(held, Later)
    assert not held.counted
    assert 0 < held.seconds <= PAUSES[0]
    platform.answer = Delivered()
    assert await tried(guarded, FIRST, AGAIN, AGAIN) == [Delivered()] * 3


async def test_the_one_that_tries_ends_the_wait_too() -> None:
    platform, clock, guarded = house()
    await tried(guarded, FIRST)
    platform.answer = Delivered()
    assert isinstance((await tried(guarded, AGAIN))[0], Later)
    clock.now += PAUSES[0]
    assert await tried(guarded, AGAIN, AGAIN) == [Delivered()] * 2


async def test_a_card_that_tries_ends_the_wait_too() -> None:
    """Where only cards wait, they do not go out one each pause."""
    platform, clock, guarded = house()
    card = Card("FD-7F3Q", "t", "s", plain("all"), plain("little"), (), False, "new")
    shown = replace(AGAIN, effect=fx.ShowCard("FD-7F3Q", card))
    await tried(guarded, replace(shown, repeated=False))
    platform.answer = Delivered()
    clock.now += PAUSES[0]
    assert await tried(guarded, shown, shown, shown) == [Delivered()] * 3


async def test_an_edit_that_arrives_says_nothing_of_new_messages() -> None:
    platform, _, guarded = house()
    await tried(guarded, FIRST)
    platform.answer = Delivered()
    edit = replace(FIRST, effect=fx.ShowScreen(2, Screen(plain("Hello")), replaces=1))
    _, held = await tried(guarded, edit, AGAIN)
    assert isinstance(held, Later)


async def test_an_alert_is_repeated_once_without_waiting() -> None:
    platform, _, guarded = house()
    alert = replace(AGAIN, effect=fx.AlertTeam("FD-7F3Q", plain("Look"), 1), urgent=True)
    await tried(guarded, FIRST, alert)
    assert platform.asked == 2
    (held,) = await tried(guarded, replace(alert, attempt=3))
    assert isinstance(held, Later)


async def test_one_that_took_too_long_counts_as_unanswered() -> None:
    platform, _, guarded = house()
    platform.seconds = 60
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(tried(guarded, FIRST), 0.01)
    (held,) = await tried(guarded, AGAIN)
    assert isinstance(held, Later)


async def test_what_a_dead_server_left_goes_at_once() -> None:
    platform, _, guarded = house()
    platform.answer = Delivered()
    assert await tried(guarded, AGAIN) == [Delivered()]


async def test_desk_and_patients_of_a_platform_share_what_is_known() -> None:
    sides = [Platform() for _ in range(4)]
    names = ("telegram:", "desk:telegram:", "slack:", "desk:slack:")
    deliverers: dict[str, Deliverer] = dict(zip(names, sides, strict=True))
    guard(deliverers)
    await tried(deliverers["telegram:"], FIRST)
    assert isinstance((await tried(deliverers["desk:telegram:"], AGAIN))[0], Later)
    await tried(deliverers["desk:slack:"], AGAIN)
    assert [one.asked for one in sides] == [1, 0, 0, 1]
