"""The Web API client: one connection pool, our time-outs, no retries behind our back.

The SDK repeats a request whose connection broke (``AsyncConnectionErrorRetryHandler`` is its default),
which posts a message twice when the first one had arrived. What to repeat is decided by the outcome
that ``errors.classify`` gives, so every retry handler is off.
"""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.quiet import quiet_logger, silence_libraries
from bot.errors import NotNow

CONNECT_SECONDS = 5
TOTAL_SECONDS = 15
"""A post normally takes well under a second; longer than this and the outcome is uncertain."""
UPLOAD_SECONDS = 120
"""20 MB (the files that we pass on) over a plain connection."""


class Slack:
    """A Web API client with its connection pool; close it when done."""

    def __init__(
        self, token: str, api_url: str, heard: Callable[[str | None], None] = lambda date: None
    ) -> None:
        """``heard``: told the Date header of every answer."""
        silence_libraries()
        self._heard = heard
        self.web = AsyncWebClient(
            token=token,
            base_url=api_url,
            timeout=TOTAL_SECONDS,
            logger=quiet_logger(),
            retry_handlers=[],
        )
        self._token = token
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    @property
    def token(self) -> str:
        """The bot token, for downloads of private files."""
        return self._token

    def open(self) -> None:
        """Make the pool; needs the running event loop. Doing it twice changes nothing.

        Raises ``NotNow`` after ``close``: what is still to be sent waits for the next start.
        """
        if self._closed:
            raise NotNow("Slack was switched off")
        if self._session is None or self._session.closed:
            trace = aiohttp.TraceConfig()
            trace.on_request_end.append(self._note_date)
            self._session = aiohttp.ClientSession(
                trace_configs=[trace],
                timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
            )
            self.web.session = self._session

    @property
    def session(self) -> aiohttp.ClientSession:
        """The pool itself, for files and response addresses."""
        self.open()
        assert self._session is not None  # noqa: S101 - made by open()
        return self._session

    async def _note_date(
        self, session: object, context: object, params: aiohttp.TraceRequestEndParams
    ) -> None:
        self._heard(params.response.headers.get("Date"))

    async def close(self) -> None:
        """Give the connections back, for good."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None
            self.web.session = None
