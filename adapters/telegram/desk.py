"""Delivers to the Telegram desk: "desk:telegram:<chat id>", a forum group with a topic per enquiry."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from telegram.error import BadRequest, ChatMigrated, TelegramError

from adapters.telegram.client import Client
from adapters.telegram.outbound import Markup, Mention, Part, human, keyboard, render
from adapters.telegram.patients import delete
from adapters.telegram.send import Poster, Sent, Steps, outcome, split_caption
from adapters.telegram.topics import Cards, Out, Place, Topics
from bot import effects as fx
from bot.errors import NotNow
from bot.events import FileRef
from bot.ports import Delivered, Delivery, DeliveryOutcome, FileSource, Moved, Receipts, Rejected
from bot.release import Release
from bot.text import Quote, Text, typed

FORCE_REPLY: Markup = {"force_reply": True, "selective": True}


class Releases(Protocol):
    """Where the staff's names come from (``bot.ports.Store``)."""

    async def live_release(self) -> Release | None: ...


class TelegramDesk:
    """A ``bot.ports.Deliverer``. ``cards`` makes the header of a topic that must be made again;
    ``files``: sources of files by channel; ``full``: cards show everything, else the minimum."""

    def __init__(
        self,
        client: Client,
        releases: Releases,
        cards: Cards,
        files: Mapping[str, FileSource],
        *,
        full: bool = True,
    ) -> None:
        self._client = client
        self._releases = releases
        self._release: Release | None = None
        self._post = Poster(client, files)
        self._topics = Topics(client, self._post, cards, full=full)
        self._steps = Steps()

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Post one effect on the desk."""
        repeatable = isinstance(delivery.effect, fx.DeleteMessages)
        try:
            came = await outcome(self._deliver(delivery, receipts), repeatable=repeatable)
        except _Moved as moved:
            return Moved(f"desk:telegram:{moved.chat}")
        if isinstance(came, Delivered | Rejected):
            self._steps.forget(delivery.id)
        return came

    async def _deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        chat = int(delivery.destination.rpartition(":")[2])
        reference = getattr(delivery.effect, "reference", "")
        place = Place(delivery.destination, chat, reference, receipts)
        try:
            return await self._post_effect(delivery, place)
        except ChatMigrated as error:
            raise _Moved(error.new_chat_id) from None

    async def _post_effect(self, delivery: Delivery, place: Place) -> DeliveryOutcome:
        ref, number = place.reference, delivery.id
        match delivery.effect:
            case fx.ShowCard(card=card):
                return Delivered(await self._topics.show(place, card))
            case fx.RelayToDesk() as effect:
                was = () if effect.was is None else (Quote((typed(effect.was),)),)
                said = human(effect.text) if effect.text else ()
                return await self._say(
                    place, number, f"entry:{ref}:{number}", (*effect.label, *was, *said),
                    mention=await self._people(effect.mention), file=effect.file,
                )  # fmt: skip
            case fx.TellDesk() as effect:
                to = () if effect.to is None else (effect.to,)
                return await self._say(
                    place, number, f"entry:{ref}:{number}", effect.text,
                    mention=await self._people(to), markup=keyboard(effect.rows),
                )  # fmt: skip
            case fx.AskForReply() as effect:
                # Selective: the reply box opens for the one who is mentioned, nobody else.
                return await self._say(
                    place, number, f"prompt:{ref}:{effect.draft}", effect.text,
                    mention=await self._people((effect.to,)), markup=FORCE_REPLY,
                )  # fmt: skip
            case fx.ShowDraft() as effect:
                return await self._say(
                    place, number, f"draft:{ref}:{effect.draft}",
                    (*effect.label, *human(effect.text)),
                    markup=keyboard(effect.rows), file=effect.file,
                )  # fmt: skip
            case fx.AlertTeam() as effect:
                return await self._alert(place, number, effect)
            case fx.DeleteMessages(message_ids=ids):
                return await self._delete(place.chat, [int(one) for one in ids if one.isdecimal()])
            case _:
                return Rejected("not for a desk")

    async def _say(
        self,
        place: Place,
        delivery: int,
        name: str,
        text: Text,
        *,
        mention: tuple[Mention, ...] = (),
        markup: Markup = None,
        file: FileRef | None = None,
    ) -> DeliveryOutcome:
        """Post a text, and a file with it, into the enquiry's topic. The last message carries the
        buttons and the receipt ``name``; a reply to any of them is understood by its topic."""

        async def into(topic: int) -> Out:
            sent = await self._steps.run(delivery, steps(topic), topic=topic)
            *before, last = [str(one.message_id) for one in sent]
            parts = ((f"part:{delivery}:{at}", one) for at, one in enumerate(before, 1))
            return (*parts, (name, last))

        def steps(topic: int) -> list[Callable[[], Awaitable[Sent]]]:
            if file is None:
                parts = render(text, mention=mention)
                return [
                    functools.partial(
                        self._topics.text, place, part, topic, markup if at == len(parts) else None
                    )
                    for at, part in enumerate(parts, 1)
                ]
            before, caption = split_caption(text, mention)
            return [
                *(functools.partial(self._topics.text, place, part, topic) for part in before),
                functools.partial(post_file, file, caption, topic),
            ]

        async def post_file(one: FileRef, caption: Part | None, topic: int) -> Sent:
            message = await self._post.file(place.chat, one, caption, markup=markup, topic=topic)
            return await self._topics.landed(message, topic)

        return Delivered(await self._topics.within(place, into))

    async def _alert(self, place: Place, delivery: int, effect: fx.AlertTeam) -> DeliveryOutcome:
        """Tell everybody, with a sound: in the general topic, then in the enquiry's own."""
        parts = render(effect.text, mention=await self._people(effect.mention))
        marks = [keyboard(effect.rows) if part is parts[-1] else None for part in parts]
        both = list(zip(parts, marks, strict=True))
        sent = await self._steps.run(
            delivery,
            [
                functools.partial(self._post.text, place.chat, part, markup=markup)
                for part, markup in both
            ],
        )
        out = [(f"alert:{place.reference}", str(sent[-1].message_id))]
        try:
            topic = await self._topics.known(place)
            if topic is not None:
                for part, markup in both:
                    again = await self._topics.text(place, part, topic, markup)
                    out.append((f"part:{delivery}:{again.message_id}", str(again.message_id)))
        except (TelegramError, NotNow):
            pass  # the alert is out; the next delivery into the topic mends the topic
        return Delivered(tuple(out))

    async def _people(self, accounts: tuple[str, ...]) -> tuple[Mention, ...]:
        """Whom to mention. The names are the last known ones while the database is away."""
        ours = [one.removeprefix("telegram:") for one in accounts if one.startswith("telegram:")]
        if ours:
            try:
                self._release = await self._releases.live_release() or self._release
            except NotNow:
                pass
        found: list[Mention] = []
        for user in ours:
            staff = self._release.staff_of(f"telegram:{user}") if self._release else None
            if user.isdecimal():
                found.append(Mention(int(user), staff.name if staff else f"@{user}"))
        return tuple(found)

    async def _delete(self, chat: int, messages: list[int]) -> DeliveryOutcome:
        topics: set[int] = set()
        for message in await delete(self._client, chat, sorted(messages)):
            try:
                # The message that opened a topic goes only with the topic, and all in it.
                await self._client.delete_forum_topic(chat, message)
                topics.add(message)
            except BadRequest:
                continue
        self._topics.forget(chat, frozenset(topics))
        return Delivered()


class _Moved(Exception):
    """The group has a new id."""

    def __init__(self, chat: int) -> None:
        super().__init__()
        self.chat = chat
