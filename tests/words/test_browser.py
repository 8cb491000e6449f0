"""An editor's day in a real browser: desktop and phone, keyboard only."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Pages
from tests.browser.people import Patient
from tests.browser.server import Server
from tests.browser.test_access import tab_to
from tests.words.browser import editor, shoot


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_typo_is_fixed_in_seven_clicks(pages: Pages, server: Server, phone: bool) -> None:
    one = editor(pages, server, phone=phone)
    page = one.page
    shoot(page, f"words-{'phone' if phone else 'desktop'}")
    one.find("does not make every clinic equal")
    shoot(page, f"found-{'phone' if phone else 'desktop'}")
    one.click(page.locator("#hits a").first)
    body = page.locator('[name="f.body"]')
    expect(body).to_be_visible()
    body.fill(body.input_value().replace("equal", "the same"))
    expect(page.get_by_text("This can go live.")).to_be_visible()
    expect(page.locator("#looks")).to_contain_text("the same")
    page.get_by_label("Why, in a line").fill("Plainer")
    shoot(page, f"edit-{'phone' if phone else 'desktop'}")
    one.publish()
    shoot(page, f"live-{'phone' if phone else 'desktop'}")
    assert one.clicks <= 7
    one.goes_live(page.get_by_role("button", name="Undo"))
    assert "the same" not in page.locator('[name="f.body"]').input_value()


def test_a_new_question_is_answered_and_the_promise_changes(pages: Pages, server: Server) -> None:
    one = editor(pages, server)
    page = one.page
    page.get_by_role("link", name="A common question").click()
    page.get_by_label("Title").fill("Can I bring my own pillow?")
    page.locator('[name="f.body"]').fill(
        "Ask the clinic before you travel. Clinics differ in this."
    )
    page.get_by_label("Also asked as").fill("may I take my pillow along")
    expect(page.get_by_text("This can go live.")).to_be_visible()
    shoot(page, "new-faq")
    one.publish()
    local = pages.open()
    patient = Patient(local)
    patient.write("may i take my pillow along?")
    expect(patient.pane).to_contain_text("Ask the clinic before you travel.")
    shoot(local, "asked")

    page.get_by_role("link", name="Desk hours").click()
    thursday = page.locator(".days tr", has=page.locator("th", has_text="Thu")).first
    thursday = thursday.locator("td").nth(1)
    before = thursday.inner_text()
    assert before.startswith("Fri"), before
    page.get_by_label("On this day").fill(friday())
    page.get_by_label("Why").fill("Founding day")
    one.goes_live(page.get_by_role("button", name="Close the desk and publish"))
    expect(page.get_by_text("Founding day").first).to_be_visible()
    expect(thursday).to_contain_text("Mon")
    shoot(page, "hours")


def test_the_patient_reads_the_changed_promise(pages: Pages, server: Server) -> None:
    """Every day but far ones is closed: the promise in the chat moves past them."""
    local = pages.open()
    patient = Patient(local)
    patient.ask()
    first = patient.pane.locator("li.msg.bot").last.inner_text()
    one = editor(pages, server)
    one.page.goto(f"{server.url}/words/hours")
    one.page.get_by_label("On this day").fill(today(0))
    one.page.get_by_label("Until and with").fill(today(20))
    one.goes_live(one.page.get_by_role("button", name="Close the desk and publish"))
    local.get_by_role("button", name="New patient").click()
    expect(patient.pane.locator("li.msg.patient")).to_have_count(0)
    patient.ask()
    second = patient.pane.locator("li.msg.bot").last.inner_text()
    named = re.compile(r"by \w{3} (\d+ \w{3})")
    dates = [found[1] if (found := named.search(one)) else one for one in (first, second)]
    assert dates[0] != dates[1], dates


def today(more: int) -> str:
    """The day at the desk, or some days later."""
    return (datetime.now(ZoneInfo("Asia/Seoul")).date() + timedelta(days=more)).isoformat()


def friday() -> str:
    """The Friday after the Thursday that the page names first."""
    day = datetime.now(ZoneInfo("Asia/Seoul")).date()
    thursday = day + timedelta(days=(3 - day.weekday()) % 7)
    return (thursday + timedelta(days=1)).isoformat()


def test_a_finding_stops_it_and_one_click_mends_it(pages: Pages, server: Server) -> None:
    pages.expected = ("422",)
    one = editor(pages, server)
    page = one.page
    page.goto(f"{server.url}/words/edit/page:not-mean")
    button = page.get_by_label("Button", exact=True)
    button.fill("What all of this does really not mean at all")
    expect(page.locator("#at-button")).to_contain_text("at most 30")
    expect(button).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#state")).to_contain_text("1 thing has to be mended")
    shoot(page, "finding")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("It is not live")).to_be_visible()
    page.locator("#at-button").get_by_role("button", name=re.compile("^Shorten")).first.click()
    expect(page.get_by_text("This can go live.")).to_be_visible()
    one.publish()


def test_an_unfinished_edit_survives_a_closed_tab(pages: Pages, server: Server) -> None:
    first = editor(pages, server)
    first.page.goto(f"{server.url}/words/edit/page:not-mean")
    first.page.get_by_label("Title", exact=True).fill("Half a title")
    expect(first.page.get_by_text("Kept for you")).to_be_visible()
    first.page.close()
    again = editor(pages, server, phone=True)
    again.page.get_by_role("link", name=re.compile("kept at")).click()
    expect(again.page.get_by_label("Title", exact=True)).to_have_value("Half a title")
    again.page.get_by_role("link", name="Try it").last.click()
    expect(again.page.get_by_text("with your unfinished edits")).to_be_visible()
    shoot(again.page, "try-phone")


def test_edit_this_leads_from_the_local_page(pages: Pages) -> None:
    page = pages.open()
    page.locator("li.msg.current").get_by_role("link", name="Edit this").click()
    page.wait_for_url("**/words/edit/page:home*")
    expect(page.locator('[name="f.body"]')).to_be_visible()
    page.goto(pages.url)
    patient = Patient(page)
    first = patient.newest.get_attribute("data-v")
    patient.write("/status")  # a screen made of a phrase: the search shows where its words stand
    expect(patient.newest).not_to_have_attribute("data-v", first or "")
    page.locator("li.msg.current").get_by_role("link", name="Edit this").click()
    expect(page.locator("#hits li").first).to_be_visible()


def test_by_keyboard_alone(pages: Pages, server: Server) -> None:
    one = editor(pages, server)
    page = one.page
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("does not make every clinic equal")
    expect(page.locator("#hits a").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[name="f.body"]')).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Ask about it.")
    expect(page.get_by_text("This can go live.")).to_be_visible()
    tab_to(page, "Why, in a line for the history", most=60)
    page.keyboard.type("Clearer")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Live since")).to_be_visible()
    page.goto(f"{server.url}/words/menu/menu-faq")
    second = page.locator(".order li").nth(1).locator(".what").inner_text()
    expect(page.get_by_text("Live since")).to_have_count(0)
    page.locator(".order li").nth(1).get_by_role("button", name=re.compile("up$")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Live since")).to_be_visible()
    expect(page.locator(".order li").first).to_contain_text(second.splitlines()[0])
