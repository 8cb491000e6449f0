"""Nothing that a person said stands readable on a disk; nothing opens with a wrong key or place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, String

from bot import effects as fx
from bot import events as ev
from bot.errors import KeyMissing
from bot.ports import Delivered, Rejected
from bot.understanding import Understanding
from storage import tables
from storage.seal import Sealer, Vault, create_master_key, read_master_key
from tests import pg
from tests.storage import small
from tests.storage.conftest import House, MakeHouse, claim
from tests.storage.small import ACTOR, ANNA, START, wrote

_ALLOWED = {"id", "state", "hash", "time", "number", "flag"}


def test_every_column_is_sealed_or_on_the_list() -> None:
    for table in tables.META.tables.values():
        for column in table.columns:
            plain = column.info.get("plain")
            if column.info.get("sealed"):
                assert isinstance(column.type, LargeBinary), column
            else:
                assert plain in _ALLOWED, column
            if isinstance(column.type, String):
                assert plain in {"id", "state", "hash"}, column


def test_sealing_is_bound_to_its_place() -> None:
    sealer = Sealer(os.urandom(32))
    sealed = sealer.seal("t", "c", "1", b"words")
    assert b"words" not in sealed
    assert sealed != sealer.seal("t", "c", "1", b"words")
    assert sealer.open("t", "c", "1", sealed) == b"words"
    for place in (("u", "c", "1"), ("t", "d", "1"), ("t", "c", "2"), ("t", "c1", "")):
        with pytest.raises(KeyMissing):
            sealer.open(*place, sealed)
    with pytest.raises(KeyMissing):
        sealer.open("t", "c", "1", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(KeyMissing):
        Sealer(os.urandom(32)).open("t", "c", "1", sealed)


def test_keyed_hashes_say_the_same_person_and_not_who() -> None:
    one, other = Vault(b"1" * 32), Vault(b"2" * 32)
    assert one.hashed("subject", "telegram:1:7") == one.hashed("subject", "telegram:1:7")
    assert one.hashed("subject", "telegram:1:7") != one.hashed("other", "telegram:1:7")
    assert one.hashed("subject", "telegram:1:7") != other.hashed("subject", "telegram:1:7")


def test_the_key_file_is_the_owners(tmp_path: Path) -> None:
    path = tmp_path / "var" / "master.key"
    key = create_master_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert create_master_key(path) == key == read_master_key(path)  # never overwritten
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]
    path.write_text("short")
    with pytest.raises(KeyMissing):
        read_master_key(path)


async def test_a_store_does_not_start_without_its_key(durable: House) -> None:
    store = await durable.open()
    await store.receive(wrote("1", "hello"))
    await store.close()
    durable.opened.clear()
    kept = durable.key_file.read_bytes()
    durable.key_file.unlink()
    with pytest.raises(KeyMissing):
        await durable.open()
    assert not durable.key_file.exists()  # and makes no new one
    create_master_key(durable.key_file)
    with pytest.raises(KeyMissing):
        await durable.open()
    durable.key_file.write_bytes(kept)
    store = await durable.open()
    assert await store.conversation(ANNA) is not None


# ---- planted phrases

_PLANT = "zxqplanted{}zxq"
_MARK = b"zxqplanted"
"""Long enough not to turn up by chance in megabytes of sealed bytes, or in their hex."""


def _planted() -> list[tuple[str, ev.Update]]:
    """A phrase in everything of every event that a person can type or be called."""
    file = ev.FileRef("telegram", "F1", "photo", _PLANT.format("filename"), "image/png", 5)
    understood = Understanding(release="", reply=_PLANT.format("reply"))
    events: list[ev.Event] = [
        ev.Started(_PLANT.format("payload")),
        ev.Commanded("ask", _PLANT.format("argument")),
        ev.Tapped(_PLANT.format("data")),
        ev.Wrote("ask " + _PLANT.format("wrote"), "m1", START, understood),
        ev.Wrote("reply " + _PLANT.format("reply"), "m2", START),
        ev.Wrote("danger " + _PLANT.format("danger"), "m3", START),
        ev.Wrote("boom " + _PLANT.format("parked"), "m4", START),
        ev.Wrote("toast " + _PLANT.format("toast"), "m4", START),
        ev.Edited(_PLANT.format("edited"), "m1", START),
        ev.SentFile(file, "m5", START, caption=_PLANT.format("caption")),
        ev.NoteWritten("FD-AAAA", ACTOR, _PLANT.format("note")),
        ev.ReplyDrafted("FD-AAAA", ACTOR, "d", _PLANT.format("draft")),
    ]
    return [
        (str(n), ev.Update(str(n), ANNA, START, event, language=_PLANT.format("language")))
        for n, event in enumerate(events)
    ]


async def _plant(house: House) -> None:
    store = await house.open()
    small.FAULT.word = "boom"
    for _, update in _planted():
        await store.receive(update)
    await store.park("raw", _PLANT.format("raw"), "KeyError", "adapters/x.py:1")
    await store.put_file(_PLANT.format("bytes").encode(), _PLANT.format("mediatype"))
    live = await store.live_release()
    await store.publish(
        live, {"a.md": _PLANT.format("source")},
        by=_PLANT.format("by"), why=_PLANT.format("why"),
    )  # fmt: skip
    reasons = 0
    while got := await claim(store):
        for one in got:
            if isinstance(one.effect, fx.ShowCard):
                await store.record(one, Rejected(_PLANT.format("reason")))
                reasons += 1
            else:
                await store.record(one, Delivered())
    assert reasons
    # it really is in there
    told = repr(await store.export(ANNA)) + repr(await store.transcript(ANNA))
    for word in ("wrote", "edited", "caption", "note", "argument"):
        assert _PLANT.format(word) in told
    assert len(await store.parked()) == 2


def _search(what: bytes, where: str) -> None:
    for encoded in (_MARK, _MARK.decode().encode("utf-16-le"), _MARK.hex().encode()):
        assert encoded not in what, where


async def test_planted_phrases_are_not_in_the_sqlite_files(sqlite: House) -> None:
    await _plant(sqlite)
    for live in (True, False):
        files = list((sqlite.folder / "data").iterdir())
        assert any(one.name.endswith("-wal") for one in files) is live
        for one in files:
            _search(one.read_bytes(), one.name)
        if live:
            await sqlite.opened.pop().close()


async def test_planted_phrases_are_not_in_postgresql(
    make_house: MakeHouse, server: pg.PostgreSQL
) -> None:
    house = make_house("postgresql")
    await _plant(house)
    await house.opened.pop().close()
    _search(server.dump(house.url.rsplit("/", 1)[1]), "dump")
    server.admin("CHECKPOINT")
    for path in (server.folder / "data").rglob("*"):
        if path.is_file():  # tables, indexes and the write-ahead log, byte by byte
            _search(path.read_bytes(), path.name)
    _search((server.folder / "log").read_bytes(), "server log")


async def test_files_of_the_database_are_the_owners(sqlite: House) -> None:
    store = await sqlite.open()
    await store.receive(wrote("1", "hello"))
    for one in (sqlite.folder / "data").iterdir():
        assert stat.S_IMODE(one.stat().st_mode) & 0o077 == 0, one.name
