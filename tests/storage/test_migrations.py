"""The migrations make what ``storage.tables`` says, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage import migrate
from storage.engine import open_engine
from tests.storage.conftest import House


async def test_migrated_and_written_tables_are_the_same(durable: House) -> None:
    engine = open_engine(durable.url)
    migrate.upgrade(engine)
    migrate.upgrade(engine)  # nothing to do
    with engine.connect() as conn:
        assert migrate.differences(conn) == []
    assert migrate.current(engine) == migrate.HEAD
    engine.dispose()


async def test_a_difference_is_seen(durable: House) -> None:
    engine = open_engine(durable.url)
    migrate.upgrade(engine)
    with engine.begin() as conn:
        conn.execute(text("ALTER TABLE cursors ADD COLUMN more VARCHAR"))
        assert [one[0] for one in migrate.differences(conn)] == ["remove_column"]
    engine.dispose()


async def test_a_migration_that_fails_leaves_nothing(
    sqlite: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(sqlite.url)
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


def test_head_is_the_newest_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate._FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD
