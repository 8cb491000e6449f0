"""Counts and checks for doctor and the readiness page. Numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.state import OPEN, Status
from storage import tables as t
from storage.house import House

_O = t.outbox.c


def health(conn: Connection, house: House, now: datetime) -> Mapping[str, Any]:
    """How things stand. ``key_ok`` is checked at the start: a store with a wrong key does not start."""

    def count(table: Any, *where: Any) -> int:
        return int(conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one())

    oldest = conn.execute(select(func.min(_O.created_at)).where(_O.settled_at.is_(None))).scalar()
    enquiry = t.enquiries.c
    new, ours = Status.NEW.value, [Status.NEW.value, Status.CLAIMED.value]
    leases_now = house.lease_time(conn)
    held = conn.execute(select(t.leases.c.name, t.leases.c.until)).all()
    return {
        "database": conn.dialect.name,
        "database_skew_seconds": (house.clock() - leases_now).total_seconds(),
        "leases": {name: (until - leases_now).total_seconds() for name, until in held},
        "late_enquiries": count(t.enquiries, enquiry.status.in_(ours), enquiry.due_at <= now),
        "unclaimed_alerts": count(t.enquiries, enquiry.status == new, enquiry.urgent.is_(True)),
        "outbox_waiting": count(t.outbox, _O.settled_at.is_(None)),
        "outbox_oldest_seconds": (now - oldest).total_seconds() if oldest is not None else 0.0,
        "dead_letters": count(t.outbox, _O.settled_at.is_not(None), _O.effect.is_not(None)),
        "parked": count(t.parked, t.parked.c.replayed_at.is_(None)),
        "timers_due": count(t.timers, t.timers.c.due_at <= now),
        "open_enquiries": count(t.enquiries, t.enquiries.c.status.in_([one.value for one in OPEN])),
        "key_ok": house.sealed_with is not None,
    }
