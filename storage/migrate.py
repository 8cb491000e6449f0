"""Bringing a database to this version's tables, safely also when two processes start at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, text

from storage.engine import is_sqlite

HEAD: Final = "0002"
"""The newest migration; checked first, so that a usual start does not load Alembic."""
_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x46726F6E74  # "Front": any number that no other program on this server takes


def current(engine: Engine) -> str | None:
    """The migration that the database is at, None for an empty one."""
    with engine.connect().execution_options(reads=True) as conn, conn.begin():
        return _version(conn)


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one transaction under a lock: a second process waits, then has nothing
    to do."""
    if current(engine) == HEAD:
        return
    with engine.connect() as conn:
        if is_sqlite(conn):
            # Another process may be migrating a large file. On the driver's connection, because ours
            # would begin a transaction, and wait, first.
            raw: Any = conn.connection.dbapi_connection
            raw.execute("PRAGMA busy_timeout = 60000")
        with conn.begin():  # BEGIN IMMEDIATE on SQLite
            if not is_sqlite(conn):
                conn.execute(text("SET LOCAL lock_timeout = '60s'"))
                conn.execute(text("SET LOCAL statement_timeout = 0"))
                conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if _version(conn) != HEAD:
                _run(conn)
        conn.invalidate()  # the next one is a fresh connection with the usual timeouts


def _version(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _run(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")


def differences(conn: Connection) -> list[Any]:
    """Where the database differs from ``storage.tables``; for the tests."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from storage.tables import META

    return list(compare_metadata(MigrationContext.configure(conn), META))
