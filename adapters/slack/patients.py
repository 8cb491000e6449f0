"""Deliveries to patients: direct messages ("slack:<team>:<channel>")."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from adapters.slack import outbound
from adapters.slack.client import Slack
from adapters.slack.errors import classify
from adapters.slack.files import file_name, put_up, show_file
from adapters.slack.posting import delete, edit, post, react
from adapters.slack.posting import receipts as receipts_of
from bot import effects as fx
from bot.errors import FrontdeskError, NotNow
from bot.events import Address, FileRef
from bot.ports import Delivered, Delivery, DeliveryOutcome, FileSource, Receipts, Rejected

SEEN = "eyes"
"""The reaction that says "it went to the team"."""
EXPORT_NAME = "my-data.json"


class Exports(Protocol):
    """Where the stored data of a patient comes from (``bot.ports.Store``)."""

    async def export(self, address: Address) -> Mapping[str, Any]: ...


class SlackPatients:
    """Sends to patients (``bot.ports.Deliverer``). ``files``: file sources by ``FileRef.channel``."""

    def __init__(self, slack: Slack, store: Exports, files: Mapping[str, FileSource]) -> None:
        self._slack = slack
        self._store = store
        self._files = files

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Send one effect; what Slack answers becomes the outcome."""
        effect, channel = delivery.effect, delivery.address.chat
        repeatable = isinstance(effect, fx.AcknowledgeMessage | fx.DeleteMessages)
        try:
            match effect:
                case fx.ShowScreen():
                    return await self._show(delivery.destination, channel, effect, receipts)
                case fx.RelayToPatient():
                    return await self._relay(channel, effect)
                case fx.SendSignIn(seq=seq, text=text):
                    posted = await post(self._slack, channel, outbound.sign_in(text))
                    return Delivered(receipts_of(f"seq:{seq}", posted, seq))
                case fx.SendExport():
                    return await self._export(delivery.address, effect)
                case fx.AcknowledgeMessage(message_id=message_id):
                    await react(self._slack, channel, message_id, SEEN)
                    return Delivered()
                case fx.DeleteMessages(message_ids=message_ids):
                    for message_id in message_ids:
                        await delete(self._slack, channel, message_id)
                    return Delivered()
                case _:
                    return Rejected(f"{type(effect).__name__} is not for patients")
        except NotNow:
            raise
        except Exception as problem:
            return classify(problem, repeatable=repeatable, patient=True)

    async def _show(
        self, destination: str, channel: str, effect: fx.ShowScreen, receipts: Receipts
    ) -> DeliveryOutcome:
        shown = outbound.screen(effect.screen)
        ts = None
        if effect.replaces is not None and len(shown) == 1:
            ts = await receipts.receipt(destination, f"seq:{effect.replaces}")
        if ts:
            try:
                if await edit(self._slack, channel, ts, shown[0]):
                    return Delivered(((f"seq:{effect.seq}", ts),))
            except Exception as problem:
                return classify(problem, repeatable=True, patient=True)
        posted = await post(self._slack, channel, shown)
        return Delivered(receipts_of(f"seq:{effect.seq}", posted, effect.seq))

    async def _relay(self, channel: str, effect: fx.RelayToPatient) -> DeliveryOutcome:
        shown = outbound.relay_to_patient(effect)
        file_id, title = "", ""
        if effect.file is not None:
            title = file_name(effect.file)
            try:
                data = await fetch(self._files, effect.file)
                file_id = await put_up(self._slack, data, title)
            except Exception as problem:  # nothing can be seen yet: trying again is safe
                return classify(problem, repeatable=True, patient=True)
        posted = await post(self._slack, channel, shown)
        if file_id:
            await show_file(self._slack, file_id, title, channel)
        return Delivered(receipts_of(f"seq:{effect.seq}", posted, effect.seq, file_id))

    async def _export(self, address: Address, effect: fx.SendExport) -> DeliveryOutcome:
        stored = await self._store.export(address)
        data = json.dumps(stored, ensure_ascii=False, indent=2, default=str).encode()
        try:
            file_id = await put_up(self._slack, data, EXPORT_NAME)
        except Exception as problem:
            return classify(problem, repeatable=True, patient=True)
        shown = outbound.messages(effect.caption, effect.rows)
        posted = await post(self._slack, address.chat, shown)
        await show_file(self._slack, file_id, EXPORT_NAME, address.chat)
        return Delivered(receipts_of(f"seq:{effect.seq}", posted, effect.seq, file_id))


async def fetch(files: Mapping[str, FileSource], file: FileRef) -> bytes:
    """The bytes of a file from the platform that holds it."""
    source = files.get(file.channel)
    if source is None:
        raise FrontdeskError(f"no source for files of {file.channel}")
    return await source.fetch(file)
