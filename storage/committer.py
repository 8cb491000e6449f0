"""Committers: they run work in transactions and answer only after the COMMIT.

``OneWriter`` (SQLite): one thread, one queue, a SAVEPOINT a job, and one COMMIT for all that was
queued meanwhile: the sync to the disk is the cost, and a group shares it.
``Pool`` (PostgreSQL): a bounded pool of threads, a transaction a job, first come first served for
each conversation.

What a job raises: errors of ours (``FrontdeskError``) go to the caller; a database that cannot take it
becomes ``NotNow``; anything else is a fault of this program and goes to the job's ``fallback``, in a
new transaction, so that one bad Update never blocks another patient.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import (
    TimeoutError as PoolTimeout,
)

from bot.errors import FrontdeskError, KeyMissing, NotNow
from storage.engine import POOL, is_sqlite
from storage.fifo import Fifo
from storage.prepared import savepoint

T = TypeVar("T")

GROUP: Final = 64
"""Jobs in one COMMIT at most, so that the first of a long queue does not wait for the last."""
BREATH_S: Final = 0.002
"""Between groups the file is free, for the command line beside a busy server."""
PATIENCE_S: Final = 1.8
"""A caller is answered within this time, with ``NotNow`` if need be: Slack gives up after 3 s, and the safety
text that goes out past the database then must be there within 2."""
_TRIES: Final = 3
_LATE: Final = "waited too long for the database"

GONE = (OperationalError, InterfaceError, InternalError, PoolTimeout)
"""What the driver raises when the database is away, locked, full or shutting down."""


class Again(Exception):
    """Run this work once more from the start (a fresh id was taken)."""


@dataclass(slots=True)
class Job(Generic[T]):
    """Work for one transaction. ``after`` is called after the COMMIT, in the committer's thread;
    ``told`` after that in the event loop, right before the caller goes on."""

    work: Callable[[Connection], T]
    fallback: Callable[[Connection, Exception], T] | None = None
    after: Callable[[T], None] | None = None
    told: Callable[[T], None] | None = None
    late: Callable[[T], None] | None = None
    """Called in the event loop in place of an answer where the caller gave up waiting, but the work was
    committed all the same: for results that nobody else will ever find."""
    line: str = ""
    """Jobs of one line run in the order they came (the conversation's address)."""
    patience: float = PATIENCE_S
    """Seconds that the caller waits."""
    deadline: float = field(init=False)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    future: asyncio.Future[T] = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.patience
        self.future = self.loop.create_future()

    def expired(self) -> bool:
        """Whether nobody waits for it any more: it was cancelled, or its time is over."""
        return self.future.cancelled() or time.monotonic() > self.deadline

    def give(self, result: T | BaseException) -> None:
        """In the event loop: answer the caller; one who has left is not answered."""
        if not isinstance(result, BaseException) and self.told is not None:
            self.told(result)
        if self.future.done():
            if self.late is not None and not isinstance(result, BaseException):
                self.late(result)
        elif isinstance(result, BaseException):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)

    def leave(self) -> None:
        """The caller goes: whatever becomes of the work, nobody waits for it any more."""
        if self.future.cancel() or self.future.cancelled():
            return
        if self.future.exception() is None and self.late is not None:
            self.late(self.future.result())  # answered in the very moment in which the caller left


def answer(done: Sequence[tuple[Job[Any], Any]]) -> None:
    """From a committer's thread: say what became of these jobs, in one visit to the event loop."""
    if not done:
        return
    for job, result in done:
        if job.after is not None and not isinstance(result, BaseException):
            job.after(result)

    def tell() -> None:
        for job, result in done:
            job.give(result)

    with suppress(RuntimeError):  # the loop was closed meanwhile
        done[0][0].loop.call_soon_threadsafe(tell)


class Committer(Protocol):
    """What the store writes through."""

    async def run(self, job: Job[T]) -> T:
        """Answer after the COMMIT. Raises ``NotNow``, errors of ours, or the work's own fault."""
        ...

    def close(self) -> None:
        """Finish what is queued and stop."""
        ...


def committer_for(engine: Engine) -> Committer:
    """The committer that suits the database."""
    return OneWriter(engine) if is_sqlite(engine) else Pool(engine)


def perform(
    job: Job[T], conn: Connection, scope: Callable[[], AbstractContextManager[Any]]
) -> T | Exception:
    """Do the job's work in a scope that can be rolled back. Raises only when the database fails."""
    problem: Exception = Again()
    for left in range(_TRIES - 1, -1, -1):
        try:
            with scope():
                return job.work(conn)
        except GONE:
            raise
        except KeyMissing as unreadable:  # one row that does not open is a fault, not an answer
            problem = unreadable
        except FrontdeskError as ours:
            return ours
        except (Again, IntegrityError) as taken:
            if left:
                continue
            problem = taken
        except Exception as fault:
            problem = fault
        break
    if job.fallback is None:
        return problem
    try:
        with scope():
            return job.fallback(conn, problem)
    except GONE:
        raise
    except Exception as second:
        return second


class OneWriter:
    """One writer with one queue, for SQLite."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="frontdesk-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        if self._closed:
            raise NotNow("the store is closed")
        self._queue.put(job)
        try:
            async with asyncio.timeout(job.patience):
                return await job.future
        except TimeoutError:
            job.leave()
            raise NotNow(_LATE) from None
        except asyncio.CancelledError:
            job.leave()
            raise

    def close(self) -> None:
        self._closed = True
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _loop(self) -> None:
        going = True
        while going:
            group: list[Job[Any]] = []
            first = self._queue.get()
            while first is not None:
                if not first.expired():
                    group.append(first)
                else:
                    answer([(first, NotNow(_LATE))])
                if len(group) >= GROUP:
                    break
                try:
                    first = self._queue.get_nowait()
                except queue.Empty:
                    break
            else:
                going = False
            if group:
                self.commit(group)
                time.sleep(BREATH_S)

    def commit(self, group: list[Job[Any]]) -> None:
        """Run a group and COMMIT it once. If that fails nothing of it was acknowledged: run it singly."""
        done: list[tuple[Job[Any], Any]] = []
        begun = False
        try:
            with self._engine.connect() as conn, conn.begin():
                begun = True
                for job in group:
                    if job.expired():  # while the file was waited for: it was refused meanwhile
                        done.append((job, NotNow(_LATE)))
                    else:
                        done.append((job, perform(job, conn, partial(savepoint, conn))))
        except Exception as problem:
            if len(group) > 1 and begun:
                for job in group:
                    if job.expired():
                        answer([(job, NotNow(_LATE))])
                    else:
                        self.commit([job])
                return
            refusal = _refusal(problem)
            done = [(job, refusal) for job in group]
        answer(done)


class Pool:
    """Several connections, for PostgreSQL; its row locks keep replicas apart."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(POOL, thread_name_prefix="frontdesk-db")
        self._free = asyncio.Semaphore(
            POOL
        )  # waiting here, not in the pool, halves the slowest 1 %
        self._fifo = Fifo()

    async def run(self, job: Job[T]) -> T:
        try:
            async with asyncio.timeout(job.patience), self._fifo.turn(job.line), self._free:
                # Shielded: a thread that has begun cannot be stopped. Row locks keep the order then.
                await asyncio.shield(
                    asyncio.get_running_loop().run_in_executor(self._threads, self._commit, job)
                )
            return await job.future
        except TimeoutError:
            job.leave()
            raise NotNow(_LATE) from None
        except asyncio.CancelledError:
            job.leave()
            raise

    def close(self) -> None:
        self._threads.shutdown(wait=True)

    def _commit(self, job: Job[Any]) -> None:
        if job.expired():
            answer([(job, NotNow(_LATE))])
            return
        try:
            with self._engine.connect() as conn:
                result = perform(job, conn, conn.begin)
        except Exception as problem:
            result = _refusal(problem)
        answer([(job, result)])


def _refusal(problem: Exception) -> Exception:
    """What the caller is told; the driver's own message may hold what a person typed."""
    if isinstance(problem, GONE) or (
        isinstance(problem, DBAPIError) and problem.connection_invalidated
    ):
        return NotNow(f"the database cannot take it now ({type(problem).__name__})")
    return problem
