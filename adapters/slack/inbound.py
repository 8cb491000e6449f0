"""Slack's payloads as our values: pure functions, a dictionary in, an Update or a small value out.

Shapes: docs.slack.dev/reference/events and /reference/interaction-payloads. Whatever does not look
as expected gives nothing, never an exception: the payload was signed by Slack, so it is a kind of
event that we do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack.markup import plain_words
from bot.events import (
    Address,
    Commanded,
    Edited,
    FileRef,
    PatientEvent,
    SentFile,
    Started,
    Tapped,
    Update,
    Wrote,
)

Payload = Mapping[str, Any]

COMMANDS = frozenset(
    {"menu", "ask", "human", "status", "privacy", "mydata", "forget", "help", "stop", "signin"}
)
_OWN_SUBTYPES = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Messages that a person just sent; every other subtype is housekeeping."""


def time_of(ts: object) -> datetime | None:
    """A message's ``ts`` ("1700000000.000100", seconds since 1970) as a time."""
    try:
        return datetime.fromtimestamp(float(str(ts)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def dictionary(value: object) -> Payload:
    """The value itself where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def text_of(value: object) -> str:
    """The value itself where it is a string, else nothing."""
    return value if isinstance(value, str) else ""


# ---- messages


@dataclass(frozen=True, slots=True)
class Said:
    """A message or an edit, from whoever wrote it: in a direct message or in the desk channel."""

    channel: str
    direct: bool
    user: str
    ts: str
    at: datetime
    text: str
    thread: str = ""
    files: tuple[FileRef, ...] = ()
    edit: bool = False


def said(event: Payload) -> Said | None:
    """A ``message`` event by a person; None for bots, our own words and housekeeping."""
    subtype = text_of(event.get("subtype"))
    inner = event
    if subtype == "message_changed":
        inner = dictionary(event.get("message"))
        before = dictionary(event.get("previous_message"))
        # Slack also "changes" a message when it unfurls a link: then no word differs.
        if not inner.get("edited") or inner.get("text") == before.get("text"):
            return None
        if text_of(inner.get("subtype")) not in _OWN_SUBTYPES:
            return None
    elif subtype not in _OWN_SUBTYPES:
        return None
    channel, ts = text_of(event.get("channel")), text_of(inner.get("ts"))
    user, at = text_of(inner.get("user")), time_of(inner.get("ts"))
    if not channel or not user or at is None:
        return None
    if inner.get("bot_id") or inner.get("hidden") or user == "USLACKBOT":
        return None
    thread = text_of(inner.get("thread_ts"))
    return Said(
        channel=channel,
        direct=event.get("channel_type") == "im",
        user=user,
        ts=ts,
        at=at,
        text=plain_words(text_of(inner.get("text"))),
        thread=thread if thread != ts else "",
        files=tuple(map(file_ref, filter(None, map(dictionary, inner.get("files") or ())))),
        edit=subtype == "message_changed",
    )


def file_ref(file: Payload) -> FileRef:
    """A file as Slack describes it; kind "other" for what cannot be fetched."""
    media_type = text_of(file.get("mimetype"))
    size = file.get("size")
    return FileRef(
        channel="slack",
        file_id=text_of(file.get("id")),
        kind=_kind(file, media_type),
        name=text_of(file.get("name")) or text_of(file.get("title")),
        media_type=media_type,
        size=size if isinstance(size, int) and size > 0 else 0,
    )


def _kind(file: Payload, media_type: str) -> str:
    if file.get("mode") in ("external", "hidden_by_limit", "tombstone") or not file.get("id"):
        return "other"
    if file.get("subtype") == "slack_audio":
        return "voice"
    match media_type.partition("/")[0]:
        case "image":
            return "photo"
        case "audio":
            return "audio"
        case "video":
            return "video"
        case _:
            return "document"


def patient_updates(event_id: str, message: Said, account: str) -> tuple[Update, ...]:
    """What a patient's message tells the core: a text, an edit, or one event for each file."""
    address = Address("slack", account, message.channel)
    events: list[PatientEvent] = []
    if message.edit:
        events.append(Edited(message.text, message.ts, message.at))
    elif message.files:
        for number, file in enumerate(message.files):
            caption = message.text if number == 0 else ""
            events.append(SentFile(file, message.ts, message.at, caption, group=message.ts))
    elif message.text.strip():
        events.append(Wrote(message.text, message.ts, message.at))
    return tuple(
        Update(
            key=f"slack:{event_id}" + (f":{number}" if number else ""),
            address=address,
            at=message.at,
            event=event,
            on_message=message.thread if not message.edit else "",
            sender=account_of(message.user),
        )
        for number, event in enumerate(events)
    )


def first_contact(user: str, channel: str, account: str, at: datetime) -> Update:
    """Somebody opened the app for the first time; told once, however often it is opened."""
    address = Address("slack", account, channel)
    key = f"slack:opened:{account}:{user}"
    return Update(key, address, at, Started(), sender=account_of(user))


def account_of(user: str) -> str:
    """A person as the staff list names them."""
    return f"slack:{user}"


# ---- buttons and commands


@dataclass(frozen=True, slots=True)
class Tap:
    """A pressed button: where, by whom, and with what in it."""

    trigger: str
    user: str
    channel: str
    ts: str
    data: str
    surface: str
    """"message", "home" or "modal"."""
    at: datetime
    response_url: str = ""
    view: Payload | None = None


def tap(body: Payload, now: datetime) -> Tap | None:
    """A ``block_actions`` payload with one of our buttons; None for anything else."""
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions:
        return None
    action, container = dictionary(actions[0]), dictionary(body.get("container"))
    data, user = text_of(action.get("value")), text_of(dictionary(body.get("user")).get("id"))
    trigger = text_of(body.get("trigger_id"))
    if action.get("type") != "button" or not data or not user or not trigger:
        return None
    view = dictionary(body.get("view"))
    surface = "message"
    if view:
        surface = "home" if view.get("type") == "home" else "modal"
    channel = text_of(container.get("channel_id")) or text_of(
        dictionary(body.get("channel")).get("id")
    )
    return Tap(
        trigger=trigger,
        user=user,
        channel=channel,
        ts=text_of(container.get("message_ts")),
        data=data,
        surface=surface,
        at=time_of(action.get("action_ts")) or now,
        response_url=text_of(body.get("response_url")),
        view=view or None,
    )


def tap_update(pressed: Tap, address: Address) -> Update:
    """A patient's tap; ``receive`` looks up which of our messages it stands on."""
    return Update(
        key=f"slack:trigger:{pressed.trigger}",
        address=address,
        at=pressed.at,
        event=Tapped(pressed.data),
        on_message=pressed.ts,
        sender=account_of(pressed.user),
    )


@dataclass(frozen=True, slots=True)
class Command:
    """``/frontdesk`` with what stood behind it."""

    trigger: str
    user: str
    channel: str
    text: str
    response_url: str = ""


def command(body: Payload) -> Command | None:
    """A slash command payload."""
    trigger, user = text_of(body.get("trigger_id")), text_of(body.get("user_id"))
    if not trigger or not user:
        return None
    words = plain_words(text_of(body.get("text"))).strip()
    return Command(
        trigger, user, text_of(body.get("channel_id")), words, text_of(body.get("response_url"))
    )


def is_for_staff(given: Command) -> bool:
    """Whether this works also where patients may not ask on Slack."""
    return given.text.removeprefix("/").casefold() == "signin"


def command_update(given: Command, address: Address, at: datetime) -> Update:
    """A patient's command: nothing is the menu, a known word that command, other words a question."""
    name, _, rest = given.text.partition(" ")
    name = name.removeprefix("/").casefold()
    if not given.text:
        event = Commanded("menu")
    elif name in COMMANDS:
        event = Commanded(name, rest.strip())
    else:
        event = Commanded("ask", given.text)
    key = f"slack:trigger:{given.trigger}"
    return Update(key, address, at, event, sender=account_of(given.user))
