"""What Telegram knows: chats, messages, topics, members, files, and the updates that wait."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

BOT_ID = 7000000001
TOKEN = f"{BOT_ID}:AAfakefakefakefakefakefakefakefakefak"
MEDIA = ("photo", "document", "voice", "audio", "video", "video_note", "sticker")


class ApiError(Exception):
    """A refusal of the Bot API."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> ApiError:
    """A 400."""
    return ApiError(400, f"Bad Request: {description}")


@dataclass
class Message:
    """One message, as it stands now; ``versions`` are the texts it had."""

    id: int
    chat: int
    sender: dict[str, Any]
    date: int
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, Any] = field(default_factory=dict)
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    markup: dict[str, Any] = field(default_factory=dict)
    thread: int | None = None
    reply_to: int | None = None
    silent: bool = False
    opens_topic: bool = False
    sender_chat: int | None = None
    group: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    reactions: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    @property
    def of_bot(self) -> bool:
        return bool(self.sender["id"] == BOT_ID)

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [one["text"] for row in self.keyboard for one in row]

    def button(self, label: str) -> dict[str, Any] | None:
        return next((one for row in self.keyboard for one in row if one["text"] == label), None)


@dataclass
class Topic:
    id: int
    name: str
    colour: int
    closed: bool = False


@dataclass
class Chat:
    """A chat with everything in it. ``members``: user id → status."""

    id: int
    kind: str
    title: str = ""
    forum: bool = False
    username: str = ""
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    next_message: int = 1
    moved_to: int | None = None
    deleted: list[int] = field(default_factory=list)

    def describe(self) -> dict[str, Any]:
        out: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.kind != "private":
            out["title"] = self.title
        else:
            out["first_name"] = self.title
        if self.forum:
            out["is_forum"] = True
        if self.username:
            out["username"] = self.username
        return out

    def shown(self, *, of_bot: bool = True) -> list[Message]:
        """Messages that are there, oldest first."""
        return [one for one in self.messages.values() if one.of_bot or not of_bot]


class World:
    """The platform's memory. ``violations``: what the bot did that Telegram forbids or ignores."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        """file_id → (kind, bytes)"""
        self.updates: list[Any] = []
        self.changed = asyncio.Event()
        self.next_update = 500_000
        self.forgotten: list[int] = []
        self.taps: dict[str, dict[str, Any] | None] = {}
        """callback query id → the answer, None while it spins"""
        self.allowed: list[str] | None = None
        self.violations: list[str] = []
        self.history: dict[str, list[tuple[bool, str]]] = {}
        """chat id → (whether it is a new message, text) of all that the bot posted or edited in"""
        self.bot: dict[str, Any] = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Frontdesk",
            "username": "frontdesk_test_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.rights: dict[str, bool] = {"can_manage_topics": True, "can_delete_messages": True}
        self.profile: dict[str, Any] = {}
        self.rate_limits: list[tuple[str, int | None, float]] = []

    # ---- people and places

    def user(self, number: int, name: str, language: str | None) -> dict[str, Any]:
        one: dict[str, Any] = {"id": number, "is_bot": False, "first_name": name}
        if language is not None:
            one["language_code"] = language
        self.users[number] = one
        return one

    def group(self, number: int, title: str, *, forum: bool, bot: str = "administrator") -> Chat:
        chat = Chat(number, "supergroup", title, forum=forum, members={BOT_ID: bot})
        self.chats[number] = chat
        return chat

    def private(self, user: dict[str, Any]) -> Chat:
        chat = Chat(user["id"], "private", user["first_name"], members={BOT_ID: "member"})
        chat.next_message = user["id"] % 1000 + 10
        self.chats[chat.id] = chat
        return chat

    # ---- messages

    def post(self, chat: Chat, sender: dict[str, Any], **fields: Any) -> Message:
        message = Message(chat.next_message, chat.id, sender, int(time.time()), **fields)
        chat.next_message += 1
        chat.messages[message.id] = message
        self.stir()
        return message

    def note(self, chat: Chat, text: str, *, new: bool) -> None:
        """A text of the bot is on the screen now."""
        self.history.setdefault(str(chat.id), []).append((new, text))

    def file(self, kind: str, data: bytes) -> str:
        name = f"{kind}-{len(self.files) + 1}-{'x' * 40}"
        self.files[name] = (kind, data)
        return name

    def remove(self, chat: Chat, number: int) -> None:
        chat.messages.pop(number, None)
        chat.deleted.append(number)
        self.stir()

    def drop_topic(self, chat: Chat, topic: int) -> None:
        """A topic goes with all its messages."""
        chat.topics.pop(topic)
        for one in [m.id for m in chat.messages.values() if m.thread == topic or m.id == topic]:
            self.remove(chat, one)

    def describe(self, message: Message, *, deep: bool = True) -> dict[str, Any]:
        """A Message as the Bot API writes it."""
        chat = self.chats[message.chat]
        out: dict[str, Any] = {
            "message_id": message.id,
            "date": message.date,
            "chat": chat.describe(),
            "from": message.sender,
        }
        if message.media:
            kind = message.media["kind"]
            out[kind] = message.media["content"]
            if message.text:
                out["caption"] = message.text
        elif message.text:
            out["text"] = message.text
        if message.entities:
            out["caption_entities" if message.media else "entities"] = message.entities
        if message.keyboard:
            out["reply_markup"] = {"inline_keyboard": message.keyboard}
        if message.sender_chat is not None:
            out["sender_chat"] = self.chats[message.sender_chat].describe()
        if message.group:
            out["media_group_id"] = message.group
        out |= message.extra
        if message.thread is not None:
            out |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.opens_topic:
            topic = chat.topics.get(message.id)
            out["forum_topic_created"] = {
                "name": topic.name if topic else "?",
                "icon_color": topic.colour if topic else 0,
            }
        # In a topic everything is technically a reply to the message that opened it.
        replied = message.reply_to if message.reply_to is not None else message.thread
        if deep and replied is not None and replied in chat.messages:
            out["reply_to_message"] = self.describe(chat.messages[replied], deep=False)
        return out

    # ---- updates

    def push(self, kind: str, content: dict[str, Any]) -> int:
        """An update of the bot; kinds it did not ask for are not kept."""
        number = self.next_update
        self.next_update += 1
        if self.allowed is None or kind in self.allowed:
            self.updates.append({"update_id": number, kind: content})
            self.stir()
        return number

    def jump(self, to: int) -> None:
        """After a week without updates ids go on somewhere else."""
        self.next_update = to

    def stir(self) -> None:
        """Wake everybody who waits for a change."""
        self.changed.set()
        self.changed = asyncio.Event()

    async def until(self, seen: Any, seconds: float = 30.0) -> Any:
        """Wait until ``seen()`` is true; what it gave. Raises ``AssertionError`` after ``seconds``."""
        end = time.monotonic() + seconds
        while not (found := seen()):
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError("it did not happen in time")
            try:
                await asyncio.wait_for(self.changed.wait(), min(left, 0.2))
            except TimeoutError:
                continue
        return found
