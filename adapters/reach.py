"""Whether the database takes writes at this moment, and a quick "not now" while it does not.

A database that is away would be waited for by every Update anew, each up to the store's patience, and words
of danger would stand behind all of them. So where nothing was committed for a moment though somebody
waits, one probe asks on behalf of everybody; until it gets through nobody waits any more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from adapters.stopping import end
from bot.errors import NotNow

LOOK_SECONDS: Final = 0.7
"""How long somebody may wait while nothing is committed before the probe asks."""
PROBE_SECONDS: Final = 0.6
"""What a write of one row may take; a busy database needs a few thousandths of that. With
``LOOK_SECONDS`` it leaves more than half a second of the two in which a safety text must be out."""
PAUSE_SECONDS: Final = 0.25
CHECK_SECONDS: Final = 2.0
"""How long an answer of ``check`` holds: nobody who asks for it shall make the disk busy."""


class Reach:
    """``probe`` writes one row, or raises ``NotNow``."""

    def __init__(self, probe: Callable[[], Awaitable[object]]) -> None:
        self._probe = probe
        self._probing: asyncio.Task[None] | None = None
        self._waiting: dict[asyncio.Timeout, float] = {}
        """Who waits for the database, and since when."""
        self._look: asyncio.TimerHandle | None = None
        self._worked_at = float("-inf")
        self.away = False

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Around a write. ``NotNow`` at once while the database is away, and as soon as it is found to be."""
        if self.away:
            raise NotNow("the database is away")
        began = time.monotonic()
        scope = asyncio.timeout(None)
        self._waiting[scope] = began
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._looks)
        try:
            async with scope:
                yield
            self._worked_at = time.monotonic()
        except NotNow:
            self._failed(began)
            raise
        except TimeoutError:
            if not scope.expired():
                raise
            raise NotNow("the database is away") from None
        finally:
            del self._waiting[scope]

    async def check(self) -> bool:
        """Whether a write gets through; for whoever asks how we are. Raises nothing."""
        if self._probing is None and time.monotonic() - self._worked_at > CHECK_SECONDS:
            began = time.monotonic()
            if not await self._try():
                self._failed(began)
                return False
        return not self.away

    async def close(self) -> None:
        """Stop asking."""
        if self._look is not None:
            self._look.cancel()
        if self._probing is not None:
            await end(self._probing)

    def _failed(self, began: float) -> None:
        """A write that began then did not get through. Where others did meanwhile it was that one's own
        trouble, a locked conversation say."""
        if self._worked_at < began and self._probing is None:
            self._probing = asyncio.create_task(self._until_it_works(), name="database probe")

    def _looks(self) -> None:
        """Now and then while somebody waits."""
        self._look = None
        if not self._waiting:
            return
        longest = min(self._waiting.values())
        if time.monotonic() - longest >= LOOK_SECONDS:
            self._failed(longest)
        self._look = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._looks)

    async def _until_it_works(self) -> None:
        try:
            while not await self._try():
                self.away = True
                for scope in list(self._waiting):
                    if not scope.expired():
                        scope.reschedule(0.0)
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            self.away = False
            self._probing = None

    async def _try(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._probe()
        except (NotNow, TimeoutError):
            return False
        self._worked_at = time.monotonic()
        return True
