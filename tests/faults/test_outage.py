"""The short form of ``python -m tests.faults.outage``: the database away for seconds, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pg
from tests.faults.outage import Trial, place, run


@pytest.fixture(scope="module")
def server() -> Iterator[pg.PostgreSQL | None]:
    with pg.running() as one:
        yield one


@pytest.mark.parametrize(
    ("kind", "way"), [("no room", "telegram/polling"), ("read-only", "slack/webhook")]
)
async def test_the_database_goes_away_and_comes_back(
    kind: str, way: str, tmp_path: Path, server: pg.PostgreSQL | None
) -> None:
    try:
        with place(kind, tmp_path, server) as (url, outage):
            trial = Trial(kind, way, seconds=2.0, before=0.5, together=2, lease=3.0)
            seen = await run(trial, tmp_path, url, outage)
    except LookupError as missing:
        pytest.skip(str(missing))
    assert seen.found.wrong == []
    assert (seen.found.lost, seen.found.doubled) == (0, 0)
    assert seen.direct >= 1, "nobody was warned while the database was away"
