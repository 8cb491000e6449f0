"""The database goes away while patients write, and comes back: what must hold meanwhile and afterwards.

Meanwhile: words of danger get the safety text directly, once, within two seconds, and ``/readyz`` says 503.
Afterwards: everything that was sent is there, once and in order, and is out within half a minute.

    python -m tests.faults.outage --seconds 60 --kind locked
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adapters.logs import Line
from adapters.settings import load_settings
from tests import pg
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.faults import looking, outages
from tests.faults.driver import _free_port
from tests.faults.ledger import SAFETY, Findings, reckon
from tests.faults.people import Patient
from tests.faults.program import Program
from tests.faults.sides import Side, side_of

SAFETY_SECONDS = 2.0
DRAIN_SECONDS = 30.0
TOLD_SECONDS = 5.0
"""An outage shorter than this may pass between two looks."""
KINDS = {
    "locked": "sqlite", "no room": "sqlite", "full disk": "sqlite", "gone": "postgresql",
    "restarted": "postgresql", "hanging": "postgresql", "read-only": "postgresql",
}  # fmt: skip
"""What can happen to which database."""
WAYS = ("telegram/polling", "telegram/webhook", "slack/polling", "slack/webhook")


@dataclass(frozen=True)
class Trial:
    """One outage. ``seconds`` 0: it ends as soon as it began. ``together``: patients at the same time."""

    kind: str
    way: str = "telegram/polling"
    seconds: float = 60.0
    before: float = 4.0
    together: int = 8
    lease: float = 12.0


@dataclass
class Seen:
    """What was seen of a trial; ``found``: the reckoning at the end."""

    found: Findings = field(default_factory=Findings)
    warned: list[float] = field(default_factory=list)
    """Seconds from words of danger to the safety text, for each patient who wrote them meanwhile."""
    unready_after: float = -1.0
    drained: float = -1.0
    direct: int = 0

    def line(self) -> str:
        """One line for a terminal."""
        warned = sorted(self.warned) or [0.0]
        return (
            f"safety text p50 {statistics.median(warned):.2f} s, longest {warned[-1]:.2f} s of "
            f"{len(self.warned)} ({self.direct} sent directly); /readyz 503 after "
            f"{self.unready_after:.1f} s; drained after {self.drained:.1f} s; {self.found.line()}"
        )

    def slow(self) -> list[str]:
        """What took longer than it may: for the long form, on a machine that does nothing else."""
        wrong = []
        if max(self.warned, default=0.0) > SAFETY_SECONDS:
            wrong.append(f"a safety text took {max(self.warned):.1f} s")
        if self.drained > DRAIN_SECONDS:
            wrong.append(f"drained only after {self.drained:.0f} s")
        return wrong


@dataclass
class Crowd:
    """Patients who go on coming until ``going`` is False."""

    side: Side
    patients: list[Patient] = field(default_factory=list)
    going: bool = True
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def come(self) -> None:
        """One after another; two of three write words of danger, the third fills in the form."""
        while self.going:
            number = next(self.numbers)
            await self.one(number, danger=number % 3 != 0)

    async def one(self, number: int, *, danger: bool) -> float:
        """A whole story; after how many seconds the safety text was seen, where it is one of danger."""
        one = Patient(number, self.side.phone(number), danger)
        self.patients.append(one)
        began = time.monotonic()
        living = asyncio.create_task(one.lives())
        if danger:  # seen while the platform may still try to hand over what was typed
            await one.phone.sees(SAFETY)
        seen = time.monotonic() - began
        await living
        return seen


async def run(
    trial: Trial, folder: Path, url: str, outage: Callable[[Program], outages.Outage]
) -> Seen:
    """One trial on an empty database."""
    seen, port = Seen(), _free_port()
    platform, _, way = trial.way.partition("/")
    async with side_of(platform, way) as (side, fake):
        settings = side.settings(port)
        settings |= {"DATABASE_URL": url, "FRONTDESK_KEY_FILE": str(folder / "key")}
        lease = trial.lease if url.startswith("postgresql") else 0.0
        program = Program(folder, port, settings, lease=lease, more={"FAULTS_TEE": "1"})
        crowd, tasks = Crowd(side), list[asyncio.Task[None]]()
        try:
            await program.start()
            await looking.ready(port)
            tasks += [asyncio.create_task(crowd.come()) for _ in range(trial.together)]
            await asyncio.sleep(trial.before)
            await _goes_away(outage(program), trial, crowd, seen, port)
            back, crowd.going = time.monotonic(), False
            await looking.ready(port)
            await looking.drained(port, back, _waiting(fake))
            seen.drained = time.monotonic() - back
            await asyncio.gather(*tasks)
            await crowd.one(0, danger=False)
            await looking.drained(port, time.monotonic(), _waiting(fake))
            ending = asyncio.create_task(program.ended())
            program.signal(signal.SIGTERM)
            code = await asyncio.wait_for(ending, 40)
        except BaseException:
            print(program.log.read_text("utf-8", "replace")[-2000:], file=sys.stderr)
            raise
        finally:
            for task in tasks:
                task.cancel()
            with contextlib.suppress(BaseException):
                await asyncio.gather(*tasks)
            await program.close()
        seen.direct = program.log.read_text("utf-8", "replace").count(Line.WARNED_DIRECTLY)
        seen.found = await reckon(
            load_settings(None, settings), crowd.patients, side.histories(), side.desk_texts(),
            side.desk, 0, 2 * seen.direct,
        )  # fmt: skip
        seen.found.wrong.extend(_once(side, crowd.patients, seen.direct))
        seen.found.wrong.extend(f"against the platform's rules: {one}" for one in side.violations())
        if code:
            seen.found.wrong.append(f"ended with {code}")
        if trial.seconds > TOLD_SECONDS and seen.unready_after < 0:
            seen.found.wrong.append("/readyz never told")
    return seen


async def _goes_away(
    outage: outages.Outage, trial: Trial, crowd: Crowd, seen: Seen, port: int
) -> None:
    """The outage from its beginning to its end; somebody writes words of danger every second."""
    await asyncio.to_thread(outage.begin)
    began, crying = time.monotonic(), list[asyncio.Task[float]]()
    try:
        while time.monotonic() - began < trial.seconds:
            cry = crowd.one(next(crowd.numbers), danger=True)
            crying.append(asyncio.create_task(cry))
            if seen.unready_after < 0 and not (await looking.asked(port)).get("ready"):
                seen.unready_after = time.monotonic() - began
            await asyncio.sleep(min(1.0, trial.seconds / 3))
        if (
            trial.seconds
        ):  # the last one cries while the database is away, and is answered meanwhile
            await asyncio.wait(crying, timeout=5)
    finally:
        await asyncio.to_thread(outage.end)
    seen.warned = await asyncio.gather(*crying)


def _waiting(fake: FakeTelegram | FakeSlack) -> Callable[[], list[object]]:
    """What Telegram keeps for us now and still keeps later. Slack's people wait themselves."""
    now = [] if isinstance(fake, FakeSlack) else list(fake.world.updates)

    def left() -> list[object]:
        return [one for one in fake.world.updates if one in now] if now else []  # type: ignore[union-attr]

    return left


def _once(side: Side, patients: Iterable[Patient], direct: int) -> Iterator[str]:
    """Nothing was killed, so nothing is out twice: one safety text for each who needed it. One that was
    sent directly is followed by what the team's alert came to, which had no message to stand in."""
    twice = 0
    for one in patients:
        shown = side.histories().get(one.phone.address[2], ())
        warned = sum(new and SAFETY in text for new, text in shown)
        twice += max(0, warned - 1)
        if one.danger and not 1 <= warned <= 2:
            yield f"patient {one.number} got {warned} safety texts"
    if twice > direct:
        yield f"{twice} safety texts again, {direct} sent directly"


# ---- from the command line


@contextlib.contextmanager
def place(
    kind: str, folder: Path, server: pg.PostgreSQL | None
) -> Iterator[tuple[str, Callable[[Program], outages.Outage]]]:
    """A database address, and what happens to it. Raises ``LookupError`` where this machine cannot."""
    url = f"sqlite:///{folder / 'data' / 'frontdesk.db'}"
    if KINDS[kind] == "postgresql":
        if server is None:
            raise LookupError("no PostgreSQL server: install the distribution's")
        url = server.url(server.new_database())
        made: dict[str, outages.Outage] = {
            "gone": outages.Gone(server), "restarted": outages.Gone(server, "immediate"),
            "hanging": outages.Hanging(server), "read-only": outages.ReadOnly(server),
        }  # fmt: skip
        yield url, lambda program: made[kind]
    elif kind == "full disk":
        disk = outages.FullDisk.make(folder / "data")
        if disk is None:
            raise LookupError("no small disk: that needs the right to mount one")
        try:
            yield url, lambda program: disk
        finally:
            disk.close()
    elif kind == "no room":
        yield url, lambda program: outages.NoRoom(lambda: program._pid)
    else:
        yield url, lambda program: outages.Locked(folder / "data" / "frontdesk.db")


def main() -> int:
    """Exit code 1 where anything was found."""
    ask = argparse.ArgumentParser(prog="python -m tests.faults.outage")
    ask.add_argument("--seconds", type=float, default=60.0)
    ask.add_argument("--kind", choices=KINDS, action="append")
    ask.add_argument("--way", choices=WAYS, action="append")
    ask.add_argument("--together", type=int, default=8)
    given = ask.parse_args()
    bad = 0
    with pg.running() as server:
        for kind in given.kind or KINDS:
            for way in given.way or ("telegram/polling", "slack/webhook"):
                seconds = 0.0 if kind == "restarted" else given.seconds
                trial = Trial(kind, way, seconds, together=given.together)
                with tempfile.TemporaryDirectory(prefix="frontdesk-faults-") as name:
                    try:
                        with place(kind, Path(name), server) as (url, outage):
                            seen = asyncio.run(run(trial, Path(name), url, outage))
                    except LookupError as missing:
                        print(f"{kind}, {way}: {missing}")
                        bad += 1
                        continue
                wrong = seen.found.wrong + seen.slow()
                print(f"database {kind} for {seconds:.0f} s, {way}: {seen.line()}", flush=True)
                for sentence in wrong[:20]:
                    print(f"    WRONG {sentence}")
                bad += bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
