"""Adapters' own small durable things: cursors, and leases that one holder has at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, or_, select

from storage import tables as t
from storage.engine import insert_into
from storage.house import House


def cursor(conn: Connection, name: str) -> int | None:
    """The value of a cursor, None before it was set."""
    found: int | None = conn.execute(
        select(t.cursors.c.value).where(t.cursors.c.name == name)
    ).scalar()
    return found


def set_cursor(conn: Connection, name: str, value: int) -> None:
    """Put a cursor somewhere, also back (Telegram's ids jump after a quiet week)."""
    statement = insert_into(conn, t.cursors).values(name=name, value=value)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def lease(conn: Connection, house: House, name: str, holder: str, seconds: float) -> bool:
    """Take or keep a lease: True if ``holder`` has it now. 0 seconds gives it back."""
    now = house.lease_time(conn)
    until = now + timedelta(seconds=seconds)
    statement = insert_into(conn, t.leases).values(name=name, holder=holder, until=until)
    row = conn.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "until": until},
            where=or_(t.leases.c.holder == holder, t.leases.c.until <= now),
        ).returning(t.leases.c.holder)
    ).first()
    return row is not None


def release_all(conn: Connection) -> None:
    """One server a file: when it starts, whoever held a lease before it is dead."""
    conn.execute(delete(t.leases))
