"""Patients who tap as fast as they are answered, against a whole Frontdesk without a network.

A turn begins when an Update is handed to the intake and ends when the platform has the reply (the
deliverer of this module, which answers at once) and the Update was acknowledged, whichever is later.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import content
from adapters.intake import Intake
from adapters.worker import Worker
from bot import effects as fx
from bot import events as ev
from bot.errors import NotNow
from bot.given import Channel
from bot.ports import Delivered, Delivery, DeliveryOutcome, Receipts, World
from bot.release import Release
from bot.screens import Rows
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.phrases import phrases_of
from storage import SqlStore, open_store

CHANNEL = "bench"
"""A channel that ``adapters.pace`` knows no limit for: Telegram's own would be what is measured."""

TEXTS = (
    "how long do I wait for my test results",
    "can I come in March?",
    "what does a shadow on the scan mean",
    "where is this from",
)


@dataclass(slots=True)
class Person:
    """One patient: what is on the screen, and who waits for the reply."""

    chat: str
    rows: Rows = ()
    replied: asyncio.Event = field(default_factory=asyncio.Event)
    step: int = 0


@dataclass(slots=True)
class Clinic:
    """The house with its patients."""

    store: SqlStore
    intake: Intake
    worker: Worker
    release: Release
    people: dict[str, Person] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    refused: int = 0

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """A platform that takes everything at once; an edit asks for its message's id as all do."""
        effect = delivery.effect
        if not isinstance(effect, fx.ShowScreen):
            return Delivered()
        name = f"seq:{effect.seq}"
        old = None
        if effect.replaces is not None:
            old = await receipts.receipt(delivery.destination, f"seq:{effect.replaces}")
        person = self.people.get(delivery.address.chat)
        if person is not None:
            person.rows = effect.screen.rows
            person.replied.set()
        return Delivered(((name, old or f"{delivery.address.chat}-{effect.seq}"),))

    async def turn(self, person: Person, *, typing: bool) -> float:
        """One turn of one person; how many seconds it took."""
        person.step += 1
        now = datetime.now(UTC)
        event: ev.Event
        if not person.rows:
            event = ev.Started()
        elif typing and person.step % 4 == 0:
            text = TEXTS[person.step // 4 % len(TEXTS)]
            event = ev.Wrote(text, f"m{person.step}", now)
        else:
            event = ev.Tapped(_choice(person))
        person.replied.clear()
        update = ev.Update(
            f"bench:{next(self.numbers)}", ev.Address(CHANNEL, "1", person.chat), now, event, "en"
        )
        began = time.perf_counter()
        while True:
            try:
                await self.intake.receive(update)
                break
            except NotNow:  # the platform would deliver it again
                self.refused += 1
                await asyncio.sleep(0.05)
        await asyncio.wait_for(person.replied.wait(), 120)
        return time.perf_counter() - began


def _choice(person: Person) -> str:
    """A button that opens a page: the guide's own, never a form or an enquiry."""
    pages = [one.data for row in person.rows for one in row if one.data.startswith("sec:")]
    return pages[person.step * 7 % len(pages)] if pages else "sec:home:1"


@asynccontextmanager
async def clinic(url: str, folder: Path, release: Release | None = None) -> AsyncIterator[Clinic]:
    """A served house on an empty database."""
    loaded = content.load(content.SHIPPED)
    store = open_store(
        url,
        key_file=folder / "bench.key",
        world=World((), {CHANNEL: Channel(CHANNEL)}),
        take_turn=take_turn,
        phrases_of=phrases_of,
        serve=True,
    )
    await store.start()
    release = release or loaded.release
    await store.publish(release, loaded.source, by="bench", why="bench")
    intake = Intake(store, LexicalEngine())
    deliverers: dict[str, Clinic] = {}
    worker = Worker(store, intake, deliverers, holder=secrets.token_hex(4))
    house = Clinic(store, intake, worker, release)
    deliverers[f"{CHANNEL}:"] = house
    running = asyncio.create_task(worker.run())
    try:
        yield house
    finally:
        worker.stop()
        await running
        await intake.close()
        await store.close()


async def play(
    house: Clinic, people: int, turns: int, *, at_once: int = 0, typing: bool = False
) -> list[float]:
    """So many people take so many turns each, ``at_once`` of them (0: all) at the same time; every
    turn's seconds."""
    left = [Person(f"{people}-{one}-{next(house.numbers)}") for one in range(people)]
    house.people |= {one.chat: one for one in left}
    took: list[float] = []

    async def line() -> None:
        while left:
            person = left.pop()
            for _ in range(turns):
                took.append(await house.turn(person, typing=typing))

    await asyncio.gather(*(line() for _ in range(at_once or people)))
    return took
