"""A Delivery, what a platform can answer to it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.effects import Sendable
from bot.events import Address


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbox row on its way out. ``lease`` grows each time the row is handed out; ``repeated``:
    an earlier attempt may have been delivered. receipts: (name, platform's message id) of what it
    edits, where that was looked up already."""

    id: int
    destination: str
    address: Address
    conversation_id: str
    effect: Sendable
    attempt: int
    lease: int
    urgent: bool
    repeated: bool = False
    receipts: tuple[tuple[str, str], ...] = ()


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
