"""First come, first served, for each conversation: webhooks and sockets deliver concurrently."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Fifo:
    """A line for each name. ``asyncio.Lock`` wakes its waiters in the order they came."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for your turn in the line ``name``; "" is no line, everybody goes at once."""
        if not name:
            yield
            return
        lock, waiting = self._lines.get(name, (asyncio.Lock(), 0))
        self._lines[name] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._lines[name]
            if waiting == 1:
                del self._lines[name]  # no list of everybody who ever wrote
            else:
                self._lines[name] = (lock, waiting - 1)
