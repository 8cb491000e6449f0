"""Telegram has trouble while Slack has none: one program, patients on both, desks on both.

Nothing is lost or doubled, Slack's patients notice nothing, and Telegram's are served within half a minute
of its recovery. What was carried out without an answer (reset, hang, half an answer) may be sent once
more, and is flagged then.

    python -m tests.faults.platforms --seconds 300
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
from dataclasses import dataclass, field
from pathlib import Path

from adapters.settings import load_settings
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.server import Fault
from tests.faults import looking
from tests.faults.driver import _free_port
from tests.faults.ledger import Findings, reckon
from tests.faults.outage import DRAIN_SECONDS, SAFETY_SECONDS, Crowd
from tests.faults.program import Program
from tests.faults.sides import SlackSide, TelegramSide

FAULTS: dict[str, tuple[str | int, ...]] = {
    "429": (429,), "500": (500, 502), "reset": ("drop_before", "drop_after"), "half": ("garbage",),
    "hang": ("hang",), "late": ("slow",),
}  # fmt: skip
"""What the methods meet, in turn."""
METHODS = (
    "sendMessage", "editMessageText", "createForumTopic", "setMessageReaction", "editForumTopic",
    "getUpdates", "answerCallbackQuery",
)  # fmt: skip
MANY = 1_000_000


@dataclass
class Seen:
    """What was seen: Slack's safety texts meanwhile in seconds, and both reckonings."""

    warned: list[float] = field(default_factory=list)
    drained: float = -1.0
    found: Findings = field(default_factory=Findings)

    def line(self) -> str:
        """One line for a terminal."""
        warned = sorted(self.warned)
        p95 = warned[int(0.95 * len(warned))] if warned else 0.0
        middle = statistics.median(warned) if warned else 0.0
        return (
            f"others meanwhile: p50 {middle:.2f} s, p95 {p95:.2f} s of {len(warned)}; drained after "
            f"{self.drained:.1f} s; {self.found.line()}"
        )

    def slow(self) -> list[str]:
        """What took longer than it may, on a machine that does nothing else."""
        wrong = []
        warned = sorted(self.warned)
        if warned and warned[int(0.95 * len(warned))] > SAFETY_SECONDS:
            wrong.append("other destinations waited")
        if self.drained > DRAIN_SECONDS:
            wrong.append(f"drained only after {self.drained:.0f} s")
        return wrong


async def run(kind: str, seconds: float, folder: Path, url: str, together: int = 4) -> Seen:
    """One trial on an empty database."""
    seen, port = Seen(), _free_port()
    async with FakeTelegram() as telegram, FakeSlack() as slack:
        sides = TelegramSide(telegram, "polling"), SlackSide(slack, "webhook")
        settings = {"DATABASE_URL": url, "FRONTDESK_KEY_FILE": str(folder / "key")}
        for side in sides:
            settings |= side.settings(port)
        program = Program(folder, port, settings)
        broken, well = Crowd(sides[0]), Crowd(sides[1])
        tasks: list[asyncio.Task[None]] = []
        try:
            await program.start()
            await looking.ready(port)
            tasks = [asyncio.create_task(broken.come()) for _ in range(together)]
            await asyncio.sleep(min(4.0, seconds))
            faults = itertools.cycle(FAULTS[kind])
            telegram.faults = [Fault(one, next(faults), MANY) for one in METHODS]
            await _meanwhile(well, seen, seconds)
            telegram.faults.clear()
            back, broken.going = time.monotonic(), False
            waiting = list(telegram.world.updates)
            await looking.drained(
                port, back, lambda: [one for one in telegram.world.updates if one in waiting]
            )
            seen.drained = time.monotonic() - back
            await asyncio.gather(*tasks)
            await broken.one(0, danger=False)
            await well.one(0, danger=True)
            await looking.drained(port, time.monotonic(), lambda: telegram.world.updates)
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
        for side, crowd in zip(sides, (broken, well), strict=True):
            # Every desk gets everything, so each is held against both platforms' patients.
            found = await reckon(
                load_settings(None, settings), crowd.patients, side.histories(), side.desk_texts(),
                side.desk, 0, 0,
            )  # fmt: skip
            seen.found.wrong += found.wrong
            seen.found.patients += found.patients
            seen.found.enquiries = found.enquiries
            seen.found.lost += found.lost
            seen.found.doubled += found.doubled
            seen.found.repeated_sends += found.repeated_sends
            seen.found.flagged = found.flagged
        if code:
            seen.found.wrong.append(f"ended with {code}")
        if telegram.world.violations:
            seen.found.wrong += telegram.world.violations
    return seen


async def _meanwhile(well: Crowd, seen: Seen, seconds: float) -> None:
    end, crying = time.monotonic() + seconds, list[asyncio.Task[float]]()
    while time.monotonic() < end:
        crying.append(asyncio.create_task(well.one(next(well.numbers), danger=True)))
        await asyncio.sleep(min(1.0, seconds / 3))
    await asyncio.wait(crying, timeout=5)
    seen.warned = await asyncio.gather(*crying)


def main() -> int:
    """Exit code 1 where anything was found."""
    ask = argparse.ArgumentParser(prog="python -m tests.faults.platforms")
    ask.add_argument("--seconds", type=float, default=300.0)
    ask.add_argument("--kind", choices=FAULTS, action="append")
    given = ask.parse_args()
    bad = 0
    for kind in given.kind or FAULTS:
        with tempfile.TemporaryDirectory(prefix="frontdesk-faults-") as name:
            url = f"sqlite:///{name}/frontdesk.db"
            seen = asyncio.run(run(kind, given.seconds, Path(name), url))
        wrong = seen.found.wrong + seen.slow()
        print(f"Telegram {kind} for {given.seconds:.0f} s: {seen.line()}", flush=True)
        for sentence in wrong[:20]:
            print(f"    WRONG {sentence}")
        bad += bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
