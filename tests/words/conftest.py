"""A house with every role, and browsers for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Pages, browser  # noqa: F401  (a fixture)
from tests.browser.server import Server, running
from tests.web.house import House, open_house
from tests.words.house import Tab, client, sign_in, staffed


class Entering(Protocol):
    """Opens a browser that is signed in as a staff id."""

    async def __call__(self, staff: str) -> Tab: ...


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, loaded=staffed()) as house:
        yield house


@pytest.fixture
async def enter(house: House) -> AsyncIterator[Entering]:
    async with AsyncExitStack() as stack:

        async def opened(staff: str) -> Tab:
            http = await stack.enter_async_context(client(house))
            return await sign_in(house, Tab(house, http), staff)

        yield opened


@pytest.fixture
async def edi(enter: Entering) -> Tab:
    """An editor, on the first page."""
    tab = await enter("edi")
    await tab.load("/words")
    return tab


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path, loaded=staffed()) as server:
        yield server


@pytest.fixture
def pages(browser: Browser, server: Server) -> Iterator[Pages]:  # noqa: F811
    pages = Pages(browser, server)
    yield pages
    pages.close()
    assert pages.faults == []
