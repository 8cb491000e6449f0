"""The seams: what the outer rings plug into. ``Transaction`` is what one turn needs of a store;
``Store`` is what the adapters see of it; ``Deliverer`` is what the worker sees of a platform.
What they hand over stands in ``bot.deliveries`` and ``bot.rows`` and can be taken from here too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.deliveries import Delivered as Delivered
from bot.deliveries import Delivery as Delivery
from bot.deliveries import DeliveryOutcome as DeliveryOutcome
from bot.deliveries import Gone as Gone
from bot.deliveries import Later as Later
from bot.deliveries import Moved as Moved
from bot.deliveries import RateLimited as RateLimited
from bot.deliveries import Rejected as Rejected
from bot.deliveries import Uncertain as Uncertain
from bot.effects import ForStore, Immediate, Sendable
from bot.events import Address, FileRef, Update
from bot.given import Channel
from bot.release import Release
from bot.rows import AuditRow as AuditRow
from bot.rows import Change as Change
from bot.rows import CountRow as CountRow
from bot.rows import EditRow as EditRow
from bot.rows import EnquiryRow as EnquiryRow
from bot.rows import Known as Known
from bot.rows import LetterRow as LetterRow
from bot.rows import ParkedRow as ParkedRow
from bot.rows import ReleaseRow as ReleaseRow
from bot.rows import SessionRow as SessionRow
from bot.state import Conversation
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
    public_url: str = ""
    """Where staff reach the web pages from anywhere ("https://desk.example.org"); "" if nowhere."""


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
        """Do what the store itself does: timers, consent ledger, erasure, counters."""
        ...

    def new_link(self, kind: str, subject: str, seconds: int) -> str:
        """A one-time token for a sign-in link; only its digest is kept."""
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
        self,
        release: Release,
        source: Mapping[str, str],
        *,
        by: str,
        why: str,
        expected: str | None = None,
    ) -> None:
        """Store a Release with its source files (path → text) and make it live, with audit.

        expected: the id of the Release that this one was made from ("" for none); raises ``Overtaken``
        and changes nothing where another one went live meanwhile. None: do not ask. After ``NotNow``
        the same call may be made again: if the first one came through after all, nothing is done.
        """
        ...

    async def releases(self) -> tuple[ReleaseRow, ...]:
        """Every publication and rollback, newest first."""
        ...

    async def rollback(self, release_id: str, *, by: str, why: str) -> None:
        """Make an older Release live again, with audit. Raises ``NotFound``."""
        ...

    async def release_source(self, release_id: str) -> Mapping[str, str]: ...

    async def save_edit(
        self, editor: str, target: str, base: str, fields: Mapping[str, str]
    ) -> None:
        """Keep what an editor has typed and not published; it replaces what was kept of that text."""
        ...

    async def edits(self, editor: str | None = None) -> tuple[EditRow, ...]:
        """Unfinished edits of one editor or of all, the latest first."""
        ...

    async def drop_edit(self, editor: str, target: str) -> None:
        """Forget an unfinished edit; nothing happens if there is none."""
        ...

    async def counts(self, since_days: int = 90) -> tuple[CountRow, ...]:
        """Counters of today and of ``since_days`` days before it, newest day first."""
        ...

    async def audit_trail(self, limit: int = 200) -> tuple[AuditRow, ...]:
        """What people of the house did lately, newest first."""
        ...

    async def note_audit(self, who: str, did: str, about: str, refused: str = "") -> None:
        """Leave a trail of an act outside conversations (sign-in, revocation). No patient's words."""
        ...

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

    async def superseded(self, delivery: Delivery) -> bool:
        """Whether this is an update of a desk card and a newer one waits for the same card; asked
        only while the destination's rate is used up."""
        ...

    async def record(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        """Write an outcome (with receipts, retries, holds, and the core told where it waits for it)."""
        ...

    async def deliveries_waiting(self, timeout: float) -> bool:
        """Return when there may be something to send, or after ``timeout`` seconds; False where it is
        only ``born_deliveries``, and nothing is to be claimed."""
        ...

    def sends_from_memory(self, yes: bool) -> None:
        """A worker of this process begins or ends to take ``born_deliveries``."""
        ...

    def born_deliveries(self, limit: int) -> tuple[tuple[float, Delivery], ...]:
        """Deliveries that were committed already leased to this process, oldest first, each once, with
        the time of that (``time.monotonic``). One that is not sent is given back as ``Later``."""
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
    async def undelivered(self) -> tuple[LetterRow, ...]:
        """Dead letters, the newest first."""
        ...

    async def requeue(self, letter_id: int) -> None:
        """Send a dead letter again. Raises ``NotFound``."""
        ...

    async def put_file(self, data: bytes, media_type: str) -> str:
        """Keep bytes in the sealed spool until they expire; a file id of channel "web"."""
        ...

    async def get_file(self, file_id: str) -> bytes | None: ...
    async def new_link(self, kind: str, subject: str, seconds: int) -> str:
        """A one-time token for a sign-in link."""
        ...

    async def use_link(self, token: str) -> tuple[str, str] | None:
        """(kind, subject) once, for the browser that comes first; None for a used, expired or unknown
        token."""
        ...

    async def new_session(self, kind: str, subject: str, seconds: int, *, note: str = "") -> str:
        """A session token, of which only the digest is kept. note: what the browser says it is."""
        ...

    async def session(self, token: str) -> tuple[str, str] | None:
        """(kind, subject) of a session that is open; notes the time, at most once a minute."""
        ...

    async def session_row(self, token: str) -> SessionRow | None:
        """The session itself, to say which one of the list is this browser's."""
        ...

    async def sessions(self, subject: str | None = None) -> tuple[SessionRow, ...]:
        """Open sessions of one subject or of all, the one seen last first."""
        ...

    async def revoke_session(self, session_id: str) -> None:
        """End a session by the id of its row; nothing happens if there is none."""
        ...

    async def revoke_sessions(self, subject: str) -> None:
        """End every session of a subject, and its sign-in links that nobody has used yet."""
        ...

    async def health(self) -> Mapping[str, Any]:
        """Counts and checks for doctor, /readyz and /metrics: database, outbox_waiting,
        outbox_oldest_seconds, dead_letters, parked, timers_due, open_enquiries, late_enquiries,
        unclaimed_alerts, key_ok, leases (name → seconds left), database_skew_seconds."""
        ...
