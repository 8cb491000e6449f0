"""The group guard: the bot works in private chats and in the one configured desk group, else it leaves.

The lines here are for operators, never for patients: they name the setting to copy.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import Protocol

from telegram import ReplyParameters
from telegram.error import TelegramError

from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, fault_of
from adapters.telegram.inbound import DeskMessage, Stranger
from bot.errors import NotNow

log = logging.getLogger(__name__)


class Cursors(Protocol):
    """Small durable numbers (``bot.ports.Store``)."""

    async def cursor(self, name: str) -> int | None: ...
    async def set_cursor(self, name: str, value: int) -> None: ...


class Groups:
    """Knows the desk group, also after it became a supergroup and got another id."""

    def __init__(self, client: Client, cursors: Cursors, desk: int | None) -> None:
        self._client = client
        self._cursors = cursors
        self._desk = desk
        self._ids: frozenset[int] | None = None if desk is not None else frozenset()

    async def desks(self) -> frozenset[int]:
        """The chat ids that are the desk. Raises ``NotNow`` until it could be read once."""
        if self._ids is None:
            moved = await self._cursors.cursor(f"telegram:moved:{self._desk}")
            self._ids = frozenset(one for one in (self._desk, moved) if one is not None)
        return self._ids

    async def moved(self, chat: int) -> None:
        """The desk group has a new id: remember it, and tell the operator."""
        await self._cursors.set_cursor(f"telegram:moved:{self._desk}", chat)
        self._ids = frozenset({*(self._ids or ()), chat})
        log.warning("the desk group has a new id: set TELEGRAM_DESK_CHAT=%s", chat)

    async def leave(self, stranger: Stranger) -> None:
        """Leave a group that is not the desk, told how to make it the desk if it just invited us.
        Raises ``NotNow`` where Telegram should be asked again."""
        log.warning(
            "left group %s, which is not the desk; to make it the desk set TELEGRAM_DESK_CHAT=%s",
            stranger.chat, stranger.chat,
        )  # fmt: skip
        if stranger.told:
            line = f"To make this group the desk: TELEGRAM_DESK_CHAT={stranger.chat}"
            await self._quietly(self._client.send_message(stranger.chat, line))
        await self._quietly(self._client.leave_chat(stranger.chat))

    async def say_below(self, message: DeskMessage, text: str) -> None:
        """Answer a message on the desk in its topic."""
        await self._quietly(
            self._client.send_message(
                message.chat, text, message_thread_id=message.topic,
                reply_parameters=ReplyParameters(message.message, allow_sending_without_reply=True),
            )
        )  # fmt: skip

    async def _quietly(self, call: Awaitable[object]) -> None:
        try:
            await call
        except TelegramError as error:
            if fault_of(error) is Fault.NOT_SENT:
                raise NotNow("Telegram cannot be reached") from None
            log.info("Telegram refused: %s", type(error).__name__)
