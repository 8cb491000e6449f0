"""The outbox: durable effects that are not out yet, and what became of them.

Order is kept per (destination, conversation): a row is handed out only when nothing older of the two
is unsettled. A row is handed out under a lease whose number grows; an outcome under an old number is
ignored. A lease that ran out means that its holder died in the middle: the row may be out already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    null,
    or_,
    select,
    update,
)

from bot.codec import encode
from bot.effects import Sendable
from bot.errors import KeyMissing
from bot.events import Address
from bot.ports import Delivered, Delivery, DeliveryOutcome, Rejected
from bot.state import Conversation
from storage import receipts
from storage import tables as t
from storage.engine import insert_into, is_sqlite
from storage.house import House
from storage.ids import new_uid
from storage.outcomes import (
    LEFT,
    LEFT_ATTEMPTS,
    SUSPECT_ATTEMPTS,
    Decision,
    decide,
    edited,
    harmless_twice,
    lease_for,
)
from storage.prepared import Prepared, insert_all
from storage.seal import Sealer
from storage.shapes import effect_of, labels_of

_O = t.outbox.c

Left = tuple[tuple[Delivery, DeliveryOutcome], ...]
Claimed = tuple[tuple[Delivery, ...], Left, float]
"""What ``claim`` returns, and a monotonic time before which none of its leases began."""

_PUT = Prepared(
    insert_all(
        t.outbox, "uid", "destination", "conversation_id", "channel", "account", "chat",
        "patient_id", "urgent", "kind", "reference", "name", "effect", "state", "attempt", "lease",
        "lease_until", "not_before", "repeated", "created_at",
    ).returning(_O.id)
)  # fmt: skip
_IN_LINE = Prepared(
    select(_O.id)
    .where(
        _O.destination == bindparam("destination"),
        _O.conversation_id == bindparam("conversation_id"),
        _O.settled_at.is_(None),
    )
    .limit(1)
)
_ON_HOLD = Prepared(
    select(t.holds.c.until).where(t.holds.c.destination == bindparam("destination"))
)
_ARRIVED = Prepared(
    update(t.outbox)
    .where(
        _O.id == bindparam("row"), _O.lease == bindparam("held"), _O.settled_at.is_(None)
    )
    .values(
        effect=null(), state="delivered", outcome=bindparam("outcome"),
        settled_at=bindparam("now"), lease_until=null(),
    )
    .returning(_O.destination, _O.conversation_id, _O.patient_id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Queued:
    """An effect on its way into the outbox."""

    destination: str
    effect: Sendable
    urgent: bool


def put(
    conn: Connection,
    house: House,
    state: Conversation,
    key: Sealer,
    patient_id: str | None,
    queued: Iterable[Queued],
    now: datetime,
) -> tuple[Delivery, ...]:
    """Write rows, in order. ``patient_id`` None: ``key`` is the master key.

    Where this process sends, a row that nothing stands before is born leased to it: these are returned,
    to go out from memory once they are committed.
    """
    hurried: set[str] = set()
    lines: set[str] = set()
    born: list[Delivery] = []
    for one in queued:
        ours = one.destination not in lines and _is_free(
            conn, house, one.destination, state.id, now
        )
        lines.add(one.destination)
        uid = new_uid()
        reference, name = labels_of(one.effect)
        row = _PUT.first(
            conn,
            {
                "uid": uid,
                "destination": one.destination,
                "conversation_id": state.id,
                "channel": state.address.channel,
                "account": state.address.account,
                "chat": state.address.chat,
                "patient_id": patient_id,
                "urgent": one.urgent,
                "kind": type(one.effect).__name__,
                "reference": reference,
                "name": name,
                "effect": key.seal_json("outbox", "effect", uid, encode(one.effect)),
                "state": "leased" if ours else "waiting",
                "attempt": int(ours),
                "lease": int(ours),
                "lease_until": house.lease_time(conn) + lease_for(one.effect) if ours else None,
                "not_before": now,
                "repeated": False,
                "created_at": now,
            },
        )
        if ours:
            found = _looked_up(conn, one)
            born.append(
                Delivery(
                    row.id, one.destination, state.address, state.id, one.effect, 1, 1, one.urgent,
                    receipts=found,
                )
            )  # fmt: skip
        elif one.urgent:
            hurried.add(one.destination)
    for destination in hurried:
        # What stands before an urgent row must not make it wait for a retry's pause, nor as if it
        # were less urgent itself: the line keeps its order and moves now.
        conn.execute(
            update(t.outbox)
            .where(
                _O.destination == destination,
                _O.conversation_id == state.id,
                _O.settled_at.is_(None),
            )
            .values(urgent=True, not_before=now)
        )
    return tuple(born)


def _is_free(
    conn: Connection, house: House, destination: str, conversation_id: str, now: datetime
) -> bool:
    """Whether this process may send to it at once: it sends, nothing stands before, no hold."""
    if not house.sends:
        return False
    line = {"destination": destination, "conversation_id": conversation_id}
    if _IN_LINE.first(conn, line) is not None:
        return False
    hold = _ON_HOLD.first(conn, {"destination": destination})
    return hold is None or hold.until <= now


def _looked_up(conn: Connection, one: Queued) -> tuple[tuple[str, str], ...]:
    """The receipt of the message that an effect edits. Nothing stands before it in its line, so this is
    what it will still be when the effect goes out."""
    name = edited(one.effect)
    found = None if name is None else receipts.platform_id(conn, one.destination, name)
    return () if name is None or found is None else ((name, found),)


def claim(
    conn: Connection, house: House, limit: int, held: frozenset[str]
) -> tuple[tuple[Delivery, ...], Left]:
    """Lease the next rows. Also rows that were left in the middle again and again, with their outcome:
    these are not sent any more but settled by the caller."""
    now = house.lease_time(conn)
    if not is_sqlite(conn):
        house.load_moves(conn)  # another replica may have learned of one
    out: list[Delivery] = []
    left: list[tuple[Delivery, DeliveryOutcome]] = []
    for row in _next(conn, limit, held, now):
        try:
            effect = _effect(conn, house, row)
        except (KeyMissing, ValueError):  # it does not open, or is of another version's making
            _settle(conn, row.id, Decision("dead", "rejected", keep=True), now)
            continue
        if effect is None:  # the patient's key is gone: nothing of theirs is sent any more
            _settle(conn, row.id, Decision("gone", "gone"), now)
            continue
        values: dict[str, Any] = {
            "state": "leased", "lease": row.lease + 1, "lease_until": now + lease_for(effect),
        }  # fmt: skip
        delivery = _delivery(row, effect, values["lease"], row.repeated)
        left_over = row.state == "leased"
        if left_over and not harmless_twice(effect, _has_receipt(conn, row.destination, effect)):
            if row.repeated and row.attempt >= LEFT_ATTEMPTS:
                left.append((delivery, Rejected(LEFT)))
            values["repeated"] = True
            delivery = _delivery(row, effect, values["lease"], True)
        conn.execute(
            update(t.outbox).where(_O.id == row.id).values(attempt=row.attempt + 1, **values)
        )
        if not left or left[-1][0].id != row.id:
            out.append(delivery)
    return tuple(out), tuple(left)


def _next(conn: Connection, limit: int, held: frozenset[str], now: datetime) -> Sequence[Row[Any]]:
    """The rows to lease: of those that may be killing their holders one, and only while no other is out."""
    query = (
        select(t.outbox)
        .where(_ready(now), _first_in_line(), _not_on_hold(now))
        .order_by(_O.urgent.desc(), _O.id)
        .limit(limit)
    )
    if held:
        query = query.where(_O.destination.not_in(sorted(held)))
    if not is_sqlite(conn):
        query = query.with_for_update(skip_locked=True)
    rows = conn.execute(query).all()
    suspects = [
        row.id
        for row in rows
        if row.state == "leased" and row.repeated and row.attempt >= SUSPECT_ATTEMPTS
    ]
    if not suspects:
        return rows
    # Asked anew, and not only left out: more of them than the limit would hide everything behind them.
    alone = null() if _suspect_is_out(conn, now) else suspects[0]
    return conn.execute(query.where(or_(~_is_suspect(), _O.id == alone))).all()


def _is_suspect() -> ColumnElement[bool]:
    return and_(_O.state == "leased", _O.repeated, _O.attempt >= SUSPECT_ATTEMPTS)


def _suspect_is_out(conn: Connection, now: datetime) -> bool:
    query = select(_O.id).where(
        _O.settled_at.is_(None), _O.state == "leased", _O.lease_until > now,
        _O.repeated, _O.attempt > SUSPECT_ATTEMPTS,
    )  # fmt: skip
    return conn.execute(query.limit(1)).first() is not None


def settle(
    conn: Connection, house: House, delivery: Delivery, outcome: DeliveryOutcome, now: datetime
) -> Decision | None:
    """Write an outcome. None: the lease is an old one, or the row is settled or gone."""
    if isinstance(outcome, Delivered):
        return _arrived(conn, delivery, outcome, now)
    query = select(_O.id, _O.destination, _O.conversation_id, _O.patient_id, _O.created_at).where(
        _O.id == delivery.id, _O.lease == delivery.lease, _O.settled_at.is_(None)
    )
    row = conn.execute(query.with_for_update()).first()
    if row is None:
        return None
    there = _has_receipt(conn, row.destination, delivery.effect)
    waited = now - row.created_at
    decision = decide(delivery, outcome, now, has_receipt=there, waited=waited)
    if decision.outcome:
        _settle(conn, delivery.id, decision, now)
        if row.patient_id is None:
            _make_nameless(conn, delivery.id)
        return decision
    if decision.moved:
        house.move(conn, row.destination, decision.moved)
    if decision.hold and decision.not_before is not None:
        _hold(conn, row.destination, decision.not_before)
    conn.execute(
        update(t.outbox)
        .where(_O.id == delivery.id)
        .values(
            state="waiting",
            lease_until=None,
            not_before=decision.not_before,
            repeated=delivery.repeated or decision.repeated,
            attempt=delivery.attempt - 1 if decision.uncount else delivery.attempt,
        )
    )
    return decision


def _arrived(
    conn: Connection, delivery: Delivery, outcome: Delivered, now: datetime
) -> Decision | None:
    """What nearly every delivery ends with, in as few statements as can be."""
    decision = decide(delivery, outcome, now, has_receipt=False, waited=timedelta(0))
    row = _ARRIVED.first(
        conn,
        {"row": delivery.id, "held": delivery.lease, "outcome": decision.outcome, "now": now},
    )
    if row is None:
        return None
    receipts.put(conn, row.destination, row.conversation_id, outcome.receipts, now)
    if row.patient_id is None:
        _make_nameless(conn, delivery.id)
    return decision


def has_more(conn: Connection, delivery: Delivery) -> bool:
    """Whether something waits behind a delivery that was settled."""
    line = {
        "destination": delivery.destination, "conversation_id": delivery.conversation_id,
    }  # fmt: skip
    return _IN_LINE.first(conn, line) is not None


def release_all(conn: Connection, now: datetime) -> None:
    """One server a file: when it starts, whoever held leases before it is dead."""
    conn.execute(
        update(t.outbox)
        .where(_O.state == "leased", _O.settled_at.is_(None))
        .values(lease_until=now)
    )


def _has_receipt(conn: Connection, destination: str, effect: Sendable) -> bool:
    name = edited(effect)
    return name is not None and receipts.platform_id(conn, destination, name) is not None


def _ready(now: datetime) -> ColumnElement[bool]:
    return and_(
        _O.settled_at.is_(None),
        or_(
            and_(_O.state == "waiting", _O.not_before <= now),
            and_(_O.state == "leased", _O.lease_until <= now),
        ),
    )


def _first_in_line() -> ColumnElement[bool]:
    older = t.outbox.alias("older")
    return ~exists().where(
        older.c.destination == _O.destination,
        older.c.conversation_id == _O.conversation_id,
        older.c.settled_at.is_(None),
        older.c.id < _O.id,
    )


def _not_on_hold(now: datetime) -> ColumnElement[bool]:
    return ~exists().where(t.holds.c.destination == _O.destination, t.holds.c.until > now)


def _effect(conn: Connection, house: House, row: Row[Any]) -> Sendable | None:
    key = house.sealer(conn, row.patient_id)
    if key is None or row.effect is None:
        return None
    return effect_of(key.open_json("outbox", "effect", row.uid, row.effect))


def _delivery(row: Row[Any], effect: Sendable, lease: int, repeated: bool) -> Delivery:
    return Delivery(
        row.id,
        row.destination,
        Address(row.channel, row.account, row.chat),
        row.conversation_id,
        effect,
        row.attempt + 1,
        lease,
        row.urgent,
        repeated,
    )


def _settle(conn: Connection, row_id: int, decision: Decision, now: datetime) -> None:
    values: dict[str, Any] = {
        "state": decision.state, "outcome": decision.outcome, "settled_at": now, "lease_until": None,
    }  # fmt: skip
    if not decision.keep:
        values["effect"] = None  # said and done: the Transcript has it
    conn.execute(update(t.outbox).where(_O.id == row_id).values(values))


def _make_nameless(conn: Connection, row_id: int) -> None:
    """A farewell is out: the row may say no more whose it was. It stays, so that its outcome, told a
    second time, is known to be an old one."""
    blank = dict.fromkeys(("destination", "channel", "account", "chat", "reference", "name"), "")
    conn.execute(update(t.outbox).where(_O.id == row_id).values(effect=None, **blank))


def _hold(conn: Connection, destination: str, until: datetime) -> None:
    statement = insert_into(conn, t.holds).values(destination=destination, until=until)
    conn.execute(
        statement.on_conflict_do_update(index_elements=["destination"], set_={"until": until})
    )
