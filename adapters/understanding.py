"""Texts made understood in time: the answer engine in a bounded pool, the model-free one after its deadline.

A patient (and a platform that waits 3 seconds) never waits for a slow model: past its deadline the
model-free engine answers, and past that the short lists of the Release, looked up whole.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from adapters import logs
from bot.ports import AnswerEngine
from bot.release import Release
from bot.understanding import Route, Understanding
from bot.words import clean
from content.engine.health import Health

DEADLINE = 0.9
"""Seconds for the engine, waiting in line included."""
PLAIN_DEADLINE = 0.6
"""Seconds for the model-free engine after that. Both together are half of Slack's 3 seconds; the other half
is the database's."""

THREADS = 2


class Asking:
    """Asks one engine, then the other. Callers wait on the event loop, never in a thread.

    plain: the model-free engine, None where there is no other one; health: where the outcome is counted.
    """

    def __init__(
        self,
        engine: AnswerEngine,
        *,
        plain: AnswerEngine | None = None,
        health: Health | None = None,
        deadline: float = DEADLINE,
        threads: int = THREADS,
    ) -> None:
        self._engine = engine
        self._plain = plain if plain is not engine else None
        self._health = health or Health()
        self._deadline = deadline
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="understand")
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="understand-plainly")

    async def ask(self, text: str, release: Release) -> Understanding:
        """What a text is about. Never raises, and takes no longer than the deadlines."""
        found = await self._asked(self._pool, self._engine, self._deadline, text, release)
        if found is None and self._plain is not None:
            found = await self._asked(self._beside, self._plain, PLAIN_DEADLINE, text, release)
        found = found or plainly(text, release)
        self._health.count({"model": "model", "none": "none"}.get(found.engine, "plain"))
        return found

    def close(self) -> None:
        """Let the threads go; a running one ends by itself."""
        for pool in (self._pool, self._beside):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _asked(
        self,
        pool: ThreadPoolExecutor,
        engine: AnswerEngine,
        deadline: float,
        text: str,
        release: Release,
    ) -> Understanding | None:
        work = pool.submit(engine.understand, text, release)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(work), deadline)
        except TimeoutError:
            work.cancel()  # one that still waits in line never runs
            self._health.count("late")
            logs.warn(logs.Line.UNDERSTANDING_LATE, release=release.id)
        except Exception as problem:
            self._health.count("failed")
            logs.warn(logs.Line.UNDERSTANDING_FAILED, release=release.id, error=logs.place(problem))
        return None


def plainly(text: str, release: Release) -> Understanding:
    """What can be said without an engine: the short lists of the Release, looked up whole."""
    words, asks = clean(text), release.asks
    base = Understanding(release=release.id, answer=asks.answers.get(words), engine="none")
    if words in asks.person:
        return replace(base, route=Route.PERSON)
    if words in asks.privacy:
        return replace(base, route=Route.PRIVACY)
    if words in asks.commands:
        return replace(base, route=Route.COMMAND, reply=asks.commands[words])
    if words in asks.small_talk:
        return replace(base, route=Route.SMALL_TALK, reply=asks.small_talk[words])
    return base
