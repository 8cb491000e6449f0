"""The greeting of a start: it says what is on, and never takes the house down."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import serve
from adapters.settings import Settings
from bot.errors import NotNow
from bot.release import Release


class Busy:
    """A database that takes nothing for a while, as on a machine that is starting much else."""

    async def new_link(self, kind: str, subject: str, seconds: float) -> str:
        raise NotNow("waited too long for the database")


async def test_a_busy_database_costs_the_link_and_not_the_server(
    shipped: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    busy: Any = Busy()
    await serve._hello(Settings(), busy, shipped, None, None)
    said = capsys.readouterr()
    told = said.out + said.err
    assert "on   local page" in told
    assert "No link yet" in told
    assert "frontdesk link" in told
    assert "Ctrl-C ends." in told
