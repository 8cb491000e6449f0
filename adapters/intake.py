"""The way in: every Update gets its Understanding here, outside any lock, then goes to the store.

While the database is away nothing is acknowledged, but danger in a text is answered (``adapters.alarm``).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import Protocol

from adapters import logs
from adapters.reach import Reach
from adapters.understanding import DEADLINE, THREADS, Asking
from adapters.understanding import plainly as plainly
from bot import events as ev
from bot.errors import NotNow, StaleRelease
from bot.ports import AnswerEngine, Outcome, Received
from bot.release import Release
from bot.understanding import Understanding
from content.engine.health import Health

TRIES = 5
"""How often a text is understood anew because another Release went live meanwhile."""

REMEMBER = 10_000
"""Keys of Updates warned about directly that are kept in memory."""


class Inbox(Protocol):
    """What the intake needs of a store."""

    async def live_release(self) -> Release | None: ...

    async def receive(
        self, update: ev.Update, *, release_id: str = "", already_warned: bool = False
    ) -> Received: ...


class Alarm(Protocol):
    """Answers danger while the database is away; True if there was danger and it was answered."""

    async def sound(
        self, update: ev.Update, text: str, release: Release, understood: Understanding
    ) -> bool: ...


class Intake:
    """Receives Updates for every channel.

    plain: the model-free engine for texts that the other one is late with; health: counts who answered.
    fallback: the Release that lexicon and safety texts are taken from when the database was away
    from the first moment on. reach: knows when the database is away, so that not everybody waits for it.
    """

    def __init__(
        self,
        store: Inbox,
        engine: AnswerEngine,
        *,
        plain: AnswerEngine | None = None,
        health: Health | None = None,
        alarm: Alarm | None = None,
        fallback: Release | None = None,
        reach: Reach | None = None,
        deadline: float = DEADLINE,
        threads: int = THREADS,
    ) -> None:
        self._store = store
        self._alarm = alarm
        self._reach = reach
        self._known = fallback
        self._read = False
        """Whether ``_known`` came from the store."""
        self._asking = Asking(
            engine, plain=plain, health=health, deadline=deadline, threads=threads
        )
        self._warnings: OrderedDict[str, asyncio.Task[bool]] = OrderedDict()
        self._handled: OrderedDict[str, None] = OrderedDict()
        """Keys of texts that were committed. A platform that could not be told so sends them again."""

    async def receive(self, update: ev.Update) -> Received:
        """Handle one Update; the answer comes after the COMMIT. ``NotNow``: do not acknowledge."""
        if self._reach is not None and self._reach.away:
            self._answer_danger(update)
            raise NotNow("the database is away")
        warning = self._warnings.get(update.key)
        warned = warning is not None and await asyncio.shield(warning)
        try:
            received = await self._receive(update, warned)
        except NotNow:
            self._answer_danger(update)
            raise
        self._warnings.pop(update.key, None)
        if words_of(update.event):
            self._handled[update.key] = None
            while len(self._handled) > REMEMBER:
                self._handled.popitem(last=False)
        if received.outcome is Outcome.PARKED:
            logs.warn(logs.Line.UPDATE_PARKED, key=update.key)
        return received

    def heed(self, update: ev.Update) -> None:
        """Answer danger in an Update that cannot be received yet, because one before it in its conversation
        was not taken. It comes again, to ``receive``, which does not warn twice."""
        self._answer_danger(update)

    async def close(self) -> None:
        """Let the threads go; a running one ends by itself."""
        self._asking.close()

    async def _receive(self, update: ev.Update, warned: bool) -> Received:
        text = words_of(update.event)
        if not text:
            return await self._write(update, "", warned)
        release = self._known if self._read else None
        for _ in range(TRIES):
            # The one read last: the turn itself says if it is no longer the live one.
            release = release or await self._store.live_release()
            if release is None:
                return await self._write(update, "", warned)
            self._known, self._read = release, True
            understood = with_understanding(update, await self._asking.ask(text, release))
            try:
                return await self._write(understood, release.id, warned)
            except StaleRelease:
                release = None
        raise NotNow("the live Release changes too fast")

    async def _write(self, update: ev.Update, release_id: str, warned: bool) -> Received:
        if self._reach is None:
            return await self._store.receive(update, release_id=release_id, already_warned=warned)
        async with self._reach.writing():
            return await self._store.receive(update, release_id=release_id, already_warned=warned)

    def _answer_danger(self, update: ev.Update) -> None:
        """Once per key, beside the refusal: "not now" must reach the platform within its 3 seconds.
        The key is remembered so that the later turn, which waits for this, does not warn again."""
        text = words_of(update.event)
        if not text or self._alarm is None or self._known is None:
            return
        if update.key in self._warnings or update.key in self._handled:
            return
        logs.warn(logs.Line.DATABASE_AWAY, key=update.key)
        sounding = asyncio.create_task(self._sound(self._alarm, update, text, self._known))
        self._warnings[update.key] = sounding
        while len(self._warnings) > REMEMBER:
            self._warnings.popitem(last=False)

    async def _sound(self, alarm: Alarm, update: ev.Update, text: str, release: Release) -> bool:
        # the model needs no database: what it hears counts here as everywhere
        understood = await self._asking.ask(text, release)
        return await alarm.sound(update, text, release, understood)


def words_of(event: ev.Event) -> str:
    """What a patient typed in this event; "" where there is nothing to understand."""
    match event:
        case ev.Wrote(text=text) | ev.Edited(text=text):
            return text
        case ev.SentFile(caption=caption, file=file):
            return "\n".join(part for part in (caption, file.name) if part)
        case ev.Commanded(argument=argument):
            return argument
        case ev.Started(payload=payload) if " " in payload:  # typed, not a link's content id
            return payload
        case _:
            return ""


def with_understanding(update: ev.Update, understanding: Understanding) -> ev.Update:
    """The same Update with what was made of its words."""
    event = update.event
    match event:
        case ev.Wrote() | ev.Edited() | ev.SentFile() | ev.Commanded():
            return replace(update, event=replace(event, understanding=understanding))
        case _:
            return update
