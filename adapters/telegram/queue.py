"""``/queue`` in the desk group: the open enquiries, each a link to its topic.

It changes nothing, so it passes by the intake: a repeated Update is answered again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from telegram.error import TelegramError

from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, fault_of
from adapters.telegram.inbound import DeskCommand
from adapters.telegram.outbound import Mark, Part, render, units
from adapters.telegram.send import Poster
from bot import queue
from bot.errors import NotNow
from bot.ports import EnquiryRow
from bot.receive import PhrasesOf
from bot.release import Release
from bot.text import plain

log = logging.getLogger(__name__)

_SUPERGROUP = "-100"
"""What the Bot API puts before the id that links use [api "Chat", core.telegram.org/api/links]."""


class Rows(Protocol):
    """What is read of the store."""

    async def live_release(self) -> Release | None: ...
    async def queue(self, *, closed: bool = False, limit: int = 200) -> tuple[EnquiryRow, ...]: ...
    async def receipt(self, destination: str, name: str) -> str | None: ...


class DeskQueue:
    """Answers who may ask. ``desk``: the chat that is set as the desk."""

    def __init__(self, client: Client, store: Rows, desk: int, phrases_of: PhrasesOf) -> None:
        self._post = Poster(client, {})
        self._store = store
        self._desk = f"desk:telegram:{desk}"
        self._phrases_of = phrases_of

    async def answer(self, asked: DeskCommand) -> None:
        """Answer below the question, where it was asked. Raises ``NotNow`` where it may come again."""
        for part in await self._parts(asked):
            try:
                await self._post.text(asked.chat, part, topic=asked.topic, reply_to=asked.message)
            except TelegramError as error:
                if fault_of(error) is Fault.NOT_SENT:
                    raise NotNow("Telegram cannot be reached") from None
                log.info("the queue was not shown: %s", type(error).__name__)
                return

    async def _parts(self, asked: DeskCommand) -> tuple[Part, ...]:
        release = await self._store.live_release()
        if release is None or not queue.known(release):
            return ()
        phrases = self._phrases_of(release, release.locale)
        account = f"telegram:{asked.user}"
        no = queue.refusal(release, phrases, account, trusted=not asked.anonymous)
        if no:
            return render(plain(no))
        made = queue.queue(await self._store.queue(), release, phrases, datetime.now(UTC))
        links: dict[str, str] = {}
        for reference in made.references:
            topic = await self._store.receipt(self._desk, f"topic:{reference}")
            if topic is not None:
                links[reference] = topic_link(asked.chat, topic)
        return tuple(linked(part, links) for part in render(made.text))


def topic_link(chat: int, topic: str) -> str:
    """The address of a topic, for members of the group."""
    return f"https://t.me/c/{str(chat).removeprefix(_SUPERGROUP)}/{topic}"


def linked(part: Part, links: Mapping[str, str]) -> Part:
    """A message with each of these words, which stand in it at most once, made a link."""
    marks = list(part.marks)
    for words, address in links.items():
        at = part.text.find(words)
        if at >= 0:
            offset, length = units(part.text[:at]), units(words)
            marks.append(Mark("text_link", offset, length, address=address))
    marks.sort(key=lambda one: (one.offset, -one.length, one.kind))
    return replace(part, marks=tuple(marks))
