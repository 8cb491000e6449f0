"""The power cut can tell: what was not synced is lost, what was synced is not."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.disk import Disk, Kept, command

WRITER = """
import os, signal, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("PRAGMA journal_mode = WAL")
raw.execute("PRAGMA synchronous = FULL")
raw.execute("CREATE TABLE t (n INTEGER)")
raw.execute("PRAGMA synchronous = " + sys.argv[2])
for n in range(20):
    raw.execute("INSERT INTO t VALUES (?)", (n,))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    data = tmp_path.resolve() / "data"
    data.mkdir()
    return Disk(data, tmp_path / "trace", random.Random(1))


def rows_after(disk: Disk, synchronous: str, kept: Kept) -> int:
    file = disk.folder / "t.db"
    done = subprocess.run(
        [*command(disk.trace), sys.executable, "-c", WRITER, str(file), synchronous],
        capture_output=True, timeout=120,
    )  # fmt: skip
    if b"ptrace" in done.stderr:
        pytest.skip("strace may not trace here (ptrace is not permitted)")
    assert done.returncode == -9, done.stderr[-500:]
    disk.cut(kept)
    raw = sqlite3.connect(file)
    try:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (count,) = raw.execute("SELECT count(*) FROM t").fetchone()
    finally:
        raw.close()
    return int(count)


@pytest.mark.parametrize("kept", [Kept.NOTHING, Kept.TORN])
def test_what_was_synced_outlives_the_power(disk: Disk, kept: Kept) -> None:
    assert rows_after(disk, "FULL", kept) == 20


def test_what_was_not_synced_does_not(disk: Disk) -> None:
    assert rows_after(disk, "OFF", Kept.NOTHING) == 0
    assert disk.discarded >= 20


def test_a_kill_alone_would_not_have_shown_it(disk: Disk) -> None:
    assert rows_after(disk, "OFF", Kept.ALL) == 20
