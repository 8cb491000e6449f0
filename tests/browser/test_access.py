"""For everybody: axe finds nothing on any page, and the main job works by keyboard alone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Pages
from tests.browser.people import ANSWER, QUESTION, Facilitator, Patient

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page, rules: list[str] = RULES) -> list[str]:
    """What axe finds, one line each."""
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def seen(page: Page) -> list[str]:
    """What axe finds in the light, and what it finds wrong with the colours in the dark."""
    found = faults(page)
    page.emulate_media(color_scheme="dark")
    found += faults(page, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing(pages: Pages, phone: bool) -> None:
    page = pages.open(phone=phone)
    found = {"start": seen(page)}
    patient, desk = Patient(page), Facilitator(page)
    reference = patient.ask()
    found["sent"] = seen(page)
    if phone:
        page.get_by_role("button", name="Desk", exact=True).click()
    found["queue"] = seen(page)
    desk.open(reference)
    found["enquiry"] = seen(page)
    desk.act(re.compile("^Reply"))
    desk.enquiry.get_by_role("textbox").first.fill(ANSWER)
    found["reply"] = seen(page)
    desk.act("Preview")
    expect(desk.enquiry.locator(".preview")).to_be_visible()
    found["preview"] = seen(page)
    desk.act("Send to the patient")
    expect(desk.enquiry.locator(".outcome")).to_contain_text("delivered")
    page.get_by_text("Write a note for the team").click()
    desk.enquiry.get_by_label("Only the team sees this").fill("Ask the senior doctor.")
    desk.act("Keep this note")
    expect(desk.enquiry.locator("li.team")).to_contain_text("Ask the senior doctor.")
    found["thread"] = seen(page)
    if phone:
        page.get_by_role("button", name="Patient", exact=True).click()
    found["answered"] = seen(page)
    page.goto(page.url.partition("?")[0] + "desk/" + reference)
    found["desk"] = seen(page)
    pages.expected = ("404", "403")
    page.goto(page.url + "x")
    found["problem"] = seen(page)
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_targets_are_big_enough(pages: Pages) -> None:
    page = pages.open(phone=True)
    reference = Patient(page).ask()
    page.get_by_role("button", name="Desk", exact=True).click()
    Facilitator(page).open(reference)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a, summary, input:not([type=hidden])")]
            .filter((one) => one.offsetParent && !one.closest(".bubble") && one.type !== "file")
            .map((one) => [one.innerText, one.getBoundingClientRect()])
            .filter(([text, box]) => box.height < 43.5 || box.width < 43.5)
            .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
    )
    assert small == []


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the element of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "(document.activeElement.innerText || document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.labels?.[0]?.innerText || '').trim()"
        )
        if text == name:
            return
    raise AssertionError(f"no {name} within {most} tabs")


def test_the_main_job_by_keyboard(pages: Pages) -> None:
    page = pages.open()
    patient, desk = Patient(page), Facilitator(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, "Message")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(patient.pane.locator("li.msg.patient")).to_have_count(1)
    expect(page.locator("#say-text")).to_be_focused()
    expect(page.locator("#say-text")).to_have_value("")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.innerText") == "Write to a person":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(patient.newest).to_contain_text("I agree")
    # the focus is on the new message, its buttons come next
    expect(patient.newest).to_be_focused()
    for label in ("I agree", "Use this"):
        before = patient.newest.get_attribute("data-v")
        tab_to(page, label, most=3)
        page.keyboard.press("Enter")
        expect(patient.newest).not_to_have_attribute("data-v", before or "")
    reference = patient.fill_form()
    expect(desk.pane.locator("#queue")).to_contain_text(reference)
    page.locator("#desk").focus()
    tab_to(page, "Closed ones", most=5)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#enq-title")).to_be_focused()
    # a person is slower than the moment in which htmx settles what it put there
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    tab_to(page, "Reply to patient", most=10)
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type(ANSWER)
    tab_to(page, "Preview", most=5)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Send to the patient")).to_be_focused()
    page.keyboard.press("Enter")
    expect(patient.pane.locator("li.msg.human")).to_contain_text(ANSWER)
    expect(desk.enquiry.locator(".outcome")).to_contain_text("delivered")
