"""Small stand-ins for the store where a test is about Telegram alone: they keep what they are given,
and can be told to be away. The main job runs on the real store (``test_main_job``)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from bot import effects as fx
from bot.effects import Immediate, Sendable
from bot.errors import NotNow
from bot.events import Address, FileRef, Update
from bot.ports import Delivered, Delivery, Known, Outcome, Received
from bot.release import Release
from bot.screens import Card, Choice
from bot.text import plain

_ids = itertools.count(1)

BOT = "7000000001"


class Shelf:
    """Cursors, leases, parked rows, receipts and who is who, in dictionaries."""

    def __init__(self) -> None:
        self.cursors: dict[str, int] = {}
        self.leases: dict[str, str] = {}
        self.parked: list[tuple[str, str, str, str]] = []
        self.receipts: dict[tuple[str, str], str] = {}
        self.addresses: dict[str, Address] = {}
        self.cards: dict[str, Card] = {}
        self.release: Release | None = None
        self.away = False

    def _here(self) -> None:
        if self.away:
            raise NotNow("away")

    async def cursor(self, name: str) -> int | None:
        self._here()
        return self.cursors.get(name)

    async def set_cursor(self, name: str, value: int) -> None:
        self._here()
        self.cursors[name] = value

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        self._here()
        if self.leases.get(name, holder) != holder:
            return False
        if seconds > 0:
            self.leases[name] = holder
        else:
            self.leases.pop(name, None)
        return True

    async def park(self, key: str, payload: str, error: str, place: str) -> None:
        self._here()
        self.parked.append((key, payload, error, place))

    async def receipt(self, destination: str, name: str) -> str | None:
        self._here()
        return self.receipts.get((destination, name))

    async def known(self, destination: str, platform_id: str) -> Known | None:
        for (where, name), one in reversed(self.receipts.items()):
            if where == destination and one == platform_id:
                return Known(name, Address("telegram", BOT, "1"))
        return None

    async def address_of(self, reference: str) -> Address | None:
        return self.addresses.get(reference)

    async def live_release(self) -> Release | None:
        self._here()
        return self.release

    async def card(self, reference: str) -> Card | None:
        return self.cards.get(reference)

    async def export(self, address: Address) -> Mapping[str, Any]:
        return {"address": str(address), "said": ["안녕 😀"]}

    def keep(self, delivery: Delivery, outcome: object) -> None:
        """Record receipts as the store does."""
        if isinstance(outcome, Delivered):
            for name, one in outcome.receipts:
                self.receipts[delivery.destination, name] = one


class Intake:
    """Receives Updates once each. ``away``: keys' chats that are not taken now."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.keys: set[str] = set()
        self.away: set[str] = set()
        self.broken: set[str] = set()
        self.says: tuple[Immediate, ...] = ()
        self.heeded: list[Update] = []

    def heed(self, update: Update) -> None:
        self.heeded.append(update)

    async def receive(self, update: Update) -> Received:
        if update.address.chat in self.away:
            raise NotNow("away")
        if update.address.chat in self.broken:
            raise RuntimeError("words of a person")
        if update.key in self.keys:
            return Received(Outcome.DUPLICATE)
        self.keys.add(update.key)
        self.updates.append(update)
        return Received(Outcome.DONE, self.says)


class Files:
    """A source of files of another platform."""

    def __init__(self, data: bytes = b"from elsewhere") -> None:
        self.data = data

    async def fetch(self, file: FileRef) -> bytes:
        return self.data


def delivery(
    destination: str, effect: Sendable, *, number: int | None = None, attempt: int = 1
) -> Delivery:
    """An outbox row on its way out."""
    return Delivery(
        id=next(_ids) if number is None else number,
        destination=destination,
        address=Address("telegram", BOT, destination.rpartition(":")[2]),
        conversation_id="c1",
        effect=effect,
        attempt=attempt,
        lease=1,
        urgent=False,
    )


def card(reference: str = "FD-7F3Q", *, urgent: bool = False, words: str = "A question") -> Card:
    """An enquiry's card."""
    return Card(
        reference=reference,
        title=f"● {reference}",
        summary=f"{reference} is new",
        full=plain(f"{reference} · new\n\n{words}"),
        minimal=plain(f"{reference} · new"),
        rows=(
            (Choice("Claim", f"enq:{reference}:claim"), Choice("Reply", f"enq:{reference}:reply")),
        ),
        urgent=urgent,
        status="new",
    )


def show(seq: int, words: str, *labels: str, replaces: int | None = None) -> fx.ShowScreen:
    """A screen with one column of buttons."""
    from bot.screens import Screen

    rows = tuple((Choice(label, f"sec:page-{n}:1"),) for n, label in enumerate(labels, 1))
    return fx.ShowScreen(seq, Screen(plain(words), rows), replaces)
