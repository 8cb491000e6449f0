"""The baseline of a durable turn: the rows that our turns left, written again by bare ``sqlite3``.

A COMMIT a turn, one after another, every one of them synced to the disk (WAL, ``synchronous=FULL``), into
the same tables with the same indexes. No thinking, no sealing, no network: what the disk and the driver
allow when nothing is grouped.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Final

TABLES: Final = ("update_keys", "transcript", "outbox", "receipts")


def bare_commits(ours: Path, copy: Path, most: int = 2_000) -> float:
    """Turns a second. ``ours``: a database that our turns filled; ``copy``: where to write."""
    source = sqlite3.connect(ours)
    kept = {name: _rows(source, name) for name in TABLES}
    talks = _rows(source, "conversations")
    patients = _rows(source, "patients")
    source.backup(sqlite3.connect(copy))
    source.close()
    conn = sqlite3.connect(copy, isolation_level=None)
    for pragma in ("busy_timeout = 1500", "journal_mode = WAL", "synchronous = FULL"):
        conn.execute(f"PRAGMA {pragma}")
    for name in (*TABLES, "conversations", "patients"):
        conn.execute(f"DELETE FROM {name}")  # noqa: S608 (names of ours)
    _put(conn, "patients", patients)
    _put(conn, "conversations", talks)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.execute("PRAGMA foreign_keys = ON")
    turns = min(most, len(kept["update_keys"]))
    share = {name: len(rows) / len(kept["update_keys"]) for name, rows in kept.items()}
    write = "UPDATE conversations SET state = ?, version = version + 1 WHERE id = ?"
    states = [(one[_at(conn, "conversations", "state")], one[0]) for one in talks]
    inserts = {name: _insert(conn, name) for name in TABLES}
    done = dict.fromkeys(TABLES, 0)
    began = time.perf_counter()
    for turn in range(1, turns + 1):
        conn.execute("BEGIN IMMEDIATE")
        for name in TABLES:
            until = min(len(kept[name]), int(turn * share[name]))
            conn.executemany(inserts[name], kept[name][done[name] : until])
            done[name] = until
        conn.execute(write, states[turn % len(states)])
        conn.execute("COMMIT")
    took = time.perf_counter() - began
    conn.close()
    return turns / took


def _rows(conn: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return conn.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


def _at(conn: sqlite3.Connection, table: str, column: str) -> int:
    names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    return names.index(column)


def _insert(conn: sqlite3.Connection, table: str) -> str:
    width = len(conn.execute(f"PRAGMA table_info({table})").fetchall())
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608


def _put(conn: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    conn.executemany(_insert(conn, table), rows)
