"""Timer rows: what a conversation wants to be told later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select

from bot.events import Address, TimerFired, Update
from storage import tables as t
from storage.engine import insert_into

_T, _C = t.timers.c, t.conversations.c
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def put(conn: Connection, conversation_id: str, name: str, reference: str, at: datetime) -> None:
    """Set a timer, or move the one of that name and reference."""
    statement = insert_into(conn, t.timers).values(
        conversation_id=conversation_id, name=name, reference=reference, due_at=at
    )
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id", "name", "reference"], set_={"due_at": at}
        )
    )


def cancel(
    conn: Connection,
    conversation_id: str,
    name: str,
    reference: str,
    *,
    due: datetime | None = None,
) -> None:
    """Forget a timer; with ``due``, only if it is still set for that time."""
    statement = delete(t.timers).where(
        _T.conversation_id == conversation_id, _T.name == name, _T.reference == reference
    )
    conn.execute(statement if due is None else statement.where(_T.due_at == due))


def due(conn: Connection, now: datetime, limit: int = 100) -> tuple[Update, ...]:
    """Timers that are due, the longest overdue first, as Updates."""
    rows = conn.execute(
        select(_T.id, _T.name, _T.reference, _T.due_at, _C.channel, _C.account, _C.chat)
        .join(t.conversations, _C.id == _T.conversation_id)
        .where(_T.due_at <= now)
        .order_by(_T.due_at, _T.id)
        .limit(limit)
    )
    return tuple(
        Update(
            key_of(row.id, row.due_at),
            Address(row.channel, row.account, row.chat),
            now,
            TimerFired(row.name, row.reference),
        )
        for row in rows
    )


def key_of(timer_id: int, due_at: datetime) -> str:
    """The key of one firing: a timer that was moved gets another one."""
    return f"timer:{timer_id}:{(due_at - _EPOCH) // _MICROSECOND}"


def due_in(key: str) -> datetime | None:
    """The time in such a key; None for other keys."""
    kind, _, rest = key.partition(":")
    timer_id, _, due_at = rest.partition(":")
    if kind != "timer" or not timer_id.isdecimal() or not due_at.isdecimal():
        return None
    return _EPOCH + int(due_at) * _MICROSECOND


def still_due(conn: Connection, update: Update) -> bool:
    """Whether the timer that an Update speaks of is still set for that time."""
    timer_id = int(update.key.split(":")[1])
    row = conn.execute(select(_T.due_at).where(_T.id == timer_id)).scalar()
    return row is not None and row == due_in(update.key)


def finish(conn: Connection, key: str) -> None:
    """Forget the timer of a firing, unless it was moved since."""
    due_at = due_in(key)
    if due_at is not None:
        timer_id = int(key.split(":")[1])
        conn.execute(delete(t.timers).where(_T.id == timer_id, _T.due_at == due_at))
