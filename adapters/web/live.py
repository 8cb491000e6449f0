"""Who is watching: one reader of the store's changes, handed on to every open page.

Pages get only ids (never a word that somebody typed) and fetch their fragments themselves; alerts are
said in full, for they must arrive without the database too. A desk page counts as open while its event
stream is connected.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from bot.ports import Change
from bot.screens import Screen

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""How long to wait before reading changes again after the store failed."""

GATHER_SECONDS = 0.1
"""Changes that come together within this time are handed on as one."""


class HasChanges(Protocol):
    """The one method of the store that this module needs."""

    def changes(self) -> AsyncIterator[Change]: ...


SCREENS = 200
"""How many conversations' newest screens are held in memory; each is needed for minutes at most."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Danger, for every open desk. reference: "" where the database is away."""

    reference: str
    text: str


@dataclass(frozen=True, slots=True)
class Held:
    """A screen that was delivered: its message's number, and when, on the process's clock."""

    seq: int
    screen: Screen
    at: float


@dataclass(slots=True, eq=False)
class Watcher:
    """One open page: what changed since it was told last."""

    desk: bool
    addresses: set[str] = field(default_factory=set)
    alerts: list[Alert] = field(default_factory=list)
    missed: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class News:
    """Addresses of conversations that changed; ``everything``: changes may have been missed."""

    addresses: frozenset[str]
    everything: bool = False
    alerts: tuple[Alert, ...] = ()


class Live:
    """Reads ``store.changes()`` once, however many pages are open, while any is."""

    def __init__(self, store: HasChanges) -> None:
        self._store = store
        self._watchers: set[Watcher] = set()
        self._reader: asyncio.Task[None] | None = None
        self._held: OrderedDict[str, Held] = OrderedDict()

    def hold(self, address: str, seq: int, screen: Screen) -> None:
        """Remember what was shown last. A page shows it where the Transcript is gone (everything was
        erased) or cannot be read (a safety text while the database is away)."""
        self._held[address] = Held(seq, screen, time.monotonic())
        self._held.move_to_end(address)
        while len(self._held) > SCREENS:
            self._held.popitem(last=False)
        self._tell(address)

    def held(self, address: str) -> Held | None:
        """What was shown last in a conversation, if that was lately."""
        return self._held.get(address)

    def alert(self, alert: Alert) -> bool:
        """Show an alert on every open desk now; False if none is open."""
        desks = [one for one in self._watchers if one.desk]
        for watcher in desks:
            watcher.alerts.append(alert)
            watcher.woken.set()
        return bool(desks)

    @property
    def desks_open(self) -> int:
        """How many desk pages are connected now."""
        return sum(1 for one in self._watchers if one.desk)

    @contextlib.asynccontextmanager
    async def watch(self, *, desk: bool) -> AsyncIterator[AsyncIterator[News]]:
        """Count a page as open and give it an endless stream of news."""
        watcher = Watcher(desk)
        self._watchers.add(watcher)
        if self._reader is None:
            self._reader = asyncio.create_task(self._read(), name="web changes")
        try:
            yield self._news(watcher)
        finally:
            self._watchers.discard(watcher)
            if not self._watchers and self._reader is not None:
                self._reader.cancel()
                self._reader = None

    async def _news(self, watcher: Watcher) -> AsyncIterator[News]:
        while True:
            await watcher.woken.wait()
            await asyncio.sleep(GATHER_SECONDS)
            news = News(frozenset(watcher.addresses), watcher.missed, tuple(watcher.alerts))
            watcher.addresses.clear()
            watcher.alerts.clear()
            watcher.missed = False
            watcher.woken.clear()
            yield news

    async def _read(self) -> None:
        while True:
            try:
                async for change in self._store.changes():
                    self._tell(str(change.address))
            except asyncio.CancelledError:
                raise
            except Exception as problem:
                log.warning("changes could not be read: %s", type(problem).__name__)
            await asyncio.sleep(RETRY_SECONDS)
            self._tell(None)

    def _tell(self, address: str | None) -> None:
        for watcher in self._watchers:
            if address is None:
                watcher.missed = True
            else:
                watcher.addresses.add(address)
            watcher.woken.set()
