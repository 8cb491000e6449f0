"""What a Slack workspace remembers: people, channels, messages, files, views."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEAM = "T0HOMETEAM"
APP = "A0FRONTDESK"
BOT_USER = "U0FRONTBOT"
BOT = "B0FRONTBOT"
BOT_TOKEN = "xoxb-fake-token"
APP_TOKEN = "xapp-fake-token"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SCOPES = (
    "chat:write,im:history,im:read,im:write,groups:history,groups:read,channels:read,users:read,"
    "files:read,files:write,reactions:write,commands"
)


@dataclass
class Message:
    """One message; ``gone`` once it was deleted. ``to``: the only reader of an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    bot: bool = False
    to: str = ""
    gone: bool = False
    broadcast: bool = False
    files: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    edits: int = 0

    @property
    def buttons(self) -> list[Json]:
        return [
            element
            for block in self.blocks
            if block["type"] == "actions"
            for element in block["elements"]
        ]


@dataclass
class Channel:
    """A channel or, with ``im``, the direct messages of one person with the bot."""

    id: str
    name: str = ""
    private: bool = True
    im: str = ""
    members: set[str] = field(default_factory=set)
    archived: bool = False
    refuses: str = ""
    """An error code that every post here is answered with."""


@dataclass
class File:
    """An uploaded file; shown in a channel once it was completed."""

    id: str
    name: str
    data: bytes = b""
    mimetype: str = "application/octet-stream"
    channel: str = ""
    thread: str = ""
    mode: str = "hosted"
    gone: bool = False


@dataclass
class View:
    """An open modal, or a Home tab."""

    id: str
    user: str
    view: Json
    hash: str
    open: bool = True


@dataclass
class Trigger:
    """Lets the app open one modal within three seconds."""

    user: str
    born: float
    used: bool = False


class Workspace:
    """Everything, and fresh ids."""

    def __init__(self) -> None:
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.uploads: dict[str, str] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, Json] = {}
        self.history: dict[str, list[tuple[bool, str]]] = {}
        """channel → (whether it is a new message, text) of all that the bot posted or edited in"""
        self._numbers = itertools.count(1)
        self._last_ts = 0

    def fresh(self, prefix: str) -> str:
        """An id like Slack's."""
        return f"{prefix}{next(self._numbers):09d}"

    def next_ts(self) -> str:
        """Now, in microseconds, and never the same twice."""
        self._last_ts = max(self._last_ts + 1, int(time.time() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def trigger(self, user: str) -> str:
        """A fresh trigger for something that somebody did."""
        made = f"{next(self._numbers)}.{int(time.time() * 1000)}.{'0' * 8}"
        self.triggers[made] = Trigger(user, time.monotonic())
        return made

    def find(self, channel: str, ts: str) -> Message | None:
        """A message that is still there and not ephemeral."""
        return next(
            (
                one
                for one in self.messages
                if one.channel == channel and one.ts == ts and not one.gone and not one.to
            ),
            None,
        )

    def direct(self, user: str) -> Channel:
        """The direct messages of a person with the bot."""
        found = next((one for one in self.channels.values() if one.im == user), None)
        if found is None:
            found = Channel(self.fresh("D0"), im=user, members={user, BOT_USER})
            self.channels[found.id] = found
        return found

    def seen_by(self, user: str, channel: str, thread: str | None = None) -> list[Message]:
        """What somebody sees in a channel now, oldest first."""
        return [
            one
            for one in self.messages
            if one.channel == channel
            and not one.gone
            and one.to in ("", user)
            and (thread is None or one.thread_ts == thread)
        ]
