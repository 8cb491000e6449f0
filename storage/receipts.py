"""Receipts: the platforms' message ids of what went out, to be looked up both ways."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Insert, bindparam, select

from bot.effects import DeleteMessages
from bot.events import Address
from bot.ports import Delivery, Known
from bot.state import Conversation
from storage import tables as t
from storage.house import House
from storage.prepared import Prepared, upsert

_R, _C = t.receipts.c, t.conversations.c

_EXISTS = Prepared(select(_C.id).where(_C.id == bindparam("id")))
_ID = Prepared(
    select(_R.platform_id).where(
        _R.destination == bindparam("destination"), _R.name == bindparam("name")
    )
)


def _newest(dialect: str) -> Insert:
    put = upsert(dialect, t.receipts, "destination", "name", "platform_id", "conversation_id", "at")
    same = {name: put.excluded[name] for name in ("platform_id", "conversation_id", "at")}
    return put.on_conflict_do_update(index_elements=["destination", "name"], set_=same)


_PUT = Prepared(_newest)


def put(
    conn: Connection,
    destination: str,
    conversation_id: str,
    names: Iterable[tuple[str, str]],
    now: datetime,
) -> None:
    """Keep receipts; a newer one of the same name replaces the older (a screen that was sent anew).

    For a conversation that was erased or forgotten meanwhile nothing is kept.
    """
    if _EXISTS.first(conn, {"id": conversation_id}) is None:
        return
    rows = [
        {
            "destination": destination,
            "name": name,
            "platform_id": platform_id,
            "conversation_id": conversation_id,
            "at": now,
        }
        for name, platform_id in names
    ]
    _PUT.run_each(conn, rows)


def platform_id(conn: Connection, destination: str, name: str) -> str | None:
    """The platform's id for one of our names."""
    found = _ID.first(conn, {"destination": destination, "name": name})
    return None if found is None else str(found.platform_id)


def known(conn: Connection, destination: str, platform_id: str) -> Known | None:
    """What a platform's id stands for; the newest, where a platform reused one."""
    row = conn.execute(
        select(_R.name, _C.channel, _C.account, _C.chat)
        .join(t.conversations, _C.id == _R.conversation_id)
        .where(_R.destination == destination, _R.platform_id == platform_id)
        .order_by(_R.id.desc())
    ).first()
    return None if row is None else Known(row.name, Address(row.channel, row.account, row.chat))


def of_conversation(conn: Connection, conversation_id: str) -> dict[str, tuple[str, ...]]:
    """All message ids of a conversation, by destination, oldest first."""
    out: dict[str, list[str]] = {}
    rows = conn.execute(
        select(_R.destination, _R.platform_id)
        .where(_R.conversation_id == conversation_id)
        .order_by(_R.id)
    )
    for destination, one in rows:
        if one not in out.setdefault(destination, []):
            out[destination].append(one)
    return {destination: tuple(ids) for destination, ids in out.items()}


def delete_late(
    conn: Connection,
    house: House,
    delivery: Delivery,
    names: Iterable[tuple[str, str]],
    now: datetime,
) -> bool:
    """A message got out while its patient was being erased: have it deleted too. Whether it was so."""
    from storage import outbox  # it imports this module

    gone = conn.execute(
        select(t.erased.c.at).where(t.erased.c.conversation_id == delivery.conversation_id)
    ).first()
    left = conn.execute(select(t.outbox.c.id).where(t.outbox.c.id == delivery.id)).first()
    ids = tuple(platform_id for _, platform_id in names)
    if gone is None or left is not None or not ids:
        return False
    state = Conversation(delivery.conversation_id, delivery.address)
    queued = outbox.Queued(delivery.destination, DeleteMessages(ids), False)
    outbox.put(conn, house, state, house.vault, None, [queued], now)
    return True
