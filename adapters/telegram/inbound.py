"""What Telegram sent, read: one raw update in, one of six plain values out. No I/O, no library.

Keys are ``telegram:<bot id>:<update id>``. Whatever cannot be read raises ``Malformed``; the caller
parks it, so that one odd row stops nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.telegram.media import FILES, OTHERS, file_of
from bot import events as ev
from bot import queue
from bot.errors import FrontdeskError

COMMANDS = frozenset(
    {"menu", "ask", "human", "status", "privacy", "mydata", "forget", "help", "stop", "signin"}
)
ANONYMOUS = 1087968824
"""The id of GroupAnonymousBot, who writes for anonymous admins [api Message.from]."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)

Raw = Mapping[str, Any]


class Malformed(FrontdeskError):
    """A row that is not an update as the Bot API describes it."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot: its id and its name without the @."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class FromPatient:
    """An Update of a patient; ``tap`` is the callback query to answer, "" where there is none."""

    update: ev.Update
    tap: str = ""


@dataclass(frozen=True, slots=True)
class DeskTap:
    """A button pressed in the desk group."""

    key: str
    at: datetime
    tap: str
    chat: int
    user: int
    data: str


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """Something written in a topic of the desk group. ``anonymous``: for the group, not by a name;
    ``reply_to``: the message of ours that it answers; ``ours``: the topic was opened by us."""

    key: str
    at: datetime
    chat: int
    topic: int
    message: int
    user: int
    anonymous: bool
    reply_to: int | None
    text: str
    file: ev.FileRef | None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class DeskCommand:
    """``/queue`` in the desk group; ``topic``: None outside every topic."""

    chat: int
    topic: int | None
    message: int
    user: int
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Stranger:
    """A group or channel that is not the desk; ``told``: the bot was just added to it."""

    chat: int
    told: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to do; ``tap`` wants an answer nevertheless. ``moved``: the desk's new chat id."""

    why: str
    tap: str = ""
    moved: int | None = None


Inbound = FromPatient | DeskTap | DeskMessage | DeskCommand | Stranger | Nothing


def update_id(raw: object) -> int | None:
    """The row's number, where it has one."""
    found = raw.get("update_id") if isinstance(raw, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def read(raw: object, me: Me, desks: frozenset[int], now: datetime) -> Inbound:
    """Read one update. ``desks``: chat ids of the desk group (two after it moved)."""
    number = update_id(raw)
    if number is None or not isinstance(raw, Mapping):
        raise Malformed("no update_id")
    key = f"telegram:{me.id}:{number}"
    try:
        if "message" in raw:
            return _message(key, _map(raw["message"]), me, desks)
        if "edited_message" in raw:
            return _edited(key, _map(raw["edited_message"]), me, desks)
        if "callback_query" in raw:
            return _tap(key, _map(raw["callback_query"]), me, desks, now)
        if "my_chat_member" in raw:
            return _member(key, _map(raw["my_chat_member"]), me, desks)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise Malformed(type(error).__name__) from None
    return Nothing("a kind of update that was not asked for")


def lane_of(raw: object) -> str:
    """Whose order this row belongs to: rows of one lane are handled one after another."""
    try:
        row: Any = raw
        for kind in ("message", "edited_message", "my_chat_member"):
            if kind in row:
                return f"{row[kind]['chat']['id']}:{row[kind].get('message_thread_id', '')}"
        message = row["callback_query"].get("message") or {}
        return f"{message['chat']['id']}:{message.get('message_thread_id', '')}"
    except (KeyError, TypeError, AttributeError):
        return ""


# ---- the kinds


def _message(key: str, message: Raw, me: Me, desks: frozenset[int]) -> Inbound:
    chat = _map(message["chat"])
    if chat["type"] != "private":
        return _group_message(key, message, me, desks)
    sender = _map(message["from"])
    if sender.get("is_bot"):
        return Nothing("written by a bot")
    event = _said(message, me)
    if event is None:
        return Nothing("a service message")
    return FromPatient(_update(key, me, message, sender, event, _quoted(message)))


def _said(message: Raw, me: Me) -> ev.PatientEvent | None:
    name, at = str(_number(message["message_id"])), _time(message["date"])
    if isinstance(text := message.get("text"), str):
        return _command(text, name, me) or ev.Wrote(text, name, at)
    for kind in FILES:
        if kind in message:
            return ev.SentFile(
                file_of(kind, message[kind]), name, at,
                _words(message.get("caption")), _words(message.get("media_group_id")),
            )  # fmt: skip
    for kind in OTHERS:
        if kind in message:
            # Words in it are looked at for danger, the thing itself is not passed on.
            words = _words(message.get("caption")) or _words_in(message[kind])
            return ev.SentFile(ev.FileRef("telegram", "", "other", kind), name, at, words)
    return None


def _command(text: str, name: str, me: Me) -> ev.PatientEvent | None:
    word, argument = _to_us(text, me)
    if word == "start":
        return ev.Started(argument)
    return ev.Commanded(word, argument, name) if word in COMMANDS else None


def _to_us(text: str, me: Me) -> tuple[str, str]:
    """(name, argument) of a command; the name is "" where it is none, or another bot's."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None or (found.group(2) or me.username).lower() != me.username.lower():
        return "", ""
    return found.group(1).lower(), (found.group(3) or "").strip()


def _edited(key: str, message: Raw, me: Me, desks: frozenset[int]) -> Inbound:
    chat = _map(message["chat"])
    if chat["type"] != "private":
        return _stranger_or_nothing(chat, desks, "an edit on the desk")
    words = _words(message.get("text")) or _words(message.get("caption"))
    sender = _map(message["from"])
    if not words:
        return Nothing("an edit without words")
    at = _time(message.get("edit_date", message["date"]))
    event = ev.Edited(words, str(_number(message["message_id"])), at)
    return FromPatient(_update(key, me, message, sender, event, ""))


def _tap(key: str, query: Raw, me: Me, desks: frozenset[int], now: datetime) -> Inbound:
    tap, user = _text(query["id"]), _map(query["from"])
    message = query.get("message")
    data = query.get("data")
    if not isinstance(message, Mapping) or not isinstance(data, str):
        return Nothing("a tap that is not on a message of ours", tap)
    chat = _map(message["chat"])
    number = _number(chat["id"])
    if chat["type"] == "private":
        address = ev.Address("telegram", str(me.id), str(number))
        on = str(_number(message["message_id"]))
        language = _words(user.get("language_code"))
        update = ev.Update(key, address, now, ev.Tapped(data), language, on, sender=_account(user))
        return FromPatient(update, tap)
    if number in desks:
        return DeskTap(key, now, tap, number, _number(user["id"]), data)
    return Nothing("a tap in a strange group", tap)


def _member(key: str, change: Raw, me: Me, desks: frozenset[int]) -> Inbound:
    chat = _map(change["chat"])
    old, new = _map(change["old_chat_member"]), _map(change["new_chat_member"])
    if chat["type"] != "private":
        inside = new["status"] in ("member", "administrator", "creator") or (
            new["status"] == "restricted" and new.get("is_member") is True
        )
        if inside and _number(chat["id"]) not in desks:
            return Stranger(_number(chat["id"]), told=True)
        return Nothing("the bot's place in a group")
    event: ev.Left | ev.Returned
    if new["status"] in ("kicked", "left"):
        event = ev.Left()
    elif old["status"] in ("kicked", "left"):
        event = ev.Returned()
    else:
        return Nothing("the bot's place in a chat")
    return FromPatient(_update(key, me, change, _map(change["from"]), event, ""))


def _group_message(key: str, message: Raw, me: Me, desks: frozenset[int]) -> Inbound:
    chat = _map(message["chat"])
    number = _number(chat["id"])
    old = message.get("migrate_from_chat_id")
    if isinstance(old, int) and old in desks:
        return Nothing("the desk moved", moved=number)
    new = message.get("migrate_to_chat_id")
    if isinstance(new, int) and number in desks:
        return Nothing("the desk moved", moved=new)
    if number not in desks:
        return _stranger_or_nothing(chat, desks, "")
    # Channel posts arrive without a sender of their own.
    sender = message.get("from")
    user = _number(_map(sender)["id"]) if sender is not None else ANONYMOUS
    anonymous = "sender_chat" in message or user == ANONYMOUS
    if message.get("is_automatic_forward") or (
        isinstance(sender, Mapping) and sender.get("is_bot") and not anonymous
    ):
        return Nothing("written by a machine")
    thread = message.get("message_thread_id")
    topic = thread if message.get("is_topic_message") and isinstance(thread, int) else None
    if _to_us(_words(message.get("text")), me)[0] == queue.WORD:
        return DeskCommand(number, topic, _number(message["message_id"]), user, anonymous)
    if topic is None:
        return Nothing("outside every topic")
    kind = next((kind for kind in FILES if kind in message), None)
    text = _words(message.get("text")) or _words(message.get("caption"))
    if kind is None and not text:
        return Nothing("nothing to pass on")
    return DeskMessage(
        key, _time(message["date"]), number, topic, _number(message["message_id"]), user,
        anonymous, _answers(message, me, topic), text,
        None if kind is None else file_of(kind, message[kind]),
        ours=_replied(message) == topic and _replied_to_us(message, me),
    )  # fmt: skip


def _stranger_or_nothing(chat: Raw, desks: frozenset[int], why: str) -> Inbound:
    number = _number(chat["id"])
    return Nothing(why) if number in desks else Stranger(number, told=False)


# ---- small readers: they raise what ``read`` turns into Malformed


def _update(
    key: str, me: Me, source: Raw, sender: Raw, event: ev.PatientEvent, on_message: str
) -> ev.Update:
    address = ev.Address("telegram", str(me.id), str(_number(_map(source["chat"])["id"])))
    at = _time(source.get("edit_date", source["date"]))
    return ev.Update(
        key, address, at, event, _words(sender.get("language_code")), on_message,
        sender=_account(sender),
    )  # fmt: skip


def _account(user: Raw) -> str:
    """A person as the staff list names them."""
    return f"telegram:{_number(user['id'])}"


def _quoted(message: Raw) -> str:
    replied = _replied(message)
    return "" if replied is None else str(replied)


def _replied(message: Raw) -> int | None:
    replied = message.get("reply_to_message")
    return None if replied is None else _number(_map(replied)["message_id"])


def _answers(message: Raw, me: Me, topic: int) -> int | None:
    """The message of ours that this one answers. Every message of a topic is technically a reply to
    the topic's first one, which does not count."""
    number = _replied(message)
    if number is None or number == topic:
        return None
    return number if _replied_to_us(message, me) else None


def _replied_to_us(message: Raw, me: Me) -> bool:
    sender = _map(message["reply_to_message"]).get("from")
    return isinstance(sender, Mapping) and sender.get("id") == me.id


def _map(value: object) -> Raw:
    if not isinstance(value, Mapping):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words_in(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next((word for name in ("question", "title") if (word := _words(value.get(name)))), "")


def _time(value: object) -> datetime:
    return datetime.fromtimestamp(_number(value), UTC)
