"""The desk's way in: what a tap or a message in the desk group means as a staff Event.

A tap on ``enq:…`` is that act. A reply to the bot's prompt is a draft: shown again before anything is
sent. Everything else in a topic is a note that stays with the team.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from adapters.telegram.inbound import DeskMessage, DeskTap
from bot import buttons
from bot.desk_acts import staff_event
from bot.events import Actor, Address, NoteWritten, ReplyDrafted, Update
from bot.ports import Known

PATIENCE_SECONDS = 2.0
"""How long an answer waits for the receipt of what it answers; a commit takes milliseconds."""


class Directory(Protocol):
    """What is looked up in the store."""

    async def address_of(self, reference: str) -> Address | None: ...
    async def known(self, destination: str, platform_id: str) -> Known | None: ...


class Staff:
    """Reads the desk group. Who may act is decided by the core, from the staff list alone."""

    def __init__(self, directory: Directory, desk: int) -> None:
        self._directory = directory
        self._desk = f"desk:telegram:{desk}"

    async def tapped(self, tap: DeskTap) -> Update | None:
        """The Update of a tap; None for a button that is no staff act. Raises ``NotNow``."""
        button = buttons.parse(tap.data)
        if not isinstance(button, buttons.EnquiryButton):
            return None
        # Telegram names the person who taps even where they write anonymously.
        event = staff_event(button, self._actor(tap.user, trusted=True))
        address = await self._directory.address_of(button.reference)
        if event is None or address is None:
            return None
        return Update(tap.key, address, tap.at, event)

    async def wrote(self, message: DeskMessage) -> Update | None:
        """The Update of a message; None where it belongs to no enquiry. Raises ``NotNow``."""
        actor = self._actor(message.user, trusted=not message.anonymous)
        if message.reply_to is not None:
            known = await self._of_ours(message.reply_to)
            if known is not None and known.name.startswith("prompt:"):
                _, reference, draft = known.name.split(":", 2)
                event = ReplyDrafted(reference, actor, draft, message.text, message.file)
                return Update(message.key, known.address, message.at, event)
        if message.ours:
            known = await self._of_ours(message.topic)
        else:
            known = await self._directory.known(self._desk, str(message.topic))
        if known is None or not known.name.startswith("topic:"):
            return None
        reference = known.name.removeprefix("topic:")
        note = NoteWritten(reference, actor, message.text, str(message.message))
        return Update(message.key, known.address, message.at, note)

    async def _of_ours(self, message: int) -> Known | None:
        """What a message of ours stands for. Its receipt is written just after it was sent: an answer
        that is quicker waits for it, or a reply would pass for a note, and a note for idle talk."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            known = await self._directory.known(self._desk, str(message))
            if known is not None or time.monotonic() >= end:
                return known
            await asyncio.sleep(0.1)

    def _actor(self, user: int, *, trusted: bool) -> Actor:
        return Actor(f"telegram:{user}", self._desk, forms=False, trusted=trusted)
