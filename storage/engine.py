"""Connections that are as durable as an acknowledgement promises, on SQLite and PostgreSQL.

Every timeout stays under 2.5 s: Slack gives up after 3 s (its Events API documentation), and "not
now" must arrive before that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from bot.errors import BadSettings

BUSY_MS: Final = 1_500
"""How long SQLite waits for another process that writes."""
LOCK_MS: Final = 1_500
STATEMENT_MS: Final = 2_000
CONNECT_S: Final = 2
"""libpq takes no smaller number (PostgreSQL documentation, connect_timeout)."""
POOL: Final = 8
"""Connections to PostgreSQL, and as many turns at once."""


def open_engine(url: str) -> Engine:
    """An engine whose every connection was checked. Nothing connects before the first use."""
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        return _sqlite(url)
    if kind == "postgresql":
        return _postgresql(url)
    raise BadSettings(f"DATABASE_URL: {kind} is not supported; use sqlite:/// or postgresql://")


def is_sqlite(engine: Engine | Connection) -> bool:
    """Whether this is the embedded database."""
    return engine.dialect.name == "sqlite"


def sqlite_file(engine: Engine) -> Path:
    """The file of an embedded database."""
    return Path(engine.url.database or "")


def _sqlite(url: str) -> Engine:
    path = Path(make_url(url).database or "")
    if str(path) in (".", ":memory:"):
        raise BadSettings("DATABASE_URL: must name a file; example: sqlite:///var/frontdesk.db")
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=4, max_overflow=4, pool_timeout=2, hide_parameters=True
    )

    @event.listens_for(engine, "do_connect")
    def make_folder(*_: object) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # -wal and -shm take their mode from it

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _: object) -> None:
        raw.isolation_level = None  # the driver's own BEGIN is deferred: it fails under two writers
        cursor = raw.cursor()
        # busy_timeout first: even the change to WAL may have to wait for another process.
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # what is erased is also overwritten
        _must(cursor, "PRAGMA journal_mode", {"wal"})
        _must(cursor, "PRAGMA synchronous", {2})
        _must(cursor, "PRAGMA foreign_keys", {1})
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=POOL,
        max_overflow=4,
        pool_timeout=2,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_S,
            "options": f"-c lock_timeout={LOCK_MS} -c statement_timeout={STATEMENT_MS}"
            " -c idle_in_transaction_session_timeout=10000 -c synchronous_commit=on"
            # a server that is cut off is noticed, whatever the operating system's own patience
            " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5",
            "tcp_user_timeout": 2_300,
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _: object) -> None:
        raw.autocommit = True
        cursor = raw.cursor()
        _must(cursor, "SHOW fsync", {"on"})
        _must(cursor, "SHOW synchronous_commit", {"on", "remote_apply"})
        cursor.close()
        raw.autocommit = False

    return engine


def _must(cursor: Any, question: str, good: Iterable[object]) -> None:
    answer = cursor.execute(question).fetchone()[0]
    if answer not in set(good):
        what = question.split()[-1]
        raise BadSettings(
            f"DATABASE_URL: {what} is {answer}; with that, acknowledged updates get lost"
        )


class _Dialect(NamedTuple):
    name: str
    insert: Callable[[Table], sqlite.Insert | postgresql.Insert]


DIALECTS: Final = (_Dialect("sqlite", sqlite.insert), _Dialect("postgresql", postgresql.insert))
"""Whose INSERT can say ON CONFLICT, each in its own way."""


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ON CONFLICT, in the database's own dialect."""
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


def inserted(connection: Connection, statement: Insert) -> bool:
    """Run an INSERT … ON CONFLICT DO NOTHING … RETURNING: whether a row went in.

    RETURNING, because rowcount is -1 with psycopg (SQLAlchemy 2.1).
    """
    return connection.execute(statement).first() is not None


def database_time(connection: Connection) -> datetime:
    """The database's clock; SQLite has none but the machine's."""
    if is_sqlite(connection):
        return datetime.now(UTC)
    found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found.astimezone(UTC)
