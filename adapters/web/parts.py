"""What every route of the web face has at hand: the store, the intake, the live pages, the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from jinja2 import Environment

from adapters.web.live import Live
from bot.events import Update
from bot.given import Channel
from bot.ports import FileSource, Received, Store
from bot.receive import PhrasesOf


class Intake(Protocol):
    """Takes an Update in; returns after the COMMIT. Raises ``NotNow``."""

    async def receive(self, update: Update) -> Received: ...


@dataclass(frozen=True, slots=True)
class WebSettings:
    """card: "full" or "minimal", how much of an enquiry the desk card shows.
    file_max_bytes: the largest file taken in, as in the content's limits.
    desk_hours: how long a sign-in lasts unused, a working day; session_days: how long at most.
    patient_days: how long a browser remembers its patient conversation, as long as conversations are
    kept by default.
    link_tries: wrong one-time links taken in a minute before every link is refused for the rest of it.
    signin_tries: tries to sign in that one address has in a minute.
    public_url: "https://desk.example.org" where a proxy with TLS stands in front; without it the pages
    answer on this computer only.
    """

    card: str = "full"
    file_max_bytes: int = 20_000_000
    desk_hours: int = 12
    patient_days: int = 90
    link_tries: int = 10
    signin_tries: int = 20
    session_days: int = 7
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """The collaborators of the routes; kept on ``app.state.parts``.

    channels: the patients' platforms, as the World names them. files: channel → where its bytes are.
    """

    store: Store
    intake: Intake
    live: Live
    settings: WebSettings
    templates: Environment
    channels: Mapping[str, Channel]
    files: Mapping[str, FileSource]
    phrases_of: PhrasesOf
