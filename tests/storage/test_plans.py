"""No statement of a turn or of a delivery looks through a table: each goes by an index, on both databases,
so that a million stored conversations cost a turn no more than a thousand.

SQLite plans without looking at how many rows there are (nothing here runs ANALYZE). PostgreSQL is
forbidden sequential scans, and then shows one only where no index would do.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from bot.ports import Delivered, Later
from storage import prepared
from tests.storage.conftest import House, claim
from tests.storage.small import ANNA, BORIS, wrote

SMALL = ("live", "holds", "moves")
"""Tables that do not grow with patients: the pointer, and destinations that were held or moved lately."""


class Heard:
    """Every statement that ran, with the arguments of its first time."""

    def __init__(self, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: dict[str, Any] = {}
        arguments = prepared._Compiled.arguments

        def heard(compiled: Any, given: Any) -> Any:
            made = arguments(compiled, given)
            self.seen.setdefault(compiled.sql, made)
            return made

        monkeypatch.setattr(prepared._Compiled, "arguments", heard)

        @event.listens_for(store._engine, "before_cursor_execute")
        def core(conn: Any, cursor: Any, sql: str, given: Any, context: Any, many: bool) -> None:
            self.seen.setdefault(sql, given[0] if many else given)

    def statements(self) -> list[tuple[str, Any]]:
        """Those that read or change rows."""
        words = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")
        return [(sql, given) for sql, given in self.seen.items() if sql.lstrip().startswith(words)]


async def test_every_statement_of_a_turn_goes_by_an_index(
    durable: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await durable.open()
    heard = Heard(store, monkeypatch)
    for sends in (False, True):
        store.sends_from_memory(sends)
        for n, words in enumerate(("hello", "ask 3", "edit", "timer 60", "count page x")):
            key = f"{sends}{n}"
            await store.receive(wrote(key, words, on="1"))
            await store.receive(wrote(key, words))
            await store.receive(wrote("b" + key, words, BORIS))
            for one in (*(born for _, born in store.born_deliveries(9)), *await claim(store)):
                if n % 2:
                    await store.record(one, Later("no connection"))
                else:
                    await store.record(one, Delivered(((f"seq:{n}", str(n)),)))
        durable.clock.on(seconds=90)
    for timer in await store.due_timers(durable.clock.now):
        await store.receive(timer)
    await store.receipt(str(ANNA), "seq:1")
    statements = heard.statements()
    assert len(statements) > 20
    looked_through = []
    with store._engine.connect() as conn:
        raw = conn.connection.dbapi_connection
        assert raw is not None
        cursor: Any = raw.cursor()
        if durable.kind == "postgresql":
            cursor.execute("SET enable_seqscan = off")
        for sql, given in statements:
            for line in plan(cursor, durable.kind, sql, given):
                table = looked(durable.kind, line)
                if table and table not in SMALL:
                    looked_through.append((table, sql))
    assert looked_through == []


def plan(cursor: Any, kind: str, sql: str, given: Any) -> list[str]:
    """How the database means to run a statement."""
    if kind == "sqlite":
        return [str(row[3]) for row in cursor.execute("EXPLAIN QUERY PLAN " + sql, given)]
    return [str(row[0]) for row in cursor.execute("EXPLAIN " + sql, given)]


def looked(kind: str, line: str) -> str:
    """The table that a line of a plan looks through; "" where it goes by an index. The index of what is
    not settled is short by itself: it may be gone through."""
    words = line.replace("->", "").split()
    if kind == "sqlite":
        scans = words[:1] == ["SCAN"] and "ix_outbox_open" not in words
        return words[1] if scans and words[1] not in ("CONSTANT", "excluded") else ""
    return words[3] if words[:3] == ["Seq", "Scan", "on"] else ""
