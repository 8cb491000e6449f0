"""One patient, one desk and the deliverers between them: no store, no core."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.client import Slack
from adapters.slack.desk import SlackDesk
from adapters.slack.files import FileLost, SlackFiles
from adapters.slack.identity import DeskChannel
from adapters.slack.patients import SlackPatients
from bot import effects as fx
from bot.events import Address, FileRef
from bot.ports import Delivered, Deliverer, Delivery, DeliveryOutcome, FileSource
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_people import Person
from tests.fakes.slack_state import BOT_TOKEN, TEAM


@dataclass
class Kept:
    """A receipts table, and the files and exports that deliverers ask for."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)

    async def receipt(self, destination: str, name: str) -> str | None:
        return self.known.get((destination, name))

    async def export(self, address: Address) -> Mapping[str, Any]:
        return {"address": str(address), "said": ["<!channel> zebra"]}

    async def fetch(self, file: FileRef) -> bytes:
        if file.file_id == "lost":
            raise FileLost("gone")
        return b"bytes of " + file.file_id.encode()


@dataclass
class Bench:
    """One patient, one desk."""

    slack: FakeSlack
    web: Slack
    kept: Kept
    patients: SlackPatients
    desk: SlackDesk
    dana: Person
    min: Person
    channel: str

    async def sends(self, effect: fx.Sendable, number: int = 1) -> DeliveryOutcome:
        """Deliver to the patient, keeping receipts as the store does."""
        address = Address("slack", TEAM, self.dana.direct)
        return await self._send(self.patients, str(address), effect, number)

    async def posts(self, effect: fx.Sendable, number: int = 1) -> DeliveryOutcome:
        """Deliver to the desk."""
        return await self._send(self.desk, f"desk:slack:{self.channel}", effect, number)

    async def _send(
        self, by: Deliverer, destination: str, effect: fx.Sendable, number: int
    ) -> DeliveryOutcome:
        address = Address("slack", TEAM, self.dana.direct)
        delivery = Delivery(number, destination, address, "c1", effect, 1, 1, False)
        outcome = await by.deliver(delivery, self.kept)
        if isinstance(outcome, Delivered):
            for name, value in outcome.receipts:
                self.kept.known[destination, name] = value
        return outcome


@contextlib.asynccontextmanager
async def open_bench(slack: FakeSlack) -> AsyncIterator[Bench]:
    """A bench on a fake Slack."""
    dana, min_ = slack.person("dana"), slack.person("min")
    channel = slack.channel("desk", min_)
    web, kept = Slack(BOT_TOKEN, slack.api_url), Kept()
    sources: dict[str, FileSource] = {"slack": SlackFiles(web), "telegram": kept}
    patients = SlackPatients(web, kept, sources)
    desk = SlackDesk(web, DeskChannel(channel), sources)
    yield Bench(slack, web, kept, patients, desk, dana, min_, channel)
    await web.close()
