"""Starting a store: one server a file, tables, key, and erasures that a restored backup lacks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from sqlalchemy import Connection, Engine, select

from bot.errors import FrontdeskError, KeyMissing
from storage import erase, erased_file, migrate
from storage import tables as t
from storage.engine import insert_into, is_sqlite, sqlite_file
from storage.house import House
from storage.seal import Vault, create_master_key, read_master_key

_WORD: Final = b"frontdesk"


@dataclass(slots=True)
class ServerLock:
    """The operating system's lock on a database file; gone with the process, however it ends."""

    file: IO[bytes]

    @classmethod
    def take(cls, database: Path) -> ServerLock:
        """Raises ``FrontdeskError`` if another server has it."""
        import fcntl

        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = database.with_name(database.name + ".lock")
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise FrontdeskError(
                f"another server already runs on {database.name}; stop it first"
            ) from None
        return cls(file)

    def release(self) -> None:
        """Let another server have it."""
        self.file.close()


def prepare(engine: Engine, house: House, key_file: Path, *, serve: bool) -> None:
    """Tables, key, erasures. Raises ``KeyMissing``, ``BadSettings``."""
    migrate.upgrade(engine)
    with engine.connect().execution_options(reads=True) as conn, conn.begin():
        house.sealed_with = _opened(conn, key_file)
    if house.sealed_with is None:
        with engine.begin() as conn:
            house.sealed_with = _first_key(conn, key_file)
    with engine.begin() as conn:
        house.load_moves(conn)
        if serve:
            known = erased_file.read(erased_file.erased_file(key_file))
            if known.keys() - erase.erased_ids(conn).keys():
                erase.erase_again(conn, known)
        if serve and is_sqlite(engine):
            from storage import marks, outbox

            outbox.release_all(conn, house.clock())
            marks.release_all(conn)
    if serve:
        note_erased(engine, key_file)


def note_erased(engine: Engine, key_file: Path) -> None:
    """Put the database's list of erased ids into the file beside the key as well."""
    with engine.connect().execution_options(reads=True) as conn, conn.begin():
        erased_file.add(erased_file.erased_file(key_file), erase.erased_ids(conn))


def server_lock(engine: Engine) -> ServerLock | None:
    """One server per SQLite file; PostgreSQL takes several replicas."""
    return ServerLock.take(sqlite_file(engine)) if is_sqlite(engine) else None


def _opened(conn: Connection, key_file: Path) -> Vault | None:
    """The vault, if this database was begun before; its key must then be the one."""
    word = conn.execute(select(t.key_check.c.word)).scalar()
    if word is None:
        return None
    vault = Vault(read_master_key(key_file))
    try:
        vault.open("key_check", "word", "1", word)
    except KeyMissing:
        raise KeyMissing(
            f"the key file {key_file.name} holds another key than the one this database was begun with"
        ) from None
    return vault


def _first_key(conn: Connection, key_file: Path) -> Vault:
    """Nothing is sealed yet: make a key if there is none, and note which one it is."""
    vault = _opened(conn, key_file)  # another process may have been faster
    if vault is not None:
        return vault
    master = read_master_key(key_file) if key_file.exists() else create_master_key(key_file)
    vault = Vault(master)
    word = vault.seal("key_check", "word", "1", _WORD)
    put = insert_into(conn, t.key_check).values(id=1, word=word)
    conn.execute(put.on_conflict_do_nothing())
    return _opened(conn, key_file) or vault
