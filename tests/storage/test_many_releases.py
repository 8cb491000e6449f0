"""Publishing while people talk: no error, no missing text, every old button resolves.

The usual run publishes 50 Releases among 8 conversations; ``make hostile`` (FRONTDESK_HEAVY=1) 1,000
among 200, and prints what it counted.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from adapters.intake import Intake
from bot import effects as fx
from bot import events as ev
from bot.buttons import SectionButton, parse
from bot.errors import NotNow
from bot.ports import Delivered, Delivery, Outcome, Store
from bot.release import Item, Release
from bot.text import flat
from bot.turn import take_turn
from content.answers import LexicalEngine
from tests.storage import small
from tests.storage.conftest import House

T = TypeVar("T")
HEAVY = os.environ.get("FRONTDESK_HEAVY") == "1"
RELEASES = int(os.environ.get("FRONTDESK_RELEASES", "1000" if HEAVY else "50"))
PEOPLE = int(os.environ.get("FRONTDESK_PEOPLE", "200" if HEAVY else "8"))
PACE = max(4, PEOPLE // 10)
"""Turns between two editions: some of the people are always in the middle of something."""
READERS = 20
"""People who press the old buttons at the end; side by side, so that they share the disk's syncs."""
WORDS = ("what is mfds", "are results guaranteed", "xqzzk", "cost of treatment")
BASIC = ("home", "menu-guide", "menu-faq", "privacy", "help", "not-mean")
"""Pages that the core names itself; an editor cannot remove them."""


def edition(shipped: Release, number: int) -> Release:
    """Release ``number``: every title says it; a page has a new id, which later editions rename again;
    every tenth edition lacks a page."""
    here, before = f"extra-{number}", f"extra-{number - 1}"
    items = {name: marked(item, number) for name, item in shipped.items.items()}
    gone = [name for name in shipped.items if name not in BASIC and name not in shipped.menus]
    removed = gone[number % len(gone)] if number % 10 == 0 else None
    if removed is not None:
        items.pop(removed)
    model = items["home" if removed == "faq-guarantee" else "faq-guarantee"]
    items[here] = replace(model, id=here, button=f"Extra {number}")
    moved = {**shipped.moved, **{f"extra-{old}": here for old in range(number)}, before: here}
    menus = {
        name: tuple(one for one in entries if one != removed)
        + ((here,) if name == "menu-faq" else ())
        for name, entries in shipped.menus.items()
    }
    return replace(shipped, id=f"edition-{number:04d}", items=items, moved=moved, menus=menus)


def marked(item: Item, number: int) -> Item:
    return replace(item, title=f"{item.title} [{number}]")


class Person:
    """Reads, types, and taps buttons of any age, without waiting for anybody."""

    def __init__(self, store: Store, intake: Intake, number: int) -> None:
        self.store = store
        self.intake = intake
        self.address = ev.Address("telegram", "100", str(number))
        self.chance = random.Random(number)
        # each Release in which somebody types costs an index
        self.types = number % max(12, PEOPLE // 4) == 0
        self.count = self.refused = self.screens = 0
        self.buttons: list[str] = ["sec:home:1", "sec:menu-faq:1"]
        self.seen = set(self.buttons)
        self.read = 0

    async def acts(self) -> None:
        """One Update, as a platform brings it: again while it is not taken."""
        self.count += 1
        event: ev.Event = ev.Tapped(self.chance.choice(self.buttons))
        if self.count == 1:
            event = ev.Started()
        elif self.count % 4 == 0:
            event = ev.Tapped("sec:menu-faq:1")  # where the new pages are
        elif self.types and self.chance.random() < 0.3:
            event = ev.Wrote(self.chance.choice(WORDS), f"m{self.count}", small.START)
        update = ev.Update(f"{self.address.chat}/{self.count}", self.address, small.START, event)
        taken = {Outcome.DONE}
        while True:
            try:
                received = await self.intake.receive(update)
            except NotNow:
                self.refused += 1
                taken = {Outcome.DONE, Outcome.DUPLICATE}  # it may be done after "not now" was said
                await asyncio.sleep(0.05)
            else:
                assert received.outcome in taken
                return

    async def looks(self) -> None:
        """Keep every button ever seen."""
        for entry in await self.store.transcript(self.address, after=self.read, limit=5_000):
            self.read = entry.number
            if entry.kind == "screen":
                assert flat(entry.text).strip(), entry
                assert entry.release
                self.screens += 1
            for row in entry.rows:
                for choice in row:
                    assert choice.label.strip()
                    if choice.data not in self.seen:
                        self.seen.add(choice.data)
                        self.buttons.append(choice.data)


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Do it, again where a busy machine says "not now", as an editor presses Publish again."""
    while True:
        try:
            return await work()
        except NotNow:
            await asyncio.sleep(0.05)


async def deliver(store: Store) -> int:
    """Send all that waits; how many screens went out. What came back of them is recorded together."""
    count = 0

    async def send(one: Delivery) -> None:
        await store.record(one, Delivered())

    while got := await store.claim_deliveries(limit=50):
        count += sum(isinstance(one.effect, fx.ShowScreen) for one in got)
        await asyncio.gather(*map(send, got))
    return count


async def test_releases_are_published_while_people_talk(durable: House) -> None:
    store: Store = await durable.open(take_turn=take_turn)
    shipped = durable.loaded.release
    releases = RELEASES if HEAVY or durable.kind == "sqlite" else RELEASES // 3
    intake = Intake(store, LexicalEngine())
    people = [Person(store, intake, n) for n in range(PEOPLE)]
    published, acted, turns = asyncio.Event(), asyncio.Event(), asyncio.Semaphore(PACE)

    async def publish() -> None:
        last = shipped.id
        for number in range(1, releases + 1):
            for _ in range(PACE):  # they act while the edition is being published
                turns.release()
            made = edition(shipped, number)
            await patiently(
                lambda made=made, number=number, last=last: store.publish(
                    made, {"n": str(number)}, by="mina", why=f"edition {number}", expected=last
                )
            )
            last = made.id
            while sum(one.count for one in people) < (number - 1) * PACE:
                acted.clear()
                await acted.wait()
        published.set()
        for _ in people:
            turns.release()

    async def talk(person: Person) -> None:
        while await turns.acquire() and not published.is_set():
            await person.acts()
            acted.set()
            if person.count % 4 == 0:
                await patiently(person.looks)
            durable.clock.on(seconds=60)  # nobody floods
        await patiently(person.looks)

    async def work() -> None:
        while not published.is_set():
            with suppress(NotNow):  # the worker comes again too
                await deliver(store)
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:  # one failure stops all of them
        for job in (publish(), work(), *(talk(one) for one in people)):
            group.create_task(job)
    await patiently(lambda: deliver(store))

    assert await store.parked() == ()
    rows = await store.releases()
    assert len(rows) == releases + 1
    assert [one.parent for one in rows[:-1]] == [one.id for one in rows[1:]]
    counts = await store.counts(since_days=10_000)
    assert sum(one.number for one in counts if one.kind == "read") > PEOPLE
    seen = {one.release for one in counts}
    assert len(seen) > 1
    for row in rows[:: max(1, releases // 20)]:  # any of them is still there, whole
        assert (await store.release_source(row.id)) or row.id == shipped.id

    old = {data for one in people for data in one.buttons if data.startswith("sec:extra-")}
    assert len(old) > 3, "pages that were renamed meanwhile"
    # Every button that anybody ever saw, under the last Release and under the first.
    pressed = 0
    taps = sorted({data for one in people for data in one.buttons})
    for back in (None, shipped.id):
        if back is not None:
            await patiently(lambda: store.rollback(shipped.id, by="mina", why="as it was"))
            taps = taps if HEAVY else taps[::3]
        live = await store.live_release()
        assert live is not None
        readers = [Person(store, intake, 10_000 + number) for number in range(READERS)]
        async with asyncio.TaskGroup() as group:
            for number, reader in enumerate(readers):
                group.create_task(press(durable, reader, taps[number::READERS], live))
        pressed += len(taps)
    assert await store.parked() == ()
    await intake.close()
    print(
        f"\n{durable.kind}: {releases:,} Releases published while {PEOPLE} conversations took "
        f"{sum(one.count for one in people):,} turns and were shown "
        f"{sum(one.screens for one in people):,} texts; {pressed:,} presses of {len(taps):,} old "
        f"buttons resolved; 0 errors, 0 empty texts, 0 parked "
        f'({sum(one.refused for one in people)} times "not now", done when asked again)'
    )


async def press(house: House, reader: Person, taps: list[str], live: Release) -> None:
    """Press buttons of any age; each does what it says, or says what became of it."""
    store = reader.store
    for number, data in enumerate(taps):
        house.clock.on(seconds=60)
        key = f"{live.id}/{reader.address.chat}/{number}"
        tap = ev.Update(key, reader.address, small.START, ev.Tapped(data))
        await patiently(lambda tap=tap: store.receive(tap))
        button = parse(data)
        assert button is not None
        entries = await patiently(lambda: store.transcript(reader.address, after=reader.read))
        if not entries:  # the button that erases everything did so
            assert data == "form:privacy:forget:yes"
            assert await store.conversation(reader.address) is None
            reader.read = 0
            continue
        last = entries[-1]
        reader.read = last.number
        silent = data.startswith("form:helpful:") and data.endswith(":yes")
        if not silent:
            assert last.kind in ("screen", "export"), data
            assert flat(last.text).strip()
        if isinstance(button, SectionButton) and live.id.startswith("edition-"):
            item = live.item(button.content_id)
            assert last.content_id == (item.id if item is not None else None), data
