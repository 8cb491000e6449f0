"""What facilitators do, the same for both platforms: claim an enquiry, write a reply, look at it, send it.

Like patients they act on what they are shown, and do again what visibly failed. Nothing of it is taken
back, so a reply whose Send was accepted must reach the patient.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from tests.fakes.slack_people import Person, shown
from tests.fakes.slack_state import Message as SlackMessage
from tests.fakes.telegram import Message, Staff
from tests.faults.phones import AGAIN, Lost, until


class Facilitator(Protocol):
    """One facilitator, busy with one enquiry at a time."""

    async def answers(self, reference: str, words: str) -> None:
        """From Claim to Send; returns when the Send was accepted. Raises ``Lost``."""
        ...


class TelegramFacilitator:
    """In the desk group. Taps and replies are updates: Telegram sends them until acknowledged."""

    def __init__(self, person: Staff) -> None:
        self._person = person

    async def answers(self, reference: str, words: str) -> None:
        await self._taps(reference, "Claim", lambda: self._button(reference, "Take over"))
        before = {one.id for one in self._prompts(reference)}
        await self._taps(
            reference, "Reply to patient", lambda: len(self._prompts(reference)) > len(before)
        )
        answered = 0
        while not self._drafts(words):
            # A prompt whose sending was cut off is posted anew: the newest one is answered.
            newest = self._prompts(reference)[-1]
            if newest.id != answered:
                answered = newest.id
                self._person.replies_to(newest, words)
            await _either(lambda: bool(self._drafts(words)), AGAIN)
        # The newest: a draft that was posted twice is the same draft.
        draft = self._drafts(words)[-1]
        tap = self._person.taps("Send to patient", draft)
        world = self._person.world
        number = world.updates[-1]["update_id"]
        # Accepted is what Telegram need not send again.
        await until(
            lambda: all(one["update_id"] != number for one in world.updates),
            lambda: f"tap {tap} of Send was taken",
        )

    async def _taps(self, reference: str, label: str, done: Callable[[], bool]) -> None:
        await until(
            lambda: done() or self._button(reference, label),
            lambda: f"{label!r} for {reference}",
        )
        if done():
            return
        self._person.taps(label, self._with(reference, label)[-1])
        await until(done, lambda: f"what {label!r} does for {reference}")

    def _topics(self, reference: str) -> set[int]:
        return {one.id for one in self._person.group.topics.values() if reference in one.name}

    def _with(self, reference: str, label: str) -> list[Message]:
        topics = self._topics(reference)
        shown_now = self._person.group.shown()
        return [one for one in shown_now if one.thread in topics and one.button(label) is not None]

    def _button(self, reference: str, label: str) -> bool:
        return bool(self._with(reference, label))

    def _prompts(self, reference: str) -> list[Message]:
        topics = self._topics(reference)
        shown_now = self._person.group.shown()
        return [one for one in shown_now if one.thread in topics and "force_reply" in one.markup]

    def _drafts(self, words: str) -> list[Message]:
        shown_now = self._person.group.shown()
        return [one for one in shown_now if words in one.text and one.button("Send to patient")]


class SlackFacilitator:
    """In the desk channel. Slack repeats neither presses nor submits: what failed is done again."""

    def __init__(self, person: Person, channel: str) -> None:
        self._person = person
        self._channel = channel

    async def answers(self, reference: str, words: str) -> None:
        await self._presses(reference, "Claim", lambda: bool(self._with(reference, "Take over")))
        await self._presses(reference, "Reply to patient", lambda: self._person.has_modal)
        await self._submits({"text": words}, lambda: words in self._modal())
        await self._submits({}, lambda: not self._person.has_modal)

    async def _presses(self, reference: str, label: str, done: Callable[[], bool]) -> None:
        await until(
            lambda: done() or bool(self._with(reference, label)),
            lambda: f"{label!r} for {reference}",
        )
        while not done():
            cards = self._with(reference, label)
            if cards:
                element = next(
                    one for one in cards[-1].buttons if one["text"]["text"] == label
                )  # fmt: skip
                payload = self._person.press_payload(cards[-1], element)
                await self._person.slack.deliver("interactive", payload, retries=0)
            await _either(done, AGAIN)

    async def _submits(self, values: dict[str, str], done: Callable[[], bool]) -> None:
        for _ in range(60):
            if done():
                return
            await self._person.submits(values)
            if not done():
                await asyncio.sleep(0.5)
        raise Lost(f"a submit was never accepted: {self._modal()}")

    def _modal(self) -> str:
        return "" if self._person.modal is None else str(self._person.modal.view)

    def _with(self, reference: str, label: str) -> list[SlackMessage]:
        return [
            one
            for one in self._person.sees(self._channel)
            if reference in shown(one)
            and any(element["text"]["text"] == label for element in one.buttons)
        ]


async def _either(look: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so, for so long at most."""
    end = time.monotonic() + seconds
    while not look() and time.monotonic() < end:  # noqa: ASYNC110 - fakes have no events
        await asyncio.sleep(0.02)
