"""Delivers to patients on Telegram: destinations "telegram:<bot id>:<chat id>"."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from adapters.telegram import limits
from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, fault_of
from adapters.telegram.outbound import Part, human, keyboard, render
from adapters.telegram.send import Poster, Steps, outcome, split_caption
from bot import effects as fx
from bot.events import Address, FileRef
from bot.ports import Delivered, Delivery, DeliveryOutcome, FileSource, Receipts, Rejected
from bot.screens import Rows
from bot.text import Text

EXPORT_NAME = "my-data.json"

_PASSING = frozenset(
    {Fault.RATE, Fault.NOT_SENT, Fault.MAYBE_SENT, Fault.SERVER, Fault.TOKEN, Fault.UNREACHABLE}
)
"""Failures that are not about this one message."""


class Exports(Protocol):
    """Where a patient's data comes from (``bot.ports.Store``)."""

    async def export(self, address: Address) -> Mapping[str, Any]: ...


class TelegramPatients:
    """A ``bot.ports.Deliverer``. ``files``: sources of files by channel, Telegram's own included."""

    def __init__(self, client: Client, exports: Exports, files: Mapping[str, FileSource]) -> None:
        self._client = client
        self._exports = exports
        self._post = Poster(client, files)
        self._steps = Steps()

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Send one effect to its patient."""
        repeatable = isinstance(delivery.effect, fx.AcknowledgeMessage | fx.DeleteMessages)
        came = await outcome(self._deliver(delivery, receipts), repeatable=repeatable)
        if isinstance(came, Delivered | Rejected):
            self._steps.forget(delivery.id)
        return came

    async def _deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        chat = int(delivery.destination.rpartition(":")[2])
        match delivery.effect:
            case fx.ShowScreen() as effect:
                return await self._screen(chat, delivery, effect, receipts)
            case fx.RelayToPatient() as effect:
                text = (*effect.label, *human(effect.text), *effect.footer)
                if effect.file is None:
                    return await self._new(chat, delivery.id, effect.seq, render(text), effect.rows)
                return await self._relay_file(chat, delivery.id, effect, effect.file, text)
            case fx.AcknowledgeMessage(message_id=message):
                return await self._acknowledge(chat, message)
            case fx.SendSignIn(seq=seq, text=text):
                return await self._new(chat, delivery.id, seq, render(text), ())
            case fx.SendExport() as effect:
                return await self._export(chat, delivery, effect)
            case fx.DeleteMessages(message_ids=ids):
                await delete(self._client, chat, [int(one) for one in ids if one.isdecimal()])
                return Delivered()
            case _:
                return Rejected("not for a patient")

    async def _screen(
        self, chat: int, delivery: Delivery, effect: fx.ShowScreen, receipts: Receipts
    ) -> DeliveryOutcome:
        screen = effect.screen
        parts = render(screen.text)
        if effect.replaces is not None and not effect.urgent and len(parts) == 1:
            old = await receipts.receipt(delivery.destination, f"seq:{effect.replaces}")
            if old is not None and await self._post.edit(
                chat, int(old), parts[0], keyboard(screen.rows)
            ):
                return Delivered(((f"seq:{effect.seq}", old),))
        return await self._new(chat, delivery.id, effect.seq, parts, screen.rows)

    async def _new(
        self, chat: int, delivery: int, seq: int, parts: Sequence[Part], rows: Rows
    ) -> DeliveryOutcome:
        markup = keyboard(rows)
        steps = [
            functools.partial(
                self._post.text, chat, part, markup=markup if part is parts[-1] else None
            )
            for part in parts
        ]
        sent = await self._steps.run(delivery, steps)
        return Delivered(_receipts(seq, [one.message_id for one in sent]))

    async def _relay_file(
        self, chat: int, delivery: int, effect: fx.RelayToPatient, file: FileRef, text: Text
    ) -> DeliveryOutcome:
        before, caption = split_caption(text)
        sent = await self._steps.run(
            delivery,
            [
                *(functools.partial(self._post.text, chat, part) for part in before),
                functools.partial(
                    self._post.file, chat, file, caption, markup=keyboard(effect.rows)
                ),
            ],
        )
        return Delivered(_receipts(effect.seq, [one.message_id for one in sent]))

    async def _acknowledge(self, chat: int, message: str) -> DeliveryOutcome:
        try:
            await self._client.set_message_reaction(chat, int(message), ReactionEmoji.EYES)
        except TelegramError as error:
            if fault_of(error) in _PASSING:
                raise
            # The patient deleted the message, or the chat allows no reactions: nothing is lost.
        return Delivered()

    async def _export(
        self, chat: int, delivery: Delivery, effect: fx.SendExport
    ) -> DeliveryOutcome:
        data = await self._exports.export(delivery.address)
        content = json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "replace")
        if len(content) > limits.UPLOAD_BYTES:
            return Rejected("the export is larger than Telegram takes")
        before, caption = split_caption(effect.caption)
        sent = await self._steps.run(
            delivery.id,
            [
                *(functools.partial(self._post.text, chat, part) for part in before),
                functools.partial(
                    self._post.document, chat, content, EXPORT_NAME, caption, keyboard(effect.rows)
                ),
            ],
        )
        return Delivered(_receipts(effect.seq, [one.message_id for one in sent]))


async def delete(client: Client, chat: int, messages: list[int]) -> list[int]:
    """Delete messages of ours; those that Telegram keeps (older than 48 hours, service messages).
    Raises ``TelegramError`` only for what may work later."""
    kept: list[int] = []
    for at in range(0, len(messages), limits.DELETE_BATCH):
        batch = messages[at : at + limits.DELETE_BATCH]
        try:
            await client.delete_messages(chat, batch)
            continue
        except TelegramError as error:
            if fault_of(error) in _PASSING:
                raise
        for message in batch:
            try:
                await client.delete_message(chat, message)
            except TelegramError as error:
                if fault_of(error) in _PASSING:
                    raise
                kept.append(message)
    return kept


def _receipts(seq: int, messages: list[int]) -> tuple[tuple[str, str], ...]:
    """The last message carries the buttons and is the one to edit; the others are kept for erasure."""
    *before, last = messages
    parts = ((f"part:{seq}:{number}", str(one)) for number, one in enumerate(before, 1))
    return (*parts, (f"seq:{seq}", str(last)))
