"""Databases for tests, used again: emptying one takes a thirtieth of making and dropping one.

Migrating and CREATE DATABASE were most of the time of these tests. A test that changes the tables
themselves says ``house.spoilt = True``; its database is then thrown away.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg

from storage import migrate
from storage import tables as t
from storage.engine import open_engine
from tests import pg

TEMPLATE = "migrated"


class Databases:
    """Migrated, empty databases on one PostgreSQL server."""

    def __init__(self, server: pg.PostgreSQL) -> None:
        self.server = server
        self._free: list[str] = []
        server.admin(f"CREATE DATABASE {TEMPLATE}")
        engine = open_engine(server.url(TEMPLATE))
        migrate.upgrade(engine)
        engine.dispose()

    def take(self) -> str:
        """The name of an empty one."""
        return self._free.pop() if self._free else self.server.new_database(TEMPLATE)

    def give_back(self, name: str, *, spoilt: bool) -> None:
        """It is needed no more."""
        if spoilt:
            self.server.drop(name)
            return
        self.server.admin(f"ALTER DATABASE {name} RESET ALL")
        where = f"host=127.0.0.1 port={self.server.port} user=frontdesk dbname={name}"
        with psycopg.connect(where) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND pid <> pg_backend_pid()",
                (name,),
            )
            for table in reversed(t.META.sorted_tables):
                connection.execute(f"DELETE FROM {table.name}")  # type: ignore[call-overload]  # noqa: S608
            connection.execute(
                "SELECT setval(c.oid, 1, false) FROM pg_class c "
                "WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace"
            )
        self._free.append(name)


def migrated_file(path: Path) -> bytes:
    """A migrated, empty SQLite database, made at ``path``, as bytes to begin others with."""
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.read_bytes()
