"""What every part of a store shares: keys, clock, world, the seams to the core, small caches."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.errors import FrontdeskError
from bot.given import TakeTurn
from bot.ports import World
from bot.receive import PhrasesOf
from bot.release import Release
from storage import tables as t
from storage.engine import database_time, insert_into
from storage.lately import Lately
from storage.prepared import Prepared
from storage.seal import Sealer, Vault
from storage.shapes import release_of

_LIVE = Prepared(select(t.live.c.release_id))
_WRAPPED = Prepared(select(t.patients.c.wrapped_key).where(t.patients.c.id == bindparam("id")))
Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class House:
    """``clock`` tells when things happen; leases go by the database's clock, unless a test set ours."""

    world: World
    take_turn: TakeTurn
    phrases_of: PhrasesOf
    clock: Clock = machine_clock
    sealed_with: Vault | None = None
    compiled: dict[str, Release] = field(default_factory=dict)
    opening: threading.Lock = field(default_factory=threading.Lock)
    moves: dict[str, str] = field(default_factory=dict)
    states: Lately = field(default_factory=Lately)
    sends: bool = False
    """Whether a worker of this process sends: rows are then born leased to it."""
    live: Release | None = None
    """The Release that was live when last looked."""

    @property
    def vault(self) -> Vault:
        """The master key at work. Raises ``FrontdeskError`` before ``start``."""
        if self.sealed_with is None:
            raise FrontdeskError("the store was not started")
        return self.sealed_with

    def lease_time(self, conn: Connection) -> datetime:
        """The time that leases go by: the same for all replicas."""
        return database_time(conn) if self.clock is machine_clock else self.clock()

    def sealer(self, conn: Connection, patient_id: str | None) -> Sealer | None:
        """The key of a patient, or the master key for None; None if that patient was erased."""
        if patient_id is None:
            return self.vault
        row = _WRAPPED.first(conn, {"id": patient_id})
        return None if row is None else self.vault.patient_key(patient_id, row.wrapped_key)

    def release(self, conn: Connection, release_id: str) -> Release | None:
        """A Release by its id; compiled once and then kept, for they never change."""
        if release_id in self.compiled:
            return self.compiled[release_id]
        sealed = conn.execute(
            select(t.releases.c.compiled).where(t.releases.c.id == release_id)
        ).scalar()
        if sealed is None:
            return None
        with self.opening:  # the first ones to ask shall not all do the work
            if release_id not in self.compiled:
                data = self.vault.open_json("releases", "compiled", release_id, sealed)
                kept = dict(list(self.compiled.items())[-3:])
                self.compiled = {**kept, release_id: release_of(data)}
            return self.compiled[release_id]

    def live_release(self, conn: Connection) -> Release | None:
        """The live Release, None before the first one."""
        row = _LIVE.first(conn, {})
        if row is None:
            return None
        self.live = self.release(conn, row.release_id)
        return self.live

    def load_moves(self, conn: Connection) -> None:
        """Read which destinations have a new id."""
        rows = conn.execute(select(t.moves.c.was, t.moves.c.now)).all()
        self.moves = {row.was: row.now for row in rows}

    def moved(self, destination: str) -> str:
        """Where a destination is now."""
        return self.moves.get(destination, destination)

    def move(self, conn: Connection, was: str, now: str) -> None:
        """A destination has a new id: rewrite what names the old one, and remember it."""
        if was == now:
            return
        conn.execute(delete(t.moves).where(t.moves.c.was == now))  # moved back: no circles
        put = insert_into(conn, t.moves).values(was=was, now=now)
        conn.execute(put.on_conflict_do_update(index_elements=["was"], set_={"now": now}))
        conn.execute(t.moves.update().where(t.moves.c.now == was).values(now=now))
        taken = select(t.receipts.c.name).where(t.receipts.c.destination == now)
        conn.execute(
            delete(t.receipts).where(t.receipts.c.destination == was, t.receipts.c.name.in_(taken))
        )
        for table in (t.receipts, t.outbox):
            conn.execute(table.update().where(table.c.destination == was).values(destination=now))
        conn.execute(delete(t.holds).where(t.holds.c.destination == was))
        self.load_moves(conn)
