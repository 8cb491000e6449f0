"""Danger while the database is away: safety text and alert go out directly.

Nothing is stored and nothing is acknowledged, so the Update comes again; its key is remembered by
the intake and the later turn does not warn a second time. The patient's text goes out before the
alert is tried, so it says that the team cannot be reached: that is what is certain then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from adapters import logs
from bot import danger, safety
from bot import effects as fx
from bot import events as ev
from bot.ports import Delivered, Deliverer, Delivery, DeliveryOutcome, World
from bot.receive import PhrasesOf
from bot.release import Release
from bot.screens import Screen
from bot.understanding import NOTHING, Understanding

PATIENCE = 5.0
"""Seconds for one direct send. The platforms send the Update again, and the key is remembered."""


class NoReceipts:
    """The receipts table while there is no database."""

    async def receipt(self, destination: str, name: str) -> str | None:
        """Nothing is known of earlier messages."""
        return None


class DirectAlarm:
    """Sends through the worker's deliverers, by destination prefix, without the outbox."""

    def __init__(
        self, deliverers: Mapping[str, Deliverer], world: World, phrases_of: PhrasesOf
    ) -> None:
        self._deliverers = deliverers
        self._world = world
        self._phrases_of = phrases_of

    async def sound(
        self, update: ev.Update, text: str, release: Release, understood: Understanding = NOTHING
    ) -> bool:
        """True if the lexicon or the model sees danger in the text and the safety text went out."""
        kind = danger.seen_in(text, release.lexicon, understood)
        if kind is None:
            return False
        warned = await self._send(update, str(update.address), self._warning(update, kind, release))
        if warned:
            logs.warn(logs.Line.WARNED_DIRECTLY, key=update.key, kind=kind)
        else:
            logs.warn(logs.Line.WARNING_FAILED, key=update.key, kind=kind)
        alert = self._alert(update, kind, release)
        told = await asyncio.gather(
            *(self._send(update, desk, alert) for desk in self._world.desks)
        )
        if any(told):
            logs.warn(logs.Line.ALERTED_DIRECTLY, key=update.key, desks=sum(told))
        elif told:
            logs.warn(logs.Line.ALERT_FAILED, key=update.key)
        return warned

    def _warning(self, update: ev.Update, kind: str, release: Release) -> fx.ShowScreen:
        """In the language of the text, else of the platform's hint, else the Release's own."""
        understood = getattr(update.event, "understanding", None)
        heard = release.language_of(understood.language) if understood is not None else None
        language = heard or release.language_of(update.language) or release.locale
        phrases = self._phrases_of(release, language)
        text = safety.words(release, kind, "none", phrases, self._channel(update))
        return fx.ShowScreen(0, Screen(text, keep=True, language=language), urgent=True)

    def _alert(self, update: ev.Update, kind: str, release: Release) -> fx.AlertTeam:
        phrases = self._phrases_of(release, release.locale)
        organisation = release.organisation
        text = phrases.text(
            "desk.alert",
            **self._facts(update, release),
            reference=str(update.address),
            kind=phrases.label(f"desk.kind.{kind}"),
            language=update.language or release.locale,
            time=phrases.clock(datetime.now(UTC), organisation.hours.zone),
        )
        mentions = tuple(
            account
            for one in organisation.staff
            if one.id in organisation.alert_mentions
            for account in one.accounts
        )
        return fx.AlertTeam(reference="", text=text, attempt=1, mention=mentions)

    def _facts(self, update: ev.Update, release: Release) -> dict[str, str]:
        return {**release.organisation.facts, "channel": self._channel(update)}

    def _channel(self, update: ev.Update) -> str:
        channel = self._world.channels.get(update.address.channel)
        return channel.name if channel else update.address.channel

    async def _send(
        self, update: ev.Update, destination: str, effect: fx.ShowScreen | fx.AlertTeam
    ) -> bool:
        deliverer = deliverer_for(self._deliverers, destination)
        if deliverer is None:
            return False
        delivery = Delivery(
            id=0, destination=destination, address=update.address, conversation_id="",
            effect=effect, attempt=1, lease=0, urgent=True,
        )  # fmt: skip
        try:
            outcome: DeliveryOutcome = await asyncio.wait_for(
                deliverer.deliver(delivery, NoReceipts()), PATIENCE
            )
        except Exception as problem:
            logs.warn(logs.Line.DELIVERY_RAISED, key=update.key, error=logs.place(problem))
            return False
        return isinstance(outcome, Delivered)


def deliverer_for(deliverers: Mapping[str, Deliverer], destination: str) -> Deliverer | None:
    """The deliverer of the longest prefix that fits a destination."""
    fits = [prefix for prefix in deliverers if destination.startswith(prefix)]
    return deliverers[max(fits, key=len)] if fits else None
