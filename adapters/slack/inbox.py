"""Where every payload goes: patients' to their Conversation, facilitators' to the desk, the rest
nowhere. A method that returns says "it is committed"; one that raises leaves Slack to come again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from slack_sdk.errors import SlackApiError

from adapters.slack import inbound, modal, outbound, wording
from adapters.slack.client import Slack
from adapters.slack.errors import code_of
from adapters.slack.home import Home, app_of, opened
from adapters.slack.identity import Identity
from adapters.slack.inbound import Payload
from adapters.slack.lines import Lines
from adapters.slack.people import People
from adapters.slack.posting import post
from adapters.slack.queue import DeskQueue, is_queue
from adapters.slack.staff import Receives, StaffDesk, respond
from adapters.slack.tasks import Tasks
from bot import effects as fx
from bot.events import Address, Update
from bot.ports import Received
from bot.state import Conversation
from bot.text import plain

_log = logging.getLogger(__name__)


class Knows(Protocol):
    """What tells a first contact from a later one."""

    async def conversation(self, address: Address) -> Conversation | None: ...


class Inbox:
    """Sorts payloads. desk and queue: None where no channel is configured; home: None where patients
    are off."""

    def __init__(
        self,
        slack: Slack,
        intake: Receives,
        store: Knows,
        people: People,
        tasks: Tasks,
        *,
        desk: StaffDesk | None,
        home: Home | None,
        queue: DeskQueue | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._slack = slack
        self._intake = intake
        self._store = store
        self._people = people
        self._tasks = tasks
        self._desk = desk
        self._home = home
        self._queue = queue
        self._now = now
        self._lines = Lines()

    @property
    def patients(self) -> bool:
        """Whether patients may ask on Slack."""
        return self._home is not None

    # ---- events

    async def event(self, body: Payload, us: Identity) -> None:
        """An Events API payload of any type."""
        event = inbound.dictionary(body.get("event"))
        match event.get("type"):
            case "message":
                await self._message(body, event, us)
            case "app_home_opened":
                await self._opened(body, event, us)
            case "member_joined_channel" if event.get("user") == us.bot_user:
                self._joined(inbound.text_of(event.get("channel")))
            case _:
                pass

    async def _message(self, body: Payload, event: Payload, us: Identity) -> None:
        message = inbound.said(event)
        if message is None or message.user == us.bot_user:
            return
        event_id = inbound.text_of(body.get("event_id")) or f"{message.channel}:{message.ts}"
        if self._desk is not None and message.channel == self._desk.channel:
            await self._desk.noted(event_id, message, us)
        elif message.direct and self.patients:
            self._people.remember_direct(message.user, message.channel)
            async with self._lines.at(Address("slack", us.team, message.channel)):
                for update in inbound.patient_updates(event_id, message, us.team):
                    await self._intake.receive(update)

    async def _opened(self, body: Payload, event: Payload, us: Identity) -> None:
        found = opened(event)
        if found is None or self._home is None:
            return
        user, channel, tab = found
        address = Address("slack", us.team, channel)
        self._people.remember_direct(user, channel)
        async with self._lines.at(address):
            if await self._store.conversation(address) is None:
                first = inbound.first_contact(user, channel, us.team, self._now())
                await self._intake.receive(first)
        if tab == "home":
            self._tasks.start(self._home.publish(user, address, app_of(body)), "the Home tab")

    def _joined(self, channel: str) -> None:
        if channel and (self._desk is None or channel != self._desk.channel):
            self._tasks.start(self._explain(channel), "explaining the desk setting")

    async def _explain(self, channel: str) -> None:
        words = wording.WRONG_CHANNEL.format(channel=channel)
        await post(self._slack, channel, outbound.messages(plain(words)))
        try:
            await self._slack.web.conversations_leave(channel=channel)
        except SlackApiError as problem:
            _log.info("stayed in a channel that is no desk: %s", code_of(problem))

    # ---- interactivity

    async def action(self, body: Payload, us: Identity) -> None:
        """A button, wherever it stands."""
        tap = inbound.tap(body, self._now())
        if tap is None:
            return
        on_desk = tap.surface == "modal" or (
            self._desk is not None and tap.channel == self._desk.channel
        )
        if on_desk:
            if self._desk is not None:
                await self._desk.tapped(tap, us)
            return
        if not self.patients:
            return
        channel = tap.channel
        if tap.surface == "home" or not channel.startswith("D"):
            channel = await self._people.direct_channel(tap.user)
        address = Address("slack", us.team, channel)
        async with self._lines.at(address):
            received = await self._intake.receive(inbound.tap_update(tap, address))
        self._answer(received, tap.response_url)

    async def submission(self, body: Payload, us: Identity) -> dict[str, object] | None:
        """A modal's submit button; what to answer."""
        sent = modal.submission(body)
        if sent is None or self._desk is None:
            return None
        return await self._desk.submitted(sent, us)

    async def command(self, body: Payload, us: Identity) -> None:
        """The slash command; the answer appears in the direct messages, the queue where it was asked
        for."""
        given = inbound.command(body)
        if given is None or await self._is_the_queue(given, us):
            return
        if not (self.patients or inbound.is_for_staff(given)):
            return
        channel = await self._people.direct_channel(given.user)
        address = Address("slack", us.team, channel)
        update: Update = inbound.command_update(given, address, self._now())
        async with self._lines.at(address):
            await self._intake.receive(update)

    async def _is_the_queue(self, given: inbound.Command, us: Identity) -> bool:
        if self._queue is None or not is_queue(given):
            return False
        return await self._queue.asked(given, us, patients=self.patients)

    def _answer(self, received: Received, response_url: str) -> None:
        for effect in received.immediate:
            if isinstance(effect, fx.AnswerTap | fx.Toast) and effect.text and response_url:
                self._tasks.start(self._whisper(response_url, effect.text), "a line for a patient")

    async def _whisper(self, response_url: str, words: str) -> None:
        await respond(self._slack, response_url, outbound.messages(plain(words)))
