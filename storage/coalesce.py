"""Cards that need not be sent: a newer one of the same enquiry waits for the same desk.

Asked only while a desk's rate is used up. The card must stand there already: the newer one then edits
it, and nothing between the two depends on the older edit.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.effects import ShowCard
from bot.ports import Delivery
from storage import receipts
from storage import tables as t
from storage.memory_rows import Rows


def is_superseded(conn: Connection, delivery: Delivery) -> bool:
    """Whether a newer card makes this one pointless."""
    if not isinstance(delivery.effect, ShowCard):
        return False
    reference = delivery.effect.reference
    row = t.outbox.c
    newer = select(row.id).where(
        row.destination == delivery.destination,
        row.conversation_id == delivery.conversation_id,
        row.reference == reference,
        row.kind == ShowCard.__name__,
        row.id > delivery.id,
        row.settled_at.is_(None),
    )
    if conn.execute(newer.limit(1)).first() is None:
        return False
    return receipts.platform_id(conn, delivery.destination, f"card:{reference}") is not None


def is_superseded_in_memory(rows: Rows, delivery: Delivery) -> bool:
    """The same for the in-memory store."""
    if not isinstance(delivery.effect, ShowCard):
        return False
    reference = delivery.effect.reference
    if (delivery.destination, f"card:{reference}") not in rows.receipts:
        return False
    return any(
        row.kind == ShowCard.__name__ and row.reference == reference
        for row in rows.outbox.values()
        if row.id > delivery.id
        and row.settled_at is None
        and row.destination == delivery.destination
        and row.conversation_id == delivery.conversation_id
    )
