"""Deleting what the retention limits of the live Release say, kind by kind.

In rounds of a few hundred rows, each a transaction of its own: nobody who writes has to wait for a year's
worth of deletions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    or_,
    select,
    tuple_,
    update,
)

from bot.release import Limits
from storage import conversations
from storage import tables as t
from storage.counts import KEPT_MONTHS
from storage.erase import delete_rows
from storage.house import House
from storage.retention import MONTH, without_typed
from storage.shapes import state_json

ROUND: Final = 200
"""Rows of one kind that a round deletes at most."""
_E, _C, _O, _X = t.enquiries.c, t.conversations.c, t.outbox.c, t.transcript.c


def purge_round(conn: Connection, house: House, now: datetime) -> Mapping[str, int]:
    """How many rows of what went. A kind that reached ``ROUND`` may have more."""
    release = house.live_release(conn)
    limits = release.limits if release is not None else Limits()
    day = timedelta(days=1)
    keys_before = now - limits.update_keys_days * day
    parked_before = now - limits.parked_days * day
    return {
        "update_keys": _gone(conn, t.update_keys, t.update_keys.c.at < keys_before),
        "typed_before_consent": _gone(conn, t.transcript, _X.expires_at <= now),
        "states_before_consent": _typed(conn, house, now),
        "enquiries": _enquiries(conn, now - limits.enquiry_months * MONTH),
        "conversations": _idle(conn, now - limits.conversation_days * day),
        "outbox": _gone(conn, t.outbox, _settled(keys_before, parked_before)),
        "parked": _gone(conn, t.parked, t.parked.c.at < parked_before),
        "files": _gone(conn, t.files, t.files.c.expires_at <= now),
        "audit": _gone(conn, t.audit, t.audit.c.at < now - limits.audit_months * MONTH),
        "links": _gone(conn, t.links, t.links.c.expires_at <= now),
        "sessions": _gone(conn, t.sessions, t.sessions.c.expires_at <= now),
        "counts": _gone(conn, t.counts, t.counts.c.day < now - KEPT_MONTHS * MONTH),
        "holds": _gone(conn, t.holds, t.holds.c.until <= now),
    }


def _gone(conn: Connection, table: Table, which: ColumnElement[bool]) -> int:
    key = list(table.primary_key.columns)
    chosen = select(*key).where(which).limit(ROUND)
    target = key[0] if len(key) == 1 else tuple_(*key)
    result: Any = conn.execute(delete(table).where(target.in_(chosen)))
    return int(result.rowcount)


def _typed(conn: Connection, house: House, now: datetime) -> int:
    query = select(_C.id).where(_C.typed_until <= now).limit(ROUND)
    ids = conn.execute(query).scalars().all()
    for conversation_id in ids:
        held = conversations.by_id(conn, house, conversation_id, locked=True)
        if held is None:
            continue
        values: dict[str, Any] = {"typed_until": None, "version": _C.version + 1}
        if held.state.consent is None:
            state = state_json(without_typed(held.state))
            values["state"] = held.key.seal_json("conversations", "state", held.id, state)
        conn.execute(update(t.conversations).where(_C.id == held.id).values(values))
    return len(ids)


def _enquiries(conn: Connection, before: datetime) -> int:
    query = select(_E.reference).where(_E.updated_at < before).limit(ROUND)
    old = conn.execute(query).scalars().all()
    theirs = select(_E.conversation_id).where(_E.reference.in_(old))
    conn.execute(
        update(t.conversations).where(_C.id.in_(theirs)).values(version=_C.version + 1)
    )  # what is remembered of them is no longer so
    for reference in old:
        for table in (t.transcript, t.outbox, t.timers):
            conn.execute(delete(table).where(table.c.reference == reference))
        name = t.receipts.c.name
        named = or_(name.like(f"%:{reference}"), name.like(f"%:{reference}:%"))
        conn.execute(delete(t.receipts).where(named))
        conn.execute(delete(t.enquiries).where(_E.reference == reference))
    return len(old)


def _idle(conn: Connection, before: datetime) -> int:
    has_enquiry = exists().where(_E.conversation_id == _C.id)
    # A row that still has to go out must not lose its key.
    unsettled = exists().where(_O.conversation_id == _C.id, _O.settled_at.is_(None))
    rows = conn.execute(
        select(_C.id, _C.patient_id)
        .where(_C.updated_at < before, ~has_enquiry, ~unsettled)
        .limit(ROUND)
    ).all()
    for conversation_id, patient_id in rows:
        delete_rows(conn, conversation_id, patient_id)
    return len(rows)


def _settled(before: datetime, dead_before: datetime) -> ColumnElement[bool]:
    """Settled rows go after the time in which an outcome may still be asked for; a facilitator's
    replies stay with their enquiry (the desk shows when they arrived), what failed stays longer."""
    reply = and_(_O.kind == "RelayToPatient", exists().where(_E.reference == _O.reference))
    sent = and_(_O.settled_at < before, _O.effect.is_(None))
    return and_(or_(sent, _O.settled_at < dead_before), ~reply)
