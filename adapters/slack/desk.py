"""Deliveries to the desk channel ("desk:slack:<name or id>"): a card per enquiry, its thread below.

Top-level texts, which reach lock screens, never hold what a patient wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.slack import blocks as bk
from adapters.slack import outbound, wording
from adapters.slack.client import Slack
from adapters.slack.errors import classify
from adapters.slack.files import file_name, put_up, show_file
from adapters.slack.identity import DeskChannel
from adapters.slack.patients import fetch
from adapters.slack.posting import delete, edit, post, whisper
from adapters.slack.posting import receipts as receipts_of
from bot import effects as fx
from bot.errors import FrontdeskError, NotNow
from bot.ports import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    FileSource,
    Later,
    Receipts,
    Rejected,
)
from bot.text import plain, quote_typed

UNKNOWN_SECONDS = 30.0


class SlackDesk:
    """Sends to facilitators (``bot.ports.Deliverer``).

    full: whether the card shows the enquiry or only its reference. files: by ``FileRef.channel``.
    """

    def __init__(
        self,
        slack: Slack,
        desk: DeskChannel,
        files: Mapping[str, FileSource],
        *,
        full: bool = True,
    ) -> None:
        self._slack = slack
        self._desk = desk
        self._files = files
        self._full = full

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        """Send one effect; what Slack answers becomes the outcome."""
        effect = delivery.effect
        if delivery.destination != self._desk.destination:
            return Rejected("this channel is no desk any more")
        try:
            channel = self._desk.id
        except NotNow:
            return Later("desk channel not found yet", UNKNOWN_SECONDS, counted=False)
        try:
            match effect:
                case fx.ShowCard():
                    return await self._card(delivery, channel, effect, receipts)
                case fx.RelayToDesk():
                    return await self._relay(delivery, channel, effect, receipts)
                case fx.AlertTeam():
                    return await self._alert(delivery, channel, effect, receipts)
                case fx.TellDesk():
                    return await self._tell(delivery, channel, effect, receipts)
                case fx.ShowDraft():
                    text = (*effect.label, *quote_typed(effect.text))
                    shown = outbound.messages(
                        text, effect.rows, summary=outbound.ours(effect.label)
                    )
                    thread = await self._thread(delivery, effect.reference, receipts)
                    posted = await post(self._slack, channel, shown, thread=thread)
                    name = f"draft:{effect.reference}:{effect.draft}"
                    return Delivered(receipts_of(name, posted, delivery.id))
                case fx.AskForReply():
                    thread = await self._thread(delivery, effect.reference, receipts)
                    shown = outbound.messages(effect.text, before=bk.mention((effect.to,)))
                    posted = await post(self._slack, channel, shown, thread=thread)
                    name = f"prompt:{effect.reference}:{effect.draft}"
                    return Delivered(receipts_of(name, posted, delivery.id))
                case fx.DeleteMessages(message_ids=message_ids):
                    for message_id in message_ids:
                        await delete(self._slack, channel, message_id)
                    return Delivered()
                case _:
                    return Rejected(f"{type(effect).__name__} is not for a desk")
        except NotNow:
            raise
        except Exception as problem:
            repeatable = isinstance(effect, fx.DeleteMessages)
            return classify(problem, repeatable=repeatable, patient=False)

    async def _card(
        self, delivery: Delivery, channel: str, effect: fx.ShowCard, receipts: Receipts
    ) -> DeliveryOutcome:
        shown = outbound.card(effect.card, full=self._full)
        name = f"card:{effect.reference}"
        ts = await receipts.receipt(delivery.destination, name)
        if ts and len(shown) > 1:
            # A card must stay one message: the thread hangs on it and its buttons are updated.
            shown = outbound.card(effect.card, full=False)[-1:]
        if ts:
            try:
                if await edit(self._slack, channel, ts, shown[0]):
                    return Delivered(((name, ts),))
            except Exception as problem:
                return classify(problem, repeatable=True, patient=False)
        if len(shown) > 1:
            shown = outbound.card(effect.card, full=False)[-1:]
        posted = await post(self._slack, channel, shown)
        return Delivered(receipts_of(name, posted, delivery.id))

    async def _relay(
        self, delivery: Delivery, channel: str, effect: fx.RelayToDesk, receipts: Receipts
    ) -> DeliveryOutcome:
        shown = outbound.relay_to_desk(effect)
        thread = await self._thread(delivery, effect.reference, receipts)
        file_id, title, lost = "", "", False
        if effect.file is not None:
            title = file_name(effect.file)
            try:
                file_id = await put_up(self._slack, await fetch(self._files, effect.file), title)
            except NotNow:
                raise
            except FrontdeskError:
                lost = True  # gone where it came from: the words still have to reach the team
            except Exception as problem:  # nothing can be seen yet: trying again is safe
                return classify(problem, repeatable=True, patient=False)
        if lost:
            shown = (*shown, *outbound.messages(plain(wording.FILE_LOST)))
        posted = await post(self._slack, channel, shown, thread=thread)
        if file_id:
            await show_file(self._slack, file_id, title, channel, thread)
        name = f"entry:{effect.reference}:{delivery.id}"
        return Delivered(receipts_of(name, posted, delivery.id, file_id))

    async def _alert(
        self, delivery: Delivery, channel: str, effect: fx.AlertTeam, receipts: Receipts
    ) -> DeliveryOutcome:
        summary = outbound.ours(effect.text) or effect.reference
        shown = outbound.messages(
            effect.text, effect.rows, summary=summary, before=bk.mention(effect.mention)
        )
        thread = await self._thread(delivery, effect.reference, receipts)
        posted = await post(self._slack, channel, shown, thread=thread, broadcast=True)
        # An alert is repeated; each one is kept, so that erasure finds them all.
        named = f"alert:{effect.reference}"
        kept = receipts_of(named, posted, delivery.id)
        return Delivered((*kept, (f"part:{delivery.id}:0", posted[-1])))

    async def _tell(
        self, delivery: Delivery, channel: str, effect: fx.TellDesk, receipts: Receipts
    ) -> DeliveryOutcome:
        thread = await self._thread(delivery, effect.reference, receipts)
        summary = outbound.ours(effect.text) or effect.reference
        if effect.to is not None and effect.desk is not None:
            # An answer to somebody who acts on this desk right now: nobody else needs it.
            shown = outbound.messages(effect.text, effect.rows, summary=summary)
            user = effect.to.partition(":")[2]
            if await whisper(self._slack, channel, user, shown, thread):
                return Delivered()
        # Lines that must be found again stay in the thread and notify whom they are for.
        named = (effect.to,) if effect.to is not None else ()
        shown = outbound.messages(
            effect.text, effect.rows, summary=summary, before=bk.mention(named)
        )
        posted = await post(self._slack, channel, shown, thread=thread)
        name = f"entry:{effect.reference}:{delivery.id}"
        return Delivered(receipts_of(name, posted, delivery.id))

    async def _thread(self, delivery: Delivery, reference: str, receipts: Receipts) -> str | None:
        return await receipts.receipt(delivery.destination, f"card:{reference}")
