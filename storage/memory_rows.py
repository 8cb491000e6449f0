"""What the in-memory store keeps. Everything of the core's is kept as JSON text, so that nothing hides
in an object that a durable store would have to write down."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.codec import encode
from bot.events import Address
from bot.release import Release
from bot.rows import AuditRow, EditRow, SessionRow
from bot.signin import AUDITED
from bot.state import Conversation, Enquiry
from bot.transcript import Entry
from storage.shapes import enquiry_of, entry_of, state_json, state_of


def dumps(value: Any) -> str:
    """Our value as JSON text."""
    return json.dumps(encode(value))


@dataclass(slots=True)
class Talk:
    """A conversation with all that goes when it goes."""

    id: str
    address: Address
    state: str
    updated_at: datetime
    typed_until: datetime | None = None
    enquiries: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """reference → (JSON, when it last changed)"""
    entries: list[tuple[int, str, datetime | None]] = field(default_factory=list)
    """(number, JSON, when it expires)"""
    last_number: int = 0

    def read(self) -> Conversation:
        """The state with its enquiries, oldest first."""
        found = [enquiry_of(json.loads(body)) for body, _ in self.enquiries.values()]
        found.sort(key=lambda one: (one.created_at, one.reference))
        return state_of(json.loads(self.state), tuple(found))

    def write(self, state: Conversation, now: datetime) -> None:
        """The state without its enquiries."""
        self.state = json.dumps(state_json(state))
        self.updated_at = now

    def enquiry(self, reference: str) -> Enquiry:
        """One enquiry, read."""
        return enquiry_of(json.loads(self.enquiries[reference][0]))

    def transcript(self) -> list[Entry]:
        """All entries, numbered."""
        return [
            replace(entry_of(json.loads(body)), number=number) for number, body, _ in self.entries
        ]


@dataclass(slots=True)
class Row:
    """An outbox row."""

    id: int
    destination: str
    address: Address
    conversation_id: str
    effect: str
    kind: str
    reference: str
    name: str
    urgent: bool
    created_at: datetime
    not_before: datetime
    state: str = "waiting"
    outcome: str = ""
    attempt: int = 0
    lease: int = 0
    lease_until: datetime | None = None
    repeated: bool = False
    settled_at: datetime | None = None
    kept: bool = False


@dataclass(slots=True)
class Timer:
    """A timer of one conversation."""

    id: int
    address: Address
    name: str
    reference: str
    due_at: datetime


@dataclass(slots=True)
class Parked:
    """A parked Update, or a raw row (``update`` is None then)."""

    id: int
    at: datetime
    key: str
    address: str
    error: str
    place: str
    update: str | None
    replayed_at: datetime | None = None


@dataclass(slots=True)
class Rows:
    """All of the store."""

    keys: dict[str, datetime] = field(default_factory=dict)
    talks: dict[str, Talk] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    outbox: dict[int, Row] = field(default_factory=dict)
    holds: dict[str, datetime] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    receipts: dict[tuple[str, str], tuple[str, Address]] = field(default_factory=dict)
    """(destination, name) → (platform's id, conversation), the newest last"""
    timers: dict[tuple[str, str, str], Timer] = field(default_factory=dict)
    consents: dict[str, list[tuple[datetime, bool, str, str]]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    releases: dict[str, tuple[Release, dict[str, str]]] = field(default_factory=dict)
    """A Release never changes, so this one may be an object."""
    publications: list[tuple[str, datetime, str, str]] = field(default_factory=list)
    audit: list[tuple[str, AuditRow]] = field(default_factory=list)
    """(conversation id or "", what was done), the newest last"""
    edits: dict[tuple[str, str], EditRow] = field(default_factory=dict)
    counts: dict[tuple[date, str, str, str], int] = field(default_factory=dict)
    parked: dict[int, Parked] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    leases: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    links: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)
    sessions: dict[str, tuple[SessionRow, datetime]] = field(default_factory=dict)
    files: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    last_id: int = 0

    def next_id(self) -> int:
        """A number that was never used."""
        self.last_id += 1
        return self.last_id

    def forget(self, talk: Talk) -> None:
        """Delete a conversation and what hangs on it."""
        self.talks.pop(str(talk.address), None)
        for number in [n for n, row in self.outbox.items() if row.conversation_id == talk.id]:
            del self.outbox[number]
        for which in [k for k, (_, whose) in self.receipts.items() if whose == talk.address]:
            del self.receipts[which]
        self.audit = [one for one in self.audit if not _stranger(one, talk.id)]
        for timer in [k for k in self.timers if k[0] == str(talk.address)]:
            del self.timers[timer]
        for one in [n for n, row in self.parked.items() if row.address == str(talk.address)]:
            del self.parked[one]


def _stranger(line: tuple[str, AuditRow], conversation_id: str) -> bool:
    """Whether this is a patient's own try to sign in, which goes with the conversation."""
    return line[0] == conversation_id and line[1].did == AUDITED and bool(line[1].refused)
