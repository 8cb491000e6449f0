"""A page of an editor in a real Chromium, on a server with the staff list of every role."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from adapters.web.names import SIGNIN_KIND
from tests.browser.conftest import Pages
from tests.browser.server import Server

FOLDER = Path(__file__).parent / "screenshots"


def shoot(page: Page, name: str) -> None:
    """Keep a picture, where FRONTDESK_SCREENSHOTS=1 asks for it."""
    if os.environ.get("FRONTDESK_SCREENSHOTS") == "1":
        FOLDER.mkdir(exist_ok=True)
        page.wait_for_timeout(200)
        page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


class Editor:
    """What an editor does, and how many clicks it took since the link."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.clicks = 0

    def click(self, what: Locator) -> None:
        """One click."""
        self.clicks += 1
        what.click()

    def sign_in(self, staff: str = "edi") -> None:
        """Open the bot's link and press the button."""
        token = self.server.call(lambda house: house.store.new_link(SIGNIN_KIND, staff, 600))
        self.clicks += 1  # the link itself
        self.page.goto(f"{self.server.url}/signin/{token}")
        self.click(self.page.get_by_role("button", name="Sign in"))
        self.page.wait_for_url("**/words")

    def find(self, words: str) -> None:
        """Search by typing, no click."""
        self.page.get_by_role("searchbox").fill(words)
        expect(self.page.locator("#hits li").first).to_be_visible()

    def publish(self) -> None:
        """Publish, and read that it is live."""
        self.goes_live(self.page.get_by_role("button", name="Publish", exact=True))

    def goes_live(self, button: Locator) -> None:
        """One click, and the page that it leads to: another Release is named there than before."""
        named = self.page.locator('.live [name="live"]')
        before = named.get_attribute("value") if named.count() else ""
        self.click(button)
        expect(self.page.get_by_text("Live since")).to_be_visible()
        expect(named).not_to_have_value(before or "")


def editor(pages: Pages, server: Server, *, phone: bool = False, dark: bool = False) -> Editor:
    """An editor who has just signed in, in a browser of their own."""
    one = Editor(pages.blank(phone=phone, dark=dark), server)
    one.sign_in()
    return one
