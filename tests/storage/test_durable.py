"""Durability: settings on every connection, groups, failures, crashes, a database that is gone."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.errors import BadSettings, FrontdeskError, NotNow
from bot.ports import Outcome
from storage import committer
from storage import engine as engines
from storage.prepared import savepoint
from tests import pg
from tests.storage.conftest import House, MakeHouse
from tests.storage.small import ANNA, wrote


async def test_sqlite_is_durable_on_every_connection(sqlite: House) -> None:
    store = await sqlite.open()
    await store.receive(wrote("1", "hello"))
    opened = [store._engine.connect().execution_options(reads=True) for _ in range(3)]
    for conn in opened:
        found = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")
        }
        assert found == {
            "synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 1500,
        }  # fmt: skip
        conn.close()


async def test_weaker_settings_are_refused(sqlite: House) -> None:
    import sqlite3

    class Weak(sqlite3.Cursor):
        """On this driver ``synchronous`` cannot be raised."""

        def execute(self, statement: str, *more: Any) -> Any:
            return super().execute(statement.replace("synchronous = FULL", "synchronous = OFF"))

    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any) -> Any:
            return super().cursor(Weak)

    engine = engines.open_engine(sqlite.url)
    raw = sqlite3.connect(sqlite.folder / "weak.db", factory=Connection)
    with pytest.raises(BadSettings, match="synchronous"):
        engine.pool.dispatch.connect(raw, None)  # type: ignore[attr-defined]
    raw.close()


async def test_postgresql_must_sync(make_house: MakeHouse, server: pg.PostgreSQL) -> None:
    house = make_house("postgresql")
    store = await house.open()
    with store._engine.connect() as conn:
        for name, good in (("fsync", "on"), ("synchronous_commit", "on")):
            assert conn.execute(text(f"SHOW {name}")).scalar() == good
        for name in ("lock_timeout", "statement_timeout"):
            value = str(conn.execute(text(f"SHOW {name}")).scalar())
            assert value in {"1500ms", "2s"}
    server.admin("ALTER SYSTEM SET fsync = off")
    server.admin("SELECT pg_reload_conf()")
    try:
        await asyncio.sleep(0.5)
        with pytest.raises(BadSettings, match="fsync"):
            await house.open()
    finally:
        server.admin("ALTER SYSTEM RESET fsync")
        server.admin("SELECT pg_reload_conf()")
        await asyncio.sleep(0.5)


def test_addresses_that_lose_everything_are_refused() -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://x/y"):
        with pytest.raises(BadSettings):
            engines.open_engine(url)


async def test_one_server_a_file(sqlite: House) -> None:
    await sqlite.open()
    with pytest.raises(FrontdeskError, match="another server"):
        await sqlite.open()
    beside = await sqlite.open(serve=False)
    assert (await beside.receive(wrote("1", "hello"))).outcome is Outcome.DONE


# ---- groups


def _commits(store: Any) -> list[int]:
    seen: list[int] = []
    event.listen(store._engine, "commit", lambda conn: seen.append(1))
    return seen


async def test_turns_share_a_commit(sqlite: House) -> None:
    store = await sqlite.open()
    seen = _commits(store)
    done = await asyncio.gather(*(store.receive(wrote(str(n), f"t{n}")) for n in range(100)))
    assert {one.outcome for one in done} == {Outcome.DONE}
    assert len(seen) < 50


async def test_a_commit_that_fails_acknowledges_nothing_and_is_run_singly(
    sqlite: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await sqlite.open()
    sizes: list[int] = []
    group: list[int] = []

    def counted(conn: Any) -> Any:
        group.append(1)
        return savepoint(conn)

    monkeypatch.setattr(committer, "savepoint", counted)
    acknowledged: list[str] = []

    def commit(conn: Any) -> None:
        sizes.append(len(group))
        group.clear()
        if sizes[-1] > 1:
            assert acknowledged == []
            raise_disk_error()

    event.listen(store._engine, "commit", commit)
    event.listen(store._engine, "rollback", lambda conn: group.clear())

    async def one(n: int) -> None:
        await store.receive(wrote(str(n), f"t{n}"))
        acknowledged.append(str(n))

    await asyncio.gather(*(one(n) for n in range(20)))
    assert max(sizes) > 1
    assert sizes.count(1) >= 19
    state = await store.conversation(ANNA)
    assert state.trail == tuple(f"t{n}" for n in range(20))
    assert len(await store.transcript(ANNA)) == 40


def raise_disk_error() -> None:
    import sqlite3

    from sqlalchemy.exc import OperationalError

    raise OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))


async def test_a_locked_database_says_not_now_in_time(sqlite: House) -> None:
    store = await sqlite.open()
    await store.receive(wrote("1", "hello"))
    import sqlite3

    other = sqlite3.connect(sqlite.folder / "data" / "frontdesk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    tried = await asyncio.gather(
        *(store.receive(wrote(f"x{n}", "y")) for n in range(5)), return_exceptions=True
    )
    assert time.monotonic() - began < 2.5
    assert {type(one) for one in tried} == {NotNow}
    other.execute("ROLLBACK")
    other.close()
    again = [await store.receive(wrote(f"x{n}", "y")) for n in range(5)]
    assert [one.outcome for one in again] == [Outcome.DONE] * 5  # nothing of it was recorded


async def test_a_database_that_is_gone_says_not_now_and_comes_back(
    make_house: MakeHouse, server: pg.PostgreSQL
) -> None:
    house = make_house("postgresql")
    store = await house.open()
    await store.receive(wrote("1", "hello"))
    server.stop("immediate")
    try:
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(NotNow) as refused:
                await store.receive(wrote("2", "secret-words"))
            assert "secret" not in str(refused.value)
            with pytest.raises(NotNow):
                await store.conversation(ANNA)
            assert time.monotonic() - began < 5
        assert store.cached_release() is not None
    finally:
        server.start()
    for _ in range(20):
        try:
            received = await store.receive(wrote("2", "again"))
            break
        except NotNow:
            await asyncio.sleep(0.1)
    else:
        pytest.fail("it did not come back")
    assert received.outcome is Outcome.DONE
    state = await store.conversation(ANNA)
    assert state.trail == ("hello", "again")


async def test_a_locked_conversation_says_not_now_in_time(make_house: MakeHouse) -> None:
    house = make_house("postgresql")
    store = await house.open()
    await store.receive(wrote("1", "hello"))
    with store._engine.connect() as other, other.begin():
        other.execute(text("SELECT id FROM conversations FOR UPDATE"))
        began = time.monotonic()
        with pytest.raises(NotNow):
            await store.receive(wrote("2", "again"))
        assert time.monotonic() - began < 2.5
    assert (await store.receive(wrote("2", "again"))).outcome is Outcome.DONE


# ---- processes


def _child(house: House, *arguments: str, before: tuple[str, ...] = ()) -> list[str]:
    program = Path(__file__).with_name("child.py")
    return [*before, sys.executable, str(program), house.url, str(house.key_file), *arguments]


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment())


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}


async def test_what_was_acknowledged_outlives_a_kill(durable: House) -> None:
    await (await durable.open()).close()
    durable.opened.clear()
    child = _started(_child(durable, "receive", "100000"))
    assert child.stdout is not None
    acknowledged = [child.stdout.readline().decode().strip() for _ in range(60)]
    child.send_signal(signal.SIGKILL)
    acknowledged += child.stdout.read().decode().split("\n")[:-1]
    child.wait()
    store = await durable.open()
    state = await store.conversation(ANNA)
    keys = [one.removeprefix("acknowledged ").strip() for one in acknowledged if one]
    assert len(keys) >= 60
    assert set(keys) <= set(state.trail)
    assert len(set(state.trail)) == len(state.trail)
    for key in keys[-5:]:  # redelivered after the crash
        assert (await store.receive(wrote(key, key))).outcome is Outcome.DUPLICATE


async def test_the_command_line_publishes_beside_a_busy_server(sqlite: House) -> None:
    store = await sqlite.open()
    child = await asyncio.create_subprocess_exec(
        *_child(sqlite, "publish", "from-beside"), env=_environment()
    )
    n = 0
    while child.returncode is None:
        await asyncio.gather(*(store.receive(wrote(f"{n}-{m}", "t")) for m in range(10)))
        n += 1
        await asyncio.sleep(0)
    assert child.returncode == 0
    live = await store.live_release()
    assert live.id == "from-beside"
    state = await store.conversation(ANNA)
    assert len(state.trail) == 10 * n


async def test_several_processes_start_at_once(make_house: MakeHouse) -> None:
    for kind in ("sqlite", "postgresql"):
        house = make_house(kind)
        house.empty()
        children = [_started(_child(house, "start")) for _ in range(3)]
        answers = [json.loads(child.communicate(timeout=60)[0]) for child in children]
        assert [child.returncode for child in children] == [0] * 3
        assert [one["key_ok"] for one in answers] == [True] * 3


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
async def test_the_disk_is_synced_before_the_acknowledgement(sqlite: House, tmp_path: Path) -> None:
    await (await sqlite.open()).close()
    sqlite.opened.clear()
    trace = tmp_path / "trace"
    calls = "trace=write,pwrite64,fsync,fdatasync"
    command = _child(
        sqlite, "receive", "5", before=("strace", "-f", "-y", "-o", str(trace), "-e", calls)
    )
    done = await asyncio.to_thread(
        subprocess.run, command, env=_environment(), capture_output=True, timeout=120
    )
    if b"ptrace" in done.stderr and done.returncode != 0:
        pytest.skip("strace may not trace here (ptrace is not permitted)")
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.split() == [w for n in range(5) for w in (b"acknowledged", b"%d" % n)]
    written = synced = True
    acknowledgements = 0
    for line in trace.read_text("utf-8", "replace").splitlines():
        if re.search(r"pwrite64\(\d+<[^>]*-wal>", line):
            written, synced = True, False
        elif re.search(r"f(data)?sync\(\d+<[^>]*-wal>", line) and written:
            synced = True
        elif "acknowledged" in line and "write(1<" in line:
            acknowledgements += 1
            assert written, "acknowledged without a write"
            assert synced, "acknowledged before the log was synced"
            written = False
    assert acknowledgements == 5
