"""A real Chromium, where one is installed; a server of our own for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.server import Server, running

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


CHROMIUM = os.environ.get("FRONTDESK_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # No longer than a module: Playwright's event loop would be in the way of other modules' tests.
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path) as server:
        yield server


class Pages:
    """Opens pages that fail the test for any error in the browser's console and any outside request."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.url = server.url + "/"

    def open(self, *, phone: bool = False, dark: bool = False, scripts: bool = True) -> Page:
        """A signed-in page in a browser of its own."""
        page = self.blank(phone=phone, dark=dark, scripts=scripts)
        page.goto(self._server.url + self._server.call(lambda house: house.link()))
        page.wait_for_url(self._server.url + "/")
        return page

    def blank(self, *, phone: bool = False, dark: bool = False, scripts: bool = True) -> Page:
        """A page in a browser of its own that is not signed in."""
        context = self._browser.new_context(
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            has_touch=phone,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            timezone_id="Asia/Almaty",
            locale="en-GB",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda said: self._fault(said.type == "error", said.text))
        page.on("pageerror", lambda problem: self._fault(True, str(problem)))
        page.on("request", lambda asked: self._fault(self._is_outside(asked.url), asked.url))
        return page

    def _is_outside(self, url: str) -> bool:
        return not url.startswith((self._server.url, "data:"))

    def _fault(self, is_one: bool, words: str) -> None:
        # A page that is left breaks off its requests; htmx notes that with these names only.
        left = words in ("htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")
        if is_one and not left and not any(expected in words for expected in self.expected):
            self.faults.append(words)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def pages(browser: Browser, server: Server) -> Iterator[Pages]:
    pages = Pages(browser, server)
    yield pages
    pages.close()
    assert pages.faults == []
