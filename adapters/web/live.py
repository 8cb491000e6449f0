"""Who is watching: one reader of the store's changes, handed on to every open page.

Pages get only ids (never a word that somebody typed) and fetch their fragments themselves. A desk
page counts as open while its event stream is connected.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from bot.ports import Change

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""How long to wait before reading changes again after the store failed."""

GATHER_SECONDS = 0.1
"""Changes that come together within this time are handed on as one."""


class HasChanges(Protocol):
    """The one method of the store that this module needs."""

    def changes(self) -> AsyncIterator[Change]: ...


@dataclass(slots=True, eq=False)
class Watcher:
    """One open page: what changed since it was told last."""

    desk: bool
    addresses: set[str] = field(default_factory=set)
    missed: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class News:
    """Addresses of conversations that changed; ``everything``: changes may have been missed."""

    addresses: frozenset[str]
    everything: bool = False


class Live:
    """Reads ``store.changes()`` once, however many pages are open, while any is."""

    def __init__(self, store: HasChanges) -> None:
        self._store = store
        self._watchers: set[Watcher] = set()
        self._reader: asyncio.Task[None] | None = None

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
            news = News(frozenset(watcher.addresses), watcher.missed)
            watcher.addresses.clear()
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
