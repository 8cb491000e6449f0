"""Small jobs that go on after the acknowledgement: harmless when lost, but not silently."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from adapters.stopping import end

_log = logging.getLogger(__name__)


class Tasks:
    """Keeps background jobs alive and counted until they are done."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, job: Coroutine[Any, Any, None], what: str) -> None:
        """Begin a job; a failure is logged by its class only."""
        task = asyncio.create_task(self._guard(job, what))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self, seconds: float) -> None:
        """Wait for what is running; after that long it is cancelled."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        await end(*late)

    async def _guard(self, job: Coroutine[Any, Any, None], what: str) -> None:
        try:
            await job
        except Exception as problem:
            _log.warning("%s failed: %s", what, type(problem).__name__)
