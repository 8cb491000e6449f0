"""The real core on every store: the main job, each Update twice, a restart between any two steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot import effects as fx
from bot import events as ev
from bot.ports import Delivered, Outcome, Received
from bot.text import flat
from bot.turn import take_turn
from bot.understanding import Understanding
from content.answers import LexicalEngine
from tests.storage.conftest import House
from tests.storage.small import ANNA, DESK

STAFF = ev.Actor("web:local", DESK)


@dataclass
class Person:
    """Somebody on a phone, and a facilitator, on one store."""

    house: House
    store: Any
    restless: bool
    """Every Update comes twice, and the server restarts after every step."""
    engine: LexicalEngine = field(default_factory=LexicalEngine)
    count: int = 0
    delivered: list[str] = field(default_factory=list)

    async def does(self, event: ev.Event, on: str = "") -> Received:
        self.count += 1
        update = ev.Update(f"u{self.count}", ANNA, self.house.clock.now, event, "en", on)
        received: Received = await self.store.receive(update)
        assert received.outcome is Outcome.DONE
        if self.restless:
            self.store = await self.restarted()
            assert (await self.store.receive(update)).outcome is Outcome.DUPLICATE
        await self.deliver()
        if self.restless and self.count % 3 == 0:
            self.store = await self.restarted()
        self.house.clock.on(seconds=10)
        return received

    async def restarted(self) -> Any:
        if self.house.kind == "memory":
            return self.store
        await self.store.close()
        self.house.opened.remove(self.store)
        return await self.house.open(take_turn=take_turn)

    async def deliver(self) -> None:
        while got := await self.store.claim_deliveries(limit=20):
            for one in got:
                self.delivered.append(type(one.effect).__name__)
                seq = getattr(one.effect, "seq", None)
                names = [(f"seq:{seq}", f"p{seq}")] if seq is not None else []
                if isinstance(one.effect, fx.ShowCard):
                    names = [(f"card:{one.effect.reference}", "c1")]
                await self.store.record(one, Delivered(tuple(names)))

    async def types(self, text: str) -> None:
        understood: Understanding = self.engine.understand(text, self.house.loaded.release)
        await self.does(ev.Wrote(text, f"m{self.count}", self.house.clock.now, understood))

    async def taps(self, label: str) -> None:
        for entry in reversed(await self.store.transcript(ANNA)):
            for row in entry.rows:
                for choice in row:
                    if choice.label == label:
                        await self.does(ev.Tapped(choice.data), f"p{entry.seq}")
                        return
        raise AssertionError(f"no button {label!r}")

    async def reference(self) -> str:
        state = await self.store.conversation(ANNA)
        return str(state.enquiries[-1].reference)


async def main_job(person: Person) -> None:
    await person.does(ev.Started())
    await person.taps("Read the guide")
    await person.taps("What this does not mean")
    await person.taps("Next 2/2")
    await person.types("zebra blood pressure pills")
    await person.taps("Send it to a person")
    await person.taps("I agree")
    await person.taps("Use this")
    await person.taps("Skip")
    await person.taps("Exosomes")
    await person.taps("Skip")
    await person.types("Almaty")
    await person.taps("Yes")
    await person.taps("English")
    await person.types("Dana")
    await person.taps("Send to our team")
    reference = await person.reference()
    await person.does(ev.EnquiryClaimed(reference, STAFF))
    opened = await person.does(ev.ReplyOpened(reference, STAFF))
    (form,) = [one for one in opened.immediate if isinstance(one, fx.OpenForm)]
    await person.does(ev.ReplyDrafted(reference, STAFF, form.draft, "Hello Dana."))
    await person.does(ev.FacilitatorReplied(reference, STAFF, form.draft))
    await person.types("Thank you, I understand")
    await person.does(ev.EnquiryResolved(reference, STAFF))


async def told(person: Person) -> list[str]:
    """What was said, without what is random."""
    said = []
    for one in await person.store.transcript(ANNA):
        data = " ".join(choice.data for row in one.rows for choice in row)
        line = f"{one.number} {one.author} {one.kind} {one.seq} {one.replaces} {one.at}"
        said.append(f"{line} {flat(one.label)} {flat(one.text)} {data}")
    text = "\n".join(said).replace(await person.reference(), "FD-X")
    return re.sub(r":[a-z0-9]{8}:", ":token:", text).split("\n")


async def test_the_main_job_twice_and_with_restarts_is_the_same(
    house: House, make_house: Any
) -> None:
    plain_house = make_house("memory")
    plain = Person(plain_house, await plain_house.open(take_turn=take_turn), False)
    await main_job(plain)
    restless = Person(house, await house.open(take_turn=take_turn), True)
    await main_job(restless)
    assert await told(restless) == await told(plain)
    assert sorted(restless.delivered) == sorted(plain.delivered)
    for person in (plain, restless):
        (row,) = await person.store.queue(closed=True)
        assert (row.enquiry.status, row.name) == ("resolved", "Dana")
        assert [one[1] for one in await person.store.deliveries(row.enquiry.reference)] == [
            "delivered"
        ]
        assert await person.store.queue() == ()


@pytest.mark.parametrize("words", ["/forget"])
async def test_forgetting_with_the_real_core(house: House, words: str) -> None:
    person = Person(house, await house.open(take_turn=take_turn), True)
    await person.does(ev.Started())
    await person.does(ev.Commanded("forget"))
    state = await person.store.conversation(ANNA)
    assert state is not None
    seen = await person.store.transcript(ANNA)
    confirm = next(
        choice for row in seen[-1].rows for choice in row if choice.data.startswith("form:privacy")
    )
    before = len(person.delivered)
    await person.does(ev.Tapped(confirm.data), f"p{seen[-1].seq}")
    assert await person.store.conversation(ANNA) is None
    assert sorted(person.delivered[before:]) == ["DeleteMessages", "ShowScreen"]
