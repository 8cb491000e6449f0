"""``SqlStore``: the durable Store, on SQLite and PostgreSQL with the same code."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.errors import NotNow
from bot.events import Address, Update
from bot.given import TakeTurn
from bot.ports import (
    AuditRow,
    CountRow,
    Delivery,
    DeliveryOutcome,
    EditRow,
    EnquiryRow,
    Known,
    LetterRow,
    ParkedRow,
    Received,
    ReleaseRow,
    SessionRow,
    World,
)
from bot.receive import PhrasesOf
from bot.release import Release
from bot.state import Conversation
from bot.transcript import Entry
from storage import (
    audit,
    coalesce,
    conversations,
    counts,
    edits,
    health,
    letters,
    marks,
    outbox,
    parking,
    purge,
    receipts,
    releases,
    spool,
    timers,
    tokens,
    turns,
    views,
)
from storage.committer import PATIENCE_S, Job
from storage.export import export
from storage.house import Clock, House, machine_clock
from storage.sqlbase import SqlBase


class SqlStore(SqlBase):
    """See ``bot.ports.Store`` for what each method promises."""

    # ---- turns

    async def receive(
        self, update: Update, *, release_id: str = "", already_warned: bool = False
    ) -> Received:
        def work(conn: Connection) -> turns.Done:
            return turns.take(
                conn, self._house, update, release_id=release_id, already_warned=already_warned
            )

        def fallback(conn: Connection, problem: Exception) -> turns.Done:
            return turns.park(conn, self._house, update, problem)

        return (await self._turn(work, fallback, update.address)).received

    async def park(self, key: str, payload: str, error: str, place: str) -> None:
        now = self._house.clock()
        await self._write(
            lambda conn: parking.put_raw(conn, self._house, key, payload, error, place, now)
        )

    async def parked(self) -> tuple[ParkedRow, ...]:
        return await self._read(parking.rows)

    async def replay(self, parked_id: int) -> Received:
        def work(conn: Connection) -> turns.Done:
            return turns.replay(conn, self._house, parked_id)

        def fallback(conn: Connection, problem: Exception) -> turns.Done:
            return turns.replay_failed(conn, parked_id, problem)

        return (await self._turn(work, fallback)).received

    async def undelivered(self) -> tuple[LetterRow, ...]:
        return await self._read(letters.rows)

    async def requeue(self, letter_id: int) -> None:
        now = self._house.clock()
        await self._write(lambda conn: letters.requeue(conn, letter_id, now))
        self._bell.ring()

    # ---- content

    async def live_release(self) -> Release | None:
        return await self._read(self._house.live_release)

    def cached_release(self) -> Release | None:
        """The Release that was live when last looked, without the database: for when it is gone."""
        return self._house.live

    async def publish(
        self,
        release: Release,
        source: Mapping[str, str],
        *,
        by: str,
        why: str,
        expected: str | None = None,
    ) -> None:
        now, house = self._house.clock(), self._house
        sealed = await asyncio.to_thread(releases.seal, house, release, source)
        await self._patiently(
            lambda conn: releases.publish(conn, house, sealed, by, why, now, expected)
        )

    async def releases(self) -> tuple[ReleaseRow, ...]:
        return await self._read(lambda conn: releases.history(conn, self._house))

    async def rollback(self, release_id: str, *, by: str, why: str) -> None:
        now = self._house.clock()
        await self._patiently(
            lambda conn: releases.rollback(conn, self._house, release_id, by, why, now)
        )

    async def release_source(self, release_id: str) -> Mapping[str, str]:
        return await self._read(lambda conn: releases.source(conn, self._house, release_id))

    async def save_edit(
        self, editor: str, target: str, base: str, fields: Mapping[str, str]
    ) -> None:
        now, house = self._house.clock(), self._house
        await self._write(lambda conn: edits.save(conn, house, editor, target, base, fields, now))

    async def edits(self, editor: str | None = None) -> tuple[EditRow, ...]:
        return await self._read(lambda conn: edits.rows(conn, self._house, editor))

    async def drop_edit(self, editor: str, target: str) -> None:
        await self._write(lambda conn: edits.drop(conn, editor, target))

    async def counts(self, since_days: int = 90) -> tuple[CountRow, ...]:
        now = self._house.clock()
        return await self._read(lambda conn: counts.read(conn, now, since_days))

    # ---- views

    async def address_of(self, reference: str) -> Address | None:
        return await self._read(lambda conn: views.address_of(conn, reference))

    async def receipt(self, destination: str, name: str) -> str | None:
        return await self._read(
            lambda conn: receipts.platform_id(conn, self._house.moved(destination), name)
        )

    async def known(self, destination: str, platform_id: str) -> Known | None:
        return await self._read(
            lambda conn: receipts.known(conn, self._house.moved(destination), platform_id)
        )

    async def queue(self, *, closed: bool = False, limit: int = 200) -> tuple[EnquiryRow, ...]:
        return await self._read(lambda conn: views.queue(conn, self._house, closed, limit))

    async def enquiry(self, reference: str) -> EnquiryRow | None:
        return await self._read(lambda conn: views.enquiry(conn, self._house, reference))

    async def conversation(self, address: Address) -> Conversation | None:
        def work(conn: Connection) -> Conversation | None:
            held = conversations.find(conn, self._house, address)
            return None if held is None else held.state

        return await self._read(work)

    async def transcript(
        self, address: Address, *, after: int = 0, limit: int = 500
    ) -> tuple[Entry, ...]:
        def work(conn: Connection) -> tuple[Entry, ...]:
            held = conversations.find(conn, self._house, address)
            return () if held is None else views.transcript(conn, held, after, limit)

        return await self._read(work)

    async def deliveries(self, reference: str) -> tuple[tuple[str, str, datetime], ...]:
        return await self._read(lambda conn: views.deliveries(conn, reference))

    async def export(self, address: Address) -> Mapping[str, Any]:
        def work(conn: Connection) -> Mapping[str, Any]:
            held = conversations.find(conn, self._house, address)
            entries = () if held is None else views.transcript(conn, held)
            state = None if held is None else held.state
            return export(address, state, entries, views.consents(conn, self._house, address))

        return await self._read(work)

    # ---- worker

    async def claim_deliveries(
        self, *, limit: int, held: frozenset[str] = frozenset()
    ) -> tuple[Delivery, ...]:
        out, left, _ = await self._run(
            Job(lambda conn: self._claim(conn, limit, held), late=self._claimed_late)
        )
        for delivery, outcome in left:
            with suppress(NotNow):  # claimed and judged again later; the others must go out now
                await self.record(delivery, outcome)
        return out

    def _claim(self, conn: Connection, limit: int, held: frozenset[str]) -> outbox.Claimed:
        began = (
            time.monotonic()
        )  # before the leases begin: whoever goes by it never thinks too long
        return (*outbox.claim(conn, self._house, limit, held), began)

    def _claimed_late(self, claimed: outbox.Claimed) -> None:
        """The worker gave up waiting, but the rows are leased to it: it finds them among the born ones,
        instead of nobody sending them until the lease runs out."""
        deliveries, _, began = claimed
        self._born.extend((began, one) for one in deliveries)
        self._bell.ring(rows=False)

    async def superseded(self, delivery: Delivery) -> bool:
        return await self._read(lambda conn: coalesce.is_superseded(conn, delivery))

    async def record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        def work(conn: Connection) -> turns.Done:
            return turns.record(conn, self._house, delivery, outcome)

        def fallback(conn: Connection, problem: Exception) -> turns.Done:
            return turns.record_only(conn, self._house, delivery, outcome, problem)

        done = await self._turn(work, fallback, delivery.address)
        if done.retry_in is not None:
            self._bell.ring_in(done.retry_in)

    async def due_timers(self, now: datetime) -> tuple[Update, ...]:
        return await self._read(lambda conn: timers.due(conn, now))

    async def purge(self, now: datetime) -> Mapping[str, int]:
        total: Counter[str] = Counter()
        while True:
            gone = await self._write(lambda conn: purge.purge_round(conn, self._house, now))
            for kind, count in gone.items():
                total[kind] += count
            if max(gone.values()) < purge.ROUND:
                return dict(total)

    # ---- adapters' own

    async def cursor(self, name: str) -> int | None:
        return await self._read(lambda conn: marks.cursor(conn, name))

    async def set_cursor(self, name: str, value: int) -> None:
        await self._write(lambda conn: marks.set_cursor(conn, name, value))

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        return await self._write(lambda conn: marks.lease(conn, self._house, name, holder, seconds))

    async def put_file(self, data: bytes, media_type: str) -> str:
        now = self._house.clock()
        return await self._write(lambda conn: spool.put(conn, self._house, data, media_type, now))

    async def get_file(self, file_id: str) -> bytes | None:
        now = self._house.clock()
        return await self._read(lambda conn: spool.get(conn, self._house, file_id, now))

    # ---- who may come in

    async def new_link(self, kind: str, subject: str, seconds: int) -> str:
        now = self._house.clock()
        return await self._write(lambda conn: tokens.new_link(conn, kind, subject, seconds, now))

    async def use_link(self, token: str) -> tuple[str, str] | None:
        now = self._house.clock()
        return await self._write(lambda conn: tokens.use_link(conn, token, now))

    async def new_session(self, kind: str, subject: str, seconds: int, *, note: str = "") -> str:
        now, house = self._house.clock(), self._house
        return await self._write(
            lambda conn: tokens.new_session(conn, house, kind, subject, seconds, note, now)
        )

    async def session(self, token: str) -> tuple[str, str] | None:
        now = self._house.clock()
        found = await self.session_row(token)
        if found is None:
            return None
        if now - found.last_seen_at >= tokens.SEEN_EVERY:
            with suppress(NotNow):  # the time of a visit is not worth refusing it
                await self._write(lambda conn: tokens.saw(conn, token, now))
        return found.kind, found.subject

    async def session_row(self, token: str) -> SessionRow | None:
        now = self._house.clock()
        return await self._read(lambda conn: tokens.session(conn, self._house, token, now))

    async def sessions(self, subject: str | None = None) -> tuple[SessionRow, ...]:
        now = self._house.clock()
        return await self._read(lambda conn: tokens.sessions(conn, self._house, subject, now))

    async def revoke_session(self, session_id: str) -> None:
        await self._write(lambda conn: tokens.revoke(conn, session_id))

    async def revoke_sessions(self, subject: str) -> None:
        await self._write(lambda conn: tokens.revoke_all(conn, subject))

    async def audit_trail(self, limit: int = 200) -> tuple[AuditRow, ...]:
        return await self._read(lambda conn: audit.rows(conn, self._house, limit))

    async def note_audit(self, who: str, did: str, about: str, refused: str = "") -> None:
        now, house = self._house.clock(), self._house
        await self._write(lambda conn: audit.outside(conn, house, who, did, about, refused, now))

    async def health(self) -> Mapping[str, Any]:
        now = self._house.clock()
        return await self._read(lambda conn: health.health(conn, self._house, now))


def open_store(
    database_url: str,
    *,
    key_file: Path,
    world: World,
    take_turn: TakeTurn,
    phrases_of: PhrasesOf,
    serve: bool = False,
    clock: Clock = machine_clock,
    patience: float = PATIENCE_S,
) -> SqlStore:
    """A store that is not started yet. ``serve=True`` for the one process that receives and sends
    (SQLite: one per file; PostgreSQL: any number). ``patience``: seconds until ``NotNow``."""
    house = House(world, take_turn, phrases_of, clock)
    return SqlStore(database_url, key_file, house, serve=serve, patience=patience)
