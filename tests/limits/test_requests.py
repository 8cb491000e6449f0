"""Unsigned and malformed requests to every route of the running server, platforms' webhooks included.

No 5xx, no row written, no traceback, and of all that was sent not a word in the log. ``make limits`` sends
100,000 of them (FRONTDESK_REQUESTS), a plain run 1,500.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.routing import Mount, Route

from adapters.web.app import create_app
from tests.cli.conftest import Running
from tests.cli.test_platforms import World, by_webhook
from tests.limits.requests import MARK, Forger, Sender

COUNT = int(os.environ.get("FRONTDESK_REQUESTS", "1500"))
SEED = os.environ.get("FRONTDESK_SEED", "20261123")
HOOKS = ("/telegram/hook", "/slack/events")
OURS = {"leases", "cursors"}
"""What the server itself keeps writing: who polls, and how far."""


def routes() -> list[str]:
    """Every path of the web face, with its placeholders, and some that are none."""
    nothing: Any = None  # only the table of routes is looked at
    app = create_app(nothing, nothing, phrases_of=nothing)
    found: list[str] = []
    for one in app.routes:
        inner = one.routes if isinstance(one, Mount) else [one]
        found += [route.path for route in inner or () if isinstance(route, Route)]
    assert len(found) > 60
    return [*found, "/nothing", "/metrics", "*", "//", "http://evil.example/", "/static/../x"]


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    connection = sqlite3.connect(f"file:{folder}/var/frontdesk.db?mode=ro", uri=True)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    found = {
        name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608
        for (name,) in tables
        if name not in OURS
    }
    connection.close()
    return found


async def test_nobody_gets_in_and_nothing_is_left_of_it(
    world: World, start: Callable[[], Running]
) -> None:
    by_webhook(world)
    paths = routes()
    server = start()
    await asyncio.to_thread(server.wait_until_started)
    said = len(server.text)
    before = rows(world.desk.folder)
    assert before["releases"]

    sender = Sender(world.desk.port)
    await sender.send(Forger(SEED, world.desk.port, paths, HOOKS), COUNT)

    assert sum(sender.statuses.values()) == COUNT
    assert not sender.failed, sender.failed[:3]
    good = sum(count for status, count in sender.statuses.items() if 400 <= status < 500)
    assert good > COUNT * 0.8
    after = rows(world.desk.folder)
    assert after.keys() == before.keys()
    for table, was in before.items():
        assert after[table] == was, f"rows of {table}"
    log = server.text[said:]
    assert "Traceback" not in log
    assert log.count("\n") < 20 + COUNT // 500, "a stranger could fill the disk with it"
    assert MARK not in server.text
    assert "cannot breathe" not in server.text
    statuses = ", ".join(
        f"{n:,} × {status or 'closed'}" for status, n in sorted(sender.statuses.items())
    )
    print(
        f"\n{COUNT:,} unsigned or malformed requests to {len(paths) + len(HOOKS)} routes (seed {SEED}): "
        f"{statuses}; 0 with 5xx, 0 rows written, 0 tracebacks, 0 words in {len(log):,} characters of log"
    )
    assert server.stop() == 0
