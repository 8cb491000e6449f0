"""The migrations make what ``storage.tables`` says, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage import migrate
from storage.engine import open_engine
from storage.ids import digest
from tests.storage import small
from tests.storage.conftest import House


async def test_migrated_and_written_tables_are_the_same(durable: House) -> None:
    engine = open_engine(durable.empty())
    migrate.upgrade(engine)
    migrate.upgrade(engine)  # nothing to do
    with engine.connect() as conn:
        assert migrate.differences(conn) == []
    assert migrate.current(engine) == migrate.HEAD
    engine.dispose()


async def test_a_difference_is_seen(durable: House) -> None:
    durable.spoilt = True
    engine = open_engine(durable.url)
    migrate.upgrade(engine)
    with engine.begin() as conn:
        conn.execute(text("ALTER TABLE cursors ADD COLUMN more VARCHAR"))
        assert [one[0] for one in migrate.differences(conn)] == ["remove_column"]
    engine.dispose()


async def test_a_migration_that_fails_leaves_nothing(
    sqlite: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(sqlite.empty())
    real = migrate._run

    def fail(conn: object) -> None:
        real(conn)  # type: ignore[arg-type]
        raise RuntimeError("power cut")

    monkeypatch.setattr(migrate, "_run", fail)
    with pytest.raises(RuntimeError):
        migrate.upgrade(engine)
    assert migrate.current(engine) is None
    monkeypatch.setattr(migrate, "_run", real)
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.HEAD
    engine.dispose()


async def test_what_the_first_version_kept_is_kept(durable: House) -> None:
    """Sessions above all: a browser writes on in its patient conversation for months."""
    engine = open_engine(durable.empty())
    with engine.begin() as conn:
        from alembic import command
        from alembic.config import Config

        config = Config(attributes={"connection": conn})
        config.set_main_option("script_location", str(migrate._FOLDER))
        command.upgrade(config, "0001")
        until = round((small.START.timestamp() + 3600) * 1_000_000)
        values = {"d": digest("old token"), "u": until}
        conn.execute(text("INSERT INTO sessions VALUES (:d, 'patient', 'chat7', :u)"), values)
        conn.execute(
            text(
                "INSERT INTO audit (uid, at, conversation_id, who, did, about) "
                "VALUES ('u', 1, 'c', 'telegram:1', 'EnquiryClaimed', 'FD-AAAA')"
            )
        )
    assert migrate.current(engine) == "0001"
    engine.dispose()
    store = await durable.open()
    (row,) = [one for one in await store.audit_trail() if one.who == "telegram:1"]
    assert (row.did, row.about, row.refused) == ("EnquiryClaimed", "FD-AAAA", "")
    (kept,) = await store.sessions()
    assert (kept.kind, kept.subject, kept.note) == ("patient", "chat7", "")
    assert await store.session("old token") == ("patient", "chat7")
    (kept,) = await store.sessions()
    assert kept.last_seen_at == small.START
    engine = open_engine(durable.url)
    with engine.connect() as conn:
        assert migrate.differences(conn) == []
    engine.dispose()


def test_head_is_the_newest_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate._FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD
