"""Feeds Updates to the real program, kills it again and again, and reckons up at the end."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import signal
import socket
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, func, select

from adapters.logs import Line
from adapters.settings import load_settings
from storage.tables import outbox
from tests.faults.disk import Disk, command
from tests.faults.killer import Commits, Killer, PostgresCommits, SqliteCommits, When, watch
from tests.faults.ledger import Findings, reckon
from tests.faults.people import Patient
from tests.faults.program import Program
from tests.faults.sides import Side, content_with, side_of
from tests.faults.staff import Facilitator

SPAN, STEP = 60, 17
"""Kills go through the 1st to the SPAN-th moment of each kind, in steps, so that few kills are spread too;
then they begin anew."""
LIFE = 20.0
"""Seconds that a life may last without reaching its moment; it is ended then all the same."""
DRAIN = 600.0


@dataclass(frozen=True)
class Plan:
    """What to do. ``together``: patients at the same time; ``danger``: of how many patients one does
    fill in the form (the others write words of danger, one Update an enquiry)."""

    platform: str = "telegram"
    way: str = "polling"
    kills: int = 4
    enquiries: int = 20
    together: int = 8
    form_each: int = 3
    minutes: float = 60.0
    lease: float = 12.0
    """Seconds that a dead replica's leases live on PostgreSQL."""
    offset: int = 0
    """Where in the order of moments to begin."""
    power: bool = False
    """Whether each kill is a power cut: the folder then holds what was synced (SQLite)."""


@dataclass
class Run:
    """One run of a plan in a folder, on a database."""

    plan: Plan
    folder: Path
    database_url: str = ""
    patients: list[Patient] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    disk: Disk | None = None
    killing: bool = False
    restarts: int = 0
    """How often the program gave up by itself, as a start on a busy machine may; it is started again."""

    async def go(self) -> Findings:
        """All of it. Raises ``Lost`` with the program's log where somebody was never answered."""
        port = _free_port()
        async with side_of(self.plan.platform, self.plan.way) as (side, fake):
            settings = side.settings(port)
            staff = [side.facilitator() for _ in range(self.plan.together)]
            settings["FRONTDESK_CONTENT"] = str(content_with(side.accounts, self.folder))
            data = self.folder.resolve() / "data"
            url = self.database_url or f"sqlite:///{data / 'frontdesk.db'}"
            settings |= {"DATABASE_URL": url, "FRONTDESK_KEY_FILE": str(data / "key")}
            postgres = url.startswith("postgresql")
            program = Program(
                self.folder, port, settings, lease=self.plan.lease if postgres else 0.0
            )
            if self.plan.power:
                self.disk = _disk(self.folder, self.plan.offset)
                program.before = command(self.disk.trace)
            killer = Killer(program.kill)
            fake.hook = killer.hook
            commits = _commits(url)
            watching = asyncio.create_task(watch(killer, commits))
            players = asyncio.create_task(self._play(side, staff))
            try:
                await self._lives(program, killer, players)
                await self._end(program, players, side, staff[0])
                while await asyncio.to_thread(_left, url):
                    # A timer fired between the last look and the stop: one more life sends what it made.
                    await self._rest(program)
            finally:
                watching.cancel()
                players.cancel()
                with contextlib.suppress(BaseException):
                    await asyncio.gather(watching, players)
                if isinstance(commits, PostgresCommits):
                    await commits.close()
                await program.close()
            self.kinds = killer.kills
            if self.disk is not None:
                self.kinds = self.disk.cuts + Counter({"writes discarded": self.disk.discarded})
            found = await reckon(
                load_settings(None, settings), self.patients, side.histories(),
                side.desk_texts(), side.desk, sum(killer.kills.values()),
                program.log.read_text("utf-8", "replace").count(Line.WARNED_DIRECTLY),
            )  # fmt: skip
            found.wrong.extend(f"against the platform's rules: {one}" for one in side.violations())
            return found

    # ---- people

    async def _play(self, side: Side, staff: list[Facilitator]) -> None:
        """So many patients at a time, until all have been; more come while kills are left to make."""
        numbers = itertools.count(1)

        async def plays(facilitator: Facilitator) -> None:
            for number in numbers:
                if number > self.plan.enquiries and not self.killing:
                    return
                danger = number % self.plan.form_each != 0
                one = Patient(number, side.phone(number), danger)
                self.patients.append(one)
                await one.lives(facilitator)

        async with asyncio.TaskGroup() as group:
            for one in staff:
                group.create_task(plays(one))

    # ---- lives and deaths

    async def _lives(self, program: Program, killer: Killer, players: asyncio.Task[None]) -> None:
        end = time.monotonic() + 60 * self.plan.minutes
        self.killing = True
        for number in range(self.plan.offset, self.plan.offset + self.plan.kills):
            if players.done() or time.monotonic() > end:
                break
            when = list(When)[number % len(When)]
            killer.arm(when, 1 + STEP * (number // len(When)) % SPAN)
            await program.start()
            dying = asyncio.create_task(program.ended())
            await asyncio.wait({dying, players}, timeout=LIFE, return_when=asyncio.FIRST_COMPLETED)
            if not dying.done():
                killer.strike("no such moment came")
            await dying
            if self.disk is not None:
                await asyncio.to_thread(self.disk.cut)
        killer.disarm()
        self.killing = False

    async def _end(
        self, program: Program, players: asyncio.Task[None], side: Side, facilitator: Facilitator
    ) -> None:
        """One life in peace: everybody is answered and everything is out. One more patient comes,
        whom nothing disturbs: what the others were shown is held against that."""
        ending = asyncio.create_task(self._peace(program, players, side, facilitator))
        while not ending.done():
            await program.start()
            dying = asyncio.create_task(program.ended())
            await asyncio.wait({ending, dying}, return_when=asyncio.FIRST_COMPLETED)
            if (
                not ending.done()
            ):  # a start on a busy machine may give up; a supervisor starts again
                self.restarts += 1
                await asyncio.sleep(1)
                continue
            program.signal(signal.SIGTERM)
            code = await asyncio.wait_for(dying, 40)
            assert code == 0 or ending.exception(), program.log.read_text()[-3000:]
        ending.result()

    async def _rest(self, program: Program) -> None:
        await program.start()
        await self._drained(program)
        program.signal(signal.SIGTERM)
        assert await asyncio.wait_for(program.ended(), 40) == 0, program.log.read_text()[-3000:]

    async def _peace(
        self, program: Program, players: asyncio.Task[None], side: Side, facilitator: Facilitator
    ) -> None:
        await players
        undisturbed = Patient(0, side.phone(0))
        self.patients.append(undisturbed)
        await undisturbed.lives(facilitator)
        await self._drained(program)

    async def _drained(self, program: Program) -> None:
        ready = f"http://127.0.0.1:{program.port}/readyz"
        end = time.monotonic() + DRAIN
        while await asyncio.to_thread(_waiting, ready) != 0:
            assert time.monotonic() < end, "something never went out"
            await asyncio.sleep(0.1)  # the number is the program's, seen from outside


def _left(url: str) -> int:
    """Deliveries that a stopped program left for its next start."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return int(
                connection.execute(
                    select(func.count()).where(outbox.c.settled_at.is_(None))
                ).scalar_one()
            )
    finally:
        engine.dispose()


def _waiting(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return int(json.load(answer)["checks"]["outbox_waiting"])
    except OSError:
        return -1


def _commits(url: str) -> Commits:
    if url.startswith("postgresql"):
        return PostgresCommits(url.replace("postgresql+psycopg", "postgresql"))
    return SqliteCommits(Path(url.removeprefix("sqlite:///")))


def _disk(folder: Path, seed: int) -> Disk:
    data = folder.resolve() / "data"
    data.mkdir(mode=0o700)
    return Disk(data, folder / "trace", random.Random(seed))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
