"""Counts and checks for doctor and the readiness page. Numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.state import OPEN
from storage import tables as t
from storage.house import House

_O = t.outbox.c


def health(conn: Connection, house: House, now: datetime) -> Mapping[str, Any]:
    """How things stand. ``key_ok`` is checked at the start: a store with a wrong key does not start."""

    def count(table: Any, *where: Any) -> int:
        return int(conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one())

    oldest = conn.execute(select(func.min(_O.created_at)).where(_O.settled_at.is_(None))).scalar()
    return {
        "database": conn.dialect.name,
        "outbox_waiting": count(t.outbox, _O.settled_at.is_(None)),
        "outbox_oldest_seconds": (now - oldest).total_seconds() if oldest is not None else 0.0,
        "dead_letters": count(t.outbox, _O.settled_at.is_not(None), _O.effect.is_not(None)),
        "parked": count(t.parked, t.parked.c.replayed_at.is_(None)),
        "timers_due": count(t.timers, t.timers.c.due_at <= now),
        "open_enquiries": count(t.enquiries, t.enquiries.c.status.in_([one.value for one in OPEN])),
        "key_ok": house.sealed_with is not None,
    }
