"""The bot as we hold it: ``ExtBot`` on our HTTP client, with its secrets kept out of sight."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from telegram.error import InvalidToken
from telegram.ext import ExtBot

from adapters.telegram import limits
from adapters.telegram.errors import TokenRefused
from adapters.telegram.request import AiohttpRequest

POLL_GRACE_SECONDS = 15.0
"""How much longer than the long poll itself its answer may take."""


class Client(ExtBot[None]):
    """A bot of one token. ``initialize`` asks Telegram who it is; raises ``TokenRefused``."""

    def __repr__(self) -> str:
        """Without the token, which the library's own shows."""
        return "Client()"

    async def initialize(self) -> None:
        """Open the connections and learn the bot's id and name."""
        try:
            await super().initialize()
        except InvalidToken:
            # The library's message holds the token.
            raise TokenRefused("Telegram refuses TELEGRAM_BOT_TOKEN") from None

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method with plain values; its result as Telegram wrote it. For what happens at every
        turn: the library's own methods make an object of every button and of everything in the
        answer, which takes longer than the request. None is left out."""
        return await self._post(method, parameters)

    async def raw_updates(self, offset: int | None, *, seconds: int, rows: int) -> list[Any]:
        """The next updates as Telegram wrote them, each still to be parsed. Everything below
        ``offset`` is acknowledged by this call."""
        # `get_updates` would parse the whole batch at once: one odd row would hide 99 good ones.
        answer = await self._post(
            "getUpdates",
            {
                "offset": offset,
                "limit": rows,
                "timeout": seconds,
                "allowed_updates": list(limits.UPDATE_KINDS),
            },
            read_timeout=seconds + POLL_GRACE_SECONDS,
        )
        return answer if isinstance(answer, list) else []


def open_client(
    token: str,
    api_url: str = "https://api.telegram.org",
    heard: Callable[[str | None], None] = lambda date: None,
) -> Client:
    """A client that is not connected yet. ``api_url`` is the part before ``/bot<token>/<method>``;
    ``heard`` is told the Date header of every answer."""
    quiet()
    base = api_url.rstrip("/")
    return Client(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=AiohttpRequest(heard=heard),
        get_updates_request=AiohttpRequest(connections=2, heard=heard),
    )


def quiet() -> None:
    """Keep the library from logging: at DEBUG it writes every parameter, people's words included."""
    for name in ("telegram", "httpx", "httpcore", "aiohttp"):
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)
