"""Forgetting a patient: the key, the rows, and the copies that the platforms let us delete."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.effects import DeleteMessages
from bot.ports import Delivery
from bot.transcript import Entry
from storage import audit, outbox, receipts
from storage import tables as t
from storage.conversations import Held
from storage.engine import insert_into
from storage.house import House
from storage.shapes import entry_of

_E = t.erased.c


def erase(conn: Connection, house: House, held: Held, now: datetime) -> tuple[Delivery, ...]:
    """Delete all there is of a conversation and queue the deletion of what went out.

    Returned are the rows that are born leased, as by ``outbox.put``.
    The consent ledger keeps its lines under a keyed hash; the list of erased ids gets one more.
    """
    for_each = [
        outbox.Queued(destination, DeleteMessages(ids), False)
        for destination, ids in receipts.of_conversation(conn, held.id).items()
    ]
    _delete_files(conn, held)
    delete_rows(conn, held.id, held.patient_id)
    _remember(conn, held.id, house.vault.hashed("subject", str(held.state.address)), now)
    # Sealed with the master key: these outlive the patient's.
    return outbox.put(conn, house, held.state, house.vault, None, for_each, now)


def delete_rows(conn: Connection, conversation_id: str, patient_id: str) -> None:
    """Delete a conversation, what hangs on it, and the key of its patient."""
    for table in (t.outbox, t.parked):
        conn.execute(delete(table).where(table.c.conversation_id == conversation_id))
    audit.forget_stranger(conn, conversation_id)
    # Enquiries, Transcript, Receipts and timers go with it (ON DELETE CASCADE).
    conn.execute(delete(t.conversations).where(t.conversations.c.id == conversation_id))
    conn.execute(delete(t.patients).where(t.patients.c.id == patient_id))


def _remember(conn: Connection, conversation_id: str, subject: str, at: datetime) -> None:
    statement = insert_into(conn, t.erased).values(
        conversation_id=conversation_id, subject=subject, at=at
    )
    conn.execute(statement.on_conflict_do_nothing())


def _delete_files(conn: Connection, held: Held) -> None:
    rows = conn.execute(
        select(t.transcript.c.number, t.transcript.c.body).where(
            t.transcript.c.conversation_id == held.id, t.transcript.c.kind.in_(["file", "reply"])
        )
    )
    ids = []
    for number, body in rows:
        place = f"{held.id}/{number}"
        entry: Entry = entry_of(held.key.open_json("transcript", "body", place, body))
        if entry.file is not None and entry.file.channel == "web":
            ids.append(entry.file.file_id)
    if ids:
        conn.execute(delete(t.files).where(t.files.c.id.in_(ids)))


def erased_ids(conn: Connection) -> dict[str, tuple[str, datetime]]:
    """Conversation id → (keyed hash of the address, when)."""
    return {row.conversation_id: (row.subject, row.at) for row in conn.execute(select(t.erased))}


def erase_again(conn: Connection, known: dict[str, tuple[str, datetime]]) -> int:
    """After a restore: delete whom the backup brought back. How many these were."""
    count = 0
    rows = conn.execute(select(t.conversations.c.id, t.conversations.c.patient_id)).all()
    for conversation_id, patient_id in rows:
        if conversation_id in known:
            delete_rows(conn, conversation_id, patient_id)
            count += 1
    for conversation_id, (subject, at) in known.items():
        _remember(conn, conversation_id, subject, at)
    return count
