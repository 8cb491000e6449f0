"""People at their phones: they see what the bot posted, and can tap only what they see."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.fakes.telegram.server import FakeTelegram
from tests.fakes.telegram.world import BOT_ID, Chat, Message

GROUP_BOT = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}

_taps = itertools.count(1)


class Person:
    """Somebody with an account."""

    def __init__(self, telegram: FakeTelegram, name: str, language: str | None = "en") -> None:
        self.telegram = telegram
        self.world = telegram.world
        self.user = self.world.user(telegram.new_user(), name, language)
        self.id: int = self.user["id"]

    def _tap(self, message: Message, label: str) -> str:
        button = message.button(label)
        if button is None:
            raise AssertionError(f"no button {label!r}; there are {message.labels}")
        tap = str(5_000_000_000 + next(_taps))
        self.world.taps[tap] = None
        self.world.push(
            "callback_query",
            {
                "id": tap,
                "from": self.user,
                "message": self.world.describe(message),
                "chat_instance": "1",
                "data": button["callback_data"],
            },
        )
        return tap

    async def answered(self, tap: str, seconds: float = 30.0) -> dict[str, Any]:
        """The answer to a tap: what the spinner gave way to."""
        found: dict[str, Any] = await self.world.until(lambda: self.world.taps[tap], seconds)
        return found


class Patient(Person):
    """Somebody who writes to the bot in private."""

    def __init__(
        self, telegram: FakeTelegram, name: str = "Aigul", language: str | None = "en"
    ) -> None:
        super().__init__(telegram, name, language)
        self.chat = self.world.private(self.user)

    # ---- what they do

    def types(
        self, text: str, *, reply_to: Message | None = None, at: int | None = None
    ) -> Message:
        """Send a text; ``at``: when they sent it, if not now."""
        return self._say(text=text, reply_to=None if reply_to is None else reply_to.id, at=at)

    def starts(self, payload: str = "") -> Message:
        """Press Start, or follow a link with a payload."""
        return self.types(f"/start {payload}".strip())

    def sends(
        self, kind: str, data: bytes = b"bytes", *, caption: str = "", group: str = "", name: str = "a.pdf",
        size: int | None = None,
    ) -> Message:  # fmt: skip
        """Send a file of a kind."""
        file_id = self.world.file(kind, data)
        big = {"file_id": file_id, "file_unique_id": file_id[:8], "file_size": size or len(data)}
        content: Any = big
        if kind == "photo":
            small = {"file_id": self.world.file(kind, b"small"), "file_unique_id": "small"}
            content = [
                {**small, "width": 90, "height": 90},
                {**big, "width": 1280, "height": 960},
                {**small, "width": 320, "height": 240},
            ]
        elif kind == "document":
            content = {**big, "file_name": name, "mime_type": "application/pdf"}
        elif kind == "voice":
            content = {**big, "duration": 3, "mime_type": "audio/ogg"}
        elif kind == "video_note":
            content = {**big, "duration": 3, "length": 240}
        return self._say(text=caption, media={"kind": kind, "content": content}, group=group)

    def shares(self, **content: Any) -> Message:
        """Send something that is neither text nor file: location=…, sticker=…"""
        return self._say(extra=content)

    def edits(self, message: Message, text: str) -> None:
        """Change a text after sending."""
        message.versions.append(message.text)
        message.text = text
        described = self.world.describe(message) | {"edit_date": int(time.time())}
        self.world.push("edited_message", described)

    def taps(self, label: str, message: Message | None = None) -> str:
        """Tap a button of the newest message that has it; the tap's id."""
        shown = [one for one in self.chat.shown() if one.button(label) is not None]
        if message is None and not shown:
            raise AssertionError(f"no button {label!r} on the screen: {self.buttons}")
        return self._tap(message or shown[-1], label)

    def blocks(self) -> None:
        """Block the bot."""
        self._member("member", "kicked")

    def returns(self) -> None:
        """Unblock the bot."""
        self._member("kicked", "member")

    # ---- what they see

    @property
    def screens(self) -> list[str]:
        """Texts of the bot's messages, oldest first."""
        return [one.text for one in self.chat.shown()]

    @property
    def last(self) -> Message:
        """The bot's newest message."""
        return self.chat.shown()[-1]

    @property
    def screen(self) -> str:
        """Its text."""
        return self.last.text

    @property
    def buttons(self) -> list[str]:
        """All labels that can be tapped now."""
        return [label for one in self.chat.shown() for label in one.labels]

    async def sees(self, words: str, seconds: float = 30.0) -> Message:
        """Wait until a message of the bot holds these words."""

        def found() -> Message | None:
            return next((one for one in reversed(self.chat.shown()) if words in one.text), None)

        try:
            message: Message = await self.world.until(found, seconds)
        except AssertionError:
            raise AssertionError(f"{words!r} is not among {self.screens}") from None
        return message

    def _say(self, *, at: int | None = None, **fields: Any) -> Message:
        message = self.world.post(self.chat, self.user, **fields)
        if at is not None:
            message.date = at
        self.world.push("message", self.world.describe(message))
        return message

    def _member(self, old: str, new: str) -> None:
        self.chat.members[BOT_ID] = new
        bot = self.world.bot
        self.world.push(
            "my_chat_member",
            {
                "chat": self.chat.describe(),
                "from": self.user,
                "date": int(time.time()),
                "old_chat_member": {"user": bot, "status": old, "until_date": 0},
                "new_chat_member": {"user": bot, "status": new, "until_date": 0},
            },
        )


class Staff(Person):
    """A member of the desk group."""

    def __init__(
        self, telegram: FakeTelegram, group: Chat, name: str = "Mina", *, anonymous: bool = False
    ) -> None:
        super().__init__(telegram, name, "ko")
        self.group = group
        self.anonymous = anonymous
        group.members[self.id] = "member"

    @property
    def account(self) -> str:
        """As the staff list names it."""
        return f"telegram:{self.id}"

    def in_topic(self, topic: int | None) -> list[Message]:
        """The bot's messages of a topic (None: the general one)."""
        return [one for one in self.group.shown() if one.thread == topic and not one.opens_topic]

    def topic(self, words: str) -> int:
        """The topic whose name holds these words."""
        found = [one.id for one in self.group.topics.values() if words in one.name]
        assert found, f"no topic {words!r}"
        return found[-1]

    def taps(self, label: str, message: Message | None = None) -> str:
        """Tap a button of the newest message in the group that has it."""
        shown = [one for one in self.group.shown() if one.button(label) is not None]
        if message is None and not shown:
            raise AssertionError(f"no button {label!r} in the group")
        return self._tap(message or shown[-1], label)

    def replies_to(self, message: Message, text: str, **fields: Any) -> Message:
        """Answer a message in the group."""
        return self._say(message.thread, text, reply_to=message.id, **fields)

    def writes(self, topic: int | None, text: str, **fields: Any) -> Message:
        """Write into a topic."""
        return self._say(topic, text, **fields)

    async def sees(self, words: str, seconds: float = 30.0) -> Message:
        """Wait until a message of the bot in the group holds these words."""

        def found() -> Message | None:
            return next((one for one in reversed(self.group.shown()) if words in one.text), None)

        try:
            message: Message = await self.world.until(found, seconds)
        except AssertionError:
            there = [one.text for one in self.group.shown()]
            raise AssertionError(f"{words!r} is not among {there}") from None
        return message

    def _say(self, topic: int | None, text: str, **fields: Any) -> Message:
        sender = GROUP_BOT if self.anonymous else self.user
        sender_chat = self.group.id if self.anonymous else None
        message = self.world.post(
            self.group, sender, text=text, thread=topic, sender_chat=sender_chat, **fields
        )
        self.world.push("message", self.world.describe(message))
        return message


def invites(telegram: FakeTelegram, chat: Chat, by: Person) -> None:
    """Somebody adds the bot to a group."""
    chat.members[BOT_ID] = "member"
    bot = telegram.world.bot
    telegram.world.push(
        "my_chat_member",
        {
            "chat": chat.describe(),
            "from": by.user,
            "date": int(time.time()),
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, "status": "member"},
        },
    )
