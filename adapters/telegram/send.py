"""The few ways in which we post to Telegram, shared by both deliverers.

A delivery may be several messages (a long text, a text and its file). ``Steps`` remembers which of
them are out, so that a delivery tried again after a rate limit goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram.error import TelegramError

from adapters.telegram import limits
from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, MaybeSent, NotSent, fault_of, outcome_of
from adapters.telegram.outbound import Markup, Mention, Part, render
from bot.errors import FrontdeskError, NotNow
from bot.events import FileRef
from bot.ports import DeliveryOutcome, FileSource, Later, Rejected
from bot.text import Text

NO_PREVIEW: Final = {"is_disabled": True}

_PHOTO_BYTES: Final = 10_000_000
"""What can be uploaded as a photo [api sendPhoto]; more goes as a document."""

_REMEMBERED: Final = 1000
"""Unfinished deliveries remembered at most; far more than are ever open at once."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours that is out, by the names that the Bot API gives them."""

    chat_id: int
    message_id: int
    message_thread_id: int | None


class NoFile(FrontdeskError):
    """A file that no source of ours can fetch."""


class Steps:
    """What of each unfinished delivery is already out, by delivery id. In memory: after a restart
    the first messages of a half-sent delivery come again."""

    def __init__(self) -> None:
        self._done: dict[int, list[Sent]] = {}

    async def run(
        self,
        delivery: int,
        steps: Sequence[Callable[[], Awaitable[Sent]]],
        *,
        topic: int | None = None,
    ) -> list[Sent]:
        """Do the steps not done yet, in order; all their messages. Delivery 0 is none of the outbox
        (a direct alarm) and is not remembered; steps done in another topic count as not done."""
        done = self._done.setdefault(delivery, []) if delivery else []
        if done and topic is not None and done[-1].message_thread_id != topic:
            done.clear()
        for step in steps[len(done) :]:
            done.append(await step())
            while len(self._done) > _REMEMBERED:
                self._done.pop(next(iter(self._done)))
        return list(done)

    def forget(self, delivery: int) -> None:
        """It is delivered, or begins anew."""
        self._done.pop(delivery, None)


class Poster:
    """Posts texts and files. Raises ``TelegramError``; ``FrontdeskError`` from a file's source."""

    def __init__(self, client: Client, files: Mapping[str, FileSource]) -> None:
        self._client = client
        self._files = files

    async def text(
        self,
        chat: int,
        part: Part,
        *,
        markup: Markup = None,
        topic: int | None = None,
        reply_to: int | None = None,
    ) -> Sent:
        """Post one message."""
        made = await self._client.call(
            "sendMessage",
            chat_id=chat,
            text=part.text,
            entities=part.entities or None,
            link_preview_options=NO_PREVIEW,
            reply_markup=markup,
            message_thread_id=topic,
            reply_parameters=None
            if reply_to is None
            else {"message_id": reply_to, "allow_sending_without_reply": True},
        )
        return _sent(chat, made)

    async def edit(self, chat: int, message: int, part: Part, markup: Markup) -> bool:
        """Edit a text in place; False where Telegram will not. A lost answer counts as not sent:
        the same edit twice is one edit."""
        try:
            await self._client.call(
                "editMessageText",
                text=part.text,
                chat_id=chat,
                message_id=message,
                entities=part.entities or None,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup,
            )
        except MaybeSent:
            raise NotSent("The answer to an edit is missing") from None
        except TelegramError as error:
            match fault_of(error):
                case Fault.NOT_MODIFIED:
                    return True
                case Fault.EDIT_IMPOSSIBLE | Fault.TOPIC_MISSING:
                    return False
                case _:
                    raise
        return True

    async def file(
        self,
        chat: int,
        file: FileRef,
        caption: Part | None,
        *,
        markup: Markup = None,
        topic: int | None = None,
    ) -> Sent:
        """Post a file: by its id where Telegram has it, else with the bytes of its source."""
        if file.channel == "telegram":
            try:
                return await self._send(chat, file, file.file_id, caption, markup, topic)
            except TelegramError as error:
                # A round video, say, is not a video to Telegram: its bytes are.
                if fault_of(error) is not Fault.WRONG_FILE:
                    raise
        source = self._files.get(file.channel)
        if source is None:
            raise NoFile("No source for this file")
        data = await source.fetch(file)
        return await self._send(chat, file, data, caption, markup, topic)

    async def _send(
        self,
        chat: int,
        file: FileRef,
        content: str | bytes,
        caption: Part | None,
        markup: Markup,
        topic: int | None,
    ) -> Sent:
        text = None if caption is None else caption.text
        kind = file.kind if isinstance(content, str) else _upload_kind(file, content)
        name, raw = file.name or None, _around(caption, markup)
        client = self._client
        match kind:
            case "photo":
                made = await client.send_photo(
                    chat, content, text, message_thread_id=topic, filename=name, api_kwargs=raw
                )
            case "voice":
                made = await client.send_voice(
                    chat, content, caption=text, message_thread_id=topic, filename=name,
                    api_kwargs=raw,
                )  # fmt: skip
            case "audio":
                made = await client.send_audio(
                    chat, content, caption=text, message_thread_id=topic, filename=name,
                    api_kwargs=raw,
                )  # fmt: skip
            case "video":
                made = await client.send_video(
                    chat, content, caption=text, message_thread_id=topic, filename=name,
                    api_kwargs=raw,
                )  # fmt: skip
            case _:
                return await self.document(chat, content, name or "file", caption, markup, topic)
        return Sent(chat, made.message_id, made.message_thread_id)

    async def document(
        self,
        chat: int,
        content: str | bytes,
        name: str,
        caption: Part | None,
        markup: Markup = None,
        topic: int | None = None,
    ) -> Sent:
        """Post a document."""
        made = await self._client.send_document(
            chat,
            content,
            caption=None if caption is None else caption.text,
            message_thread_id=topic,
            filename=None if isinstance(content, str) else name,
            api_kwargs=_around(caption, markup),
        )
        return Sent(chat, made.message_id, made.message_thread_id)


def _around(caption: Part | None, markup: Markup) -> dict[str, Any]:
    """What goes with a file and is written by us, not by the library."""
    entities = None if caption is None else caption.entities or None
    return {"caption_entities": entities, "reply_markup": markup}


def _sent(chat: int, made: Any) -> Sent:
    """A message from the answer to its request. Without a number in it nobody knows whether it is out."""
    try:
        return Sent(chat, int(made["message_id"]), made.get("message_thread_id"))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise MaybeSent("The answer names no message") from None


async def outcome(work: Awaitable[DeliveryOutcome], *, repeatable: bool) -> DeliveryOutcome:
    """What came of a delivery: no failure of Telegram, a file's source or the store gets past here."""
    try:
        return await work
    except TelegramError as error:
        return outcome_of(error, repeatable=repeatable)
    except NotNow:
        return Later("the file or the database cannot be read now", 5.0)
    except FrontdeskError as error:
        return Rejected(type(error).__name__)
    except ValueError:
        return Rejected("the message breaks a limit of Telegram")


def split_caption(
    text: Text, mention: Sequence[Mention] = ()
) -> tuple[tuple[Part, ...], Part | None]:
    """A text that goes with a file: (messages before it, its caption)."""
    if not text and not mention:
        return (), None
    short = render(text, size=limits.CAPTION_UNITS, mention=mention)
    return ((), short[0]) if len(short) == 1 else (render(text, mention=mention), None)


def _upload_kind(file: FileRef, content: bytes) -> str:
    """Photos as photos up to Telegram's limit; everything else keeps its bytes as a document."""
    if file.kind == "photo" and len(content) <= _PHOTO_BYTES:
        return "photo"
    return "voice" if file.kind == "voice" and file.media_type == "audio/ogg" else "document"
