"""The seams: what the outer rings plug into. ``Transaction`` is what one turn needs of a store;
``Store`` is what the adapters see of it; ``Deliverer`` is what the worker sees of a platform."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.effects import ForStore, Immediate, Sendable
from bot.events import Address, FileRef, Update
from bot.given import Channel
from bot.release import Release
from bot.state import Conversation, Enquiry
from bot.transcript import Entry
from bot.understanding import Understanding


class AnswerEngine(Protocol):
    """Makes an Understanding of a text under a Release. Pure, thread-safe, may take milliseconds."""

    def understand(self, text: str, release: Release) -> Understanding: ...


@dataclass(frozen=True, slots=True)
class World:
    """What is configured around the core: desk destinations ("desk:slack:C012", "desk:telegram:-100…",
    "desk:web") and the patient channels by their Address.channel."""

    desks: tuple[str, ...]
    channels: Mapping[str, Channel]


class Outcome(StrEnum):
    """What became of an Update. All four may be acknowledged."""

    DONE = "done"
    DUPLICATE = "duplicate"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Received:
    """The answer of ``Store.receive``, given only after the COMMIT."""

    outcome: Outcome
    immediate: tuple[Immediate, ...] = ()


class Transaction(Protocol):
    """One open transaction. ``bot.receive.receive`` does its work through nothing else."""

    def insert_key(self, key: str, at: datetime) -> bool:
        """Remember an Update's key; False if it is already there."""
        ...

    def lock_conversation(self, address: Address, language: str) -> Conversation:
        """Insert or lock the Conversation of an address, with its enquiries."""
        ...

    def live_release(self) -> Release:
        """The live Release (compiled Releases are cached)."""
        ...

    def seq_of(self, destination: str, platform_id: str) -> int | None:
        """Our number of a message that we sent to a patient."""
        ...

    def fresh_reference(self) -> str:
        """An enquiry reference that was never used."""
        ...

    def fresh_token(self) -> str:
        """Eight random characters of a-z0-9."""
        ...

    def save(self, before: Conversation, after: Conversation) -> None:
        """Write what changed in the state and its enquiries."""
        ...

    def append(self, conversation: Conversation, entries: tuple[Entry, ...]) -> None:
        """Add to the Transcript."""
        ...

    def enqueue(
        self, conversation: Conversation, destination: str, effect: Sendable, urgent: bool
    ) -> None:
        """Put a durable effect into the outbox."""
        ...

    def carry_out(self, conversation: Conversation, effect: ForStore) -> None:
        """Do what the store itself does: timers, consent ledger, erasure."""
        ...

    def finish_timer(self, conversation: Conversation, name: str, reference: str) -> None:
        """Forget the timer that fired."""
        ...

    def audit(
        self, conversation: Conversation, who: str, did: str, about: str, refused: str
    ) -> None:
        """Leave a trail of a staff action (no patient's words in it)."""
        ...


# ---- delivery


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbox row on its way out. ``lease`` grows each time the row is handed out; ``repeated``:
    an earlier attempt may have been delivered."""

    id: int
    destination: str
    address: Address
    conversation_id: str
    effect: Sendable
    attempt: int
    lease: int
    urgent: bool
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is out. receipts: (name, platform's message id), e.g. ("seq:12", "871"), ("card:FD-7F3Q", "1700.1")."""

    receipts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Hold this destination for the platform's own time, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gone:
    """The patient blocked the bot, or the chat is no more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The destination has a new id (a group became a supergroup)."""

    destination: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A time-out after the request was written: it may be out or not."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not out (connection refused, 5xx): try again.

    counted: False if nothing was tried (our own pace, a stop): the attempt does not count.
    """

    reason: str
    seconds: float = 1.0
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform will never take it: dead letter."""

    reason: str


DeliveryOutcome = Delivered | RateLimited | Gone | Moved | Uncertain | Later | Rejected


class Receipts(Protocol):
    """Looks up the platform's message ids, for edits, threads and topics."""

    async def receipt(self, destination: str, name: str) -> str | None: ...


class Deliverer(Protocol):
    """Sends to the destinations of one platform side. Never raises for what a platform answers."""

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome: ...


class FileSource(Protocol):
    """Fetches the bytes of a file from the platform that holds it; raises ``FrontdeskError``."""

    async def fetch(self, file: FileRef) -> bytes: ...


# ---- what adapters see of the store


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """An enquiry with what a desk list shows of its conversation."""

    enquiry: Enquiry
    address: Address
    name: str
    language: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What a platform message id stands for: the receipt's name and its conversation."""

    name: str
    address: Address


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One published Release in the history."""

    id: str
    published_at: datetime
    by: str
    why: str
    live: bool


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """An Update that failed: where and with which class of error; never its text."""

    id: int
    at: datetime
    key: str
    error: str
    place: str
    replayed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something about a conversation was committed; for pages that watch."""

    address: Address
    references: tuple[str, ...] = ()


class Store(Receipts, Protocol):
    """The durable side of Frontdesk. Raises ``NotNow`` where the database cannot take it now."""

    async def start(self) -> None: ...
    async def close(self) -> None: ...

    async def receive(
        self, update: Update, *, release_id: str = "", already_warned: bool = False
    ) -> Received:
        """One Update, one transaction. ``release_id``: the Release that its Understanding was made
        under ("" where it has none); raises ``StaleRelease`` if another one is live."""
        ...

    # content
    async def live_release(self) -> Release | None: ...
    async def publish(
        self, release: Release, source: Mapping[str, str], *, by: str, why: str
    ) -> None:
        """Store a Release with its source files (path → text) and make it live, with audit."""
        ...

    async def releases(self) -> tuple[ReleaseRow, ...]: ...
    async def rollback(self, release_id: str, *, by: str, why: str) -> None: ...
    async def release_source(self, release_id: str) -> Mapping[str, str]: ...

    # desk and patient views
    async def address_of(self, reference: str) -> Address | None: ...
    async def known(self, destination: str, platform_id: str) -> Known | None: ...
    async def queue(self, *, closed: bool = False, limit: int = 200) -> tuple[EnquiryRow, ...]:
        """Open (or recently closed) enquiries: urgent first, then by promise, then by age."""
        ...

    async def enquiry(self, reference: str) -> EnquiryRow | None: ...
    async def conversation(self, address: Address) -> Conversation | None: ...
    async def transcript(
        self, address: Address, *, after: int = 0, limit: int = 500
    ) -> tuple[Entry, ...]: ...
    async def deliveries(self, reference: str) -> tuple[tuple[str, str, datetime], ...]:
        """(draft id, outcome, when) of the replies of an enquiry."""
        ...

    async def export(self, address: Address) -> Mapping[str, Any]:
        """Everything stored about a patient, as readable JSON values."""
        ...

    def changes(self) -> AsyncIterator[Change]:
        """Changes committed from now on, in this process and by others."""
        ...

    # worker
    async def claim_deliveries(
        self, *, limit: int, held: frozenset[str] = frozenset()
    ) -> tuple[Delivery, ...]:
        """Lease the next rows: per (destination, conversation) only the oldest one that is waiting,
        urgent ones first, none for destinations on hold."""
        ...

    async def record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        """Write an outcome (with receipts, retries, holds, and the core told where it waits for it)."""
        ...

    async def deliveries_waiting(self, timeout: float) -> None:
        """Return when something may be there to claim, or after ``timeout`` seconds."""
        ...

    async def due_timers(self, now: datetime) -> tuple[Update, ...]:
        """Timers that are due, as Updates to be received."""
        ...

    async def purge(self, now: datetime) -> Mapping[str, int]:
        """Delete what the retention limits say; how many rows of what went."""
        ...

    # adapters' own small durable things
    async def cursor(self, name: str) -> int | None: ...
    async def set_cursor(self, name: str, value: int) -> None: ...
    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or keep a lease by the database's clock."""
        ...

    async def park(self, key: str, payload: str, error: str, place: str) -> None:
        """Keep an inbound row that could not even be parsed, sealed."""
        ...

    async def parked(self) -> tuple[ParkedRow, ...]: ...
    async def replay(self, parked_id: int) -> Received: ...
    async def put_file(self, data: bytes, media_type: str) -> str:
        """Keep bytes in the sealed spool until they expire; a file id of channel "web"."""
        ...

    async def get_file(self, file_id: str) -> bytes | None: ...
    async def new_link(self, kind: str, subject: str, seconds: int) -> str:
        """A one-time token for a sign-in link."""
        ...

    async def use_link(self, token: str) -> tuple[str, str] | None:
        """(kind, subject) once; None for a used, expired or unknown token."""
        ...

    async def new_session(self, kind: str, subject: str, seconds: int) -> str: ...
    async def session(self, token: str) -> tuple[str, str] | None: ...
    async def health(self) -> Mapping[str, Any]:
        """Counts and checks for doctor and /readyz: database, outbox_waiting, outbox_oldest_seconds,
        dead_letters, parked, timers_due, open_enquiries, key_ok."""
        ...
