"""The web face on a port of this computer, in a thread beside the test that drives a browser."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from content import Loaded
from tests.web.house import House, open_house

T = TypeVar("T")


class Server:
    """A running server; ``call`` runs something of the house in the server's own loop."""

    def __init__(self, folder: Path, loaded: Loaded | None = None) -> None:
        self._folder = folder
        self._loaded = loaded
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = _free_port()
        self.house: House | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self._uvicorn: uvicorn.Server | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def call(self, work: Callable[[House], Coroutine[Any, Any, T]]) -> T:
        assert self.house is not None
        assert self.loop is not None
        return asyncio.run_coroutine_threadsafe(work(self.house), self.loop).result(30)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(60)
        if self._problem is not None:
            raise self._problem

    def stop(self) -> None:
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True
        self._thread.join(20)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:
            self._problem = problem
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        async with open_house(self._folder, loaded=self._loaded) as house:
            self.house = house
            config = uvicorn.Config(
                house.app,
                host="127.0.0.1",
                port=self.port,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=2,
            )
            self._uvicorn = _Telling(config, self._ready)
            worker = asyncio.create_task(house.worker.run())
            try:
                await self._uvicorn.serve()
            finally:
                worker.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await worker


class _Telling(uvicorn.Server):
    """Says when its port is open."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(folder: Path, loaded: Loaded | None = None) -> Iterator[Server]:
    """A server for as long as the block runs. loaded: other content than the shipped one."""
    server = Server(folder, loaded)
    server.start()
    try:
        yield server
    finally:
        server.stop()
