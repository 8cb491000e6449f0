"""Conversation rows with their enquiries: find, lock, read, write."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.codec import encode
from bot.events import Address
from bot.state import Conversation, Enquiry
from storage import tables as t
from storage.committer import Again
from storage.engine import insert_into, inserted
from storage.house import House
from storage.ids import new_id
from storage.retention import typed_before_consent
from storage.seal import Sealer
from storage.shapes import enquiry_of, state_json, state_of

_C, _E = t.conversations.c, t.enquiries.c

# Statements of every turn, built once: building them costs more than running them.
_FIND = (
    select(t.conversations, t.patients.c.wrapped_key)
    .join(t.patients, t.patients.c.id == _C.patient_id)
    .where(
        _C.channel == bindparam("channel"),
        _C.account == bindparam("account"),
        _C.chat == bindparam("chat"),
    )
)
_FIND_LOCKED = _FIND.with_for_update(of=t.conversations)
_BY_ID = (
    select(t.conversations, t.patients.c.wrapped_key)
    .join(t.patients, t.patients.c.id == _C.patient_id)
    .where(_C.id == bindparam("id"))
)
_BY_ID_LOCKED = _BY_ID.with_for_update(of=t.conversations)
_ENQUIRIES = (
    select(_E.reference, _E.body)
    .where(_E.conversation_id == bindparam("id"))
    .order_by(_E.created_at, _E.reference)
)
_TOUCH = (
    update(t.conversations)
    .where(_C.id == bindparam("row"))
    .values(
        version=bindparam("version"),
        last_number=bindparam("last_number"),
        updated_at=bindparam("updated_at"),
    )
)
_WRITE = _TOUCH.values(state=bindparam("state"), typed_until=bindparam("typed_until"))


@dataclass(slots=True)
class Held:
    """A conversation's row as it was read, with the key to it."""

    id: str
    patient_id: str
    key: Sealer
    state: Conversation
    last_number: int
    version: int
    unwritten: dict[str, Any] = field(default_factory=dict)
    """Columns of the row that ``write`` has to update."""


def lock(conn: Connection, house: House, address: Address, language: str, now: datetime) -> Held:
    """Insert or lock the one Conversation of an address. SQLite's one writer is lock enough there."""
    found = find(conn, house, address, locked=True)
    if found is None:
        _insert(conn, house, address, language, now)
        found = find(conn, house, address, locked=True)
    if found is None:
        raise Again  # erased between the two statements
    return found


def find(conn: Connection, house: House, address: Address, *, locked: bool = False) -> Held | None:
    """The Conversation of an address, if there is one."""
    where = {"channel": address.channel, "account": address.account, "chat": address.chat}
    row = conn.execute(_FIND_LOCKED if locked else _FIND, where).first()
    return None if row is None else _held(conn, house, row)


def by_id(
    conn: Connection, house: House, conversation_id: str, *, locked: bool = False
) -> Held | None:
    """The Conversation of an id."""
    row = conn.execute(_BY_ID_LOCKED if locked else _BY_ID, {"id": conversation_id}).first()
    return None if row is None else _held(conn, house, row)


def _held(conn: Connection, house: House, row: Row[Any]) -> Held:
    key = house.vault.patient_key(row.patient_id, row.wrapped_key)
    state = state_of(
        key.open_json("conversations", "state", row.id, row.state),
        enquiries_of(conn, key, row.id),
    )
    return Held(row.id, row.patient_id, key, state, row.last_number, row.version)


def enquiries_of(conn: Connection, key: Sealer, conversation_id: str) -> tuple[Enquiry, ...]:
    """The enquiries of a conversation, oldest first."""
    rows = conn.execute(_ENQUIRIES, {"id": conversation_id})
    return tuple(
        enquiry_of(key.open_json("enquiries", "body", row.reference, row.body)) for row in rows
    )


def exist(conn: Connection, conversation_id: str) -> bool:
    """Whether there is (still) such a conversation."""
    query = select(_C.id).where(_C.id == conversation_id)
    return conn.execute(query).first() is not None


def references(conn: Connection, conversation_id: str) -> tuple[str, ...]:
    """The references of a conversation's enquiries."""
    query = select(t.enquiries.c.reference).where(t.enquiries.c.conversation_id == conversation_id)
    return tuple(conn.execute(query).scalars())


def _insert(conn: Connection, house: House, address: Address, language: str, now: datetime) -> None:
    conversation_id, patient_id = new_id(), new_id()
    key, wrapped = house.vault.new_patient_key(patient_id)
    conn.execute(t.patients.insert().values(id=patient_id, wrapped_key=wrapped, created_at=now))
    state = Conversation(conversation_id, address, language_hint=language)
    put = (
        insert_into(conn, t.conversations)
        .values(
            id=conversation_id,
            channel=address.channel,
            account=address.account,
            chat=address.chat,
            patient_id=patient_id,
            version=0,
            last_number=0,
            state=key.seal_json("conversations", "state", conversation_id, state_json(state)),
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["channel", "account", "chat"])
        .returning(_C.id)
    )
    if not inserted(conn, put):  # another replica met the same stranger at the same moment
        conn.execute(delete(t.patients).where(t.patients.c.id == patient_id))


def save(
    conn: Connection,
    held: Held,
    before: Conversation,
    after: Conversation,
    now: datetime,
    private_for: timedelta,
) -> None:
    """Write the enquiries that changed and note what ``write`` has to do for the state.

    ``private_for``: how long words typed before consent may stay.
    """
    held.unwritten["updated_at"] = now
    state = replace(after, enquiries=())
    if replace(before, enquiries=()) != state:
        held.unwritten |= {
            "state": held.key.seal_json("conversations", "state", held.id, state_json(state)),
            "typed_until": now + private_for if typed_before_consent(after) else None,
        }
    known = {one.reference: one for one in before.enquiries}
    for enquiry in after.enquiries:
        if enquiry.reference not in known:
            _new_enquiry(conn, held, enquiry, now)
        elif known[enquiry.reference] != enquiry:
            conn.execute(
                update(t.enquiries)
                .where(t.enquiries.c.reference == enquiry.reference)
                .values(_enquiry_values(held, enquiry, now))
            )


def write(conn: Connection, held: Held) -> None:
    """Write the row: a new version, the transcript's last number, and the state if it changed."""
    held.version += 1
    values = {"row": held.id, "version": held.version, "last_number": held.last_number}
    statement = _WRITE if "state" in held.unwritten else _TOUCH
    conn.execute(statement, values | held.unwritten)


def _new_enquiry(conn: Connection, held: Held, enquiry: Enquiry, now: datetime) -> None:
    spent = (
        insert_into(conn, t.spent_references)
        .values(reference=enquiry.reference)
        .on_conflict_do_nothing()
        .returning(t.spent_references.c.reference)
    )
    if not inserted(conn, spent):
        raise Again  # somebody has this reference: the turn is taken again with another
    conn.execute(
        t.enquiries.insert().values(
            reference=enquiry.reference,
            conversation_id=held.id,
            created_at=enquiry.created_at,
            **_enquiry_values(held, enquiry, now),
        )
    )


def _enquiry_values(held: Held, enquiry: Enquiry, now: datetime) -> dict[str, Any]:
    body = held.key.seal_json("enquiries", "body", enquiry.reference, encode(enquiry))
    return {
        "status": enquiry.status.value,
        "urgent": enquiry.urgent,
        "due_at": enquiry.due_at,
        "assignee_id": enquiry.assignee.id if enquiry.assignee else None,
        "updated_at": now,
        "resolved_at": enquiry.resolved_at,
        "body": body,
    }
