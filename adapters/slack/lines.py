"""One line per conversation: updates of a chat are handled in the order in which they came.

Events arrive concurrently (Socket Mode hands each envelope to a task of its own), and understanding a
text takes longer for one than for another; without a line the second of two quick messages could be
recorded first. Other conversations never wait.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bot.events import Address


class Lines:
    """Locks by address; asyncio's locks are first come, first served."""

    def __init__(self) -> None:
        self._locks: dict[Address, tuple[asyncio.Lock, int]] = {}

    @contextlib.asynccontextmanager
    async def at(self, address: Address) -> AsyncIterator[None]:
        """Wait for everybody who came before at this address."""
        lock, users = self._locks.get(address, (asyncio.Lock(), 0))
        self._locks[address] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[address]
            if users == 1:
                del self._locks[address]
            else:
                self._locks[address] = (lock, users - 1)
