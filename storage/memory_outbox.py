"""The outbox of the in-memory store: the same order, leases and outcomes as the durable one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.effects import DeleteMessages
from bot.ports import Delivered, Delivery, DeliveryOutcome, Rejected
from storage.memory_rows import Row, Rows, Talk
from storage.memory_turn import put_row
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
from storage.shapes import effect_of


def claim(
    rows: Rows, limit: int, held: frozenset[str], now: datetime
) -> tuple[list[Delivery], list[tuple[Delivery, DeliveryOutcome]]]:
    """Lease the next rows; and those left in the middle again and again, with their outcome."""
    lines: set[tuple[str, str]] = set()
    ready: list[Row] = []
    for row in rows.outbox.values():  # in the order they were put in
        line = (row.destination, row.conversation_id)
        if row.settled_at is not None or line in lines:
            continue
        lines.add(line)
        due = row.not_before if row.state == "waiting" else row.lease_until
        on_hold = rows.holds.get(row.destination, now) > now or row.destination in held
        if due is not None and due <= now and not on_hold:
            ready.append(row)
    ready.sort(key=lambda row: (not row.urgent, row.id))
    suspects = [row for row in ready if _is_suspect(row)]
    alone = [] if _suspect_is_out(rows, now) else suspects[:1]
    ready = [row for row in ready if not _is_suspect(row) or row in alone]
    out: list[Delivery] = []
    left: list[tuple[Delivery, DeliveryOutcome]] = []
    for row in ready[:limit]:
        expired = row.state == "leased"
        row.state, row.lease, row.lease_until = "leased", row.lease + 1, now
        row.attempt += 1
        again = row.repeated and row.attempt > LEFT_ATTEMPTS
        effect = effect_of(json.loads(row.effect))
        row.lease_until = now + lease_for(effect)
        there = (row.destination, edited(effect)) in rows.receipts
        if expired and not harmless_twice(effect, there):
            row.repeated = True
            if again:
                left.append((_delivery(row), Rejected(LEFT)))
                continue
        out.append(_delivery(row))
    return out, left


def _is_suspect(row: Row) -> bool:
    """It may be killing its holders: such rows go out one at a time."""
    return row.state == "leased" and row.repeated and row.attempt >= SUSPECT_ATTEMPTS


def _suspect_is_out(rows: Rows, now: datetime) -> bool:
    return any(
        row.repeated and row.attempt > SUSPECT_ATTEMPTS and row.settled_at is None
        and row.state == "leased" and row.lease_until is not None and row.lease_until > now
        for row in rows.outbox.values()
    )  # fmt: skip


def settle(
    rows: Rows, delivery: Delivery, outcome: DeliveryOutcome, now: datetime
) -> Decision | None:
    """Write an outcome. None: the lease is an old one, or the row is settled or gone."""
    row = rows.outbox.get(delivery.id)
    if row is None or row.lease != delivery.lease or row.settled_at is not None:
        if row is None and isinstance(outcome, Delivered):
            _delete_late(rows, delivery, outcome, now)
        return None
    had = (row.destination, edited(delivery.effect)) in rows.receipts
    waited = now - row.created_at
    decision = decide(delivery, outcome, now, has_receipt=had, waited=waited)
    there = rows.talks.get(str(row.address))
    if isinstance(outcome, Delivered) and there is not None and there.id == row.conversation_id:
        for name, platform_id in outcome.receipts:
            rows.receipts.pop((row.destination, name), None)  # so that the newest is last
            rows.receipts[(row.destination, name)] = (platform_id, row.address)
    row.state, row.lease_until = decision.state, None
    if decision.outcome:
        row.outcome, row.settled_at, row.kept = decision.outcome, now, decision.keep
        return decision
    row.not_before = decision.not_before or now
    row.repeated = row.repeated or decision.repeated
    row.attempt -= decision.uncount
    if decision.hold:
        rows.holds[row.destination] = row.not_before
    if decision.moved and decision.moved != row.destination:
        _move(rows, row.destination, decision.moved)
    return decision


def _delivery(row: Row) -> Delivery:
    return Delivery(
        row.id, row.destination, row.address, row.conversation_id,
        effect_of(json.loads(row.effect)), row.attempt, row.lease, row.urgent, row.repeated,
    )  # fmt: skip


def _move(rows: Rows, was: str, now: str) -> None:
    rows.moves.pop(now, None)
    rows.moves = {one: now if there == was else there for one, there in rows.moves.items()}
    rows.moves[was] = now
    for (destination, name), kept in list(rows.receipts.items()):
        if destination == was:
            del rows.receipts[(was, name)]
            rows.receipts.setdefault((now, name), kept)
    for row in rows.outbox.values():
        if row.destination == was:
            row.destination = now
    rows.holds.pop(was, None)


def _delete_late(rows: Rows, delivery: Delivery, outcome: Delivered, now: datetime) -> None:
    """It got out while its patient was being erased."""
    if delivery.conversation_id in rows.erased and outcome.receipts:
        talk = Talk(delivery.conversation_id, delivery.address, "", now)
        ids = tuple(platform_id for _, platform_id in outcome.receipts)
        put_row(rows, talk, delivery.destination, DeleteMessages(ids), False, now)


def pause(decision: Decision, now: datetime) -> float | None:
    """Seconds until a row that was put off is due."""
    if decision.not_before is None:
        return None
    return max(timedelta(0), decision.not_before - now).total_seconds()
