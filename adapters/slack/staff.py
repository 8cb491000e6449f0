"""Facilitators in the desk channel: buttons on cards, the reply modal, notes in threads.

Every act becomes one Update of the patient's Conversation; what comes back at once (a line for the one
who pressed, the modal, its preview) is shown after the commit.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack import modal, outbound, wording
from adapters.slack.client import Slack
from adapters.slack.errors import code_of
from adapters.slack.identity import DeskChannel, Identity
from adapters.slack.inbound import Said, Tap
from adapters.slack.people import People
from adapters.slack.posting import whisper
from adapters.slack.quiet import quiet_logger
from adapters.slack.tasks import Tasks
from bot import buttons
from bot import effects as fx
from bot.desk_acts import staff_event
from bot.events import (
    Actor,
    Address,
    FacilitatorReplied,
    NoteWritten,
    ReplyDrafted,
    StaffEvent,
    Update,
)
from bot.ports import Known, Outcome, Received
from bot.text import plain

_log = logging.getLogger(__name__)


class Receives(Protocol):
    """The intake."""

    async def receive(self, update: Update) -> Received: ...


class Looks(Protocol):
    """What the desk looks up in the store."""

    async def address_of(self, reference: str) -> Address | None: ...
    async def known(self, destination: str, platform_id: str) -> Known | None: ...


class StaffDesk:
    """One desk channel. Methods raise ``NotNow`` and network errors where nothing was recorded and
    Slack must not be told that it was."""

    def __init__(
        self, slack: Slack, intake: Receives, store: Looks, people: People, tasks: Tasks,
        channel: DeskChannel,
    ) -> None:  # fmt: skip
        self._slack = slack
        self._intake = intake
        self._store = store
        self._people = people
        self._tasks = tasks
        self._channel = channel

    @property
    def channel(self) -> str:
        """The channel's id. Raises ``NotNow`` while it is not known."""
        return self._channel.id

    async def tapped(self, tap: Tap, us: Identity) -> None:
        """A button on a card, in a thread or in the modal."""
        button = buttons.parse(tap.data)
        if not isinstance(button, buttons.EnquiryButton):
            return
        event = staff_event(button, await self._actor(tap.user, us))
        if event is None:
            return
        address = await self._store.address_of(button.reference)
        if address is None:
            words = wording.UNKNOWN.format(reference=button.reference)
            self._tasks.start(self._tell(tap, words), "telling staff")
            return
        received = await self._receive(f"slack:trigger:{tap.trigger}", address, tap.at, event)
        self._tasks.start(self._show(tap, received), "showing the answer to staff")

    async def noted(self, event_id: str, message: Said, us: Identity) -> None:
        """A message in a card's thread is a note for the team; any other message is not for us."""
        if not message.thread or message.edit:
            return
        known = await self._store.known(self._channel.destination, message.thread)
        if known is None or not known.name.startswith("card:"):
            return
        reference = known.name.removeprefix("card:")
        actor = await self._actor(message.user, us)
        event = NoteWritten(reference, actor, message.text, message.ts)
        await self._receive(f"slack:{event_id}", known.address, message.at, event)

    async def submitted(self, sent: modal.Submission, us: Identity) -> dict[str, object]:
        """The modal's submit button; the answer for Slack. Never raises: whatever goes wrong, the
        modal stays open with the text in it."""
        try:
            if sent.callback == modal.WRITE:
                return await self._drafted(sent, us)
            return await self._sent(sent, us)
        except Exception as problem:
            _log.warning("a modal could not be handled: %s", type(problem).__name__)
            if sent.callback == modal.WRITE:
                return modal.errors(wording.NOT_SAVED)
            return modal.update(modal.with_banner(sent.view, wording.NOT_SENT))

    async def _drafted(self, sent: modal.Submission, us: Identity) -> dict[str, object]:
        if not sent.text.strip():
            return modal.errors(wording.EMPTY)  # refused here: no key is recorded
        if len(sent.text) > modal.INPUT_MAX:
            return modal.errors(wording.TOO_LONG)
        about = sent.about
        actor = await self._actor(sent.user, us)
        event = ReplyDrafted(about.reference, actor, about.draft, sent.text)
        received = await self._submit(sent, event)
        if received is not None and received.outcome is Outcome.DUPLICATE:
            # The same words once more, after Change or after an answer that got lost. Drafting
            # twice does no harm, and the facilitator must see the preview.
            received = await self._submit(sent, event, f":{sent.trigger}")
        if received is None:
            return modal.errors(wording.UNKNOWN.format(reference=about.reference))
        for effect in received.immediate:
            match effect:
                case fx.ShowPreview():
                    return modal.update(modal.preview_view(effect, about))
                case fx.ShowFormErrors(errors=problems):
                    return modal.errors(" ".join(text for _, text in problems))
                case fx.Toast(text=text):
                    return modal.errors(text)
                case _:
                    pass
        return modal.errors(wording.NOT_SAVED)

    async def _sent(self, sent: modal.Submission, us: Identity) -> dict[str, object]:
        about = sent.about
        actor = await self._actor(sent.user, us)
        received = await self._submit(sent, FacilitatorReplied(about.reference, actor, about.draft))
        if received is None:
            words = wording.UNKNOWN.format(reference=about.reference)
            return modal.update(modal.with_banner(sent.view, words))
        if received.outcome is Outcome.PARKED:
            return modal.update(modal.with_banner(sent.view, wording.NOT_SENT))
        for effect in received.immediate:
            if isinstance(effect, fx.Toast) and effect.refused:
                return modal.update(modal.with_banner(sent.view, effect.text))
        return modal.CLEAR

    async def _submit(
        self, sent: modal.Submission, event: StaffEvent, again: str = ""
    ) -> Received | None:
        address = await self._store.address_of(sent.about.reference)
        if address is None:
            return None
        return await self._receive(sent.key + again, address, datetime.now(UTC), event)

    async def _receive(
        self, key: str, address: Address, at: datetime, event: StaffEvent
    ) -> Received:
        return await self._intake.receive(Update(key, address, at, event))

    async def _actor(self, user: str, us: Identity) -> Actor:
        trusted = await self._people.is_trusted(user, us.team)
        return Actor(f"slack:{user}", self._channel.destination, forms=True, trusted=trusted)

    # ---- after the commit

    async def _show(self, tap: Tap, received: Received) -> None:
        for effect in received.immediate:
            match effect:
                case fx.OpenForm():
                    await self._open(tap, effect)
                case fx.Toast(text=text):
                    await self._tell(tap, text)
                case fx.AnswerTap(text=text) if text:
                    await self._tell(tap, text)
                case _:
                    pass

    async def _open(self, tap: Tap, form: fx.OpenForm) -> None:
        try:
            if tap.surface == "modal" and tap.view is not None:
                if not form.text:
                    form = replace(form, text=modal.exact_text(tap.view))
                await self._slack.web.views_update(
                    view_id=str(tap.view.get("id")), view=modal.write_view(form)
                )
            else:
                await self._slack.web.views_open(
                    trigger_id=tap.trigger, view=modal.write_view(form)
                )
        except SlackApiError as problem:
            _log.warning("a reply box could not be opened: %s", code_of(problem))
            await self._tell(tap, wording.FORM_LATE)

    async def _tell(self, tap: Tap, words: str) -> None:
        """A line that only the one who pressed sees: on top of the modal, else below the card."""
        if tap.surface == "modal" and tap.view is not None:
            view = modal.with_banner(tap.view, words)
            await self._slack.web.views_update(view_id=str(tap.view.get("id")), view=view)
            return
        shown = outbound.messages(plain(words))
        if tap.response_url and await respond(self._slack, tap.response_url, shown):
            return
        await whisper(self._slack, tap.channel or self.channel, tap.user, shown)


async def respond(slack: Slack, address: str, messages: tuple[outbound.Message, ...]) -> bool:
    """Answer through a payload's own address, visible to that person only (five times in 30
    minutes); False if it does not take it."""
    hook = AsyncWebhookClient(
        address, session=slack.session, logger=quiet_logger(), retry_handlers=[]
    )
    for message in messages:
        answer = await hook.send(
            text=message.text,
            blocks=list(message.blocks),
            response_type="ephemeral",
            replace_original=False,
        )
        if answer.status_code != 200:
            return False
    return True
