"""What desks and pages read from the in-memory store, and its retention."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.events import Address
from bot.ports import EnquiryRow
from bot.release import Limits
from bot.state import OPEN
from storage.counts import KEPT_MONTHS
from storage.memory_rows import Rows, Talk
from storage.retention import MONTH, without_typed
from storage.views import queue_order


def talk_of(rows: Rows, reference: str) -> Talk | None:
    """Whose enquiry this is."""
    return next((talk for talk in rows.talks.values() if reference in talk.enquiries), None)


def queue(rows: Rows, closed: bool, limit: int) -> tuple[EnquiryRow, ...]:
    """Open enquiries in the order of work, or closed ones, the latest first."""
    found = [row(talk, reference) for talk in rows.talks.values() for reference in talk.enquiries]
    chosen = [one for one in found if (one.enquiry.status in OPEN) is not closed]
    if closed:
        chosen.sort(key=lambda one: one.enquiry.reference)
        chosen.sort(key=lambda one: one.updated_at, reverse=True)
    else:
        chosen.sort(key=queue_order)
    return tuple(chosen[:limit])


def row(talk: Talk, reference: str) -> EnquiryRow:
    """An enquiry with what a list shows of its conversation."""
    state = talk.read()
    return EnquiryRow(
        talk.enquiry(reference), talk.address, state.name, state.locale,
        talk.enquiries[reference][1],
    )  # fmt: skip


def deliveries(rows: Rows, reference: str) -> tuple[tuple[str, str, datetime], ...]:
    """(draft id, outcome, when) of the replies of an enquiry."""
    return tuple(
        (one.name, one.outcome or "waiting", one.settled_at or one.created_at)
        for one in rows.outbox.values()
        if one.kind == "RelayToPatient" and one.reference == reference
    )


def purge(rows: Rows, limits: Limits, now: datetime) -> Mapping[str, int]:
    """One round of deletions; how many of what."""
    day = timedelta(days=1)
    keys_before = now - limits.update_keys_days * day
    dead_before = now - limits.parked_days * day
    out = {
        "update_keys": _drop(rows.keys, lambda at: at < keys_before),
        "typed_before_consent": _typed(rows, now),
        "states_before_consent": _states(rows, now),
        "enquiries": _enquiries(rows, now - limits.enquiry_months * MONTH),
        "conversations": _idle(rows, now - limits.conversation_days * day),
    }
    replies = {ref for talk in rows.talks.values() for ref in talk.enquiries}

    def settled(one: Any) -> bool:
        if one.settled_at is None or (one.kind == "RelayToPatient" and one.reference in replies):
            return False
        return bool(one.settled_at < (dead_before if one.kept else keys_before))

    audit_before = now - limits.audit_months * MONTH
    kept = [line for line in rows.audit if line[1].at >= audit_before]
    out["outbox"] = _drop(rows.outbox, settled)
    out["parked"] = _drop(rows.parked, lambda one: one.at < dead_before)
    out["files"] = _drop(rows.files, lambda one: one[1] <= now)
    out["audit"], rows.audit = len(rows.audit) - len(kept), kept
    out["links"] = _drop(rows.links, lambda one: one[2] <= now)
    out["sessions"] = _drop(rows.sessions, lambda one: one[1] <= now)
    oldest = now - KEPT_MONTHS * MONTH
    out["counts"] = len(rows.counts)
    rows.counts = {
        which: number
        for which, number in rows.counts.items()
        if datetime.combine(which[0], time(), UTC) >= oldest
    }
    out["counts"] -= len(rows.counts)
    out["holds"] = _drop(rows.holds, lambda until: until <= now)
    return out


def _drop(table: dict[Any, Any], old: Any) -> int:
    gone = [which for which, one in table.items() if old(one)]
    for which in gone:
        del table[which]
    return len(gone)


def _typed(rows: Rows, now: datetime) -> int:
    """Entries of the Transcript that expired."""
    count = 0
    for talk in rows.talks.values():
        left = [one for one in talk.entries if one[2] is None or one[2] > now]
        count += len(talk.entries) - len(left)
        talk.entries = left
    return count


def _states(rows: Rows, now: datetime) -> int:
    count = 0
    for talk in rows.talks.values():
        if talk.typed_until is not None and talk.typed_until <= now:
            state = talk.read()
            talk.typed_until = None
            count += 1
            if state.consent is None:
                talk.write(without_typed(state), talk.updated_at)
    return count


def _enquiries(rows: Rows, before: datetime) -> int:
    count = 0
    for talk in rows.talks.values():
        for reference in [one for one, (_, at) in talk.enquiries.items() if at < before]:
            count += 1
            del talk.enquiries[reference]
            talk.entries = [
                one
                for one, entry in zip(talk.entries, talk.transcript(), strict=True)
                if entry.reference != reference
            ]
            _drop(rows.outbox, lambda one, gone=reference: one.reference == gone)
            for which in [k for k in rows.timers if k[2] == reference]:
                del rows.timers[which]
            for name in [k for k in rows.receipts if reference in k[1].split(":")]:
                del rows.receipts[name]
    return count


def _idle(rows: Rows, before: datetime) -> int:
    busy = {one.conversation_id for one in rows.outbox.values() if one.settled_at is None}
    idle = [
        talk
        for talk in rows.talks.values()
        if talk.updated_at < before and not talk.enquiries and talk.id not in busy
    ]
    for talk in idle:
        rows.forget(talk)
    return len(idle)


def address_of(rows: Rows, reference: str) -> Address | None:
    """Whose enquiry this is."""
    talk = talk_of(rows, reference)
    return None if talk is None else talk.address
