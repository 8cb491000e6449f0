"""Given: what a pure step may not make for itself: the time, fresh ids, the world's shape, words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.effects import Effect
from bot.events import Event
from bot.release import Release
from bot.state import Conversation
from bot.text import Text, Value


class Phrases(Protocol):
    """Formats phrases of one Release and language (made by ``content.phrases``)."""

    @property
    def tag(self) -> str:
        """The language that it speaks, one of ``Release.languages``."""
        ...

    def into(self, language: str) -> Phrases:
        """The same Release's phrases in another language; its own where it has not that one."""
        ...

    def text(self, key: str, /, **values: Value) -> Text:
        """A phrase as a text; ``n=`` chooses the plural form."""
        ...

    def label(self, key: str, /, **values: Value) -> str:
        """A phrase as one line: a button, a toast."""
        ...

    def day_and_time(self, at: datetime, zone: str | int) -> str:
        """ "Tue 24 Nov, 14:00" in an IANA zone or an offset in minutes."""
        ...

    def clock(self, at: datetime, zone: str | int) -> str:
        """ "19:40" in a zone."""
        ...

    def language(self, tag: str) -> str:
        """The name of a language: "ko-KR" → "Korean"; an unknown tag stays as it is."""
        ...


@dataclass(frozen=True, slots=True)
class Channel:
    """The patient's platform. name: as written for people ("Telegram"); commands: whether slash
    commands work there; reactions: whether a message can be marked as received."""

    name: str
    commands: bool = False
    reactions: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """now: aware, UTC. reference: unused so far ("FD-7F3Q"). token: fresh, 8 of a-z0-9.

    desks: destinations of the configured desks. already_warned: the safety text went out directly
    while the database was gone. sender: the platform account that acts ("telegram:123"), "" if unknown.
    public_url: where staff reach the web pages from anywhere, "" if nowhere.
    """

    now: datetime
    reference: str
    token: str
    channel: Channel
    desks: tuple[str, ...] = ()
    already_warned: bool = False
    sender: str = ""
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One Event handled: the new state and what to do."""

    state: Conversation
    effects: tuple[Effect, ...] = field(default=())


class TakeTurn(Protocol):
    """The seam of the whole core."""

    def __call__(
        self,
        state: Conversation,
        event: Event,
        release: Release,
        given: Given,
        phrases: Phrases,
    ) -> Turn: ...
