"""Slack over Socket Mode: no public address needed.

Bolt's handler on the SDK's aiohttp client; an envelope is acknowledged when its listener has returned,
which is after the commit. One that fails is not acknowledged, and Slack sends it again. The client
reconnects by itself when Slack refreshes the connection (about hourly) or it breaks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.client import Slack
from adapters.slack.quiet import quiet_logger

_log = logging.getLogger(__name__)

PING_SECONDS = 5.0
"""Four missed answers and the client reconnects, so a dead line costs 20 seconds."""
DRAIN_SECONDS = 3.0


class Socket(AsyncSocketModeHandler):
    """One Socket Mode connection; make it inside the running event loop."""

    def __init__(
        self, app: AsyncApp, app_token: str, slack: Slack, ping_seconds: float = PING_SECONDS
    ) -> None:
        super().__init__(
            app,
            app_token,
            logger=quiet_logger(),
            web_client=slack.web,
            ping_interval=ping_seconds,
        )
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """One envelope. While closing, none: Slack will send it to the next connection."""
        if self._closing:
            return
        self._busy += 1
        self._idle.clear()
        try:
            await super().handle(client, req)
        except Exception as problem:  # Bolt's own code, around our listeners; not acknowledged
            _log.warning("an envelope could not be handled: %s", type(problem).__name__)
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def connect(self) -> None:
        """Connect, however often it takes; returns when the line is open."""
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def is_connected(self) -> bool:
        """Whether events can arrive now."""
        return bool(await self.client.is_connected())

    async def stop(self) -> None:
        """Finish what was begun, acknowledgements included, then close."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), DRAIN_SECONDS)
        await self.client.close()  # type: ignore[no-untyped-call]
