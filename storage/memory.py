"""``MemoryStore``: the same contract without a database, for the terminal chat, scripts and tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import FrontdeskError, NotFound
from bot.events import Address, TimerFired, Update
from bot.given import TakeTurn
from bot.ports import (
    Change,
    Delivery,
    DeliveryOutcome,
    EnquiryRow,
    Known,
    LetterRow,
    Outcome,
    ParkedRow,
    Received,
    World,
)
from bot.receive import PhrasesOf, receive
from bot.release import Limits
from bot.state import OPEN, Conversation, Status
from bot.transcript import Entry
from storage import memory_outbox, memory_views
from storage.apology import apology_for
from storage.changes import Bell, Broadcast
from storage.coalesce import is_superseded_in_memory
from storage.export import export
from storage.house import Clock, machine_clock
from storage.ids import new_id, stored_key
from storage.memory_house import MemoryHouse
from storage.memory_rows import Parked, dumps
from storage.memory_turn import MemoryTransaction
from storage.outcomes import report
from storage.shapes import update_of
from storage.timers import key_of
from storage.turns import place_of


class MemoryStore(MemoryHouse):
    """See ``bot.ports.Store`` for what each method promises. One process, one event loop."""

    def __init__(
        self,
        *,
        world: World,
        take_turn: TakeTurn,
        phrases_of: PhrasesOf,
        clock: Clock = machine_clock,
    ) -> None:
        self._world = world
        self._take_turn = take_turn
        self._phrases_of = phrases_of
        super().__init__(clock)
        self._broadcast = Broadcast()
        self._bell = Bell()

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close; what was kept goes with the object."""

    # ---- turns

    async def receive(
        self, update: Update, *, release_id: str = "", already_warned: bool = False
    ) -> Received:
        return self._take(update, release_id=release_id, already_warned=already_warned)

    def _take(
        self, update: Update, *, release_id: str = "", already_warned: bool = False
    ) -> Received:
        try:
            return self._attempt(
                update, self._take_turn, release_id=release_id, already_warned=already_warned
            )
        except FrontdeskError:
            raise
        except Exception as problem:
            return self._park(update, problem)

    def _attempt(
        self,
        update: Update,
        take_turn: TakeTurn,
        *,
        release_id: str = "",
        already_warned: bool = False,
    ) -> Received:
        now = self._clock()
        tx = MemoryTransaction(self._rows, update, now)
        if tx.stale_timer():
            return Received(Outcome.DUPLICATE)
        received = receive(
            tx,
            update,
            now=now,
            world=self._world,
            take_turn=take_turn,
            phrases_of=self._phrases_of,
            release_id=release_id,
            already_warned=already_warned,
        )
        if received.outcome is not Outcome.DONE or tx.after is None:
            return received
        tx.commit()
        references = tuple(one.reference for one in tx.after.enquiries)
        self._broadcast.tell(Change(update.address, references))
        if tx.sends:
            self._bell.ring()
        return received

    def _park(self, update: Update, problem: Exception) -> Received:
        fired = update.event if isinstance(update.event, TimerFired) else None
        blank = replace(update, event=TimerFired("parked"), on_message="")
        try:
            received = self._apologise(update, blank, fired)
            if received.outcome is Outcome.DUPLICATE:
                return received
        except FrontdeskError:
            raise
        except Exception:  # the apology shares the fault: parking must not
            tx = MemoryTransaction(self._rows, update, self._clock())
            if not tx.insert_key(update.key, self._clock()):
                return Received(Outcome.DUPLICATE)
            with suppress(ValueError):  # its row cannot be read: that may be the fault
                state = tx.lock_conversation(update.address, update.language)
                if fired is not None:
                    tx.finish_timer(state, fired.name, fired.reference)
            tx.commit()
        self._keep(update.key, str(update.address), problem, dumps(update))
        return Received(Outcome.PARKED)

    def _apologise(self, update: Update, blank: Update, fired: TimerFired | None) -> Received:
        now = self._clock()
        tx = MemoryTransaction(self._rows, update, now)
        received = receive(
            tx,
            blank,
            now=now,
            world=self._world,
            take_turn=apology_for(update.event),
            phrases_of=self._phrases_of,
        )
        if received.outcome is Outcome.DONE and tx.after is not None:
            if fired is not None:
                tx.finish_timer(tx.after, fired.name, fired.reference)
            tx.commit()
            self._broadcast.tell(Change(update.address))
            self._bell.ring()
        return received

    def _keep(self, key: str, address: str, problem: Exception, update: str | None) -> None:
        number = self._rows.next_id()
        self._rows.parked[number] = Parked(
            number, self._clock(), stored_key(key), address,
            type(problem).__name__, place_of(problem), update,
        )  # fmt: skip

    async def park(self, key: str, payload: str, error: str, place: str) -> None:
        if stored_key(key) in self._rows.keys:
            return
        now, number = self._clock(), self._rows.next_id()
        self._rows.keys[stored_key(key)] = now
        self._rows.parked[number] = Parked(number, now, stored_key(key), "", error, place, None)

    async def parked(self) -> tuple[ParkedRow, ...]:
        return tuple(
            ParkedRow(one.id, one.at, one.key, one.error, one.place, one.replayed_at)
            for one in reversed(self._rows.parked.values())
        )

    async def undelivered(self) -> tuple[LetterRow, ...]:
        return tuple(
            LetterRow(
                one.id, one.settled_at, one.destination, one.kind, one.reference, one.outcome,
                one.attempt,
            )
            for one in reversed(self._rows.outbox.values())
            if one.settled_at is not None and one.kept
        )  # fmt: skip

    async def requeue(self, letter_id: int) -> None:
        row = self._rows.outbox.get(letter_id)
        if row is None or row.settled_at is None or not row.kept:
            raise NotFound(f"no dead letter {letter_id}")
        row.state, row.outcome, row.settled_at, row.kept = "waiting", "", None, False
        row.lease_until, row.not_before, row.attempt = None, self._clock(), 0
        self._bell.ring()

    async def replay(self, parked_id: int) -> Received:
        row = self._rows.parked.get(parked_id)
        if row is None:
            raise NotFound(f"no parked update {parked_id}")
        if row.replayed_at is not None:
            raise FrontdeskError(f"parked update {parked_id} was replayed already")
        if row.update is None:
            raise FrontdeskError(f"parked update {parked_id} was never understood")
        again = replace(update_of(json.loads(row.update)), key=f"parked:{parked_id}")
        try:
            received = self._attempt(again, self._take_turn)
        except FrontdeskError:
            raise
        except Exception as problem:
            row.error, row.place = type(problem).__name__, place_of(problem)
            return Received(Outcome.PARKED)
        if received.outcome is Outcome.DONE:
            row.replayed_at, row.update = self._clock(), None
        return received

    # ---- views

    async def address_of(self, reference: str) -> Address | None:
        return memory_views.address_of(self._rows, reference)

    async def receipt(self, destination: str, name: str) -> str | None:
        where = self._rows.moves.get(destination, destination)
        found = self._rows.receipts.get((where, name))
        return None if found is None else found[0]

    async def known(self, destination: str, platform_id: str) -> Known | None:
        where = self._rows.moves.get(destination, destination)
        for (there, name), (one, address) in reversed(self._rows.receipts.items()):
            if there == where and one == platform_id:
                return Known(name, address)
        return None

    async def queue(self, *, closed: bool = False, limit: int = 200) -> tuple[EnquiryRow, ...]:
        return memory_views.queue(self._rows, closed, limit)

    async def enquiry(self, reference: str) -> EnquiryRow | None:
        talk = memory_views.talk_of(self._rows, reference)
        return None if talk is None else memory_views.row(talk, reference)

    async def conversation(self, address: Address) -> Conversation | None:
        talk = self._rows.talks.get(str(address))
        return None if talk is None else talk.read()

    async def transcript(
        self, address: Address, *, after: int = 0, limit: int = 500
    ) -> tuple[Entry, ...]:
        talk = self._rows.talks.get(str(address))
        found = [] if talk is None else talk.transcript()
        return tuple(one for one in found if one.number > after)[:limit]

    async def deliveries(self, reference: str) -> tuple[tuple[str, str, datetime], ...]:
        return memory_views.deliveries(self._rows, reference)

    async def export(self, address: Address) -> Mapping[str, Any]:
        talk = self._rows.talks.get(str(address))
        return export(
            address,
            None if talk is None else talk.read(),
            [] if talk is None else talk.transcript(),
            self._rows.consents.get(str(address), []),
        )

    def changes(self) -> AsyncIterator[Change]:
        return self._broadcast.listen()

    # ---- worker

    async def claim_deliveries(
        self, *, limit: int, held: frozenset[str] = frozenset()
    ) -> tuple[Delivery, ...]:
        out, left = memory_outbox.claim(self._rows, limit, held, self._clock())
        for delivery, outcome in left:
            await self.record(delivery, outcome)
        return tuple(out)

    async def superseded(self, delivery: Delivery) -> bool:
        return is_superseded_in_memory(self._rows, delivery)

    async def record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        now = self._clock()
        decision = memory_outbox.settle(self._rows, delivery, outcome, now)
        self._bell.ring()
        if decision is None:
            return
        pause = memory_outbox.pause(decision, now)
        if pause is not None:
            self._bell.ring_in(pause)
        told = report(delivery, decision, now)
        talk = self._rows.talks.get(str(delivery.address))
        if told is not None and talk is not None and talk.id == delivery.conversation_id:
            self._take(told)

    async def deliveries_waiting(self, timeout: float) -> bool:
        return await self._bell.wait(timeout)

    def sends_from_memory(self, yes: bool) -> None:
        """All of it is memory: rows are claimed."""

    def born_deliveries(self, limit: int) -> tuple[tuple[float, Delivery], ...]:
        return ()

    async def due_timers(self, now: datetime) -> tuple[Update, ...]:
        due = sorted(
            (one for one in self._rows.timers.values() if one.due_at <= now),
            key=lambda one: (one.due_at, one.id),
        )
        return tuple(
            Update(
                key_of(one.id, one.due_at), one.address, now, TimerFired(one.name, one.reference)
            )
            for one in due[:100]
        )

    async def purge(self, now: datetime) -> Mapping[str, int]:
        release = self.cached_release()
        limits = release.limits if release is not None else Limits()
        return memory_views.purge(self._rows, limits, now)

    # ---- adapters' own

    async def cursor(self, name: str) -> int | None:
        return self._rows.cursors.get(name)

    async def set_cursor(self, name: str, value: int) -> None:
        self._rows.cursors[name] = value

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        now = self._clock()
        has, until = self._rows.leases.get(name, (holder, now))
        if has != holder and until > now:
            return False
        self._rows.leases[name] = (holder, now + timedelta(seconds=seconds))
        return True

    async def put_file(self, data: bytes, media_type: str) -> str:
        release = self.cached_release()
        limits = release.limits if release is not None else Limits()
        file_id = new_id()
        expires_at = self._clock() + timedelta(hours=limits.file_spool_hours)
        self._rows.files[file_id] = (data, expires_at)
        return file_id

    async def get_file(self, file_id: str) -> bytes | None:
        data, expires_at = self._rows.files.get(file_id, (b"", self._clock()))
        return data if expires_at > self._clock() else None

    async def health(self) -> Mapping[str, Any]:
        rows, now = self._rows, self._clock()
        waiting = [one.created_at for one in rows.outbox.values() if one.settled_at is None]
        enquiries = [
            talk.enquiry(reference) for talk in rows.talks.values() for reference in talk.enquiries
        ]
        return {
            "database": "memory",
            "outbox_waiting": len(waiting),
            "outbox_oldest_seconds": (now - min(waiting)).total_seconds() if waiting else 0.0,
            "dead_letters": sum(one.kept for one in rows.outbox.values()),
            "parked": sum(one.replayed_at is None for one in rows.parked.values()),
            "timers_due": sum(one.due_at <= now for one in rows.timers.values()),
            "open_enquiries": sum(one.status in OPEN for one in enquiries),
            "late_enquiries": sum(
                one.status in (Status.NEW, Status.CLAIMED)
                and one.due_at is not None
                and one.due_at <= now
                for one in enquiries
            ),
            "unclaimed_alerts": sum(one.status is Status.NEW and one.urgent for one in enquiries),
            "leases": {
                name: (until - now).total_seconds() for name, (_, until) in rows.leases.items()
            },
            "database_skew_seconds": 0.0,
            "key_ok": True,
        }
