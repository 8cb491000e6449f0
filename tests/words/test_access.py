"""For every editor: axe finds nothing on any page, nothing scrolls sideways, fingers find their targets."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Pages
from tests.browser.server import Server
from tests.browser.test_access import faults
from tests.words.browser import editor, shoot

SCREENS = [
    "/words", "/words?q=clinic", "/words/edit/page:not-mean", "/words/edit/organisation", "/words/new/faq",
    "/words/menu/home", "/words/hours", "/words/danger", "/words/remove/faq-guarantee", "/words/history",
    "/words/history/1", "/words/counts", "/words/list/safety", "/words/list/review", "/words/try", "/sessions",
    "/words/edit/danger:emergency", "/words/edit/safety:emergency", "/words/ask",
]  # fmt: skip
"""One of every template; of the lists a short one."""


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing(pages: Pages, server: Server, phone: bool) -> None:
    page = editor(pages, server, phone=phone).page
    found: dict[str, list[str]] = {}
    for path in SCREENS:
        page.goto(server.url + path)
        found[path] = seen(page, phone=phone)
        shoot(page, f"{'phone' if phone else 'desktop'}{re.sub(r'[^a-z0-9]+', '-', path)}")
    page.goto(f"{server.url}/words/edit/page:not-mean")
    page.get_by_label("Button", exact=True).fill("A label that is far too long for a button")
    expect(page.locator("#at-button .blocks")).to_be_visible()
    found["findings"] = seen(page, phone=phone)
    page.goto(f"{server.url}/words/ask")
    page.get_by_role("textbox").last.fill("which clinic is the best in Busan")
    page.get_by_role("textbox").last.press("Enter")
    expect(page.get_by_text("The model-free engine answered")).to_be_visible()
    found["an answer explained"] = seen(page, phone=phone)
    assert {name: lines for name, lines in found.items() if lines} == {}


def seen(page: Page, *, phone: bool) -> list[str]:
    """What is wrong with a page. In the dark only colours differ, on a phone no colour does: so the
    dark colours are looked at on the desktop, the size of targets on the phone."""
    found = faults(page)
    if phone:
        found += small_targets(page)
    else:
        page.emulate_media(color_scheme="dark")
        found += faults(page, ["color-contrast"])
        page.emulate_media(color_scheme="light")
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*found, f"scrolls sideways by {wide}"] if wide > 0 else found


def small_targets(page: Page) -> list[str]:
    """Buttons, links and fields that are too small for a finger."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, a, summary, select, input:not([type=hidden])")]
            .filter((one) => one.offsetParent && one.closest("main"))
            .filter((one) => !one.closest(".bubble, p, .sr, label, h3, .msg"))
            .map((one) => [one.innerText || one.id, one.getBoundingClientRect()])
            .filter(([text, box]) => box.height < 43.5)
            .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
    )
    return found
