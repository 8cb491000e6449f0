"""``frontdesk run``: everything that is set up, started in order, and ended in order.

Ways in are closed before the worker drains, the platforms after it, and the store last, so that whatever
was acknowledged or sent is recorded.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import uvicorn

from adapters import greeting, logs
from adapters.answering import engine_of
from adapters.commands.frame import tell
from adapters.settings import Settings
from adapters.stopping import end
from adapters.wiring import oidc_of, open_store, trials, world_of
from bot import danger
from bot.errors import BadSettings, NotNow
from bot.ports import Deliverer, FileSource, Store
from bot.release import Release
from bot.understanding import NOTHING
from content.spare import few_arenas

if TYPE_CHECKING:
    from adapters.sides import TelegramPart
    from adapters.slack.side import SlackSide

HELLO_SECONDS = 1.5
"""How long the start text waits for the platforms, so that it can say that they answered."""

START_TRIES = 5
"""How often the first look for the live Release is repeated, each up to the store's patience."""

GRACE_SECONDS = 2
"""For requests under way when the server stops; pages reconnect by themselves."""

EMPTY_SECONDS = 5
"""For what can still be delivered then. With the worker's ``DRAIN_SECONDS`` and what closing takes, a
stop needs under 20 s; systemd and the container's runtime wait 30 (``deploy/``)."""


async def serve(config: Settings) -> None:
    """Run until Ctrl-C or SIGTERM. Raises what keeps it from starting, as one clear sentence."""
    few_arenas()
    os.umask(0o077)  # whatever is made from here on belongs to the owner only
    stop = asyncio.Event()
    with _signals(stop):
        store = await open_store(config, serve=True)
        try:
            with contextlib.closing(_listen(config)) as listener:
                release = await _content(store, config)
                # The lexicon is made ready here and not within the first turn, which others wait behind.
                await asyncio.to_thread(danger.seen_in, "", release.lexicon, NOTHING)
                await _serve(config, store, release, listener, stop)
        finally:
            await store.close()
    logs.say(logs.Line.STOPPED)


async def _serve(
    config: Settings,
    store: Store,
    release: Release,
    listener: socket.socket,
    stop: asyncio.Event,
) -> None:
    from adapters.alarm import DirectAlarm
    from adapters.bench import bench_of
    from adapters.breaker import guard
    from adapters.operation.clocks import Clocks
    from adapters.operation.metered import MeteredIntake, meter
    from adapters.operation.metrics import Metrics
    from adapters.operation.standing import Standing
    from adapters.previews import previews
    from adapters.reach import Reach
    from adapters.sides import TelegramPart, open_slack, slack_routes
    from adapters.web.app import create_app
    from adapters.web.deliverers import WebDesk, WebPatients
    from adapters.web.files import WebFiles
    from adapters.web.live import Live
    from adapters.web.parts import WebSettings
    from adapters.worker import Worker
    from content.phrases import phrases_of

    world = world_of(config)
    live = Live(store)
    deliverers: dict[str, Deliverer] = {"web:": WebPatients(live), "desk:web": WebDesk(live)}
    files: dict[str, FileSource] = {"web": WebFiles(store)}
    alarm = DirectAlarm(deliverers, world, phrases_of)
    engine = engine_of(config)
    metrics, clocks = Metrics(), Clocks()
    reach = Reach(lambda: store.lease("write check", "anybody", 0.0))
    standing = Standing(store, metrics, clocks, engine.health, reach, stopping=stop.is_set)
    intake = MeteredIntake(
        store, engine, metrics=metrics, plain=engine.plain, health=engine.health, alarm=alarm,
        fallback=release, reach=reach,
    )  # fmt: skip

    telegram: TelegramPart | None = None
    if config.telegram_bot_token is not None:
        token = config.telegram_bot_token.get_secret_value()
        telegram = standing.poll = TelegramPart(
            config, token, intake=intake, store=store, world=world, files=files,
            heard=clocks.listener("telegram"),
        )  # fmt: skip
        deliverers.update(telegram.deliverers)
        files["telegram"] = telegram.files
    slack = open_slack(
        config, intake=intake, store=store, files=files, heard=clocks.listener("slack")
    )
    if slack is not None:
        deliverers.update(slack.deliverers)
        files["slack"] = slack.files
    standing.witnesses = (*(("telegram",) if telegram else ()), *(("slack",) if slack else ()))
    guard(deliverers)
    meter(deliverers, metrics)

    app = create_app(
        store,
        intake,
        phrases_of=phrases_of,
        live=live,
        settings=WebSettings(
            card=config.desk_card,
            file_max_bytes=release.limits.file_max_bytes,
            public_url=config.public_url or "",
        ),
        channels=world.channels,
        files=files,
        extra_routes=(*(telegram.routes if telegram else ()), *slack_routes(slack)),
        previews=previews(),
        open_trial=trials(engine),
        warm=engine.start,
        bench=bench_of(engine),
        oidc=oidc_of(config),
        standing=standing,
        metrics_token=config.metrics_token.get_secret_value() if config.metrics_token else "",
    )
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    worker = Worker(
        store, intake, deliverers, holder=secrets.token_hex(8),
        clock_is_right=standing.clock_is_right,
    )  # fmt: skip
    web_task = asyncio.create_task(server.serve(sockets=[listener]), name="web")
    worker_task = asyncio.create_task(worker.run(), name="worker")
    telegram_task = asyncio.create_task(telegram.run(), name="telegram") if telegram else None
    if slack is not None:
        await slack.start()
    try:
        await _hello(config, store, release, telegram, slack)
        gc.collect()
        gc.freeze()  # large heaps make garbage collection the slowest turns; this part never dies
        logs.say(logs.Line.STARTED, release=release.id, process=os.getpid())
        # Not before: reading the model beside the first rows would make the start slower than it is.
        threading.Thread(target=engine.start, args=(release,), name="engine", daemon=True).start()
        await _until(stop, web_task, worker_task)
        tell("\nStopping.")
    finally:
        if telegram_task is not None:
            await end(telegram_task)
        if slack is not None:
            await slack.stop_receiving()
        server.handle_exit(signal.SIGTERM, None)
        await asyncio.gather(web_task, return_exceptions=True)
        await worker.empty(EMPTY_SECONDS)
        worker.stop()
        await asyncio.gather(worker_task, return_exceptions=True)
        # Only now: until here the worker was still sending.
        if telegram is not None:
            await telegram.close()
        if slack is not None:
            await slack.stop()
        await reach.close()
        await intake.close()


async def _until(stop: asyncio.Event, *parts: asyncio.Task[None]) -> None:
    """Until somebody asks to stop, or a part ends that should not (it raises then)."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({stopped, *parts}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for part in done - {stopped}:
        logs.warn(logs.Line.PART_ENDED, part=part.get_name())
        part.result()


async def _hello(
    config: Settings,
    store: Store,
    release: Release,
    telegram: TelegramPart | None,
    slack: SlackSide | None,
) -> None:
    """The start text, with what the platforms answered so far."""
    from adapters.commands.link import elsewhere, new_link

    standing = greeting.Standing()
    waits: list[asyncio.Task[bool]] = []
    if telegram is not None:
        waits.append(asyncio.create_task(_is_set(telegram.ready)))
    if slack is not None:
        waits.append(asyncio.create_task(slack.wait_ready(HELLO_SECONDS)))
    if waits:
        _, late = await asyncio.wait(waits, timeout=HELLO_SECONDS)
        for one in late:
            one.cancel()
    if telegram is not None and telegram.refused:
        standing.telegram = "refused"
    elif telegram is not None and telegram.ready.is_set():
        standing.telegram = f"@{telegram.client.bot.username}"
    if slack is not None and await slack.is_connected():
        standing.slack = "connected"
    for line in greeting.lines(config, release, standing):
        tell(line)
    try:
        tell(f"\nOpen this link (once, within 15 minutes):\n  {await new_link(store, config)}")
    except NotNow:  # the house is up and receives already: no reason to take it down again
        tell("\nNo link yet: the database is busy. For one, in a moment: frontdesk link")
    tell(elsewhere(config))
    tell("Another link: frontdesk link. Ctrl-C ends.")


async def _is_set(event: asyncio.Event) -> bool:
    await event.wait()
    return True


async def _content(store: Store, config: Settings) -> Release:
    """The live Release. The first start publishes the files; later ones only say where they differ.

    Raises ``BadContent`` if there is nothing to serve.
    """
    import content

    live = await _live(store)
    if live is None:
        loaded = content.load(config.content_folder)
        await store.publish(loaded.release, loaded.source, by="first start", why="shipped content")
        logs.say(logs.Line.CONTENT_PUBLISHED, release=loaded.release.id)
        return await _live(store) or loaded.release
    if content.digest(content.source_of(config.content_folder)) != live.id:
        tell(
            f"The content files and the live Release {live.id} differ. Patients see the Release; "
            "to publish the files: frontdesk content publish"
        )
    return live


async def _live(store: Store) -> Release | None:
    """The live Release, read for the first time: on a busy machine that takes longer than the patience
    that the store has with a patient's update."""
    for _ in range(START_TRIES):
        with contextlib.suppress(NotNow):
            return await store.live_release()
        await asyncio.sleep(0.1)
    return await store.live_release()


def _listen(config: Settings) -> socket.socket:
    """The listening socket. Raises ``BadSettings`` with what to change."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # TCP named, because asyncio turns Nagle's algorithm off only where it is: without that the body of
    # an answer waits 40 ms for the other side's acknowledgement of its headers.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
        listener.listen(128)
    except (OSError, UnicodeError) as problem:
        listener.close()
        number = getattr(problem, "errno", None)
        if number == errno.EADDRINUSE:
            raise BadSettings(
                f"port {config.port} is taken by another program (or another Frontdesk); "
                "set FRONTDESK_PORT to a free one, for example FRONTDESK_PORT=8001"
            ) from None
        if number == errno.EACCES:
            raise BadSettings(
                f"port {config.port} needs more rights; set FRONTDESK_PORT to one above 1023, "
                "for example FRONTDESK_PORT=8000"
            ) from None
        raise BadSettings(
            "FRONTDESK_HOST is no address of this computer; for example FRONTDESK_HOST=127.0.0.1"
        ) from None
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the order of stopping is ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM stops in order, the second one at once."""
    loop = asyncio.get_running_loop()
    handled = (signal.SIGINT, signal.SIGTERM)

    def asked() -> None:
        stop.set()
        for one in handled:
            loop.remove_signal_handler(one)

    for one in handled:
        loop.add_signal_handler(one, asked)
    try:
        yield
    finally:
        for one in handled:
            loop.remove_signal_handler(one)
