"""An unfinished edit outlives what it was typed in: a tab that closes at once, a server that is killed."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Pages
from tests.browser.server import Server
from tests.cli.conftest import Desk, Running, desk, start  # noqa: F401  (fixtures)
from tests.cli.test_run import link_in
from tests.words.browser import editor


@dataclass
class Address:
    """Where a server of another process answers."""

    url: str


def title(page: Page) -> str:
    return page.get_by_label("Title", exact=True).input_value()


def test_it_survives_a_killed_server_and_a_closed_browser(
    browser: Browser,
    desk: Desk,  # noqa: F811
    start: Callable[[], Running],  # noqa: F811
) -> None:
    """The real program, killed and started again on the same data."""
    server = start().wait_until_started()
    url = f"http://127.0.0.1:{desk.port}"
    pages = Pages(browser, Address(url))  # type: ignore[arg-type]
    pages.expected = ("htmx:sendError", "ERR_", "Failed to load")
    page = pages.blank()
    page.goto(link_in(server.text))
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/words/edit/page:not-mean")
    page.get_by_label("Title", exact=True).fill("Half a title")
    expect(page.get_by_text("Kept for you")).to_be_visible()
    server.stop(signal.SIGKILL)
    page.get_by_label("Title", exact=True).fill("Half a title, and more")
    expect(page.locator("#trouble")).to_contain_text("not kept")
    # nobody types any more: the page keeps it by itself as soon as there is a server again
    with page.expect_response(lambda answer: "/words/look/" in answer.url and answer.ok):
        start().wait_until_started()
    expect(page.locator("#trouble")).to_be_hidden()
    pages.close()
    other = pages.blank(phone=True)
    other.goto(link_in(desk("link").out))
    other.wait_for_url(f"{url}/")
    other.goto(f"{url}/words")
    other.get_by_role("link", name=re.compile("kept at")).click()
    expect(other.get_by_text("This is your unfinished edit")).to_be_visible()
    assert title(other) == "Half a title, and more"
    other.goto(f"{url}/words/history")
    expect(other.locator("ol.history > li")).to_have_count(1)
    pages.close()
    assert pages.faults == []


def test_it_survives_a_tab_that_closes_at_once(pages: Pages, server: Server) -> None:
    """The last words are typed and the tab is gone before the page has sent them by itself."""
    one = editor(pages, server)
    page = one.page
    page.goto(f"{server.url}/words/edit/page:not-mean")
    page.get_by_label("Title", exact=True).fill("Typed in a hurry")
    page.goto(f"{server.url}/words/history")
    for _ in range(100):  # the browser sends it after the page is gone
        if kept := server.call(lambda house: house.store.edits("edi")):
            break
        page.wait_for_timeout(100)
    assert [edit.fields["title"] for edit in kept] == ["Typed in a hurry"]
    # what was published is no unfinished edit, however the page was left
    page.goto(f"{server.url}/words/edit/page:not-mean")
    page.get_by_label("Title", exact=True).fill("Said in a hurry")
    one.publish()
    page.goto(f"{server.url}/words")
    expect(page.get_by_role("heading", name="My unfinished edits")).to_have_count(0)
