"""The methods of the Bot API that the bot uses. Any other one is refused, and so are parameters that
are not Telegram's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.rules import CAPTION, REACTIONS, TEXT, Rules
from tests.fakes.telegram.world import BOT_ID, ApiError, Chat, Message, Topic, World, bad

Params = dict[str, Any]
Files = dict[str, tuple[str, bytes]]

_SEND = {
    "chat_id", "message_thread_id", "reply_markup", "reply_parameters", "disable_notification",
    "link_preview_options", "caption", "caption_entities",
}  # fmt: skip


class Methods:
    """Carries out calls on a world. ``calls`` records all of them, refused ones too."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules = Rules(world)
        self.calls: list[tuple[str, Params]] = []

    def call(self, method: str, params: Params, files: Files) -> Any:
        """The result of one call. Raises ``ApiError``."""
        self.calls.append((method, params))
        name = "do_" + "".join(f"_{c.lower()}" if c.isupper() else c for c in method)
        work: Callable[[Params, Files], Any] | None = getattr(self, name, None)
        if work is None:
            raise ApiError(404, "Not Found")
        if "parse_mode" in params:
            self.world.violations.append("a parse mode")
        for at, (what, chat, seconds) in enumerate(self.world.rate_limits):
            if what in (method, "*") and chat in (None, _number(params.get("chat_id"))):
                del self.world.rate_limits[at]
                retry = int(seconds)
                raise ApiError(429, f"Too Many Requests: retry after {retry}", retry_after=retry)
        result = work(params, files)
        self.world.stir()
        return result

    def _only(self, params: Params, *names: str) -> None:
        for name in set(params) - set(names) - _SEND:
            self.world.violations.append(f"unknown parameter {name}")

    # ---- the bot itself

    def do_get_me(self, params: Params, files: Files) -> Any:
        return self.world.bot

    def do_get_my_commands(self, params: Params, files: Files) -> Any:
        return self.world.profile.get(_commands(params), [])

    def do_set_my_commands(self, params: Params, files: Files) -> Any:
        for one in params["commands"]:
            if not 1 <= len(one["description"]) <= 256 or not one["command"].islower():
                raise bad("BOT_COMMAND_INVALID")
        self.world.profile[_commands(params)] = params["commands"]
        return True

    def do_get_my_name(self, params: Params, files: Files) -> Any:
        return {"name": self.world.profile.get("name", "")}

    def do_set_my_name(self, params: Params, files: Files) -> Any:
        return self._profile("name", params["name"], 64)

    def do_get_my_description(self, params: Params, files: Files) -> Any:
        return {"description": self.world.profile.get("description", "")}

    def do_set_my_description(self, params: Params, files: Files) -> Any:
        return self._profile("description", params["description"], 512)

    def do_get_my_short_description(self, params: Params, files: Files) -> Any:
        return {"short_description": self.world.profile.get("short_description", "")}

    def do_set_my_short_description(self, params: Params, files: Files) -> Any:
        return self._profile("short_description", params["short_description"], 120)

    def _profile(self, name: str, value: str, most: int) -> bool:
        if len(value) > most:
            raise bad(f"bot {name} is too long")
        self.world.profile[name] = value
        return True

    # ---- messages

    def do_send_message(self, params: Params, files: Files) -> Any:
        self._only(params, "text", "entities")
        return self._post(params, params.get("text"), params.get("entities"), TEXT, {})

    def do_send_photo(self, params: Params, files: Files) -> Any:
        return self._media("photo", params, files)

    def do_send_document(self, params: Params, files: Files) -> Any:
        return self._media("document", params, files)

    def do_send_voice(self, params: Params, files: Files) -> Any:
        return self._media("voice", params, files)

    def do_send_audio(self, params: Params, files: Files) -> Any:
        return self._media("audio", params, files)

    def do_send_video(self, params: Params, files: Files) -> Any:
        return self._media("video", params, files)

    def _media(self, kind: str, params: Params, files: Files) -> Any:
        self._only(params, kind)
        name = ""
        if kind in files or (str(params.get(kind, "")).startswith("attach://")):
            attached = files.get(kind) or files[str(params[kind]).removeprefix("attach://")]
            name, data = attached
            file_id = self.world.file(kind, data)
        else:
            file_id = str(params[kind])
            known = self.world.files.get(file_id)
            if known is None:
                raise bad("wrong file identifier/HTTP URL specified")
            if known[0] != kind:
                raise bad(f"can't use file of type {known[0].title()} as {kind.title()}")
            data = known[1]
        content: Any = {"file_id": file_id, "file_unique_id": file_id[:8], "file_size": len(data)}
        if kind == "photo":
            content = [{**content, "width": 100, "height": 100}]
        elif kind == "document" and name:
            content["file_name"] = name
        elif kind in ("voice", "audio", "video"):
            content |= {"duration": 1}
            if kind == "video":
                content |= {"width": 1, "height": 1}
        caption = params.get("caption", "")
        return self._post(
            params, caption, params.get("caption_entities"), CAPTION,
            {"kind": kind, "content": content},
        )  # fmt: skip

    def _post(self, params: Params, text: Any, entities: Any, most: int, media: Params) -> Any:
        chat = self.rules.chat(params["chat_id"])
        thread = self.rules.thread(chat, params.get("message_thread_id"))
        self.rules.text(text, entities, most, empty=bool(media))
        markup = params.get("reply_markup") or {}
        keyboard = self.rules.keyboard(markup)
        reply = params.get("reply_parameters") or {}
        reply_to = reply.get("message_id")
        if reply_to is not None and reply_to not in chat.messages:
            if not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
            reply_to = None
        message = self.world.post(
            chat, self.world.bot, text=text, entities=entities or [], media=media,
            keyboard=keyboard, markup=markup, thread=thread, reply_to=reply_to,
            silent=bool(params.get("disable_notification")),
        )  # fmt: skip
        self.world.note(chat, message.text, new=True)
        return self.world.describe(message)

    def do_copy_message(self, params: Params, files: Files) -> Any:
        """A message once more, without a link to who sent it. The answer is the bare id."""
        self._only(params, "from_chat_id", "message_id")
        self.rules.chat(params["chat_id"])
        source = self.rules.chat(params["from_chat_id"])
        message = source.messages.get(int(params["message_id"]))
        if message is None:
            raise bad("message to copy not found")
        if message.opens_topic or not (message.text or message.media):
            raise bad("message can't be copied")
        if "caption" in params and not message.media:
            self.world.violations.append("a caption for a message without media, which is ignored")
            params = {key: one for key, one in params.items() if not key.startswith("caption")}
        own = params.get("caption") is None
        text = message.text if own else params["caption"]
        entities = message.entities if own else params.get("caption_entities")
        most = CAPTION if message.media else TEXT
        copied = self._post(params, text, entities, most, dict(message.media))
        return {"message_id": copied["message_id"]}

    def do_edit_message_text(self, params: Params, files: Files) -> Any:
        self._only(params, "text", "entities", "message_id")
        chat = self.rules.chat(params["chat_id"])
        message = chat.messages.get(int(params["message_id"]))
        if message is None:
            raise bad("message to edit not found")
        if not message.of_bot:
            raise bad("message can't be edited")
        if message.media:
            raise bad("there is no text in the message to edit")
        self.rules.text(params.get("text"), params.get("entities"), TEXT)
        keyboard = self.rules.keyboard(params.get("reply_markup"))
        entities = params.get("entities") or []
        if (message.text, message.entities, message.keyboard) == (
            params["text"], entities, keyboard,
        ):  # fmt: skip
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        message.versions.append(message.text)
        message.text, message.entities, message.keyboard = params["text"], entities, keyboard
        self.world.note(chat, message.text, new=False)
        return self.world.describe(message)

    def do_delete_message(self, params: Params, files: Files) -> Any:
        chat = self.rules.chat(params["chat_id"])
        self._delete(chat, [int(params["message_id"])], strict=True)
        return True

    def do_delete_messages(self, params: Params, files: Files) -> Any:
        chat = self.rules.chat(params["chat_id"])
        if not 1 <= len(params["message_ids"]) <= 100:
            raise self.rules.breach("a wrong number of messages to delete")
        self._delete(chat, params["message_ids"], strict=False)
        return True

    def _delete(self, chat: Chat, numbers: list[int], *, strict: bool) -> None:
        for number in numbers:
            message = chat.messages.get(number)
            if message is None:
                if strict:
                    raise bad("message to delete not found")
            elif message.opens_topic:
                raise bad("message can't be deleted")
        for number in numbers:
            if number in chat.messages:
                self.world.remove(chat, number)

    def do_set_message_reaction(self, params: Params, files: Files) -> Any:
        chat = self.rules.chat(params["chat_id"])
        message = chat.messages.get(int(params["message_id"]))
        if message is None:
            raise bad("message to react not found")
        emoji = [one["emoji"] for one in params.get("reaction", [])]
        if any(one not in REACTIONS for one in emoji):
            raise bad("REACTION_INVALID")
        message.reactions = emoji
        return True

    def do_answer_callback_query(self, params: Params, files: Files) -> Any:
        tap = params["callback_query_id"]
        if tap not in self.world.taps:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(params.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self.world.taps[tap] = params
        return True

    # ---- files

    def do_get_file(self, params: Params, files: Files) -> Any:
        known = self.world.files.get(params["file_id"])
        if known is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(known[1]) > 20_000_000:
            raise bad("file is too big")
        return {
            "file_id": params["file_id"],
            "file_unique_id": params["file_id"][:8],
            "file_size": len(known[1]),
            "file_path": f"files/{params['file_id']}",
        }

    # ---- groups and topics

    def do_get_chat(self, params: Params, files: Files) -> Any:
        chat = self.rules.chat(params["chat_id"])
        return {**chat.describe(), "accent_color_id": 0, "max_reaction_count": 11,
                "accepted_gift_types": {
                    "unlimited_gifts": True, "limited_gifts": True, "unique_gifts": True,
                    "premium_subscription": True, "gifts_from_channels": True,
                }}  # fmt: skip

    def do_get_chat_member(self, params: Params, files: Files) -> Any:
        chat = self.rules.chat(params["chat_id"])
        user = int(params["user_id"])
        status = chat.members.get(user, "left")
        who = self.world.bot if user == BOT_ID else self.world.users[user]
        out: Params = {"status": status, "user": who}
        if status == "administrator":
            flags = (
                "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
                "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
                "can_delete_stories", "can_manage_topics", "can_pin_messages",
            )  # fmt: skip
            out |= {flag: self.world.rights.get(flag, False) for flag in flags}
        return out

    def do_leave_chat(self, params: Params, files: Files) -> Any:
        self.rules.chat(params["chat_id"]).members[BOT_ID] = "left"
        return True

    def do_create_forum_topic(self, params: Params, files: Files) -> Any:
        chat = self._forum(params)
        name = params["name"]
        if not 1 <= len(name) <= 128:
            raise self.rules.breach("a topic's name of a wrong length", "TOPIC_TITLE_EMPTY")
        colour = int(params.get("icon_color", 0x6FB9F0))
        if colour not in (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F):
            raise self.rules.breach("a colour that topics do not have", "TOPIC_ICON_COLOR_INVALID")
        message = self.world.post(chat, self.world.bot, opens_topic=True)
        message.thread = message.id
        chat.topics[message.id] = Topic(message.id, name, colour)
        return {"message_thread_id": message.id, "name": name, "icon_color": colour}

    def do_edit_forum_topic(self, params: Params, files: Files) -> Any:
        topic = self._topic(params)
        if topic.name == params["name"]:
            raise bad("TOPIC_NOT_MODIFIED")
        topic.name = params["name"]
        return True

    def do_delete_forum_topic(self, params: Params, files: Files) -> Any:
        topic = self._topic(params)
        self.world.drop_topic(self._forum(params), topic.id)
        return True

    def do_reopen_forum_topic(self, params: Params, files: Files) -> Any:
        topic = self._topic(params)
        if not topic.closed:
            raise bad("TOPIC_NOT_MODIFIED")
        topic.closed = False
        return True

    def _forum(self, params: Params) -> Chat:
        chat = self.rules.chat(params["chat_id"])
        if not chat.forum:
            raise bad("the chat is not a forum")
        if not self.world.rights["can_manage_topics"]:
            raise bad("not enough rights to create a topic")
        return chat

    def _topic(self, params: Params) -> Topic:
        topic = self._forum(params).topics.get(int(params["message_thread_id"]))
        if topic is None:
            raise bad("TOPIC_ID_INVALID")
        return topic

    def posted(self, method: str) -> list[Params]:
        """The parameters of all calls of a method."""
        return [params for name, params in self.calls if name == method]


def decode(raw: dict[str, str]) -> Params:
    """Form fields as values: what is not a text is written as JSON."""
    texts = {"text", "caption", "name", "description", "short_description", "file_id", "url",
             "secret_token", "callback_query_id", "photo", "document", "voice", "audio", "video"}  # fmt: skip
    out: Params = {}
    for key, value in raw.items():
        if key in texts:
            out[key] = value
            continue
        try:
            out[key] = json.loads(value)
        except ValueError:
            out[key] = value
    return out


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _commands(params: Params) -> str:
    """Where the commands of a language are kept: "commands", "commands:ko"."""
    language = str(params.get("language_code") or "")
    if language and not (len(language) == 2 and language.isascii() and language.islower()):
        raise bad("LANGUAGE_CODE_INVALID")
    return f"commands:{language}" if language else "commands"


__all__ = ["Message", "Methods", "decode"]
