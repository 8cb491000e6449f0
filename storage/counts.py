"""Counters without names: how often a page was read, a question missed, an answer helped.

They are added to in the turn's transaction, last, in one order: two turns that count the same things
never wait for each other in a circle.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.ports import CountRow
from storage import tables as t
from storage.prepared import Prepared, upsert

PARTS: Final = 16
"""Rows of one counter; about as many as connections that may add at once."""
KEPT_MONTHS: Final = 24
_C = t.counts.c
_KEYS: Final = ["day", "release_id", "kind", "key", "part"]


def _or_more(put: sqlite.Insert | postgresql.Insert) -> Insert:
    more = {"number": _C.number + put.excluded.number}
    return put.on_conflict_do_update(index_elements=_KEYS, set_=more)


_ADD = Prepared(lambda dialect: _or_more(upsert(dialect, t.counts, *_KEYS, "number")))


def day_of(at: datetime) -> datetime:
    """The beginning of a day, UTC: the same for all desks and replicas."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def add(
    conn: Connection, release_id: str, counted: Mapping[tuple[str, str], int], now: datetime
) -> None:
    """Add (kind, key) → how many."""
    if not counted:
        return
    part = threading.get_ident() % PARTS
    rows = [
        {
            "day": day_of(now),
            "release_id": release_id,
            "kind": kind,
            "key": key,
            "part": part,
            "number": number,
        }
        for (kind, key), number in sorted(counted.items())
    ]
    _ADD.run_each(conn, rows)


def read(conn: Connection, now: datetime, since_days: int) -> tuple[CountRow, ...]:
    """Of today and the days before it, newest day first."""
    since = day_of(now) - timedelta(days=since_days)
    query = (
        select(_C.day, _C.release_id, _C.kind, _C.key, func.sum(_C.number))
        .where(_C.day >= since)
        .group_by(_C.day, _C.release_id, _C.kind, _C.key)
        .order_by(_C.day.desc(), _C.release_id, _C.kind, _C.key)
    )
    return tuple(
        CountRow(day.date(), release_id, kind, key, int(number))
        for day, release_id, kind, key, number in conn.execute(query)
    )
