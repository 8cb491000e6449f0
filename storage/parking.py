"""Parked Updates: what failed, sealed, with the class and place of the fault and no text."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.codec import encode
from bot.errors import FrontdeskError, KeyMissing, NotFound
from bot.events import Update
from bot.ports import ParkedRow
from storage import conversations
from storage import tables as t
from storage.engine import insert_into
from storage.house import House
from storage.ids import new_uid, stored_key
from storage.shapes import update_of

_P = t.parked.c


def put(
    conn: Connection, house: House, failed: Update, error: str, place: str, now: datetime
) -> None:
    """Keep an Update; sealed with the patient's key where there is one already."""
    held = None
    with suppress(KeyMissing, ValueError):  # that its row does not open may be the fault itself
        held = conversations.find(conn, house, failed.address)
    if held is None:
        _insert(conn, house, failed.key, encode(failed), error, place, now, parsed=True)
        return
    uid = new_uid()
    conn.execute(
        t.parked.insert().values(
            uid=uid,
            at=now,
            key=stored_key(failed.key),
            conversation_id=held.id,
            patient_id=held.patient_id,
            error=error,
            place=place,
            parsed=True,
            payload=held.key.seal_json("parked", "payload", uid, encode(failed)),
        )
    )


def put_raw(
    conn: Connection, house: House, key: str, payload: str, error: str, place: str, now: datetime
) -> None:
    """Keep an inbound row that could not even be parsed; its key is recorded, so once only."""
    statement = insert_into(conn, t.update_keys).values(key=stored_key(key), at=now)
    fresh = conn.execute(statement.on_conflict_do_nothing().returning(t.update_keys.c.key)).first()
    if fresh is not None:
        _insert(conn, house, key, payload, error, place, now, parsed=False)


def _insert(
    conn: Connection,
    house: House,
    key: str,
    payload: Any,
    error: str,
    place: str,
    now: datetime,
    *,
    parsed: bool,
) -> None:
    uid = new_uid()
    conn.execute(
        t.parked.insert().values(
            uid=uid,
            at=now,
            key=stored_key(key),
            error=error,
            place=place,
            parsed=parsed,
            payload=house.vault.seal_json("parked", "payload", uid, payload),
        )
    )


def rows(conn: Connection) -> tuple[ParkedRow, ...]:
    """All of them, the newest first."""
    query = select(_P.id, _P.at, _P.key, _P.error, _P.place, _P.replayed_at).order_by(_P.id.desc())
    return tuple(ParkedRow(*row) for row in conn.execute(query))


def read(conn: Connection, house: House, parked_id: int) -> Update:
    """The Update, opened. Raises ``NotFound``; ``FrontdeskError`` for one that cannot be replayed."""
    row = conn.execute(select(t.parked).where(_P.id == parked_id).with_for_update()).first()
    if row is None:
        raise NotFound(f"no parked update {parked_id}")
    key = house.sealer(conn, row.patient_id)
    if row.replayed_at is not None or row.payload is None or key is None:
        raise FrontdeskError(f"parked update {parked_id} was replayed already")
    if not row.parsed:
        raise FrontdeskError(
            f"parked update {parked_id} was never understood; it cannot be replayed"
        )
    return update_of(key.open_json("parked", "payload", row.uid, row.payload))


def replayed(conn: Connection, parked_id: int, now: datetime) -> None:
    """It is done: its text goes, its line stays for the record."""
    conn.execute(update(t.parked).where(_P.id == parked_id).values(replayed_at=now, payload=None))


def failed_again(conn: Connection, parked_id: int, error: str, place: str) -> None:
    """Note the latest fault."""
    conn.execute(update(t.parked).where(_P.id == parked_id).values(error=error, place=place))
