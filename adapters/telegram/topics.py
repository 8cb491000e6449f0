"""The topics of the desk group: one an enquiry, with its card as the first message.

A topic that somebody deleted is made again with the card on top, and what was to be posted goes there;
a closed one is opened. Every message is checked to have landed in its topic.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from telegram.error import BadRequest, TelegramError

from adapters.telegram import limits
from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, fault_of
from adapters.telegram.outbound import Markup, Part, clean, head, keyboard, render
from adapters.telegram.send import Poster, Sent
from bot.ports import Receipts
from bot.screens import Card

Out = tuple[tuple[str, str], ...]
"""Receipts: (name, platform id)."""

_REMEMBERED = 2000
"""Enquiries of which topic and card are kept in memory; receipts hold the rest."""


class Cards(Protocol):
    """Makes the card of an enquiry as it stands now (``adapters.telegram.cards.StoreCards``)."""

    async def card(self, reference: str) -> Card | None: ...


class TopicLost(BadRequest):
    """The message landed elsewhere than in its topic."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("message thread not found")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one delivery goes: the desk, the enquiry, and the receipts to look things up in."""

    destination: str
    chat: int
    reference: str
    receipts: Receipts

    @property
    def key(self) -> tuple[int, str]:
        """What this enquiry is remembered under."""
        return self.chat, self.reference


class Topics:
    """Knows, makes and mends topics. ``full``: cards show everything, else the minimum."""

    def __init__(self, client: Client, post: Poster, cards: Cards, *, full: bool) -> None:
        self._client = client
        self._post = post
        self._cards = cards
        self._full = full
        self._ids: dict[tuple[int, str], int] = {}
        self._names: dict[tuple[int, str], str] = {}
        self._unreported: dict[tuple[int, str], Out] = {}

    async def known(self, place: Place) -> int | None:
        """The enquiry's topic, if one was ever made. A newer one in memory outranks the receipt."""
        kept = self._ids.get(place.key)
        if kept is not None:
            return kept
        found = await place.receipts.receipt(place.destination, f"topic:{place.reference}")
        return None if found is None else int(found)

    def forget(self, chat: int, topics: frozenset[int]) -> None:
        """These topics were deleted on purpose."""
        for key in [key for key, one in self._ids.items() if key[0] == chat and one in topics]:
            for kept in (self._ids, self._names, self._unreported):
                kept.pop(key, None)

    async def within(self, place: Place, work: Callable[[int], Awaitable[Out]]) -> Out:
        """Do ``work`` in the enquiry's topic; all receipts. ``work`` may run twice: after the topic
        was made again."""
        topic = await self.known(place)
        if topic is None:
            topic = await self._open(place, await self._cards.card(place.reference))
        try:
            out = await work(topic)
        except TelegramError as error:
            match fault_of(error):
                case Fault.TOPIC_CLOSED:
                    await self._client.reopen_forum_topic(place.chat, topic)
                case Fault.TOPIC_MISSING:
                    topic = await self._open(place, await self._cards.card(place.reference))
                case _:
                    raise
            out = await work(topic)
        return _once((*self._unreported.pop(place.key, ()), *out))

    async def show(self, place: Place, card: Card) -> Out:
        """Edit the card that is there, or post it in a topic that is made for it."""
        topic = await self.known(place)
        if topic is not None:
            try:
                out = await self._write(place, card, topic, fresh=False)
            except TelegramError as error:
                match fault_of(error):
                    case Fault.TOPIC_CLOSED:
                        await self._client.reopen_forum_topic(place.chat, topic)
                        out = await self._write(place, card, topic, fresh=False)
                    case Fault.TOPIC_MISSING:
                        out = ()
                        topic = None
                    case _:
                        raise
            if topic is not None:
                await self._rename(place, card, topic)
                return _once((*self._unreported.pop(place.key, ()), *out))
        await self._open(place, card)
        return self._unreported.pop(place.key, ())

    async def text(self, place: Place, part: Part, topic: int, markup: Markup = None) -> Sent:
        """Post a text into a topic, and see that it is there."""
        return await self.landed(
            await self._post.text(place.chat, part, markup=markup, topic=topic), topic
        )

    async def landed(self, message: Sent, topic: int) -> Sent:
        """The message, if it is in its topic. Raises ``TopicLost``, the stray one taken away."""
        if message.message_thread_id == topic:
            return message
        try:
            await self._client.delete_message(message.chat_id, message.message_id)
        except TelegramError:
            pass  # it stays in the general topic: untidy, but the team sees it
        raise TopicLost

    async def _open(self, place: Place, card: Card | None) -> int:
        name = place.reference if card is None else name_of(card)
        colour = limits.TOPIC_RED if card is not None and card.urgent else limits.TOPIC_BLUE
        made = await self._client.create_forum_topic(place.chat, name, colour)
        topic = made.message_thread_id
        self._ids[place.key], self._names[place.key] = topic, name
        # Kept until a delivery reports them: what follows may still fail, the topic is there.
        self._unreported[place.key] = ((f"topic:{place.reference}", str(topic)),)
        for kept in (self._ids, self._names, self._unreported):
            while len(kept) > _REMEMBERED:
                kept.pop(next(iter(kept)))
        if card is not None:
            await self._write(place, card, topic, fresh=True)
        return topic

    async def _write(self, place: Place, card: Card, topic: int, *, fresh: bool) -> Out:
        """Put the card there, part by part: edited where it stands, else posted."""
        out: list[tuple[str, str]] = []
        for number, part in enumerate(render(card.full if self._full else card.minimal), 1):
            name = f"card:{card.reference}" if number == 1 else f"more:{card.reference}:{number}"
            markup = keyboard(card.rows) if number == 1 else None
            old = dict(self._unreported.get(place.key, ())).get(name)
            if old is None and not fresh:
                old = await place.receipts.receipt(place.destination, name)
            if old is None or not await self._post.edit(place.chat, int(old), part, markup):
                old = str((await self.text(place, part, topic, markup)).message_id)
                before = self._unreported.get(place.key, ())
                self._unreported[place.key] = (*before, (name, old))
            out.append((name, old))
        return tuple(out)

    async def _rename(self, place: Place, card: Card, topic: int) -> None:
        if self._names.get(place.key) == name_of(card):
            return
        try:
            await self._client.edit_forum_topic(place.chat, topic, name_of(card))
        except TelegramError as error:
            if fault_of(error) is not Fault.NOT_MODIFIED:
                return  # a name only: the next card tries again
        self._names[place.key] = name_of(card)


def name_of(card: Card) -> str:
    """What the topic of a card is called."""
    return head(clean(card.title).strip(), limits.TOPIC_NAME) or card.reference


def _once(receipts: Out) -> Out:
    return tuple(dict(receipts).items())
