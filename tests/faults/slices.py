"""A long run in slices: each with a database, a platform and people of its own, kept as a line of JSON.

What was done is read back, so a run that was stopped goes on where it was, and slices run side by side.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.driver import Plan, Run
from tests.faults.ledger import Findings

WAYS = ("telegram/polling", "telegram/webhook", "slack/polling", "slack/webhook")
DATABASES = ("sqlite", "postgresql")
PER_SLICE = 125
"""Enquiries. The fakes look for things in lists: many small crowds cost less than one large one."""


@dataclass(frozen=True)
class Slice:
    """One part of the whole. number: of those of its way and database."""

    way: str
    database: str
    number: int
    kills: int
    enquiries: int
    together: int
    lease: float
    seed: int = 0
    """Where in the order of moments the whole run begins."""
    power: bool = False
    """Power cuts instead of kills."""

    @property
    def plan(self) -> Plan:
        """What to do. Slices go on in the order of moments where the one before ended."""
        platform, _, how = self.way.partition("/")
        return Plan(
            platform, how, self.kills, self.enquiries, self.together,
            lease=self.lease, offset=self.seed + self.number * self.kills, power=self.power,
        )  # fmt: skip


@dataclass
class Result:
    """What became of a slice."""

    slice: Slice
    findings: Findings
    kinds: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def line(self) -> str:
        """For the file."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, line: str) -> Result:
        """From the file."""
        found: dict[str, Any] = json.loads(line)
        return cls(
            Slice(**found["slice"]), Findings(**found["findings"]), found["kinds"], found["seconds"]
        )  # fmt: skip


def slices(
    kills: int,
    enquiries: int,
    ways: Iterable[str],
    databases: Iterable[str],
    together: int,
    lease: float,
    seed: int,
    *,
    power: bool = False,
    per_slice: int = PER_SLICE,
) -> Iterator[Slice]:
    """The whole, spread evenly over ways and databases, which take turns."""
    pairs = [(way, database) for way in ways for database in databases]
    parts = max(1, round(enquiries / len(pairs) / per_slice))
    each = -(-enquiries // (len(pairs) * parts))
    deaths = -(-kills // (len(pairs) * parts))
    for number in range(parts):
        for way, database in pairs:
            yield Slice(way, database, number, deaths, each, together, lease, seed, power)


def run_slice(one: Slice, database_url: str, keep: str) -> Result:
    """Do it, in a process of its own. ``keep``: a folder for what is left of one that went wrong."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-faults-"))
    run = Run(one.plan, folder, database_url)
    try:
        found = asyncio.run(run.go())
    except BaseException:
        found = Findings(wrong=["the run broke off: " + traceback.format_exc()[-3000:]])
    if found.wrong:
        kept = Path(keep) / f"{one.way.replace('/', '-')}-{one.database}-{one.number}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("content", "trace"))
    shutil.rmtree(folder, ignore_errors=True)
    return Result(one, found, dict(run.kinds), round(time.monotonic() - began, 1))


def summary(results: Iterable[Result]) -> str:
    """A table: a line for each way and database, one for all, and when was killed."""
    rows: dict[str, Findings] = {}
    kinds: Counter[str] = Counter()
    for one in results:
        for name in (f"{one.slice.way} {one.slice.database}", "all"):
            _add(rows.setdefault(name, Findings()), one.findings)
        kinds.update(one.kinds)
    all_ = rows.pop("all", Findings())
    lines = [f"{name}: {found.line()}" for name, found in sorted(rows.items())]
    lines += [f"    {times:5} × {why}" for why, times in sorted(kinds.items())]
    return "\n".join([*lines, f"all: {all_.line()}"])


def _add(total: Findings, more: Findings) -> None:
    for name, value in vars(more).items():
        setattr(total, name, getattr(total, name) + value)
