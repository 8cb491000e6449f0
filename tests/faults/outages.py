"""Ways in which a database goes away, from outside: nothing in the program takes part."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from tests.pg import PostgreSQL

Pid = Callable[[], int]
"""The program's process."""


class Outage(Protocol):
    """One way. ``begin`` and ``end`` may block for a moment."""

    def begin(self) -> None: ...
    def end(self) -> None: ...


@dataclass
class Locked:
    """Another process writes to the SQLite file and does not come to an end."""

    database: Path
    connection: sqlite3.Connection | None = None

    def begin(self) -> None:
        self.connection = sqlite3.connect(
            self.database, isolation_level=None, timeout=30, check_same_thread=False
        )
        self.connection.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        assert self.connection is not None
        self.connection.execute("ROLLBACK")
        self.connection.close()


@dataclass
class NoRoom:
    """Every write of the program to a file fails, as on a full disk."""

    pid: Pid

    def begin(self) -> None:
        self._limit(1)

    def end(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, most: int) -> None:
        resource.prlimit(self.pid(), resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@dataclass
class FullDisk:
    """The disk that the database lies on is full: a small one, which a file fills."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, megabytes: int = 48) -> FullDisk | None:
        """A disk of that size at ``folder``; None where we may not mount one."""
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True)
        return cls(folder) if done.returncode == 0 else None

    def begin(self) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            for size in (1_000_000, 1_000, 1):
                try:
                    while filler.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue

    def end(self) -> None:
        (self.folder / "filler").unlink()

    def close(self) -> None:
        """Take the disk away."""
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@dataclass
class Gone:
    """The PostgreSQL server stops and is started again later."""

    server: PostgreSQL
    how: str = "fast"

    def begin(self) -> None:
        self.server.stop(self.how)

    def end(self) -> None:
        self.server.start()


@dataclass
class Hanging:
    """The PostgreSQL server stands still: connections stay open and nothing answers."""

    server: PostgreSQL

    def begin(self) -> None:
        self._all(signal.SIGSTOP)

    def end(self) -> None:
        self._all(signal.SIGCONT)

    def _all(self, number: signal.Signals) -> None:
        main = psutil.Process(self.server.process.pid)
        for one in (main, *main.children(recursive=True)):
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(one.pid, number)


@dataclass
class ReadOnly:
    """The PostgreSQL server takes no writes, as a standby after a failover that went wrong."""

    server: PostgreSQL

    def begin(self) -> None:
        self._set("on")

    def end(self) -> None:
        self._set("off")

    def _set(self, value: str) -> None:
        self.server.admin(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        self.server.admin("SELECT pg_reload_conf()")
