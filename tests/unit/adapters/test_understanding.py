"""Asking in time: the model-free engine takes over, and what happened is counted."""

from __future__ import annotations

import asyncio
import threading

import pytest

from adapters.understanding import Asking
from bot.release import Release
from bot.understanding import Understanding
from content.engine.health import Health
from tests.unit.adapters.test_intake import release


class Named:
    """An engine that signs with its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []

    def understand(self, text: str, release: Release) -> Understanding:
        self.asked.append(text)
        return Understanding(release=release.id, engine=self.name)


class Stuck:
    """An engine that waits until it is let go."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.asked: list[str] = []

    def understand(self, text: str, release: Release) -> Understanding:
        self.asked.append(text)
        self.gate.wait(60)
        return Understanding(release=release.id, engine="model")


class Broken:
    def understand(self, text: str, release: Release) -> Understanding:
        raise RuntimeError(text)


async def test_the_model_answers_and_is_counted() -> None:
    health = Health()
    asking = Asking(Named("model"), plain=Named("lexical"), health=health)
    assert (await asking.ask("hello", release())).engine == "model"
    assert health.counts() == {"model": 1, "plain": 0, "none": 0, "late": 0, "failed": 0}
    asking.close()


async def test_past_the_deadline_the_plain_engine_answers() -> None:
    health, stuck = Health(), Stuck()
    asking = Asking(stuck, plain=Named("lexical"), health=health, deadline=0.05)
    try:
        async with asyncio.timeout(30):
            found = await asyncio.gather(*(asking.ask(f"{n}", release()) for n in range(20)))
    finally:
        stuck.gate.set()
        asking.close()
    assert {one.engine for one in found} == {"lexical"}
    assert health.counts()["late"] == health.counts()["plain"] == 20
    assert len(stuck.asked) <= 2  # those that waited in line were taken out of it


async def test_a_broken_engine_is_replaced_and_its_words_stay_unsaid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    health = Health()
    asking = Asking(Broken(), plain=Named("lexical"), health=health)
    assert (await asking.ask("my secret", release())).engine == "lexical"
    assert health.counts()["failed"] == 1
    assert "secret" not in "".join(capsys.readouterr())
    asking.close()


async def test_when_both_fail_the_short_lists_are_left() -> None:
    health = Health()
    asking = Asking(Broken(), plain=Broken(), health=health)
    found = await asking.ask("menu", release())
    assert (found.engine, found.reply) == ("none", "menu")
    assert health.counts()["none"] == 1
    asking.close()


async def test_a_plain_engine_alone_is_not_asked_twice() -> None:
    health, stuck = Health(), Stuck()
    asking = Asking(stuck, plain=stuck, health=health, deadline=0.05)
    try:
        async with asyncio.timeout(30):
            assert (await asking.ask("menu", release())).engine == "none"
    finally:
        stuck.gate.set()
        asking.close()
    assert len(stuck.asked) == 1
