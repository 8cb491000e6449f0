"""Planted secrets and phrases: nowhere but where they belong, searched in the whole running program.

Logs, console, error pages, health checks, metrics, the process list, and every file that it wrote: database,
write-ahead log, keys, spool, temporary folder. ``make limits`` plants 500 (FRONTDESK_SECRETS), a plain run
one in each place.
"""

from __future__ import annotations

import asyncio
import base64
import os
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Running
from tests.cli.test_platforms import World, by_webhook
from tests.fakes.slack_state import BOT_TOKEN, SECRET
from tests.limits.planting import HOOK_SECRET, MARK, Planter, asks, until

COUNT = int(os.environ.get("FRONTDESK_SECRETS", "20"))

METRICS = "metrics-of-a-test-0123456789"


def written(folder: Path) -> dict[str, bytes]:
    """Every file that the program wrote, but not what the test gave it to read."""
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for part in ("var", "tmp")
        for one in (folder / part).rglob("*")
        if one.is_file()
    }


def processes(server: Running) -> list[bytes]:
    """The command lines of all processes, as any user of this machine can list them."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            found.append((one / "cmdline").read_bytes())
        except OSError:
            continue
    assert any(b"main()" in line for line in found)
    return found


def health(port: int) -> list[bytes]:
    """What anybody may ask."""
    pages = []
    for path in ("/healthz", "/readyz", "/metrics"):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                pages.append(answer.read())
        except urllib.error.HTTPError as refused:
            pages.append(refused.read())
    return pages


def handled(folder: Path) -> int:
    """Updates that were taken, or parked, so far."""
    connection = sqlite3.connect(f"file:{folder}/var/frontdesk.db?mode=ro", uri=True)
    total = sum(
        connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
        for name in ("update_keys", "parked")
    )
    connection.close()
    return int(total)


def forms_of(secret: str) -> list[bytes]:
    """A secret in the spellings in which it could end up somewhere."""
    data = secret.encode()
    return [
        data,
        secret.encode("utf-16-le"),
        data.hex().encode(),
        base64.b64encode(data).rstrip(b"=")[:-2],
    ]


async def test_planted_words_and_secrets_are_nowhere(
    world: World, start: Callable[[], Running]
) -> None:
    by_webhook(world)
    folder = world.desk.folder
    (folder / "tmp").mkdir()
    world.desk.settings |= {"TMPDIR": str(folder / "tmp"), "FRONTDESK_METRICS_TOKEN": METRICS}
    server = start()
    await asyncio.to_thread(server.wait_until_started)
    await asks(world.patient)
    await until(lambda: world.mina.group.topics, "a topic")
    before = handled(folder)

    planter = Planter(world, COUNT)
    world.telegram.fault("sendMessage", 500, times=3)  # errors carry texts if anything does
    await planter.plant(world.patient)
    await until(lambda: handled(folder) >= before + planter.updates, "all of it handled", 300)
    # It really went through: what was meant for the desk stands there.
    await until(lambda: any(MARK in one.text for one in world.mina.group.shown()), "on the desk")

    key = next((folder / "var").glob("*.key")).read_bytes()
    secrets = [world.telegram.token, HOOK_SECRET, BOT_TOKEN, SECRET, METRICS]
    wanted = [MARK.encode(), MARK.encode("utf-16-le"), MARK.encode().hex().encode()]
    wanted += [form for secret in secrets for form in forms_of(secret)]

    def search(where: str, what: bytes, more: tuple[bytes, ...] = ()) -> None:
        for one in (*wanted, *more):
            assert one not in what, f"{one[:40]!r} in {where}"

    looked = 0
    keys = (key, key.hex().encode(), base64.b64encode(key))
    for name, data in written(folder).items():
        search(name, data, () if name.endswith(".key") else keys)
        looked += len(data)
    assert any(name.endswith("-wal") for name in written(folder))
    for page in (*planter.pages, *health(world.desk.port)):
        search("a page for strangers", page, keys)
    for line in processes(server):
        search("the process list", line, keys)
    assert await asyncio.to_thread(server.stop) == 0
    search("the log", server.text.encode(), keys)
    for name, data in written(folder).items():
        search(name, data, () if name.endswith(".key") else keys)
    assert len(planter.places) == 20
    print(
        f"\n{len(planter.planted)} phrases planted in {len(planter.places)} places, "
        f"{len(secrets) + 1} secrets: none in {looked:,} bytes of files (database, log of the database, "
        f"temporary folder), {len(planter.pages)} pages for strangers, health checks, the process list "
        f"and {len(server.text):,} characters of log"
    )
