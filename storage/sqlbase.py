"""What ``SqlStore`` stands on: start, stop, one way to write, one way to read, and the news."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection

from bot.errors import FrontdeskError, NotNow
from bot.events import Address
from bot.ports import Change, Delivery
from storage import opening
from storage.changes import Bell, Broadcast
from storage.committer import GONE, PATIENCE_S, Committer, Job, committer_for
from storage.engine import open_engine
from storage.house import House
from storage.turns import Done
from storage.watch import Watch

T = TypeVar("T")

PERSON_S: Final = 20.0
"""How long publishing may wait: a person looks on, and no platform hangs up."""


class SqlBase:
    """The engine room of a store. ``serve``: this process receives and sends; others only read and
    write rows beside it. ``patience``: seconds until a caller hears "not now"."""

    def __init__(
        self,
        url: str,
        key_file: Path,
        house: House,
        *,
        serve: bool,
        patience: float = PATIENCE_S,
    ) -> None:
        self._patience = patience
        self._engine = open_engine(url)
        self._key_file = key_file
        self._house = house
        self._serve = serve
        self._committer: Committer | None = None
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="frontdesk-read")
        self._born: deque[tuple[float, Delivery]] = deque()
        self._broadcast = Broadcast()
        self._bell = Bell()
        self._watch = Watch(self._engine, house, self._read, self._broadcast, self._bell)
        self._watching: asyncio.Task[None] | None = None
        self._lock: opening.ServerLock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Raises ``KeyMissing``, ``BadSettings``, ``NotNow``, or ``FrontdeskError`` where another
        server has this file."""
        self._loop = asyncio.get_running_loop()
        if self._serve:
            self._lock = opening.server_lock(self._engine)
        try:
            await self._loop.run_in_executor(self._readers, self._prepare)
        except BaseException:
            self._unlock()
            self._engine.dispose()
            raise
        self._committer = committer_for(self._engine)
        self._watching = asyncio.create_task(self._watch.run(), name="storage-watch")

    def _prepare(self) -> None:
        try:
            opening.prepare(self._engine, self._house, self._key_file, serve=self._serve)
        except GONE as problem:
            raise NotNow(f"the database cannot be reached ({type(problem).__name__})") from None

    async def close(self) -> None:
        """Finish what is queued, then let go of everything."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        if self._committer is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._committer.close)
            self._committer = None
        self._readers.shutdown(wait=True)
        self._watch.close()
        self._engine.dispose()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # ---- writing and reading

    async def _run(self, job: Job[T]) -> T:
        if self._committer is None:
            raise FrontdeskError("the store was not started")
        return await self._committer.run(job)

    async def _write(self, work: Callable[[Connection], T], *, patience: float = 0.0) -> T:
        return await self._run(Job(work, patience=patience or self._patience))

    async def _patiently(self, work: Callable[[Connection], T]) -> T:
        """Write something that a person waits for: where the database cannot take it (a busy server has
        the file), try again for ``PERSON_S``. Raises ``NotNow`` then."""
        until = time.monotonic() + PERSON_S
        while True:
            try:
                return await self._write(work, patience=max(0.1, until - time.monotonic()))
            except NotNow:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.05)

    async def _turn(
        self,
        work: Callable[[Connection], Done],
        fallback: Callable[[Connection, Exception], Done] | None,
        line: Address | None = None,
    ) -> Done:
        name = str(line) if line is not None else ""
        job = Job(
            work, fallback, self._committed, self._announce, line=name, patience=self._patience
        )
        return await self._run(job)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        def read() -> T:
            try:
                with self._engine.connect().execution_options(reads=True) as conn, conn.begin():
                    return work(conn)
            except GONE as problem:
                why = type(problem).__name__
                raise NotNow(f"the database cannot be read now ({why})") from None

        running = asyncio.get_running_loop().run_in_executor(self._readers, read)
        try:
            return await asyncio.wait_for(asyncio.shield(running), self._patience)
        except TimeoutError:
            running.add_done_callback(lambda late: late.cancelled() or late.exception())
            raise NotNow("waited too long for the database") from None

    # ---- the news

    def changes(self) -> AsyncIterator[Change]:
        return self._broadcast.listen()

    async def deliveries_waiting(self, timeout: float) -> bool:
        return await self._bell.wait(timeout)

    def sends_from_memory(self, yes: bool) -> None:
        self._house.sends = yes and self._serve

    def born_deliveries(self, limit: int) -> tuple[tuple[float, Delivery], ...]:
        return tuple(self._born.popleft() for _ in range(min(limit, len(self._born))))

    def _committed(self, done: Done) -> None:
        """In the committer's thread, after the COMMIT."""
        if done.change is not None:
            if done.known is not None:
                self._house.states.keep(done.change.address, done.known)
            elif done.erased:
                self._house.states.forget(done.change.address)
        if done.erased:
            with suppress(OSError, *GONE):  # the next start does it again
                opening.note_erased(self._engine, self._key_file)

    def _announce(self, done: Done) -> None:
        """In the event loop, before the caller is answered."""
        if done.born:
            now = time.monotonic()
            self._born.extend((now, one) for one in done.born)
            self._bell.ring(rows=False)
        if done.sends:
            self._bell.ring()
        if done.change is not None:
            self._watch.saw(done.conversation_id, done.version)
            self._broadcast.tell(done.change)
