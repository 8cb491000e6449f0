"""One Update in one transaction, and what happens when the turn itself fails."""

from __future__ import annotations

import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from bot import events as ev
from bot.errors import KeyMissing
from bot.given import TakeTurn
from bot.ports import Change, Delivered, Delivery, DeliveryOutcome, Outcome, Received
from bot.receive import receive
from storage import conversations, outbox, parking, receipts, timers
from storage.apology import apology_for
from storage.committer import GONE, Again
from storage.house import House
from storage.ids import stored_key
from storage.lately import Known, in_order
from storage.outcomes import Decision, report
from storage.transaction import SqlTransaction

_ROOT: Final = Path(__file__).resolve().parent.parent
_RINGS: Final = frozenset({"bot", "content", "storage", "adapters"})


@dataclass(frozen=True, slots=True)
class Done:
    """A committed turn: the answer, what watchers are told, and what the worker has to do.

    born: deliveries that go out from memory; sends: the outbox has something to be claimed.
    """

    received: Received
    change: Change | None = None
    sends: bool = False
    born: tuple[Delivery, ...] = ()
    erased: bool = False
    conversation_id: str = ""
    version: int = 0
    known: Known | None = None
    """The state as it was written, for the next turn."""
    retry_in: float | None = None
    """Seconds until a delivery that was put off may be tried again."""


def take(
    conn: Connection,
    house: House,
    update: ev.Update,
    *,
    release_id: str = "",
    already_warned: bool = False,
    take_turn: TakeTurn | None = None,
) -> Done:
    """Handle one Update. Raises what ``bot.receive`` raises."""
    now = house.clock()
    tx = SqlTransaction(conn, house, update, now)
    if tx.stale_timer():
        return Done(Received(Outcome.DUPLICATE))
    received = receive(
        tx,
        update,
        now=now,
        world=house.world,
        take_turn=take_turn or house.take_turn,
        phrases_of=house.phrases_of,
        release_id=release_id,
        already_warned=already_warned,
    )
    if received.outcome is not Outcome.DONE:
        return Done(received)
    tx.finish()
    held = tx.locked
    if held is None:
        return Done(received)
    return Done(
        received,
        Change(update.address, tuple(one.reference for one in tx.after.enquiries)),
        tx.waits,
        tx.born,
        tx.erases,
        held.id,
        held.version,
        None if tx.erases else Known(held.id, held.version, held.key, in_order(tx.after)),
    )


def park(conn: Connection, house: House, update: ev.Update, problem: Exception) -> Done:
    """After a fault: keep the Update, say sorry, tell the team. In a transaction of its own."""
    now = house.clock()
    error, place = type(problem).__name__, place_of(problem)
    sends, born = False, tuple[Delivery, ...]()
    try:
        with conn.begin_nested():
            received, sends, born = _apologise(conn, house, update, now)
        if received.outcome is Outcome.DUPLICATE:
            return Done(received)
    except (Again, *GONE):
        raise
    except Exception:  # the apology shares the fault: parking must not
        tx = SqlTransaction(conn, house, update, now)
        if not tx.insert_key(update.key, now):
            return Done(Received(Outcome.DUPLICATE))
        _finish_fired(conn, update)
        with suppress(KeyMissing, ValueError):  # its row does not open: that may be the fault
            tx.lock_conversation(update.address, update.language)
    parking.put(conn, house, update, error, place, now)
    return Done(Received(Outcome.PARKED), Change(update.address), sends, born)


def _apologise(
    conn: Connection, house: House, update: ev.Update, now: datetime
) -> tuple[Received, bool, tuple[Delivery, ...]]:
    """Run the core's own apology as the turn of this Update. Its event is left out of the Transcript
    (the fault may be in it); a replay puts it there."""
    tx = SqlTransaction(conn, house, update, now)
    blank = replace(update, event=ev.TimerFired("parked"), on_message="")
    received = receive(
        tx,
        blank,
        now=now,
        world=house.world,
        take_turn=apology_for(update.event),
        phrases_of=house.phrases_of,
    )
    if received.outcome is Outcome.DUPLICATE:
        return received, False, ()
    _finish_fired(conn, update)
    tx.finish()
    return received, tx.waits, tx.born


def _finish_fired(conn: Connection, update: ev.Update) -> None:
    """A timer whose turn failed is parked; it must not fire again and again."""
    if isinstance(update.event, ev.TimerFired):
        timers.finish(conn, update.key)


def place_of(problem: BaseException) -> str:
    """ "bot/turn.py:120": the innermost line of ours; never the message, which may hold a text."""
    place = "unknown"
    for frame, line in traceback.walk_tb(problem.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _RINGS:
            place = f"{path.relative_to(_ROOT).as_posix()}:{line}"
    return place


# ---- outcomes of deliveries


def record(conn: Connection, house: House, delivery: Delivery, outcome: DeliveryOutcome) -> Done:
    """Write an outcome, and tell the core in the same transaction where it waits for it."""
    decision, now = _settled(conn, house, delivery, outcome)
    told = None if decision is None else report(delivery, decision, now)
    if told is not None and conversations.exist(conn, delivery.conversation_id):
        return replace(take(conn, house, told), sends=True)
    pause = None
    if decision is not None and decision.not_before is not None:
        pause = max(0.0, (decision.not_before - now).total_seconds())
    arrived = decision is not None and isinstance(outcome, Delivered)
    more = outbox.has_more(conn, delivery) if arrived else True
    return Done(Received(Outcome.DONE), sends=more, retry_in=pause)


def record_only(
    conn: Connection,
    house: House,
    delivery: Delivery,
    outcome: DeliveryOutcome,
    problem: Exception,
) -> Done:
    """After a fault in the turn that was told: the outcome is written all the same, the report parked."""
    decision, now = _settled(conn, house, delivery, outcome)
    told = None if decision is None else report(delivery, decision, now)
    if told is None:
        return Done(Received(Outcome.DONE), sends=True)
    return replace(park(conn, house, told, problem), sends=True)


def _settled(
    conn: Connection, house: House, delivery: Delivery, outcome: DeliveryOutcome
) -> tuple[Decision | None, datetime]:
    # What arrived is only noted; everything else says when to try again, by the clock that leases go by.
    now = house.clock() if isinstance(outcome, Delivered) else house.lease_time(conn)
    decision = outbox.settle(conn, house, delivery, outcome, now)
    if decision is None and isinstance(outcome, Delivered):
        receipts.delete_late(conn, house, delivery, outcome.receipts, now)
    return decision, now


# ---- replay


def replay(conn: Connection, house: House, parked_id: int) -> Done:
    """Handle a parked Update again, under a key of its own. A second fault changes its note only."""
    found = parking.read(conn, house, parked_id)
    again = replace(found, key=stored_key(f"parked:{parked_id}"))
    done = take(conn, house, again)
    if done.received.outcome is Outcome.DONE:
        parking.replayed(conn, parked_id, house.clock())
    return done


def replay_failed(conn: Connection, parked_id: int, problem: Exception) -> Done:
    """Note where it failed this time."""
    parking.failed_again(conn, parked_id, type(problem).__name__, place_of(problem))
    return Done(Received(Outcome.PARKED))
