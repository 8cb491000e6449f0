"""What desks and pages read: queues, enquiries, transcripts, outcomes of replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from bot.events import Address
from bot.ports import EnquiryRow
from bot.state import OPEN
from bot.transcript import Entry
from storage import tables as t
from storage.conversations import Held
from storage.house import House
from storage.seal import Sealer
from storage.shapes import enquiry_of, entry_of, state_of

_E, _C, _X, _O = t.enquiries.c, t.conversations.c, t.transcript.c, t.outbox.c
_FAR: Final = "9999"


def address_of(conn: Connection, reference: str) -> Address | None:
    """Whose enquiry this is."""
    row = conn.execute(
        select(_C.channel, _C.account, _C.chat)
        .join(t.enquiries, _E.conversation_id == _C.id)
        .where(_E.reference == reference)
    ).first()
    return None if row is None else Address(*row)


def queue(conn: Connection, house: House, closed: bool, limit: int) -> tuple[EnquiryRow, ...]:
    """Open enquiries in the order of ``queue_order``, or closed ones, the latest first."""
    states = [one.value for one in OPEN]
    if closed:
        query = _query().where(_E.status.not_in(states))
        return _rows(conn, house, query.order_by(_E.updated_at.desc(), _E.reference).limit(limit))
    # NULLs are last in PostgreSQL and first in SQLite: say it.
    query = _query().where(_E.status.in_(states))
    order = (_E.urgent.desc(), _E.due_at.is_(None), _E.due_at, _E.created_at, _E.reference)
    return _rows(conn, house, query.order_by(*order).limit(limit))


def enquiry(conn: Connection, house: House, reference: str) -> EnquiryRow | None:
    """One enquiry by its reference."""
    found = _rows(conn, house, _query().where(_E.reference == reference))
    return found[0] if found else None


def _query() -> Any:
    return (
        select(
            _E.reference, _E.body, _E.updated_at, _C.id, _C.state, _C.patient_id,
            t.patients.c.wrapped_key,
        )
        .join(t.conversations, _C.id == _E.conversation_id)
        .join(t.patients, t.patients.c.id == _C.patient_id)
    )  # fmt: skip


def _rows(conn: Connection, house: House, query: Any) -> tuple[EnquiryRow, ...]:
    out = []
    for row in conn.execute(query):
        key: Sealer = house.vault.patient_key(row.patient_id, row.wrapped_key)
        state = state_of(key.open_json("conversations", "state", row.id, row.state), ())
        body = enquiry_of(key.open_json("enquiries", "body", row.reference, row.body))
        out.append(EnquiryRow(body, state.address, state.name, state.locale, row.updated_at))
    return tuple(out)


def queue_order(row: EnquiryRow) -> tuple[bool, bool, str, datetime, str]:
    """Urgent first, then by promise, then by age."""
    one = row.enquiry
    due = one.due_at.isoformat() if one.due_at else _FAR
    return (not one.urgent, one.due_at is None, due, one.created_at, one.reference)


def transcript(
    conn: Connection, held: Held, after: int = 0, limit: int | None = None
) -> tuple[Entry, ...]:
    """What was said in a conversation, oldest first."""
    rows = conn.execute(
        select(_X.number, _X.body)
        .where(_X.conversation_id == held.id, _X.number > after)
        .order_by(_X.number)
        .limit(limit)
    )
    return tuple(_entry(held.key, held.id, number, body) for number, body in rows)


def _entry(key: Sealer, conversation_id: str, number: int, body: bytes) -> Entry:
    opened = key.open_json("transcript", "body", f"{conversation_id}/{number}", body)
    return replace(entry_of(opened), number=number)


def deliveries(conn: Connection, reference: str) -> tuple[tuple[str, str, datetime], ...]:
    """(draft id, outcome, when) of the replies of an enquiry; "waiting" for one not settled."""
    rows = conn.execute(
        select(_O.name, _O.outcome, _O.settled_at, _O.created_at)
        .where(_O.reference == reference, _O.kind == "RelayToPatient")
        .order_by(_O.id)
    )
    return tuple(
        (row.name, row.outcome or "waiting", row.settled_at or row.created_at) for row in rows
    )


def consents(
    conn: Connection, house: House, address: Address
) -> tuple[tuple[datetime, bool, str, str], ...]:
    """(when, given, version, digest of the text) from the ledger, also from before an erasure."""
    subject = house.vault.hashed("subject", str(address))
    rows = conn.execute(
        select(t.consents.c.at, t.consents.c.given, t.consents.c.version, t.consents.c.text_digest)
        .where(t.consents.c.subject == subject)
        .order_by(t.consents.c.id)
    )
    return tuple((row[0], row[1], row[2], row[3]) for row in rows)
