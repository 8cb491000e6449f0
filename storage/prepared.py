"""Statements of every turn: built and compiled once, then run through the driver's own cursor.

SQLAlchemy Core spends 50 to 200 µs around a statement that SQLite runs in 5. A ``Prepared`` is still
written in Core, once for both databases; what is skipped is only the machinery of each execution. The
driver's errors come out as SQLAlchemy's, without parameters, so that callers need not know.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Executable, Insert, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

Convert = Callable[[Any], Any]
Made = Executable | Callable[[str], Executable]
"""A statement, or what makes it for the name of a dialect."""


class _Compiled:
    """One statement for one dialect."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql: str = str(compiled)
        self.names: tuple[str, ...] = tuple(
            compiled.positiontup if dialect.positional else compiled.binds
        )
        self.positional = dialect.positional
        self.fixed: dict[str, Any] = {}
        """Parameters whose values stand in the statement."""
        self.converts: dict[str, Convert] = {}
        for name, bind in compiled.binds.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                self.converts[name] = convert
            if not bind.required:
                self.fixed[name] = bind.value if convert is None else convert(bind.value)
        columns = tuple(statement.exported_columns)
        self.results: list[tuple[int, Convert]] = []
        for at, column in enumerate(columns):
            convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if convert is not None:
                self.results.append((at, convert))
        names = [column.key or "" for column in columns]
        make: Any = namedtuple
        row: Any = make("PreparedRow", names, rename=True)
        self.row: Callable[[Sequence[Any]], Any] = row._make

    def arguments(self, given: Mapping[str, Any]) -> Any:
        """As the driver takes them: a tuple (SQLite) or a mapping (psycopg)."""
        converts, fixed = self.converts, self.fixed
        values = [
            (converts[name](given[name]) if name in converts else given[name])
            if name in given
            else fixed[name]
            for name in self.names
        ]
        return tuple(values) if self.positional else dict(zip(self.names, values, strict=True))

    def read(self, raw: Sequence[Any]) -> Any:
        """One row, its columns as attributes."""
        if self.results:
            values = list(raw)
            for at, convert in self.results:
                if values[at] is not None:
                    values[at] = convert(values[at])
            raw = values
        return self.row(raw)


class Prepared:
    """A Core statement for every turn. Parameters are ``bindparam`` names; constants may stand in it."""

    __slots__ = ("_compiled", "_made")

    def __init__(self, made: Made) -> None:
        self._made: Final = made
        self._compiled: dict[str, _Compiled] = {}

    def run(self, conn: Connection, given: Mapping[str, Any]) -> int:
        """Run it once; how many rows it touched."""
        with _errors_of(conn) as raw:
            compiled = self._of(conn)
            return int(raw.execute(compiled.sql, compiled.arguments(given)).rowcount)

    def run_each(self, conn: Connection, given: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of these."""
        with _errors_of(conn) as raw:
            compiled = self._of(conn)
            rows = [compiled.arguments(one) for one in given]
            if len(rows) == 1:  # psycopg makes a pipeline for many, which is more work for one
                raw.execute(compiled.sql, rows[0])
            elif rows:
                raw.cursor().executemany(compiled.sql, rows)

    def first(self, conn: Connection, given: Mapping[str, Any]) -> Any:
        """The first row, None without one."""
        with _errors_of(conn) as raw:
            compiled = self._of(conn)
            found = raw.execute(compiled.sql, compiled.arguments(given)).fetchone()
            return None if found is None else compiled.read(found)

    def all(self, conn: Connection, given: Mapping[str, Any]) -> list[Any]:
        """All rows."""
        with _errors_of(conn) as raw:
            compiled = self._of(conn)
            found = raw.execute(compiled.sql, compiled.arguments(given)).fetchall()
            return [compiled.read(one) for one in found]

    def _of(self, conn: Connection) -> _Compiled:
        name = conn.dialect.name
        found = self._compiled.get(name)
        if found is None:
            made = self._made
            statement = made if isinstance(made, Executable) else made(name)
            found = self._compiled[name] = _Compiled(statement, conn.dialect)
        return found


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """A scope inside an open transaction that is undone alone if it raises. Always the same name: the
    driver keeps a hundred statements by their text, and numbered names would push all others out."""
    with _errors_of(conn) as raw:
        raw.execute("SAVEPOINT one_turn")
    try:
        yield
    except BaseException:
        with _errors_of(conn) as raw:
            raw.execute("ROLLBACK TO SAVEPOINT one_turn")
            raw.execute("RELEASE SAVEPOINT one_turn")
        raise
    with _errors_of(conn) as raw:
        raw.execute("RELEASE SAVEPOINT one_turn")


def insert_all(table: Table, *columns: str) -> Insert:
    """INSERT of these columns, each a parameter of its name."""
    return insert(table).values({name: bindparam(name) for name in columns})


def upsert(dialect: str, table: Table, *columns: str) -> sqlite.Insert | postgresql.Insert:
    """The same INSERT, able to say ON CONFLICT in a dialect's own way."""
    made = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return made.values({name: bindparam(name) for name in columns})


class _errors_of:
    """Gives the driver's connection; its errors leave as SQLAlchemy's. A class, not a generator: it is
    entered for every statement."""

    __slots__ = ("_conn",)

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def __enter__(self) -> Any:
        return self._conn.connection.dbapi_connection

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> None:
        if problem is None:
            return
        conn = self._conn
        driver: Any = conn.dialect.loaded_dbapi
        if not isinstance(problem, driver.Error):
            return
        lost = conn.dialect.is_disconnect(problem, conn.connection, None)
        if lost:
            conn.invalidate(problem)
        raise DBAPIError.instance(
            None, None, problem, driver.Error, hide_parameters=True, connection_invalidated=lost,
            dialect=conn.dialect,
        ) from problem  # fmt: skip
