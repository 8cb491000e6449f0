"""One turn's open transaction: what ``bot.receive`` does its work through.

Outbox rows are collected and written by ``finish``, because only then it is known whether this turn
erases the patient: what still has to go out after that is sealed with the master key.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select

from bot.codec import encode
from bot.effects import (
    CancelTimer,
    Count,
    ErasePatient,
    ForStore,
    RecordConsent,
    Sendable,
    SetTimer,
)
from bot.errors import NotNow
from bot.events import Address, TimerFired, Update
from bot.ports import Delivery
from bot.release import Release
from bot.state import Conversation
from bot.transcript import Entry
from storage import audit, conversations, counts, outbox, timers, tokens
from storage import tables as t
from storage.conversations import Held
from storage.erase import erase
from storage.house import House
from storage.ids import new_reference, new_token, stored_key
from storage.prepared import Prepared, insert_all, upsert
from storage.retention import expires_at
from storage.seal import Sealer

_R = t.receipts.c

_APPEND = Prepared(
    insert_all(
        t.transcript, "conversation_id", "number", "author", "kind", "seq", "reference", "at",
        "expires_at", "body",
    )
)  # fmt: skip
_INSERT_KEY = Prepared(
    lambda dialect: (
        upsert(dialect, t.update_keys, "key", "at")
        .on_conflict_do_nothing()
        .returning(t.update_keys.c.key)
    )
)
_SEQ = Prepared(
    select(_R.name)
    .where(
        _R.destination == bindparam("destination"),
        _R.platform_id == bindparam("platform_id"),
        _R.name.like("seq:%"),
    )
    .order_by(_R.id.desc())
    .limit(1)
)


class SqlTransaction:
    """``bot.ports.Transaction`` on an open connection, for one Update."""

    def __init__(self, conn: Connection, house: House, update: Update, now: datetime) -> None:
        self._conn = conn
        self._house = house
        self._update = update
        self._now = now
        self._held: Held | None = None
        self._release: Release | None = None
        self._queued: list[outbox.Queued] = []
        self._erase = False
        self._counted: Counter[tuple[str, str]] = Counter()
        self.born: tuple[Delivery, ...] = ()
        """What is to go out from memory."""
        self.after = Conversation("", update.address)
        """The state that was saved."""

    # ---- what receive asks for

    def insert_key(self, key: str, at: datetime) -> bool:
        row = {"key": stored_key(key), "at": at}
        return _INSERT_KEY.first(self._conn, row) is not None

    def lock_conversation(self, address: Address, language: str) -> Conversation:
        if self._held is None:
            self._held = conversations.lock(self._conn, self._house, address, language, self._now)
        return self._held.state

    def live_release(self) -> Release:
        if self._release is None:
            self._release = self._house.live_release(self._conn)
        if self._release is None:
            raise NotNow("no content was published yet")
        return self._release

    def seq_of(self, destination: str, platform_id: str) -> int | None:
        where = {"destination": self._house.moved(destination), "platform_id": platform_id}
        found = _SEQ.first(self._conn, where)
        return None if found is None else int(found.name.removeprefix("seq:"))

    def fresh_reference(self) -> str:
        # Whether it is unused shows when it is: save() takes the turn again with another one.
        return new_reference()

    def fresh_token(self) -> str:
        return new_token()

    def save(self, before: Conversation, after: Conversation) -> None:
        keep = timedelta(hours=self.live_release().limits.pre_consent_hours)
        conversations.save(self._conn, self.held, before, after, self._now, keep)
        self.after = after

    def append(self, conversation: Conversation, entries: tuple[Entry, ...]) -> None:
        if not entries:
            return
        held = self.held
        hours = self.live_release().limits.pre_consent_hours
        rows = []
        for number, entry in enumerate(entries, held.last_number + 1):
            body = held.key.seal_json("transcript", "body", f"{held.id}/{number}", encode(entry))
            rows.append(
                {
                    "conversation_id": held.id,
                    "number": number,
                    "author": entry.author,
                    "kind": entry.kind,
                    "seq": entry.seq,
                    "reference": entry.reference,
                    "at": entry.at,
                    "expires_at": expires_at(entry, conversation, hours),
                    "body": body,
                }
            )
        _APPEND.run_each(self._conn, rows)
        held.last_number += len(rows)

    def enqueue(
        self, conversation: Conversation, destination: str, effect: Sendable, urgent: bool
    ) -> None:
        self._queued.append(outbox.Queued(self._house.moved(destination), effect, urgent))

    def carry_out(self, conversation: Conversation, effect: ForStore) -> None:
        match effect:
            case SetTimer(name=name, at=at, reference=reference):
                timers.put(self._conn, self.held.id, name, reference, at)
            case CancelTimer(name=name, reference=reference):
                timers.cancel(self._conn, self.held.id, name, reference)
            case RecordConsent(given=given, version=version, text_digest=text_digest):
                self._conn.execute(
                    t.consents.insert().values(
                        subject=self._house.vault.hashed("subject", str(conversation.address)),
                        given=given,
                        version=version,
                        text_digest=text_digest,
                        at=self._now,
                    )
                )
            case ErasePatient():
                self._erase = True
            case Count(kind=kind, key=key):
                self._counted[kind, key] += 1

    def finish_timer(self, conversation: Conversation, name: str, reference: str) -> None:
        due = timers.due_in(self._update.key)
        if due is not None:  # moved meanwhile, also by this very turn: it stays
            timers.cancel(self._conn, self.held.id, name, reference, due=due)

    def audit(
        self, conversation: Conversation, who: str, did: str, about: str, refused: str
    ) -> None:
        audit.in_conversation(
            self._conn, self._house, conversation.id, who, did, about, refused, self._now
        )

    def new_link(self, kind: str, subject: str, seconds: int) -> str:
        return tokens.new_link(self._conn, kind, subject, seconds, self._now)

    # ---- around receive

    @property
    def held(self) -> Held:
        """The locked conversation."""
        if self._held is None:
            raise LookupError("lock_conversation comes first")
        return self._held

    @property
    def locked(self) -> Held | None:
        """The conversation, if this transaction came so far."""
        return self._held

    @property
    def waits(self) -> bool:
        """Whether this turn left rows in the outbox that are to be claimed."""
        return self._erase or len(self._queued) > len(self.born)

    @property
    def erases(self) -> bool:
        """Whether this turn erases the patient."""
        return self._erase

    def stale_timer(self) -> bool:
        """Whether this Update is a timer that was moved, cancelled or erased since it was read."""
        if not isinstance(self._update.event, TimerFired):
            return False
        if timers.due_in(self._update.key) is None:
            return False
        if not timers.still_due(self._conn, self._update):
            return True
        self.lock_conversation(self._update.address, "")
        return not timers.still_due(self._conn, self._update)

    def finish(self) -> None:
        """Write the conversation's and the outbox rows; carry out an erasure, which comes last."""
        if self._held is None:
            return
        conversations.write(self._conn, self._held)
        if self._erase:
            self._conn.execute(delete(t.timers).where(t.timers.c.conversation_id == self._held.id))
            self.born = erase(self._conn, self._house, self._held, self._now)
            key: Sealer = self._house.vault
            patient_id = None
        else:
            key, patient_id = self._held.key, self._held.patient_id
        self.born += outbox.put(
            self._conn, self._house, self._held.state, key, patient_id, self._queued, self._now
        )
        if self._counted:
            counts.add(self._conn, self.live_release().id, self._counted, self._now)
