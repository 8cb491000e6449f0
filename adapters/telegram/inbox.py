"""One raw update handled to the end: read, received (committed), then its tap answered.

Poller and webhook share it. Nothing is acknowledged here: returning means that the update may be.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from telegram.error import TelegramError

from adapters.telegram import limits
from adapters.telegram.client import Client
from adapters.telegram.groups import Groups
from adapters.telegram.inbound import (
    DeskCommand,
    DeskMessage,
    DeskTap,
    FromPatient,
    Malformed,
    Me,
    Nothing,
    Stranger,
    read,
    update_id,
)
from adapters.telegram.queue import DeskQueue
from adapters.telegram.staff import Directory, Staff
from bot.effects import AnswerTap, Immediate, ShowFormErrors, Toast
from bot.errors import NotNow
from bot.events import ReplyDrafted, Update
from bot.ports import Received

log = logging.getLogger(__name__)


class Intake(Protocol):
    """Where Updates go (``adapters.intake.Intake``)."""

    async def receive(self, update: Update) -> Received: ...
    def heed(self, update: Update) -> None: ...


class Shelf(Directory, Protocol):
    """What is needed of the store besides."""

    async def park(self, key: str, payload: str, error: str, place: str) -> None: ...
    async def cursor(self, name: str) -> int | None: ...
    async def set_cursor(self, name: str, value: int) -> None: ...


@dataclass(frozen=True, slots=True)
class TapAnswer:
    """What stops the spinner of a tapped button. ``alert``: a box to close, not a passing line."""

    tap: str
    text: str = ""
    alert: bool = False

    def as_method(self) -> dict[str, Any]:
        """The answer as a method in a webhook's response body, which Telegram carries out."""
        body: dict[str, Any] = {"method": "answerCallbackQuery", "callback_query_id": self.tap}
        if self.text:
            body["text"] = self.text
        if self.alert:
            body["show_alert"] = True
        return body


class Inbox:
    """Handles raw updates of one bot. ``desk``: the configured desk group, None without one;
    ``queue``: answers ``/queue`` there."""

    def __init__(
        self,
        client: Client,
        intake: Intake,
        shelf: Shelf,
        desk: int | None,
        queue: DeskQueue | None = None,
    ) -> None:
        self._client = client
        self._intake = intake
        self._shelf = shelf
        self._staff = None if desk is None else Staff(shelf, desk)
        self._groups = Groups(client, shelf, desk)
        self._queue = queue

    @property
    def me(self) -> Me:
        """The bot; known after ``Client.initialize``."""
        return Me(self._client.bot.id, self._client.bot.username or "")

    async def take(self, raw: object) -> TapAnswer | None:
        """Handle one update; what to answer a tap with. Raises ``NotNow``: not to be acknowledged.
        Anything else that goes wrong is parked and counts as handled."""
        try:
            return await self._take(raw)
        except NotNow:
            raise
        except Exception as error:
            await self._park(raw, error)
            return None

    async def heed(self, raw: object) -> None:
        """Look for danger alone in an update that has to come again. Raises ``NotNow`` while the desk's
        own chat is not known, so that nothing said there passes for a patient's words."""
        try:
            found = read(raw, self.me, await self._groups.desks(), datetime.now(UTC))
        except Malformed:
            return  # parked when its turn comes
        if isinstance(found, FromPatient):
            self._intake.heed(found.update)

    async def answer(self, answer: TapAnswer) -> None:
        """Answer a tap by a request of its own. A failure shows the patient a spinner that ends."""
        try:
            await self._client.answer_callback_query(
                answer.tap, answer.text or None, show_alert=answer.alert or None
            )
        except TelegramError as error:
            log.info("a tap was not answered: %s", type(error).__name__)

    async def _take(self, raw: object) -> TapAnswer | None:
        found = read(raw, self.me, await self._groups.desks(), datetime.now(UTC))
        match found:
            case FromPatient(update=update, tap=tap):
                received = await self._intake.receive(update)
                return _answer(tap, received.immediate) if tap else None
            case DeskTap() if self._staff is not None:
                staff_update = await self._staff.tapped(found)
                if staff_update is None:
                    return TapAnswer(found.tap)
                received = await self._intake.receive(staff_update)
                return _answer(found.tap, received.immediate)
            case DeskMessage() if self._staff is not None:
                staff_update = await self._staff.wrote(found)
                if staff_update is not None:
                    received = await self._intake.receive(staff_update)
                    await self._refuse(found, staff_update, received.immediate)
            case DeskCommand() if self._queue is not None:
                await self._queue.answer(found)
            case Stranger():
                await self._groups.leave(found)
            case Nothing(tap=tap, moved=moved):
                if moved is not None:
                    await self._groups.moved(moved)
                return TapAnswer(tap) if tap else None
            case _:
                pass
        return None

    async def _refuse(
        self, message: DeskMessage, update: Update, immediate: tuple[Immediate, ...]
    ) -> None:
        """A reply that was not taken: say why, below it. Telegram has no way to say it to one only."""
        if not isinstance(update.event, ReplyDrafted):
            return
        for one in immediate:
            match one:
                case Toast(text=text, refused=True):
                    await self._groups.say_below(message, text)
                case ShowFormErrors(errors=errors):
                    await self._groups.say_below(message, "\n".join(text for _, text in errors))
                case _:
                    continue

    async def _park(self, raw: object, error: Exception) -> None:
        number = update_id(raw)
        try:
            payload = json.dumps(raw)
        except (TypeError, ValueError):
            payload = ""
        digest = hashlib.sha256(payload.encode()).hexdigest()[:16]
        key = f"telegram:{self._client.bot.id}:{digest if number is None else number}"
        place = "adapters.telegram.inbound" if isinstance(error, Malformed) else _place(error)
        await self._shelf.park(key, payload, type(error).__name__, place)
        log.error("update %s was parked: %s in %s", key, type(error).__name__, place)


def _answer(tap: str, immediate: tuple[Immediate, ...]) -> TapAnswer:
    """Every tap is answered, a repeated one too, or its button keeps spinning."""
    for one in immediate:
        match one:
            case Toast(text=text, refused=refused):
                return TapAnswer(tap, _short(text), alert=refused)
            case AnswerTap(text=text):
                return TapAnswer(tap, _short(text))
            case _:
                continue
    return TapAnswer(tap)


def _short(text: str) -> str:
    return text if len(text) <= limits.CALLBACK_ANSWER else text[: limits.CALLBACK_ANSWER - 1] + "…"


def _place(error: BaseException) -> str:
    """Module and line where it was raised, without any value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
