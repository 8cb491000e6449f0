"""Danger while the database is away, with the shipped content: who gets what, and what is logged."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

import content
from adapters.alarm import DirectAlarm, deliverer_for
from adapters.intake import Intake
from bot import effects as fx
from bot import events as ev
from bot.errors import NotNow
from bot.given import Channel
from bot.ports import Delivered, Delivery, DeliveryOutcome, Later, Receipts, Received, World
from bot.release import Release
from bot.text import flat
from bot.understanding import Understanding
from content.answers import LexicalEngine
from content.phrases import phrases_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HERE = ev.Address("telegram", "42", "7")
DESKS = ("desk:slack:C01", "desk:web")
WORDS = "I cannot breathe after the injection"


class Platform:
    """Takes everything, or nothing."""

    def __init__(self, answer: Any = None) -> None:
        self.got: list[Delivery] = []
        self.answer = answer if answer is not None else Delivered()

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        assert await receipts.receipt(delivery.destination, "card:FD-7F3Q") is None
        self.got.append(delivery)
        if isinstance(self.answer, BaseException):
            raise self.answer
        assert isinstance(self.answer, Delivered | Later)
        return self.answer


class Away:
    """A database that is away."""

    async def live_release(self) -> Release | None:
        raise NotNow("away")

    async def receive(self, update: ev.Update, **_: object) -> Received:
        raise NotNow("away")


@pytest.fixture(scope="module")
def release() -> Release:
    return content.load().release


def update(text: str = WORDS, key: str = "k1") -> ev.Update:
    return ev.Update(key, HERE, NOW, ev.Wrote(text, "m1", NOW), language="en")


def alarm(patients: Platform, desk: Platform) -> DirectAlarm:
    world = World(DESKS, {"telegram": Channel("Telegram", commands=True)})
    return DirectAlarm({"telegram:": patients, "desk:": desk}, world, phrases_of)


async def test_what_only_the_model_hears_is_answered_as_well(release: Release) -> None:
    patients, desk = Platform(), Platform()
    heard = Understanding(release=release.id, danger=0.9, danger_kind="self-harm")
    said = "everyone will sleep better tomorrow"
    assert await alarm(patients, desk).sound(update(said), said, release, heard)
    (warning,) = patients.got
    assert isinstance(warning.effect, fx.ShowScreen)
    assert "109" in flat(warning.effect.screen.text)
    assert not await alarm(patients, desk).sound(update(said), said, release)


async def test_the_safety_text_comes_first_and_says_that_nobody_was_reached(
    release: Release,
) -> None:
    patients, desk = Platform(), Platform()
    assert await alarm(patients, desk).sound(update(), WORDS, release)
    (warning,) = patients.got
    assert isinstance(warning.effect, fx.ShowScreen)
    text = flat(warning.effect.screen.text)
    assert "119" in text
    assert "We cannot reach our team now" in text
    assert "{" not in text
    assert warning.urgent
    assert [one.destination for one in desk.got] == list(DESKS)
    alert = desk.got[0].effect
    assert isinstance(alert, fx.AlertTeam)
    assert "possible emergency" in flat(alert.text)
    assert WORDS not in flat(alert.text)  # nothing was agreed to yet, as far as is known now


async def test_other_texts_are_left_alone(release: Release) -> None:
    patients, desk = Platform(), Platform()
    assert not await alarm(patients, desk).sound(update(), "what is MFDS", release)
    assert (patients.got, desk.got) == ([], [])


@pytest.mark.parametrize("answer", [Later("503"), ValueError(WORDS)])
async def test_what_could_not_be_sent_is_said_to_the_caller(
    release: Release, answer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Platform()
    assert not await alarm(Platform(answer), desk).sound(update(), WORDS, release)
    assert len(desk.got) == 2  # the team hears of it all the same
    assert WORDS not in "".join(capsys.readouterr())


async def test_through_the_intake_nothing_is_acknowledged_and_one_text_is_sent(
    release: Release,
) -> None:
    patients, desk = Platform(), Platform()
    sounding = alarm(patients, desk)
    intake = Intake(Away(), LexicalEngine(), alarm=sounding, fallback=release)
    for _ in range(4):
        with pytest.raises(NotNow):
            await intake.receive(update())
    await asyncio.sleep(0.05)
    assert len(patients.got) == 1
    assert len(desk.got) == 2
    await intake.close()


def test_the_longest_prefix_wins() -> None:
    one, two = Platform(), Platform()
    assert deliverer_for({"desk:": one, "desk:slack:": two}, "desk:slack:C1") is two
    assert deliverer_for({"desk:": one}, "telegram:1:2") is None
