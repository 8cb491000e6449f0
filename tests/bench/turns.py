"""Durable turns in process: Update → intake → commit → delivery → recorded outcome, without a network."""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests import pg
from tests.bench.bare import bare_commits
from tests.bench.people import clinic, play
from tests.bench.rows import REPEATS, Row

SIZES = ((1, 15, 20), (100, 100, 20), (1000, 1000, 4))
"""(people at the same time, people, turns of each); nobody types so much that it is a flood."""


def rows() -> Sequence[Row]:
    """SQLite, and PostgreSQL where there is a server."""
    if os.environ.get("FRONTDESK_BENCH_SQLITE_ONLY"):
        return _measure("sqlite", None)
    made = _measure("sqlite", None)
    with pg.running() as server:
        if server is not None:
            made += _measure("postgresql", server)
    return made


def _measure(kind: str, server: pg.PostgreSQL | None) -> list[Row]:
    rates: dict[str, list[float]] = {}
    bare: list[float] = []
    for _ in range(REPEATS):
        # Beside the repository: /tmp is no disk everywhere.
        with tempfile.TemporaryDirectory(dir=_disk()) as name:
            folder = Path(name)
            url = f"sqlite:///{folder}/ours.db"
            if server is not None:
                database = server.new_database()
                url = server.url(database)
            asyncio.run(_run(url, folder, rates, kind))
            if server is None:
                bare.append(bare_commits(folder / "ours.db", folder / "bare.db"))
            else:
                server.drop(database)
    beside = "bare one-by-one commits" if bare else ""
    out = []
    for what, numbers in rates.items():
        fits = bool(bare) and what.endswith("turns/s")
        unit = "turns/s" if what.endswith("turns/s") else "ms"
        out.append(
            Row(f"{kind}, {what}", unit, numbers, beside if fits else "", bare if fits else ())
        )
    return out


async def _run(url: str, folder: Path, rates: dict[str, list[float]], kind: str) -> None:
    async with clinic(url, folder) as house:
        await play(house, 50, 4, typing=True)  # caches, and the pages of an empty database
        gc.collect()
        gc.freeze()  # as the program does after its start
        for at_once, people, turns in SIZES:
            for typing in (False, True):
                began, cpu = time.perf_counter(), time.process_time()
                took = await play(house, people, turns, at_once=at_once, typing=typing)
                rate = len(took) / (time.perf_counter() - began)
                cpu = (time.process_time() - cpu) / len(took)
                took.sort()
                mix = "typed mix" if typing else "taps"
                what = f"{at_once} patients, {mix}"
                rates.setdefault(f"{what}: turns/s", []).append(rate)
                rates.setdefault(f"{what}: CPU a turn", []).append(cpu * 1e3)
                rates.setdefault(f"{what}: p50", []).append(statistics.median(took) * 1e3)
                worst = took[int(len(took) * 0.99)]
                rates.setdefault(f"{what}: p99", []).append(worst * 1e3)
    gc.unfreeze()


def _disk() -> str:
    """Where the databases are put: a real disk."""
    wanted = os.environ.get("FRONTDESK_BENCH_FOLDER", "var")
    Path(wanted).mkdir(parents=True, exist_ok=True)
    return wanted
