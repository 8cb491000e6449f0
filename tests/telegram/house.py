"""A whole Frontdesk on Telegram: SQLite, core, content, worker, and the part that the program wires."""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette

import content
from adapters.alarm import DirectAlarm
from adapters.intake import Intake
from adapters.pace import Pace
from adapters.settings import Settings
from adapters.sides import TelegramPart
from adapters.stopping import end
from adapters.wiring import open_store, world_of
from adapters.worker import Worker
from bot.ports import (
    AnswerEngine,
    Delivered,
    Deliverer,
    Delivery,
    DeliveryOutcome,
    FileSource,
    Receipts,
    Store,
)
from bot.release import Release
from bot.release import Staff as Listed
from content.answers import LexicalEngine
from content.phrases import phrases_of
from tests.fakes.telegram import FakeTelegram, Staff

PUBLIC = "https://desk.example.org/telegram"
SECRET = "S3cret-S3cret_S3cret"


class NoPace(Pace):
    """Sends at once; how the pace is kept has tests of its own."""

    def take(self, destination: str, *, urgent: bool = False) -> float:
        return 0.0


@dataclass
class House:
    """What a test may look at."""

    store: Store
    intake: Intake
    part: TelegramPart
    release: Release


@functools.cache
def shipped() -> Release:
    """The shipped content, built once: it takes a good half second."""
    return content.load(content.SHIPPED).release


def release_with(*staff: Staff, promise: int | None = None) -> Release:
    """The shipped content, with these people on the staff list and named in alerts. ``promise``: seconds
    of working time until a reply."""
    release = shipped()
    listed = tuple(
        Listed(f"s{n}", one.user["first_name"], "facilitator", (one.account,))
        for n, one in enumerate(staff)
    )
    mentions = tuple(one.id for one in listed)
    organisation = replace(
        release.organisation, staff=listed, alert_mentions=mentions, promise_seconds=promise
    )
    return replace(release, organisation=organisation)


@asynccontextmanager
async def open_house(
    telegram: FakeTelegram,
    folder: Path,
    release: Release,
    *,
    desk: int | None,
    webhook: bool,
    engine: AnswerEngine | None = None,
) -> AsyncIterator[House]:
    """Start everything; end everything. The same folder again is a restart."""
    config = Settings(
        database_url=f"sqlite:///{folder / 'frontdesk.db'}",
        key_file=folder / "key",
        telegram_bot_token=SecretStr(telegram.token),
        telegram_api_url=telegram.url,
        telegram_desk_chat=desk,
        telegram_webhook_url=PUBLIC if webhook else None,
        telegram_webhook_secret=SecretStr(SECRET) if webhook else None,
    )
    store = await open_store(config, serve=True)
    if await store.live_release() is None:
        await store.publish(release, {}, by="test", why="first start")
    deliverers: dict[str, Deliverer] = {"desk:web": Nowhere()}
    alarm = DirectAlarm(deliverers, world_of(config), phrases_of)
    intake = Intake(store, engine or LexicalEngine(), deadline=30, alarm=alarm, fallback=release)
    files: dict[str, FileSource] = {}
    part = TelegramPart(
        config, telegram.token, intake=intake, store=store, world=world_of(config), files=files
    )
    files["telegram"] = part.files
    deliverers.update(part.deliverers)
    worker = Worker(store, intake, deliverers, holder="test", pace=NoPace())
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=list(part.routes))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    telegram.tunnel["https://desk.example.org"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
    tasks = [
        asyncio.create_task(server.serve([listener])),
        asyncio.create_task(worker.run()),
        asyncio.create_task(part.run()),
    ]
    try:
        await asyncio.wait_for(part.ready.wait(), 30)
        assert not part.refused
        yield House(store, intake, part, release)
    finally:
        await end(tasks[2])
        server.should_exit = True
        worker.stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        await part.close()
        await intake.close()
        await store.close()


class Nowhere:
    """The web desk, which these tests do not look at."""

    async def deliver(self, delivery: Delivery, receipts: Receipts) -> DeliveryOutcome:
        return Delivered()
