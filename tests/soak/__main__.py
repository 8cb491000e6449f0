"""``make soak``: patients come, read, ask and go for half an hour; what must not grow does not grow.

The house runs in this process, so that its objects can be counted; its platform answers at once. At the
end nothing may be stuck in the outbox, and a purge years later must leave no row that the patients made.

    python -m tests.soak --minutes 30 --rate 80 --database postgresql
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import Connection, func, select

from bot.errors import NotNow
from storage import tables as t
from tests import pg
from tests.bench.people import Clinic, Person, clinic

VISIT = 25
"""Turns that a patient takes before another one comes."""
WARM = 0.3
"""Share of the time after which caches are full."""
FLAT = 0.03
"""By how much the number of objects may differ between the middle and the end."""
YEARS = timedelta(days=20 * 366)
KEPT = frozenset({"consents", "erased", "spent_references", "leases", "cursors"})
"""What stays for ever on purpose: proofs without a name, references that are never given twice, and one row
for each thing that is leased or counted."""


@dataclass
class Sample:
    """One look. ``objects`` after a full collection, by class in ``kinds``."""

    at: float
    turns: int
    objects: int
    megabytes: float
    waiting: int
    oldest: float
    kinds: Counter[str] = field(repr=False, default_factory=Counter)


@dataclass
class Soak:
    """A run. ``rate``: turns a second that are offered."""

    minutes: float
    rate: float
    samples: list[Sample] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    late: int = 0
    wrong: list[str] = field(default_factory=list)

    async def run(self, url: str, folder: Path) -> None:
        """All of it."""
        async with clinic(url, folder) as house:
            before = await house.store._read(_rows)
            end = time.monotonic() + 60 * self.minutes
            looking = asyncio.create_task(self._looks(house, end))
            await self._offers(house, end)
            await looking
            await self._rests(house)
            grown = await house.store._read(_rows)
            await _purges(house)
            left = await house.store._read(_rows)
        self._judge()
        for name, rows in left.items():
            if rows > before[name] and name not in KEPT:
                self.wrong.append(f"{name}: {rows} of {grown[name]} rows that no clock purges")

    async def _offers(self, house: Clinic, end: float) -> None:
        """A turn whenever one is due, whether or not those before are done."""
        free: list[tuple[Person, int]] = []
        turns: set[asyncio.Task[None]] = set()
        began, number, born = time.monotonic(), 0, 0

        async def turn(person: Person, left: int) -> None:
            self.took.append(await house.turn(person, typing=True))
            if left > 1:
                free.append((person, left - 1))
            else:
                del house.people[person.chat]

        while (now := time.monotonic()) < end:
            while number < (now - began) * self.rate:
                number += 1
                if free and len(turns) + len(free) > 5 * self.rate:
                    person, left = free.pop(0)
                elif len(turns) > 10 * self.rate:
                    self.late += 1
                    continue
                else:
                    born += 1
                    person, left = Person(f"soak-{born}"), VISIT
                    house.people[person.chat] = person
                task = asyncio.create_task(turn(person, left))
                turns.add(task)
                task.add_done_callback(turns.discard)
            await asyncio.sleep(0.005)
        await asyncio.gather(*turns)

    async def _looks(self, house: Clinic, end: float) -> None:
        pause = min(60.0, 60 * self.minutes / 20)
        began, process = time.monotonic(), psutil.Process(os.getpid())
        while time.monotonic() < end:
            await asyncio.sleep(pause)
            health = await house.store.health()
            gc.collect()
            found = gc.get_objects()
            kinds = Counter(type(one).__qualname__ for one in found)
            sample = Sample(
                time.monotonic() - began, len(self.took), len(found),
                process.memory_info().rss / 1e6, int(health["outbox_waiting"]),
                float(health["outbox_oldest_seconds"]), kinds,
            )  # fmt: skip
            del found
            self.samples.append(sample)
            last = sorted(self.took[-1000:])
            print(
                f"{sample.at / 60:5.1f} min  {sample.turns:7} turns  {sample.objects:8} objects  "
                f"{sample.megabytes:6.0f} MB  outbox {sample.waiting:4} ({sample.oldest:.1f} s)  "
                f"p50 {1e3 * statistics.median(last):.0f} ms  p99 {1e3 * last[int(0.99 * len(last))]:.0f} ms",
                flush=True,
            )

    async def _rests(self, house: Clinic) -> None:
        for _ in range(600):
            if not (await house.store.health())["outbox_waiting"]:
                return
            await asyncio.sleep(0.1)
        self.wrong.append("rows are stuck in the outbox")

    def _judge(self) -> None:
        warm = self.samples[int(WARM * len(self.samples)) :]
        half = len(warm) // 2
        if not half:
            return
        early, late = warm[:half], warm[half:]
        was = statistics.median(one.objects for one in early)
        now = statistics.median(one.objects for one in late)
        if now > was * (1 + FLAT):
            grown = late[-1].kinds - early[0].kinds
            self.wrong.append(f"objects grow: {was:.0f}, then {now:.0f}; {grown.most_common(8)}")
        oldest = max(one.oldest for one in warm)
        if oldest > 60:
            self.wrong.append(f"something stood in the outbox for {oldest:.0f} s")
        if self.late:
            self.wrong.append(f"{self.late} turns could not even be offered")


async def _purges(house: Clinic) -> None:
    """As the worker does: a round that took too long for its caller was carried out all the same."""
    for _ in range(100):
        with suppress(NotNow):
            await house.store.purge(datetime.now(UTC) + YEARS)
            return


def _rows(conn: Connection) -> dict[str, int]:
    return {
        table.name: int(conn.execute(select(func.count()).select_from(table)).scalar_one())
        for table in t.META.sorted_tables
    }


def main() -> int:
    """Exit code 1 where anything was found."""
    ask = argparse.ArgumentParser(prog="python -m tests.soak")
    ask.add_argument("--minutes", type=float, default=30.0)
    ask.add_argument("--rate", type=float, default=80.0, help="turns a second")
    ask.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = ask.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="frontdesk-soak-")))
        url = f"sqlite:///{folder}/frontdesk.db"
        if given.database == "postgresql":
            server = stack.enter_context(pg.running())
            if server is None:
                print("no PostgreSQL server: install the distribution's")
                return 1
            url = server.url(server.new_database())
        soak = Soak(given.minutes, given.rate)
        asyncio.run(soak.run(url, folder))
    print(f"{len(soak.took)} turns in {given.minutes:g} minutes, {len(soak.wrong)} findings")
    for sentence in soak.wrong:
        print(f"    WRONG {sentence}")
    return 1 if soak.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
