"""Looking at the running program from outside: ready, drained, numbers."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection
from typing import Any

READY_SECONDS = 90.0
PATIENCE = 300.0


async def asked(port: int) -> dict[str, Any]:
    """What ``/readyz`` says; empty where nobody answers."""

    def ask() -> dict[str, Any]:
        address = f"http://127.0.0.1:{port}/readyz"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            return dict(json.load(refused))
        except OSError:
            return {}

    return await asyncio.to_thread(ask)


async def ready(port: int) -> None:
    """Wait until it is. Raises ``AssertionError`` with what is missing."""
    end = time.monotonic() + READY_SECONDS
    while not (said := await asked(port)).get("ready"):
        assert time.monotonic() < end, f"never ready: {said}"
        await asyncio.sleep(0.1)


async def drained(port: int, since: float, waiting: Callable[[], Collection[object]]) -> None:
    """Until what the platform kept for us at ``since`` is acknowledged, and whatever is still in the outbox
    came later."""
    end = time.monotonic() + PATIENCE
    while True:
        checks = (await asked(port)).get("checks", {})
        left = checks.get("outbox_waiting", 1)
        younger = 0 < checks.get("outbox_oldest_seconds", 0) < time.monotonic() - since
        if not waiting() and (not left or younger):
            return
        assert time.monotonic() < end, f"never drained: {checks}"
        await asyncio.sleep(0.1)
