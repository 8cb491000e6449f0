"""``/frontdesk queue``: the open enquiries for the one who asks, each a link to its card.

It changes nothing, so it passes by the intake.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from adapters.slack import outbound
from adapters.slack.client import Slack
from adapters.slack.identity import DeskChannel, Identity
from adapters.slack.inbound import Command, account_of
from adapters.slack.people import People
from adapters.slack.posting import whisper
from adapters.slack.staff import respond
from adapters.slack.tasks import Tasks
from bot import queue
from bot.ports import EnquiryRow
from bot.receive import PhrasesOf
from bot.release import Release
from bot.text import flat, plain

_log = logging.getLogger(__name__)


class Rows(Protocol):
    """What is read of the store."""

    async def live_release(self) -> Release | None: ...
    async def queue(self, *, closed: bool = False, limit: int = 200) -> tuple[EnquiryRow, ...]: ...
    async def receipt(self, destination: str, name: str) -> str | None: ...


def is_queue(given: Command) -> bool:
    """Whether the queue is asked for."""
    return given.text.removeprefix("/").casefold() == queue.WORD


class DeskQueue:
    """Answers who may ask."""

    def __init__(
        self,
        slack: Slack,
        store: Rows,
        people: People,
        tasks: Tasks,
        channel: DeskChannel,
        phrases_of: PhrasesOf,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._slack = slack
        self._store = store
        self._people = people
        self._tasks = tasks
        self._channel = channel
        self._phrases_of = phrases_of
        self._now = now

    async def asked(self, given: Command, us: Identity, *, patients: bool) -> bool:
        """Show the queue, or say why not; False where this is a patient's question after all.
        ``patients``: whether patients may ask here. Raises ``NotNow``, and what the client raises."""
        release = await self._store.live_release()
        if release is None or not queue.known(release):
            return False
        account = account_of(given.user)
        listed = release.staff_of(account) is not None
        if patients and not listed and given.channel != self._channel.id:
            return False
        phrases = self._phrases_of(release, release.locale)
        trusted = await self._people.is_trusted(given.user, us.team)
        no = queue.refusal(release, phrases, account, trusted=trusted)
        if no:
            self._tasks.start(self._show(given, outbound.messages(plain(no))), "a refusal")
            return True
        made = queue.queue(await self._store.queue(), release, phrases, self._now())
        links: dict[str, str] = {}
        for reference in made.references:
            card = await self._store.receipt(self._channel.destination, f"card:{reference}")
            if card is not None and us.address:
                links[reference] = permalink(us.address, self._channel.id, card)
        first = outbound.messages(made.text, summary=flat(made.text[:1]))
        shown = tuple(replace(one, blocks=linked(one.blocks, links)) for one in first)
        self._tasks.start(self._show(given, shown), "the queue")
        return True

    async def _show(self, given: Command, shown: tuple[outbound.Message, ...]) -> None:
        """Only the one who asked sees it."""
        if given.response_url and await respond(self._slack, given.response_url, shown):
            return
        if not await whisper(self._slack, given.channel, given.user, shown):
            _log.info("the queue could not be shown where it was asked for")


def permalink(workspace: str, channel: str, ts: str) -> str:
    """A message's address, as ``chat.getPermalink`` gives it (docs.slack.dev/reference/methods)."""
    return f"{workspace.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"


def linked(value: Any, links: Mapping[str, str]) -> Any:
    """Blocks with every text element that is one of these words made a link."""
    if isinstance(value, list | tuple):
        return type(value)(linked(one, links) for one in value)
    if not isinstance(value, dict):
        return value
    if value.get("type") == "text" and value.get("text") in links:
        return {**value, "type": "link", "url": links[value["text"]]}
    return {name: linked(one, links) for name, one in value.items()}
