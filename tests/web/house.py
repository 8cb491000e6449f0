"""A whole Frontdesk with the web face on: real store, content, core and worker, in a folder of a test."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute

import content
from adapters.alarm import DirectAlarm
from adapters.answering import Engine
from adapters.bench import bench_of
from adapters.intake import Intake
from adapters.previews import previews
from adapters.web.app import create_app
from adapters.web.deliverers import WebDesk, WebPatients
from adapters.web.live import Live
from adapters.web.names import DESK, LINK_KIND, LOCAL_SUBJECT, WEB_CHANNEL
from adapters.web.operation import Standing
from adapters.web.parts import WebSettings
from adapters.web.signin.oidc import OidcConfig
from adapters.wiring import trials
from adapters.worker import Worker
from bot.ports import Deliverer, Store, World
from bot.turn import take_turn
from content.answers import PlainEngine
from content.phrases import phrases_of
from storage import open_store


@dataclass(slots=True)
class House:
    """What a test holds on to."""

    store: Store
    intake: Intake
    worker: Worker
    live: Live
    app: Starlette

    async def link(self) -> str:
        """The path of a fresh one-time link."""
        return "/link/" + await self.store.new_link(LINK_KIND, LOCAL_SUBJECT, 900)


@functools.cache
def shipped() -> content.Loaded:
    """The shipped content, read once a run."""
    return content.load(content.SHIPPED)


@contextlib.asynccontextmanager
async def open_house(
    folder: Path,
    *,
    settings: WebSettings | None = None,
    extra_routes: tuple[BaseRoute, ...] = (),
    loaded: content.Loaded | None = None,
    oidc: OidcConfig | None = None,
    standing: Standing | None = None,
    metrics_token: str = "",
    engine: Engine | None = None,
) -> AsyncIterator[House]:
    """Everything but a port: the database is a file in ``folder``, the worker runs by ``settle``."""
    world = World(desks=(DESK,), channels={"web": WEB_CHANNEL})
    store = open_store(
        f"sqlite:///{folder / 'frontdesk.db'}",
        key_file=folder / "key",
        world=world,
        take_turn=take_turn,
        phrases_of=phrases_of,
        serve=True,
        patience=20.0,  # a busy machine that runs the suite is no finding of these tests
    )
    await store.start()
    loaded = loaded or shipped()
    await store.publish(loaded.release, loaded.source, by="test", why="test")
    live = Live(store)
    deliverers: dict[str, Deliverer] = {"web:": WebPatients(live), "desk:web": WebDesk(live)}
    alarm = DirectAlarm(deliverers, world, phrases_of)
    engine = engine or PlainEngine()
    intake = Intake(store, engine, alarm=alarm, fallback=loaded.release)
    worker = Worker(store, intake, deliverers, holder="test")
    app = create_app(
        store,
        intake,
        phrases_of=phrases_of,
        live=live,
        settings=settings,
        channels={"web": WEB_CHANNEL},
        extra_routes=extra_routes,
        previews=previews(),
        open_trial=trials(engine),
        warm=engine.warm,
        bench=bench_of(engine),
        oidc=oidc,
        standing=standing,
        metrics_token=metrics_token,
    )
    try:
        yield House(store, intake, worker, live, app)
    finally:
        await asyncio.gather(intake.close(), store.close())
