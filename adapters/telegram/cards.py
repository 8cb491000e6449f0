"""The card of an enquiry as it stands now, made from the store: for a topic that was deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from bot import cards
from bot.events import Address
from bot.given import Channel, Given
from bot.receive import PhrasesOf
from bot.release import Release
from bot.scene import Scene
from bot.screens import Card
from bot.state import Conversation


class Enquiries(Protocol):
    """What is read of the store."""

    async def live_release(self) -> Release | None: ...
    async def address_of(self, reference: str) -> Address | None: ...
    async def conversation(self, address: Address) -> Conversation | None: ...


class StoreCards:
    """Makes cards. ``channels``: the patient channels by ``Address.channel`` (``World.channels``)."""

    def __init__(
        self, store: Enquiries, channels: Mapping[str, Channel], phrases_of: PhrasesOf
    ) -> None:
        self._store = store
        self._channels = channels
        self._phrases_of = phrases_of

    async def card(self, reference: str) -> Card | None:
        """The card; None for an enquiry that is not known. Raises ``NotNow``."""
        address = await self._store.address_of(reference)
        release = await self._store.live_release()
        state = None if address is None else await self._store.conversation(address)
        enquiry = None if state is None else state.enquiry(reference)
        if address is None or release is None or state is None or enquiry is None:
            return None
        channel = self._channels.get(address.channel, Channel(address.channel))
        given = Given(datetime.now(UTC), "", "", channel)
        phrases = self._phrases_of(release, state.locale)
        return cards.card(Scene(state, release, given, phrases), enquiry)
