"""People's phones, the same for both platforms: type, tap what is shown, wait for words.

A phone never acts before the screen that it acts on is there, so what a patient is shown is the same in
every run, whatever breaks on the way.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from typing import Protocol

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_api import event_of
from tests.fakes.slack_people import as_slack_writes, shown
from tests.fakes.slack_state import TEAM, Json, Message
from tests.fakes.telegram import FakeTelegram, Patient

PATIENCE = 900.0
"""Seconds after which something counts as lost. Generous: every kill on PostgreSQL costs a lease, and
machines are busy; what is lost is counted from the rows and chats, not from the clock."""
AGAIN = 5.0
"""Seconds after which somebody whose tap failed taps again."""


class Lost(AssertionError):
    """Something that had to come never came."""


class Phone(Protocol):
    """One patient's phone. ``again``: taps that failed and were made again."""

    again: int

    @property
    def address(self) -> tuple[str, str, str]: ...
    @property
    def reference(self) -> str:
        """What "Your reference is" was followed by."""
        ...

    async def types(self, text: str, *, reacted: bool = False) -> None:
        """Write; ``reacted``: and wait for the sign under it that the team has it."""
        ...

    async def taps(self, label: str, then: str) -> None:
        """Tap a button; ``then`` are words of the screen that follows."""
        ...

    async def sees(self, words: str) -> None: ...


class TelegramPhone:
    """A patient on Telegram. Taps and texts are updates: Telegram sends them until acknowledged."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram = telegram
        self.patient = Patient(telegram)
        self.again = 0

    @property
    def address(self) -> tuple[str, str, str]:
        return "telegram", str(self.telegram.bot_id), str(self.patient.id)

    @property
    def reference(self) -> str:
        return _reference("\n".join(self.patient.screens))

    async def types(self, text: str, *, reacted: bool = False) -> None:
        shown = self.patient.chat.shown()
        # whole seconds: a text of the same second as the question answers it all the same
        mine = self.patient.types(text, at=max(int(time.time()), shown[-1].date if shown else 0))
        if reacted:
            await self._until(lambda: bool(mine.reactions), f"a reaction to {text!r}")

    async def taps(self, label: str, then: str) -> None:
        await self._until(lambda: label in self.patient.buttons, label)
        self.patient.taps(label)
        await self.sees(then)

    async def sees(self, words: str) -> None:
        await self._until(lambda: any(words in one for one in self.patient.screens), words)

    async def _until(self, look: Callable[[], bool], what: str) -> None:
        await until(look, lambda: f"{what!r} among {self.patient.screens}")


class SlackPhone:
    """A patient on Slack. Slack repeats events, not taps: a tap that failed is tapped again."""

    def __init__(self, slack: FakeSlack, name: str) -> None:
        self.slack = slack
        self.person = slack.person(name)
        self.again = 0

    @property
    def address(self) -> tuple[str, str, str]:
        return "slack", TEAM, self.person.direct

    @property
    def reference(self) -> str:
        return _reference("\n".join(shown(one) for one in self._shown()))

    async def types(self, text: str, *, reacted: bool = False) -> None:
        world = self.slack.world
        channel = world.channels[self.person.direct]
        message = Message(channel.id, world.next_ts(), self.person.user, as_slack_writes(text))
        world.messages.append(message)
        event = {**event_of(message, channel), "client_msg_id": message.ts}
        event_id = world.fresh("Ev")
        while not (await self._deliver_event(event, event_id)):  # noqa: ASYNC110 - Slack's retries
            await asyncio.sleep(0.1)
        if reacted:
            await until(lambda: bool(message.reactions), lambda: f"a reaction to {text!r}")

    async def _deliver_event(self, event: Json, event_id: str) -> bool:
        return (await self.slack.deliver_event(event, event_id=event_id, retries=0)).acked

    async def taps(self, label: str, then: str) -> None:
        await until(lambda: self._button(label), lambda: f"{label!r} in {self._words()}")
        while not await self._tap(label):
            # Slack showed that it failed. It may have been done all the same: look, then tap again.
            with contextlib.suppress(Lost):
                await until(lambda: self._there(then), lambda: then, AGAIN)
            if self._there(then):
                return
            self.again += 1
        await self.sees(then)

    async def _tap(self, label: str) -> bool:
        message, element = self.person.button(label)
        payload = self.person.press_payload(message, element)
        return (await self.slack.deliver("interactive", payload, retries=0)).acked

    async def sees(self, words: str) -> None:
        await until(lambda: self._there(words), lambda: f"{words!r} among {self._words()}")

    def _shown(self) -> list[Message]:
        return [one for one in self.person.sees() if one.bot]

    def _words(self) -> list[str]:
        return [shown(one)[:60] for one in self._shown()]

    def _there(self, words: str) -> bool:
        return any(words in shown(one) for one in self._shown())

    def _button(self, label: str) -> bool:
        return any(
            element["text"]["text"] == label for one in self._shown() for element in one.buttons
        )


def _reference(text: str) -> str:
    found = re.search(r"reference is\W+(FD-[A-Z0-9]{4,10})", text)
    assert found is not None, "no reference was shown"
    return found[1]


async def until(
    look: Callable[[], bool], what: Callable[[], str], seconds: float = PATIENCE
) -> None:
    """Wait until it is so. Raises ``Lost``, saying ``what()``."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            raise Lost(f"never came: {what()}")
        await asyncio.sleep(0.01)
