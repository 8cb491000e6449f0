"""The App Home tab: the Home screen, as this patient would see it now.

It is made by the core itself: the turn that a tap on Home would be is taken on the patient's state and
thrown away, so the tab shows an open question too, and nothing is stored for looking at it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from adapters.slack import blocks as bk
from adapters.slack.client import Slack
from adapters.slack.inbound import Payload, text_of
from bot import buttons
from bot import effects as fx
from bot.events import Address, Tapped
from bot.given import Channel, Given, TakeTurn
from bot.receive import PhrasesOf
from bot.release import Release
from bot.screens import Screen
from bot.state import Conversation

BLOCKS_MAX = 100
"""Blocks of a Home tab (docs.slack.dev/surfaces/app-home)."""


class Reads(Protocol):
    """What the tab needs of the store."""

    async def live_release(self) -> Release | None: ...
    async def conversation(self, address: Address) -> Conversation | None: ...


class Home:
    """Publishes the Home tab."""

    def __init__(
        self,
        slack: Slack,
        store: Reads,
        take_turn: TakeTurn,
        phrases_of: PhrasesOf,
        *,
        channel: Channel,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._slack = slack
        self._store = store
        self._take_turn = take_turn
        self._phrases_of = phrases_of
        self._channel = channel
        self._now = now

    async def publish(self, user: str, address: Address, app: str) -> None:
        """Show the tab to one person; ``app`` is the app's id, for the way to the messages."""
        release = await self._store.live_release()
        if release is None:
            return
        state = await self._store.conversation(address)
        shown = self.screen(state or Conversation("home", address), release)
        if shown is not None:
            view = home_view(shown, address.account, app)
            await self._slack.web.views_publish(user_id=user, view=view)

    def screen(self, state: Conversation, release: Release) -> Screen | None:
        """What a tap on Home would show; None where it would show nothing."""
        # Reference and token go nowhere: the turn is thrown away.
        given = Given(self._now(), "FD-0000", "preview0", self._channel)
        phrases = self._phrases_of(release, state.locale)
        turn = self._take_turn(state, Tapped(buttons.section("home")), release, given, phrases)
        shown = [one.screen for one in turn.effects if isinstance(one, fx.ShowScreen)]
        return shown[-1] if shown else None


def home_view(shown: Screen, team: str, app: str) -> bk.Json:
    """The view. Its buttons also carry the way to the messages tab, where their answer appears."""
    blocks = [*bk.text_blocks(shown.text), *bk.button_blocks(shown.rows)][:BLOCKS_MAX]
    if app:
        link = f"slack://app?team={team}&id={app}&tab=messages"
        for block in blocks:
            if block["type"] == "actions":
                for element in block["elements"]:
                    element["url"] = link
    return {"type": "home", "blocks": blocks}


def opened(event: Payload) -> tuple[str, str, str] | None:
    """(user, direct channel, tab) of an ``app_home_opened`` event."""
    user, channel, tab = (text_of(event.get(name)) for name in ("user", "channel", "tab"))
    return (user, channel, tab) if user and channel else None


def app_of(body: Payload) -> str:
    """The app's id, which every payload names."""
    found: Any = body.get("api_app_id")
    return text_of(found)
