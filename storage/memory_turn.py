"""One turn on the in-memory store. Writes are collected and made by ``commit``, so a turn that fails
leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.codec import encode
from bot.effects import (
    CancelTimer,
    Count,
    DeleteMessages,
    ErasePatient,
    ForStore,
    RecordConsent,
    Sendable,
    SetTimer,
)
from bot.errors import NotNow
from bot.events import Address, TimerFired, Update
from bot.release import Release
from bot.rows import AuditRow
from bot.state import Conversation
from bot.transcript import Entry
from storage.counts import day_of
from storage.ids import digest, new_id, new_reference, new_secret, new_token, stored_key
from storage.memory_rows import Row, Rows, Talk, Timer, dumps
from storage.retention import expires_at, typed_before_consent
from storage.shapes import labels_of, state_json
from storage.timers import due_in, key_of


class MemoryTransaction:
    """``bot.ports.Transaction`` over ``Rows``."""

    def __init__(self, rows: Rows, update: Update, now: datetime) -> None:
        self._rows = rows
        self._update = update
        self._now = now
        self._talk: Talk | None = None
        self._writes: list[Callable[[], object]] = []
        self._queued: list[tuple[str, Sendable, bool]] = []
        self._erase = False
        self.after: Conversation | None = None

    def insert_key(self, key: str, at: datetime) -> bool:
        stored = stored_key(key)
        if stored in self._rows.keys:
            return False
        self._writes.append(lambda: self._rows.keys.__setitem__(stored, at))
        return True

    def lock_conversation(self, address: Address, language: str) -> Conversation:
        self._talk = self._rows.talks.get(str(address))
        if self._talk is None:
            state = Conversation(new_id(), address, language_hint=language)
            talk = Talk(state.id, address, json.dumps(state_json(state)), self._now)
            self._talk = talk
            self._writes.append(lambda: self._rows.talks.__setitem__(str(address), talk))
        return self._talk.read()

    def live_release(self) -> Release:
        if not self._rows.publications:
            raise NotNow("no content was published yet")
        return self._rows.releases[self._rows.publications[-1][0]][0]

    def seq_of(self, destination: str, platform_id: str) -> int | None:
        where = self._rows.moves.get(destination, destination)
        for (there, name), (known, _) in reversed(self._rows.receipts.items()):
            if there == where and known == platform_id and name.startswith("seq:"):
                return int(name.removeprefix("seq:"))
        return None

    def fresh_reference(self) -> str:
        for longer in range(7):
            reference = new_reference(longer)
            if reference not in self._rows.spent:
                return reference
        raise LookupError("no reference is left")

    def fresh_token(self) -> str:
        return new_token()

    def save(self, before: Conversation, after: Conversation) -> None:
        self.after = after
        talk, now = self.talk, self._now
        hours = self.live_release().limits.pre_consent_hours
        known = {one.reference: one for one in before.enquiries}
        changed = [one for one in after.enquiries if known.get(one.reference) != one]
        state = replace(after, enquiries=())
        written = json.dumps(state_json(state))
        bodies = [(one.reference, dumps(one)) for one in changed]

        def write() -> None:
            if talk.state != written:
                typed = typed_before_consent(state)
                talk.typed_until = now + timedelta(hours=hours) if typed else None
            talk.state, talk.updated_at = written, now
            for reference, body in bodies:
                talk.enquiries[reference] = (body, now)
                self._rows.spent.add(reference)

        self._writes.append(write)

    def append(self, conversation: Conversation, entries: tuple[Entry, ...]) -> None:
        talk = self.talk
        hours = self.live_release().limits.pre_consent_hours
        made = [(dumps(one), expires_at(one, conversation, hours)) for one in entries]

        def write() -> None:
            for body, until in made:
                talk.last_number += 1
                talk.entries.append((talk.last_number, body, until))

        self._writes.append(write)

    def enqueue(
        self, conversation: Conversation, destination: str, effect: Sendable, urgent: bool
    ) -> None:
        where = self._rows.moves.get(destination, destination)
        self._queued.append((where, effect, urgent))

    def carry_out(self, conversation: Conversation, effect: ForStore) -> None:
        rows, address = self._rows, conversation.address
        match effect:
            case SetTimer(name=name, at=at, reference=reference):
                which = (str(address), name, reference)
                self._writes.append(lambda: _set_timer(rows, which, address, at))
            case CancelTimer(name=name, reference=reference):
                which = (str(address), name, reference)
                self._writes.append(lambda: rows.timers.pop(which, None))
            case RecordConsent(given=given, version=version, text_digest=text_digest):
                line = (self._now, given, version, text_digest)
                self._writes.append(lambda: rows.consents.setdefault(str(address), []).append(line))
            case ErasePatient():
                self._erase = True
            case Count(kind=kind, key=key):
                counter = (day_of(self._now).date(), self.live_release().id, kind, key)
                self._writes.append(lambda: _count(rows, counter))

    def finish_timer(self, conversation: Conversation, name: str, reference: str) -> None:
        which, due = (str(conversation.address), name, reference), due_in(self._update.key)

        def write() -> None:
            timer = self._rows.timers.get(which)
            if timer is not None and timer.due_at == due:
                del self._rows.timers[which]

        self._writes.append(write)

    def audit(
        self, conversation: Conversation, who: str, did: str, about: str, refused: str
    ) -> None:
        line = (conversation.id, AuditRow(self._now, who, did, about, refused))
        self._writes.append(lambda: self._rows.audit.append(line))

    def new_link(self, kind: str, subject: str, seconds: int) -> str:
        token = new_secret()
        line = (kind, subject, self._now + timedelta(seconds=seconds))
        self._writes.append(lambda: self._rows.links.__setitem__(digest(token), line))
        return token

    # ---- around receive

    @property
    def talk(self) -> Talk:
        """The locked conversation."""
        if self._talk is None:
            raise LookupError("lock_conversation comes first")
        return self._talk

    @property
    def sends(self) -> bool:
        """Whether the worker gets something to do."""
        return bool(self._queued) or self._erase

    def stale_timer(self) -> bool:
        """Whether this Update is a timer that was moved, cancelled or erased since it was read."""
        event = self._update.event
        if not isinstance(event, TimerFired) or due_in(self._update.key) is None:
            return False
        timer = self._rows.timers.get((str(self._update.address), event.name, event.reference))
        return timer is None or key_of(timer.id, timer.due_at) != self._update.key

    def commit(self) -> None:
        """Make the writes, all of them."""
        for write in self._writes:
            write()
        if self._talk is None:
            return
        queued = list(self._queued)
        if self._erase:
            queued += _erase(self._rows, self._talk)
        for destination, effect, urgent in queued:
            put_row(self._rows, self._talk, destination, effect, urgent, self._now)


def put_row(
    rows: Rows, talk: Talk, destination: str, effect: Sendable, urgent: bool, now: datetime
) -> None:
    """Add an outbox row; an urgent one hurries those before it in its line."""
    reference, name = labels_of(effect)
    row = Row(
        rows.next_id(), destination, talk.address, talk.id, json.dumps(encode(effect)),
        type(effect).__name__, reference, name, urgent, now, now,
    )  # fmt: skip
    rows.outbox[row.id] = row
    if urgent:
        for one in rows.outbox.values():
            same = (one.destination, one.conversation_id) == (destination, talk.id)
            if same and one.settled_at is None:
                one.urgent, one.not_before = True, now


def _count(rows: Rows, counter: tuple[date, str, str, str]) -> None:
    rows.counts[counter] = rows.counts.get(counter, 0) + 1


def _set_timer(rows: Rows, which: tuple[str, str, str], address: Address, at: datetime) -> None:
    known = rows.timers.get(which)
    number = known.id if known is not None else rows.next_id()
    rows.timers[which] = Timer(number, address, which[1], which[2], at)


def _erase(rows: Rows, talk: Talk) -> list[tuple[str, Sendable, bool]]:
    ids: dict[str, list[str]] = {}
    for (destination, _), (platform_id, whose) in rows.receipts.items():
        if whose == talk.address:
            known = ids.setdefault(destination, [])
            if platform_id not in known:
                known.append(platform_id)
    for entry in talk.transcript():
        if entry.file is not None and entry.file.channel == "web":
            rows.files.pop(entry.file.file_id, None)
    rows.forget(talk)
    rows.erased.add(talk.id)
    return [(where, DeleteMessages(tuple(found)), False) for where, found in ids.items()]
