"""A whole Frontdesk without a platform: real content, core, engine, store, intake and worker.

    async with open_harness() as h:
        await h.patient.types("can I come in March?")
        await h.patient.taps("Write to a person")
        reference = (await h.desk.queue())[0]
        await h.desk.acts(reference, "claim")
        await h.advance(minutes=30)

The store is the in-memory one (its rows are JSON between any two turns) or the one of a database
address. The clock stands still until ``advance`` turns it; timers that fall due meanwhile fire in
order. What the desk is sent is kept in ``h.desk.sent``.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import content
from adapters.intake import Intake
from adapters.pace import Pace
from adapters.terminal.board import Board, Shown
from adapters.terminal.deliverer import BoardDeliverer
from adapters.terminal.session import Session
from adapters.worker import Worker
from bot import effects as fx
from bot import events as ev
from bot.buttons import EnquiryButton
from bot.desk_acts import staff_event
from bot.given import Channel
from bot.ports import (
    AnswerEngine,
    Delivered,
    Delivery,
    DeliveryOutcome,
    Receipts,
    Received,
    Store,
    World,
)
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.phrases import phrases_of
from storage import open_store
from storage.memory import MemoryStore

MONDAY_TEN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 10:00 in Seoul: the shipped desk is open."""

DESK = "desk:web"
STAFF = "web:local"
"""The one account on the shipped staff list."""


@dataclass(slots=True)
class Clock:
    """Time, turned by hand."""

    now: datetime = MONDAY_TEN

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Desk:
    """The facilitators' side. sent: all effects that reached the desk, oldest first."""

    intake: Intake
    store: Store
    worker: Worker
    clock: Clock
    sent: list[fx.Sendable] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Everything arrives."""
        self.sent.append(delivery.effect)
        match delivery.effect:
            case fx.ShowCard(reference=reference):
                return Delivered(((f"card:{reference}", reference),))
            case _:
                return Delivered()

    async def queue(self) -> tuple[str, ...]:
        """References of open enquiries in the queue's order."""
        return tuple(row.enquiry.reference for row in await self.store.queue())

    async def acts(
        self, reference: str, act: str, *, staff: str = STAFF, draft: str | None = None
    ) -> Received:
        """Press a staff button."""
        actor = ev.Actor(staff, DESK)
        event = staff_event(EnquiryButton(reference, act, draft), actor)
        assert event is not None, act
        return await self._do(reference, event)

    async def replies(self, reference: str, text: str, *, staff: str = STAFF) -> Received:
        """Reply, look at the preview, Send."""
        actor = ev.Actor(staff, DESK)
        shown = await self._do(reference, ev.ReplyDrafted(reference, actor, "", text))
        preview = next(one for one in shown.immediate if isinstance(one, fx.ShowPreview))
        assert preview.text == text
        return await self.acts(reference, "send", staff=staff, draft=preview.draft)

    async def _do(self, reference: str, event: ev.StaffEvent) -> Received:
        address = await self.store.address_of(reference)
        assert address is not None, reference
        update = ev.Update(f"desk:{next(self.numbers)}", address, self.clock.now, event)
        received = await self.intake.receive(update)
        await self.worker.settle()
        return received


@dataclass(slots=True)
class Patient:
    """The patient's side."""

    session: Session
    messages: list[Shown] = field(default_factory=list)

    async def starts(self, payload: str = "") -> tuple[Shown, ...]:
        return self._note(await self.session.start(payload))

    async def types(self, text: str) -> tuple[Shown, ...]:
        return self._note(await self.session.text(text))

    async def taps(self, label: str) -> tuple[Shown, ...]:
        return self._note(await self.session.tap(label))

    async def command(self, line: str) -> tuple[Shown, ...]:
        return self._note(await self.session.command(line))

    def looks(self) -> tuple[Shown, ...]:
        """What came without the patient doing anything."""
        return self._note(self.session.board.fresh())

    @property
    def screen(self) -> str:
        """The text shown last."""
        return self.messages[-1].text

    @property
    def buttons(self) -> list[str]:
        """The labels of the screen shown last."""
        return [choice.label for row in self.messages[-1].rows for choice in row]

    def _note(self, shown: tuple[Shown, ...]) -> tuple[Shown, ...]:
        self.messages.extend(shown)
        return shown


@dataclass(slots=True)
class Harness:
    """The house, its people and its clock."""

    store: Store
    intake: Intake
    worker: Worker
    clock: Clock
    patient: Patient
    desk: Desk

    async def advance(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass, a quarter of an hour at a time, so that timers fire in order."""
        left = timedelta(minutes=minutes, hours=hours, days=days)
        while left > timedelta():
            step = min(left, timedelta(minutes=15))
            self.clock.now += step
            left -= step
            await self.worker.settle()


@asynccontextmanager
async def open_harness(
    *,
    folder: Path | None = None,
    desks: tuple[str, ...] = (DESK,),
    channel: Channel = Channel("this terminal", commands=True),  # noqa: B008  (frozen)
    source: Mapping[str, str] | None = None,
    pace: Pace | None = None,
    engine: AnswerEngine | None = None,
) -> AsyncIterator[Harness]:
    """A house in memory, or on SQLite in ``folder``; ``source``: other content than the shipped."""
    clock = Clock()
    world = World(desks=desks, channels={"terminal": channel})
    store: Store = (
        MemoryStore(world=world, take_turn=take_turn, phrases_of=phrases_of, clock=clock)
        if folder is None
        else open_store(
            f"sqlite:///{folder / 'frontdesk.db'}",
            key_file=folder / "key",
            world=world,
            take_turn=take_turn,
            phrases_of=phrases_of,
            serve=True,
            clock=clock,
            patience=20.0,  # a busy machine that runs the suite is no finding of these tests
        )
    )
    await store.start()
    if await store.live_release() is None:
        loaded = content.load(now=clock.now)
        release = loaded.release if source is None else content.build(source, now=clock.now)
        await store.publish(release, source or loaded.source, by="harness", why="test")
    intake = Intake(store, engine or LexicalEngine(), deadline=30)
    board = Board()
    deliverers = {"terminal:": BoardDeliverer(board, store)}
    worker = Worker(store, intake, deliverers, holder="harness", now=clock, pace=pace)
    desk = Desk(intake, store, worker, clock)
    deliverers["desk:"] = desk  # type: ignore[assignment]
    session = Session(intake, worker, board, now=clock)
    try:
        yield Harness(store, intake, worker, clock, Patient(session), desk)
    finally:
        await intake.close()
        await store.close()
