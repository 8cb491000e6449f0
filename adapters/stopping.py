"""Ending tasks for good."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 0.5
"""A task that was cancelled and cleans up normally needs far less."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until they are done; what they raise is theirs.

    Once is not enough: ``asyncio.wait_for`` of Python 3.11 loses a cancellation that comes at the moment
    when what it waits for is done (python/cpython#86296), and a loop would go on for ever.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
