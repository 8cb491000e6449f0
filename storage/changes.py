"""Telling watchers what was committed: at once in this process, by polling from others.

A watcher that is too slow loses its oldest news, never the newest; what it shows, it reads anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from bot.ports import Change

_LONGEST: Final = 1_000
"""Changes kept for one slow watcher."""


class Broadcast:
    """Hands each Change to everybody who watches."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Change]] = set()

    @property
    def watched(self) -> bool:
        """Whether anybody listens."""
        return bool(self._watchers)

    def tell(self, change: Change) -> None:
        """Called in the event loop, after the COMMIT."""
        for watcher in self._watchers:
            if watcher.full():
                with suppress(asyncio.QueueEmpty):
                    watcher.get_nowait()
            watcher.put_nowait(change)

    def listen(self) -> AsyncIterator[Change]:
        """Changes from this call on, until the iterator is closed."""
        watcher: asyncio.Queue[Change] = asyncio.Queue(_LONGEST)
        self._watchers.add(watcher)
        return self._each(watcher)

    async def _each(self, watcher: asyncio.Queue[Change]) -> AsyncIterator[Change]:
        try:
            while True:
                yield await watcher.get()
        finally:
            self._watchers.discard(watcher)


class Bell:
    """Wakes the worker. A ring before the wait is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._rows = False

    def ring(self, *, rows: bool = True) -> None:
        """There may be something to do: in the outbox's ``rows``, or only in memory."""
        self._rows = self._rows or rows
        self._rung.set()

    def ring_in(self, seconds: float) -> None:
        """There will be something to do."""
        asyncio.get_running_loop().call_later(seconds, self.ring)

    async def wait(self, timeout: float) -> bool:
        """Return when it rang, or after ``timeout`` seconds: whether the rows are to be looked at."""
        rang = True
        if not self._rung.is_set():
            try:
                async with asyncio.timeout(timeout):
                    await self._rung.wait()
            except TimeoutError:
                rang = False
        rows = self._rows or not rang
        self._rung.clear()
        self._rows = False
        return rows
