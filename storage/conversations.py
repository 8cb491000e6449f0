"""Conversation rows with their enquiries: find, lock, read, write."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.codec import encode
from bot.events import Address
from bot.state import Conversation, Enquiry
from storage import tables as t
from storage.committer import Again
from storage.house import House
from storage.ids import new_id
from storage.prepared import Prepared, insert_all, upsert
from storage.retention import typed_before_consent
from storage.seal import Sealer
from storage.shapes import enquiry_of, state_json, state_of

_C, _E = t.conversations.c, t.enquiries.c

_HEAD = (_C.id, _C.patient_id, _C.version, _C.last_number)
_AT_ADDRESS = (
    _C.channel == bindparam("channel"),
    _C.account == bindparam("account"),
    _C.chat == bindparam("chat"),
)
_WHOLE = select(*_HEAD, _C.state, t.patients.c.wrapped_key).join(
    t.patients, t.patients.c.id == _C.patient_id
)
_FIND = Prepared(_WHOLE.where(*_AT_ADDRESS))
_FIND_LOCKED = Prepared(_WHOLE.where(*_AT_ADDRESS).with_for_update(of=t.conversations))
_LOOK_LOCKED = Prepared(select(*_HEAD).where(*_AT_ADDRESS).with_for_update())
_BY_ID = Prepared(_WHOLE.where(_C.id == bindparam("id")))
_BY_ID_LOCKED = Prepared(_WHOLE.where(_C.id == bindparam("id")).with_for_update(of=t.conversations))
_ENQUIRIES = Prepared(
    select(_E.reference, _E.body)
    .where(_E.conversation_id == bindparam("id"))
    .order_by(_E.created_at, _E.reference)
)
_EXIST = Prepared(select(_C.id).where(_C.id == bindparam("id")))
_STEP: Final[dict[str, Any]] = {
    name: bindparam(name) for name in ("version", "last_number", "updated_at")
}
_STATE: Final[dict[str, Any]] = {name: bindparam(name) for name in ("state", "typed_until")}
_TOUCH = Prepared(update(t.conversations).where(_C.id == bindparam("row")).values(_STEP))
_WRITE = Prepared(update(t.conversations).where(_C.id == bindparam("row")).values(_STEP | _STATE))
_NEW = Prepared(
    lambda dialect: (
        upsert(
            dialect, t.conversations, "id", "channel", "account", "chat", "patient_id", "version",
            "last_number", "state", "created_at", "updated_at",
        )
        .on_conflict_do_nothing(index_elements=["channel", "account", "chat"])
        .returning(_C.id)
    )
)  # fmt: skip
_NEW_PATIENT = Prepared(insert_all(t.patients, "id", "wrapped_key", "created_at"))
_COLUMNS = ("status", "urgent", "due_at", "assignee_id", "updated_at", "resolved_at", "body")
_NEW_ENQUIRY = Prepared(
    insert_all(t.enquiries, "reference", "conversation_id", "created_at", *_COLUMNS)
)
_SAVE_ENQUIRY = Prepared(
    update(t.enquiries)
    .where(_E.reference == bindparam("row"))
    .values({name: bindparam(name) for name in _COLUMNS})
)
_SPEND = Prepared(
    lambda dialect: (
        upsert(dialect, t.spent_references, "reference")
        .on_conflict_do_nothing()
        .returning(t.spent_references.c.reference)
    )
)


_NO_ENQUIRIES: Final[dict[str, Any]] = {"enquiries": ()}


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
    if locked and address in house.states:
        seen = _LOOK_LOCKED.first(conn, where)
        known = None if seen is None else house.states.get(address, seen.id, seen.version)
        if seen is not None and known is not None:
            return Held(
                seen.id, seen.patient_id, known.key, known.state, seen.last_number, seen.version
            )
    row = (_FIND_LOCKED if locked else _FIND).first(conn, where)
    return None if row is None else _held(conn, house, row)


def by_id(
    conn: Connection, house: House, conversation_id: str, *, locked: bool = False
) -> Held | None:
    """The Conversation of an id."""
    row = (_BY_ID_LOCKED if locked else _BY_ID).first(conn, {"id": conversation_id})
    return None if row is None else _held(conn, house, row)


def _held(conn: Connection, house: House, row: Any) -> Held:
    key = house.vault.patient_key(row.patient_id, row.wrapped_key)
    state = state_of(
        key.open_json("conversations", "state", row.id, row.state),
        enquiries_of(conn, key, row.id),
    )
    return Held(row.id, row.patient_id, key, state, row.last_number, row.version)


def enquiries_of(conn: Connection, key: Sealer, conversation_id: str) -> tuple[Enquiry, ...]:
    """The enquiries of a conversation, oldest first."""
    return tuple(
        enquiry_of(key.open_json("enquiries", "body", row.reference, row.body))
        for row in _ENQUIRIES.all(conn, {"id": conversation_id})
    )


def exist(conn: Connection, conversation_id: str) -> bool:
    """Whether there is (still) such a conversation."""
    return _EXIST.first(conn, {"id": conversation_id}) is not None


def references(conn: Connection, conversation_id: str) -> tuple[str, ...]:
    """The references of a conversation's enquiries."""
    query = select(t.enquiries.c.reference).where(t.enquiries.c.conversation_id == conversation_id)
    return tuple(conn.execute(query).scalars())


def _insert(conn: Connection, house: House, address: Address, language: str, now: datetime) -> None:
    conversation_id, patient_id = new_id(), new_id()
    key, wrapped = house.vault.new_patient_key(patient_id)
    _NEW_PATIENT.run(conn, {"id": patient_id, "wrapped_key": wrapped, "created_at": now})
    state = Conversation(conversation_id, address, language_hint=language)
    sealed = key.seal_json("conversations", "state", conversation_id, state_json(state))
    row = {
        "id": conversation_id,
        "channel": address.channel,
        "account": address.account,
        "chat": address.chat,
        "patient_id": patient_id,
        "version": 0,
        "last_number": 0,
        "state": sealed,
        "created_at": now,
        "updated_at": now,
    }
    if _NEW.first(conn, row) is None:  # another replica met the same stranger at the same moment
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
    state = after.but(_NO_ENQUIRIES) if after.enquiries else after
    if (before.but(_NO_ENQUIRIES) if before.enquiries else before) != state:
        held.unwritten |= {
            "state": held.key.seal_json("conversations", "state", held.id, state_json(state)),
            "typed_until": now + private_for if typed_before_consent(after) else None,
        }
    known = {one.reference: one for one in before.enquiries}
    for enquiry in after.enquiries:
        if enquiry.reference not in known:
            _new_enquiry(conn, held, enquiry, now)
        elif known[enquiry.reference] != enquiry:
            _SAVE_ENQUIRY.run(
                conn, {"row": enquiry.reference, **_enquiry_values(held, enquiry, now)}
            )


def write(conn: Connection, held: Held) -> None:
    """Write the row: a new version, the transcript's last number, and the state if it changed."""
    held.version += 1
    values = {"row": held.id, "version": held.version, "last_number": held.last_number}
    (_WRITE if "state" in held.unwritten else _TOUCH).run(conn, values | held.unwritten)


def _new_enquiry(conn: Connection, held: Held, enquiry: Enquiry, now: datetime) -> None:
    if _SPEND.first(conn, {"reference": enquiry.reference}) is None:
        raise Again  # somebody has this reference: the turn is taken again with another
    row = {
        "reference": enquiry.reference,
        "conversation_id": held.id,
        "created_at": enquiry.created_at,
        **_enquiry_values(held, enquiry, now),
    }
    _NEW_ENQUIRY.run(conn, row)


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
