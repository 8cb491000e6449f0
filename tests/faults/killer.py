"""When to kill: at the n-th request that a platform sees, or at the n-th commit that the database shows.

Both are seen from outside. A request can be lost with the process (``LOST``: the platform never carried
it out) or be carried out without the answer getting through (``DONE``).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

import psycopg


class When(Enum):
    """The moment of a kill."""

    LOST = "request lost"
    DONE = "request done, answer lost"
    COMMIT = "commit"


@dataclass
class Killer:
    """Armed for one kill at a time. ``hook`` is what the fake platforms ask at every request."""

    kill: Callable[[], None]
    when: When | None = None
    left: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    def arm(self, when: When, number: int) -> None:
        """Kill at the ``number``-th such moment from now on."""
        self.when, self.left = when, number

    def disarm(self) -> None:
        self.when = None

    def hook(self, stage: str, method: str) -> bool:
        """``stage``: "before" or "after" a request is carried out. True: the line is dead now."""
        wanted = When.LOST if stage == "before" else When.DONE
        if self.when is not wanted:
            return False
        self.left -= 1
        if self.left > 0:
            return False
        self.strike(f"{self.when.value}: {method}")
        return True

    def strike(self, why: str) -> None:
        """Kill now."""
        self.when = None
        self.kills[why] += 1
        self.kill()


class Commits(Protocol):
    """Something that changes with every commit."""

    async def mark(self) -> object: ...


@dataclass
class SqliteCommits:
    """The write-ahead log's time and size, as the file system tells them."""

    database: Path

    async def mark(self) -> object:
        try:
            found = self.database.with_name(self.database.name + "-wal").stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size


@dataclass
class PostgresCommits:
    """The position in PostgreSQL's write-ahead log."""

    url: str
    connection: psycopg.AsyncConnection[tuple[object]] | None = None

    async def mark(self) -> object:
        if self.connection is None:
            self.connection = await psycopg.AsyncConnection.connect(self.url, autocommit=True)
        row = await (await self.connection.execute("SELECT pg_current_wal_flush_lsn()")).fetchone()
        return row

    async def close(self) -> None:
        if self.connection is not None:
            await self.connection.close()


async def watch(killer: Killer, commits: Commits) -> None:
    """Strike at the commit that the killer is armed for."""
    seen = await commits.mark()
    while True:
        await asyncio.sleep(0.001)
        found = await commits.mark()
        if found == seen:
            continue
        seen = found
        if killer.when is When.COMMIT:
            killer.left -= 1
            if killer.left <= 0:
                killer.strike(When.COMMIT.value)
