"""Telegram's rules for what a bot posts. A breach is refused, and noted as a violation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tests.fakes.telegram.world import ApiError, Chat, World, bad

TEXT = 4096
CAPTION = 1024
KINDS = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
    "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention", "custom_emoji",
}  # fmt: skip
REACTIONS = {"👍", "👎", "❤", "🔥", "👏", "🎉", "🙏", "👌", "🤝", "✍", "👀", "💯", "🫡"}
"""Some of the emoji a bot may react with; ✅ is not one of them."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Rules:
    """Checks parameters against a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def breach(self, why: str, description: str = "") -> ApiError:
        self._world.violations.append(why)
        return bad(description or why)

    def text(self, text: Any, entities: Any, most: int, *, empty: bool = False) -> None:
        """Length in UTF-16 units, visible, and entities that Telegram takes as they are."""
        if not isinstance(text, str) or (not text.strip() and not empty):
            raise self.breach("an empty text", "message text is empty")
        if text != text.strip():
            self._world.violations.append("white space at the ends, which moves every entity")
        if any(ord(char) < 32 and char != "\n" for char in text):
            self._world.violations.append("control characters, which Telegram drops")
        if units(text) > most:
            raise self.breach(
                f"{units(text)} units",
                "message is too long" if most == TEXT else "message caption is too long",
            )
        entities = entities or []
        if len(entities) > 100:
            self._world.violations.append(f"{len(entities)} entities: the rest is ignored")
        self._entities(text, entities)

    def _entities(self, text: str, entities: list[dict[str, Any]]) -> None:
        encoded = text.encode("utf-16-le", "surrogatepass")
        spans: list[tuple[int, int, str]] = []
        for one in entities:
            kind, start, length = one["type"], one["offset"], one["length"]
            end = start + length
            if kind not in KINDS or start < 0 or length < 1 or end * 2 > len(encoded):
                raise self.breach(f"entity {kind} {start}+{length} outside of the text")
            for edge in (start, end):
                if edge * 2 < len(encoded):
                    unit = int.from_bytes(encoded[edge * 2 : edge * 2 + 2], "little")
                    if 0xDC00 <= unit <= 0xDFFF:
                        raise self.breach("an entity cuts a character in two")
            if kind == "text_mention" and one["user"]["id"] not in self._world.users:
                self._world.violations.append("a mention of somebody whom the bot never met")
            if (kind == "text_link") != bool(one.get("url")):
                raise self.breach(f"{kind} with the address {one.get('url')!r}")
            spans.append((start, end, kind))
        for start, end, kind in spans:
            for low, high, other in spans:
                overlap = low < end and high > start
                if (low, high, other) == (start, end, kind) or not overlap:
                    continue
                if kind == "code" and other != "blockquote":
                    self._world.violations.append(f"code within {other}")
                if not (low <= start and end <= high) and not (start <= low and high <= end):
                    self._world.violations.append(f"{kind} and {other} cross")
        for first, second in pairwise(sorted(spans)):
            if first == second:
                self._world.violations.append("an entity twice")

    def keyboard(self, markup: Any) -> list[list[dict[str, Any]]]:
        """The rows of an inline keyboard."""
        rows: list[list[dict[str, Any]]] = (markup or {}).get("inline_keyboard", [])
        total = 0
        for row in rows:
            if not row:
                raise self.breach("an empty row of buttons", "BUTTON_INVALID")
            if len(row) > 8:
                raise self.breach(f"{len(row)} buttons in a row", "BUTTON_INVALID")
            for button in row:
                total += 1
                if not button.get("text"):
                    raise self.breach("a button without a label", "BUTTON_TEXT_INVALID")
                data = button.get("callback_data")
                if set(button) - {"text", "callback_data"} or data is None:
                    raise self.breach("a button without data", "BUTTON_TYPE_INVALID")
                if not 1 <= len(data.encode()) <= 64:
                    raise self.breach("button data of a wrong length", "BUTTON_DATA_INVALID")
        if total > 100:
            raise self.breach(f"{total} buttons", "REPLY_MARKUP_TOO_LONG")
        labels = [button["text"] for row in rows for button in row]
        if len(labels) != len(set(labels)):
            self._world.violations.append("two buttons with one label")
        return rows

    def chat(self, number: Any) -> Chat:
        """A chat that the bot can write to."""
        chat = self._world.chats.get(int(number))
        if chat is None:
            raise bad("chat not found")
        if chat.moved_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        place = chat.members.get(self._world.bot["id"], "left")
        if place in ("kicked", "left"):
            if chat.kind == "private":
                raise ApiError(403, "Forbidden: bot was blocked by the user")
            raise ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
        if place == "deactivated":
            raise ApiError(403, "Forbidden: user is deactivated")
        return chat

    def thread(self, chat: Chat, number: Any) -> int | None:
        """The topic that a message goes to."""
        if number is None:
            return None
        topic = chat.topics.get(int(number))
        if topic is None:
            raise bad("message thread not found")
        if topic.closed:
            raise bad("TOPIC_CLOSED")
        return topic.id
