"""The worker: what leaves the house, what falls due, and what is thrown away in time.

Sending and recording are two steps: a database that fails between them repeats the record, never
the send. A deliverer that raises counts as "certainly not out"; one that hangs as "may be out".
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from adapters import logs
from adapters.alarm import deliverer_for
from adapters.pace import Pace
from adapters.stopping import end
from bot.effects import ShowCard, carries_file
from bot.errors import NotNow
from bot.events import Update
from bot.ports import (
    Delivered,
    Deliverer,
    Delivery,
    DeliveryOutcome,
    Later,
    Receipts,
    Received,
    Uncertain,
)

IN_FLIGHT = 64
"""Deliveries under way at once; as many as a platform's client has connections."""

SEND_TIMEOUT = 45.0
"""Seconds for one delivery. With ``PACE_PATIENCE`` it stays under the 60 s for which the store leases a
row (``storage.outcomes.LEASE``)."""

FILE_TIMEOUT = 280.0
"""The same where a file goes along: two minutes to fetch it, two to upload it, and the messages around
it; under ``storage.outcomes.FILE_LEASE``."""

PACE_PATIENCE = 10.0
"""Seconds that a delivery waits here for its destination's pace before it goes back."""

MANY = 1_000_000
IDLE = 1.0
"""Seconds between looks for work where nothing tells us that there is some."""

BORN_PATIENCE = 4.0
"""Seconds for which a delivery that came leased with its turn may wait here for a place under way. With
``PACE_PATIENCE`` and ``SEND_TIMEOUT`` it stays under its lease too."""

CHANNEL_OFF_SECONDS = 300.0
PURGE_SECONDS = 3600.0
CLOCK_SECONDS = 60.0
"""How soon a clock that was wrong, or that nobody could vouch for yet, is looked at again."""
DRAIN_SECONDS = 8.0
"""How long a stop waits for what is under way; systemd waits longer (TimeoutStopSec)."""

RECORD_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


class Outbox(Receipts, Protocol):
    """What the worker needs of a store."""

    async def claim_deliveries(
        self, *, limit: int, held: frozenset[str] = frozenset()
    ) -> tuple[Delivery, ...]: ...

    async def superseded(self, delivery: Delivery) -> bool: ...
    async def record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None: ...
    async def deliveries_waiting(self, timeout: float) -> bool: ...
    def sends_from_memory(self, yes: bool) -> None: ...
    def born_deliveries(self, limit: int) -> tuple[tuple[float, Delivery], ...]: ...
    async def due_timers(self, now: datetime) -> tuple[Update, ...]: ...
    async def purge(self, now: datetime) -> Mapping[str, int]: ...
    async def lease(self, name: str, holder: str, seconds: float) -> bool: ...


class Receives(Protocol):
    """The intake, as the worker sees it."""

    async def receive(self, update: Update) -> Received: ...


async def _nobody_doubts() -> bool:
    return True


class Worker:
    """Runs until ``stop``; ``settle`` does one round of everything, for tests and the terminal."""

    def __init__(
        self,
        store: Outbox,
        intake: Receives,
        deliverers: Mapping[str, Deliverer],
        *,
        holder: str,
        pace: Pace | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock_is_right: Callable[[], Awaitable[bool]] = _nobody_doubts,
    ) -> None:
        """``clock_is_right``: asked before anything is thrown away for its age."""
        self._clock_is_right = clock_is_right
        self._store = store
        self._intake = intake
        self._deliverers = deliverers
        self._holder = holder
        self._pace = pace or Pace()
        self._now = now
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._unrecorded: dict[int, tuple[Delivery, DeliveryOutcome]] = {}
        """What was tried and could not be recorded yet, by row."""
        self._rows = True
        """Whether the outbox has to be looked at."""

    async def run(self) -> None:
        """Deliver, fire timers and purge until ``stop``; then let what is under way finish."""
        self._store.sends_from_memory(True)
        loops = [
            asyncio.create_task(self._forever(step), name=name)
            for name, step in (
                ("deliveries", self._deliver_some),
                ("timers", self._fire_timers),
                ("purge", self._purge),
            )
        ]
        try:
            await self._stopping.wait()
        finally:
            self._stopping.set()  # also where this is cancelled: no loop may begin another round
            self._store.sends_from_memory(False)
            await end(*loops)
            await self._drain()

    def stop(self) -> None:
        """Ask ``run`` to come to an end."""
        self._stopping.set()

    async def empty(self, seconds: float) -> None:
        """Deliver what can go out now, for so long at most: before a stop, when nothing comes in."""
        with suppress(TimeoutError, NotNow):
            async with asyncio.timeout(seconds):
                while self._under_way or await self._claim():
                    if self._under_way:
                        await asyncio.wait(set(self._under_way))

    async def settle(self) -> None:
        """Fire what is due and deliver until nothing is left to claim now."""
        while await self.fire_due() + await self._claim():
            if self._under_way:
                await asyncio.wait(self._under_way)

    async def fire_due(self) -> int:
        """Put every due timer through the intake; how many there were."""
        due = await self._store.due_timers(self._now())
        for update in due:
            await self._intake.receive(update)
        return len(due)

    # ---- loops

    async def _forever(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            try:
                await step()
            except NotNow:
                await self._rest(IDLE)
            except Exception as problem:
                logs.warn(logs.Line.LOOP_FAILED, loop=step.__name__, error=logs.place(problem))
                await self._rest(IDLE)

    async def _rest(self, seconds: float) -> None:
        """Do nothing until then, or until the stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _deliver_some(self) -> None:
        if len(self._under_way) >= IN_FLIGHT:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return
        began = self._begin_born()
        if self._rows:
            self._rows = await self._claim() > 0
        elif not began:
            self._rows = await self._store.deliveries_waiting(IDLE)

    def _begin_born(self) -> int:
        """Send what was committed leased to us; how many these were."""
        born = self._store.born_deliveries(IN_FLIGHT - len(self._under_way))
        for since, delivery in born:
            late = time.monotonic() - since > BORN_PATIENCE
            self._begin(self._give_back(delivery) if late else self._handle(delivery))
        return len(born)

    async def _fire_timers(self) -> None:
        await self.fire_due()
        await self._rest(IDLE)

    async def _purge(self) -> None:
        if not await self._clock_is_right():
            logs.say(logs.Line.PURGE_WAITS)
            await self._rest(CLOCK_SECONDS)
            return
        if await self._store.lease("purge", self._holder, PURGE_SECONDS * 0.9):
            gone = await self._store.purge(self._now())
            if any(gone.values()):
                logs.say(logs.Line.PURGED, **gone)
        await self._rest(PURGE_SECONDS)

    # ---- one delivery

    async def _claim(self) -> int:
        free = IN_FLIGHT - len(self._under_way)
        if free <= 0:
            return 1  # there may be more: look again when one is done
        claimed = await self._store.claim_deliveries(limit=free)
        for delivery in claimed:
            known = self._unrecorded.get(delivery.id)
            if known is None:
                self._begin(self._handle(delivery))
            else:  # its lease ran out while the database was away: repeat the record, not the send
                tried, outcome = known
                again = replace(delivery, attempt=tried.attempt, repeated=tried.repeated)
                self._begin(self._record(again, outcome))
        return len(claimed)

    def _begin(self, handling: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(handling)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _give_back(self, delivery: Delivery) -> None:
        """It was not sent: let it be claimed again."""
        await self._record(delivery, Later("waited", 0.0, counted=False))

    async def _handle(self, delivery: Delivery) -> None:
        settled = await self._turn_comes(delivery)
        await self._record(delivery, settled or await self._send(delivery))

    async def _turn_comes(self, delivery: Delivery) -> Delivered | Later | None:
        """Wait until the destination takes it: None. A card that a newer one replaces while it would
        wait is done without being sent. What would wait longer than a short while goes back into the
        outbox untried: its lease would end here, and an alert must not stand behind it."""
        patience = PACE_PATIENCE
        while not self._stopping.is_set():
            wait = self._pace.take(delivery.destination, urgent=delivery.urgent)
            if wait <= 0:
                return None
            if isinstance(delivery.effect, ShowCard) and await self._superseded(delivery):
                return Delivered()
            if wait > patience:
                urgent = delivery.urgent
                back = wait if urgent else self._pace.later(delivery.destination)
                return Later("pace", back, counted=False)
            patience -= wait
            await self._rest(wait)
        return Later("stopped", 0.0, counted=False)

    async def _superseded(self, delivery: Delivery) -> bool:
        try:
            return await self._store.superseded(delivery)
        except NotNow:
            return False

    async def _send(self, delivery: Delivery) -> DeliveryOutcome:
        deliverer = deliverer_for(self._deliverers, delivery.destination)
        if deliverer is None:
            logs.warn(logs.Line.DELIVERY_WITHOUT_CHANNEL, delivery=delivery.id)
            return Later("channel off", CHANNEL_OFF_SECONDS)
        receipts = _LookedUp(delivery, self._store) if delivery.receipts else self._store
        try:
            seconds = FILE_TIMEOUT if carries_file(delivery.effect) else SEND_TIMEOUT
            return await asyncio.wait_for(deliverer.deliver(delivery, receipts), seconds)
        except TimeoutError:
            logs.warn(logs.Line.DELIVERY_SLOW, delivery=delivery.id)
            return Uncertain("time-out")
        except NotNow:
            return Later("database away")  # a receipt could not be looked up: nothing was sent
        except Exception as problem:
            logs.warn(logs.Line.DELIVERY_RAISED, delivery=delivery.id, error=logs.place(problem))
            return Later(type(problem).__name__)

    async def _record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        """Until it is recorded: the message is out, and only this knows it."""
        self._unrecorded[delivery.id] = delivery, outcome
        try:
            await self._record_at_last(delivery, outcome)
        finally:
            self._unrecorded.pop(delivery.id, None)

    async def _record_at_last(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        tries = 0
        while True:
            try:
                await self._store.record(delivery, outcome)
                return
            except NotNow:
                logs.warn(logs.Line.RECORD_WAITS, delivery=delivery.id)
            except Exception as problem:
                logs.warn(logs.Line.RECORD_WAITS, delivery=delivery.id, error=logs.place(problem))
            await asyncio.sleep(RECORD_PAUSES[min(tries, len(RECORD_PAUSES) - 1)])
            tries += 1

    async def _drain(self) -> None:
        for _, delivery in self._store.born_deliveries(MANY):
            self._begin(self._give_back(delivery))
        if not self._under_way:
            return
        _, late = await asyncio.wait(self._under_way, timeout=DRAIN_SECONDS)
        await end(*late)
        if late:
            logs.warn(logs.Line.RECORD_LOST, deliveries=len(late))


class _LookedUp:
    """Receipts that came with a delivery; the others the store knows."""

    def __init__(self, delivery: Delivery, receipts: Receipts) -> None:
        self._delivery = delivery
        self._receipts = receipts

    async def receipt(self, destination: str, name: str) -> str | None:
        """See ``bot.ports.Receipts``."""
        if destination == self._delivery.destination:
            for known, platform_id in self._delivery.receipts:
                if known == name:
                    return platform_id
        return await self._receipts.receipt(destination, name)
