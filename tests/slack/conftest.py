"""A fake Slack with a patient and a desk, and a Frontdesk connected to it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_people import Person, shown
from tests.fakes.slack_state import Message
from tests.slack.asking import asks, card_of, reference_of
from tests.slack.bench import Bench, open_bench
from tests.slack.house import House, open_house, source_with


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        # Patient, because the machine may be slow; tests of what is not acknowledged shorten it.
        fake.socket.ack_seconds = 30.0
        yield fake


@dataclass
class People:
    """Dana asks; Min and Joon answer; Gwen is a guest, Otto nobody's colleague."""

    dana: Person
    min: Person
    joon: Person
    gwen: Person
    otto: Person
    desk: str
    source: dict[str, str]


@pytest.fixture
async def people(slack: FakeSlack) -> People:
    dana, min_, joon = slack.person("dana"), slack.person("min"), slack.person("joon")
    gwen = slack.person("gwen", is_restricted=True)
    otto = slack.person("otto", team_id="T0OTHER", is_stranger=True)
    desk = slack.channel("patient-desk", min_, joon, gwen, otto)
    source = source_with(
        ("Min", min_, "facilitator"), ("Joon", joon, "lead"), ("Gwen", gwen, "facilitator"),
        ("Otto", otto, "facilitator"),
    )  # fmt: skip
    return People(dana, min_, joon, gwen, otto, desk, source)


Opens = Callable[..., contextlib.AbstractAsyncContextManager[House]]


@pytest.fixture
def opens(tmp_path: Path, slack: FakeSlack, people: People) -> Opens:
    """Starts a Frontdesk on this test's folder; again for a restart."""

    def start(**how: object) -> contextlib.AbstractAsyncContextManager[House]:
        return open_house(tmp_path, slack, people.desk, people.source, **how)  # type: ignore[arg-type]

    return start


@pytest.fixture
async def house(opens: Opens) -> AsyncIterator[House]:
    async with opens() as made:
        yield made


@pytest.fixture
async def bench(slack: FakeSlack) -> AsyncIterator[Bench]:
    async with open_bench(slack) as made:
        yield made


@dataclass
class Asked:
    """A house with one open question."""

    house: House
    people: People
    card: Message
    reference: str

    async def opens_reply(self, staff: Person) -> None:
        await staff.taps("Reply to patient", self.people.desk)
        await self.house.settle()

    async def drafts(self, staff: Person, text: str) -> None:
        await self.opens_reply(staff)
        await staff.submits({"text": text})
        await self.house.settle()

    def thread(self) -> str:
        return "\n".join(
            shown(one) for one in self.house.slack.thread(self.people.desk, self.card.ts)
        )


@pytest.fixture
async def asked(house: House, people: People) -> Asked:
    await asks(house, people.dana)
    card = card_of(house, people.min)
    return Asked(house, people, card, reference_of(card))
