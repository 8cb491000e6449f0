"""A whole Frontdesk with Slack on: real store, content, core, worker and Bolt against the fake Slack."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

import content
from adapters.alarm import DirectAlarm
from adapters.intake import Intake
from adapters.pace import Pace
from adapters.slack.side import CHANNEL, SlackConfig, SlackSide
from adapters.worker import Worker
from bot.errors import NotNow
from bot.ports import AnswerEngine, Deliverer, Store, World
from bot.release import Release
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.phrases import phrases_of
from storage import open_store
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_people import Person
from tests.fakes.slack_state import APP_TOKEN, BOT_TOKEN, SECRET


class NoPace(Pace):
    """Sends as fast as it can: the fake has no rate of its own, and tests have no time."""

    def take(self, destination: str, *, urgent: bool = False) -> float:
        return 0.0

    def tight(self) -> frozenset[str]:
        return frozenset()


STAFF = '  - {{id: {id}, name: "{name}", role: {role}, accounts: ["slack:{user}"]}}\n'


@dataclass(slots=True)
class House:
    """What a test holds on to."""

    slack: FakeSlack
    side: SlackSide
    store: Store
    intake: Intake
    worker: Worker
    desk: str

    async def settle(self) -> None:
        """Until nothing more is on its way in either direction."""
        for _ in range(3):
            await asyncio.wait_for(self.worker.settle(), 30)
            await self.side._tasks.finish(30)
            await self.slack.settle()


async def eventually(check: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110 - what is awaited lives in the program, not in a test
            await asyncio.sleep(0.01)


T = TypeVar("T")


async def patiently(ask: Callable[[], Awaitable[T]], tries: int = 10) -> T:
    """What the store answers; on a busy machine it may say "not now", as it says to a platform."""
    for _ in range(tries - 1):
        with contextlib.suppress(NotNow):
            return await ask()
    return await ask()


@functools.cache
def shipped_source() -> Mapping[str, str]:
    """The files of the shipped content, read once."""
    return content.source_of(content.SHIPPED)


def source_with(*staff: tuple[str, Person, str]) -> dict[str, str]:
    """The shipped content with these people as staff: (public name, person, role)."""
    source = dict(shipped_source())
    path = next(name for name in source if name.endswith("organisation.yaml"))
    before, _, after = source[path].partition("staff:\n")
    rest = after.partition("\n\n")[2]
    lines = "".join(
        STAFF.format(id=f"s{at}", name=name, role=role, user=person.user)
        for at, (name, person, role) in enumerate(staff)
    )
    source[path] = f"{before}staff:\n{lines}\n{rest}"
    return source


_BUILT: dict[str, Release] = {}


def release_of(source: dict[str, str]) -> Release:
    """The Release of a source; building one takes a good half second."""
    digest = content.digest(source)
    if digest not in _BUILT:
        _BUILT[digest] = content.build(source)
    return _BUILT[digest]


@contextlib.asynccontextmanager
async def open_house(
    folder: Path,
    slack: FakeSlack,
    desk: str,
    source: dict[str, str],
    *,
    over: str = "socket",
    patients: bool = True,
    full_cards: bool = True,
    begin: bool = True,
    named: str = "",
    engine: AnswerEngine | None = None,
) -> AsyncIterator[House]:
    """Frontdesk on a database in ``folder``, connected ``over`` "socket" or "http"."""
    world = World(desks=(f"desk:slack:{named or desk}",), channels={"slack": CHANNEL})
    store = open_store(
        f"sqlite:///{folder / 'frontdesk.db'}",
        key_file=folder / "key",
        world=world,
        take_turn=take_turn,
        phrases_of=phrases_of,
        serve=True,
    )
    await store.start()
    release = release_of(source)
    if await patiently(store.live_release) is None:
        await store.publish(release, source, by="test", why="test")
    deliverers: dict[str, Deliverer] = {}
    alarm = DirectAlarm(deliverers, world, phrases_of)
    intake = Intake(store, engine or LexicalEngine(), deadline=30, alarm=alarm, fallback=release)
    config = SlackConfig(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN if over == "socket" else None,
        signing_secret=SECRET if over == "http" else None,
        api_url=slack.api_url,
        desk_channel=named or desk,
        patients=patients,
        full_cards=full_cards,
    )
    side = SlackSide(
        config,
        intake=intake,
        store=store,
        take_turn=take_turn,
        phrases_of=phrases_of,
        ping_seconds=0.2,
    )
    deliverers.update(side.deliverers)
    worker = Worker(store, intake, deliverers, holder="test", pace=NoPace())
    async with contextlib.AsyncExitStack() as stack:
        if over == "http":
            endpoint = side.endpoint()
            assert endpoint is not None
            url = await stack.enter_async_context(served(endpoint))
            slack.deliver_over_http(url)
        if begin:
            await side.start()
            assert await side.wait_ready(5)
        try:
            yield House(slack, side, store, intake, worker, desk)
        finally:
            await side.stop()
            await intake.close()
            await store.close()
            if slack.http is not None:
                await slack.http.close()
                slack.http = None


@contextlib.asynccontextmanager
async def served(endpoint: object) -> AsyncIterator[str]:
    """The endpoint behind a real uvicorn; its address."""
    app = Starlette(routes=[Mount("/slack/events", app=endpoint)])  # type: ignore[arg-type]
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/slack/events/"
    finally:
        server.should_exit = True
        await task
