"""The machine's clock is wrong for a while: nothing is thrown away early, nothing happens twice, and
``/readyz`` and ``frontdesk doctor`` say so.

    python -m tests.faults.clock
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, func, select

from adapters.settings import load_settings
from adapters.wiring import world_of
from bot.turn import take_turn
from content.phrases import phrases_of
from storage import open_store
from storage import tables as t
from tests import pg
from tests.faults import looking
from tests.faults.driver import _free_port
from tests.faults.ledger import SAFETY, reckon
from tests.faults.people import Patient
from tests.faults.program import Program
from tests.faults.sides import side_of

SKEWS = (600.0, -600.0, 86_400.0, -86_400.0)
KEPT = ("transcript", "sessions", "files", "update_keys", "outbox", "conversations")
"""Tables that are purged by age."""
DOCTOR = (
    "import sys, time_machine, datetime as d; time_machine.travel(d.datetime.now(d.UTC) + "
    "d.timedelta(seconds=float(sys.argv.pop())), tick=True).start(); "
    "from adapters.cli import main; main()"
)


@dataclass
class Seen:
    """What was seen. ``skews``: who told ``/readyz`` what; ``doctor``: its sentences about the clock."""

    wrong: list[str] = field(default_factory=list)
    skews: Mapping[str, float] = field(default_factory=dict)
    doctor: list[str] = field(default_factory=list)


async def run(skew: float, folder: Path, url: str) -> Seen:
    """Some work with the right clock, a while with the wrong one, then the right one again."""
    seen, port, patients = Seen(), _free_port(), list[Patient]()
    async with side_of("telegram", "polling") as (side, fake):
        settings = side.settings(port)
        settings |= {"DATABASE_URL": url, "FRONTDESK_KEY_FILE": str(folder / "key")}
        program = Program(folder, port, settings)

        async def lives(number: int, *, danger: bool) -> None:
            one = Patient(number, side.phone(number), danger)
            patients.append(one)
            await one.lives()

        async def life(off: float) -> None:
            await program.close()
            program._maker = None
            program.more = {"FAULTS_SKEW": str(off)} if off else {}
            await program.start()

        async def stop() -> None:
            ending = asyncio.create_task(program.ended())
            program.signal(signal.SIGTERM)
            if await asyncio.wait_for(ending, 40):
                seen.wrong.append("a stop failed")

        try:
            await life(0)
            await looking.ready(port)
            await lives(1, danger=False)
            await lives(2, danger=True)
            stranger = side.phone(9)
            await stranger.types("what does a shadow on the scan mean")  # kept 24 hours at most
            await looking.drained(port, time.monotonic(), lambda: fake.world.updates)  # type: ignore[union-attr]
            await stop()
            before = await _rows(settings)

            await life(skew)
            await lives(3, danger=True)
            seen.skews = await _alarm(port)
            if not seen.skews:
                seen.wrong.append("/readyz says nothing about the clock")
            seen.doctor = await _doctor(program, skew)
            if not any("clock" in one and one.startswith("MEND") for one in seen.doctor):
                seen.wrong.append("doctor says nothing about the clock")
            await stop()
            after = await _rows(settings)
            for name in KEPT:
                if after[name] < before[name]:
                    seen.wrong.append(f"{name}: {before[name]} rows became {after[name]}")

            await life(0)
            await looking.ready(port)
            await lives(4, danger=True)
            await lives(0, danger=False)
            await looking.drained(port, time.monotonic(), lambda: fake.world.updates)  # type: ignore[union-attr]
            await stop()
        except BaseException:
            print(program.log.read_text("utf-8", "replace")[-2000:], file=sys.stderr)
            raise
        finally:
            await program.close()
        found = await reckon(
            load_settings(None, settings), patients, side.histories(), side.desk_texts(),
            side.desk, 0, 0,
        )  # fmt: skip
        seen.wrong += found.wrong
        for one in patients:
            shown = side.histories().get(one.phone.address[2], ())
            warned = sum(new and SAFETY in text for new, text in shown)
            if warned != one.danger:
                seen.wrong.append(f"patient {one.number} got {warned} safety texts")
    return seen


async def _alarm(port: int) -> Mapping[str, float]:
    """What ``/readyz`` says of a clock that it finds wrong; empty if it does not."""
    for _ in range(300):
        said = await looking.asked(port)
        checks = said.get("checks", {})
        if said.get("ready") is False and checks.get("clock") is False:
            return dict(checks["clock_skew_seconds"])
        await asyncio.sleep(0.1)
    return {}


async def _doctor(program: Program, skew: float) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DOCTOR, "doctor", str(skew), cwd=program.folder,
        env=program.environ(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return [line for line in out.decode().splitlines() if "clock" in line]


async def _rows(settings: Mapping[str, str]) -> dict[str, int]:
    config = load_settings(None, settings)
    store = open_store(
        config.database_url, key_file=Path(config.key_file), world=world_of(config),
        take_turn=take_turn, phrases_of=phrases_of,
    )  # fmt: skip
    await store.start()

    def count(conn: Connection) -> dict[str, int]:
        tables = {name: getattr(t, name) for name in KEPT}
        query = {name: select(func.count()).select_from(one) for name, one in tables.items()}
        return {name: int(conn.execute(one).scalar_one()) for name, one in query.items()}

    try:
        return await store._read(count)
    finally:
        await store.close()


def main() -> int:
    """Exit code 1 where anything was found."""
    ask = argparse.ArgumentParser(prog="python -m tests.faults.clock")
    ask.add_argument("--skew", type=float, action="append")
    given = ask.parse_args()
    bad = 0
    with pg.running() as server:
        for skew in given.skew or SKEWS:
            for database in ("sqlite", "postgresql"):
                if database == "postgresql" and server is None:
                    print("no PostgreSQL server: install the distribution's")
                    bad += 1
                    continue
                with tempfile.TemporaryDirectory(prefix="frontdesk-faults-") as name:
                    url = f"sqlite:///{name}/frontdesk.db"
                    if server is not None and database == "postgresql":
                        url = server.url(server.new_database())
                    seen = asyncio.run(run(skew, Path(name), url))
                print(
                    f"clock {skew:+.0f} s off, {database}: /readyz told {dict(seen.skews)}, doctor "
                    f"{seen.doctor}, {len(seen.wrong)} findings",
                    flush=True,
                )
                for sentence in seen.wrong[:20]:
                    print(f"    WRONG {sentence}")
                bad += bool(seen.wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
