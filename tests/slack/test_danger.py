"""Danger through Bolt: wherever words stand in a payload, in every mode, store or no store."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot import events as ev
from bot.errors import NotNow
from tests.answers.modes import LEXICON, MODEL, MODES, Hearing, Somebody
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_people import Person, shown
from tests.fakes.slack_state import TEAM, Message
from tests.slack.conftest import Opens, People
from tests.slack.house import eventually

WHERE = ("text", "edit", "caption", "file name", "command", "thread")


async def says(person: Person, where: str, said: str) -> None:
    """The words, in that part of a payload."""
    match where:
        case "text":
            await person.dms(said)
        case "edit":
            await person.dms("hello")
            await person.edits(own(person), said)
        case "caption":
            await person.sends_files(("a.png", b"bytes", "image/png"), text=said)
        case "file name":
            await person.sends_files((f"{said}.pdf", b"bytes", "application/pdf"))
        case "command":
            await person.commands(said)
        case _:
            await person.dms(said, thread=own(person).ts if owns(person) else "")


def owns(person: Person) -> list[Message]:
    return [one for one in person.sees() if one.user == person.user and not one.bot]


def own(person: Person) -> Message:
    return owns(person)[-1]


def warnings(person: Person) -> int:
    """How many safety texts stand in the direct messages, threads counted once."""
    return sum("119" in shown(one) for one in person.slack.world.messages
               if one.bot and one.channel == person.direct)  # fmt: skip


async def warned(person: Person, times: int, what: object) -> None:
    """Wait for that many."""
    try:
        await eventually(lambda: warnings(person) >= times)
    except TimeoutError:
        raise AssertionError(f"{what}: {person.reads()[-600:]}") from None


async def test_danger_is_seen_wherever_it_stands_in_every_mode(
    opens: Opens, slack: FakeSlack, people: People
) -> None:
    async with opens(engine=Hearing()) as house:
        running = asyncio.create_task(house.worker.run())

        async def goes_through(number: int, mode: str) -> None:
            person = slack.person(f"p{number}")
            address = ev.Address("slack", TEAM, person.direct)
            actor = ev.Actor(f"slack:{people.min.user}", f"desk:slack:{people.desk}")
            await Somebody(
                house.intake, house.store, address, actor, lambda: datetime.now(UTC)
            ).into(mode)
            # each mode begins with another place; the sentences take turns: the model's and the lexicon's
            for at in range(len(WHERE)):
                where = WHERE[(number + at) % len(WHERE)]
                before = warnings(person)
                await says(person, where, LEXICON if (number + at) % 2 else MODEL)
                await warned(person, before + 1, (mode, where))

        try:
            await asyncio.gather(*(goes_through(*one) for one in enumerate(MODES)))
        finally:
            house.worker.stop()
            await running
        assert await house.store.parked() == ()


async def test_danger_is_answered_with_the_database_gone(
    opens: Opens, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise NotNow("gone")

    async with opens(engine=Hearing()) as house:
        slack.socket.ack_seconds = 0.3
        with monkeypatch.context() as away:
            away.setattr(house.store, "receive", gone)
            away.setattr(house.store, "live_release", gone)

            async def asks(number: int, where: str) -> None:
                person = slack.person(f"p{number}")
                await says(person, where, LEXICON if number % 2 else MODEL)
                await warned(person, 1, where)
                assert "We cannot reach our team now" in person.reads(), where
                assert warnings(person) == 1, where

            await asyncio.gather(*(asks(*one) for one in enumerate(WHERE)))
