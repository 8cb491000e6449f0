"""The main job by clicks: read, ask, consent, form, send, claim, reply, preview, send, read, close."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Pages
from tests.browser.people import ANSWER, QUESTION, Facilitator, Patient, shoot


def test_the_whole_way(pages: Pages) -> None:
    page = pages.open()
    patient, desk = Patient(page), Facilitator(page)
    shoot(page, "start")
    patient.press("Read the guide")
    patient.press(patient.newest.get_by_role("button").first.inner_text())
    shoot(page, "section")
    reference = patient.ask()
    expect(desk.pane.locator("#queue")).to_contain_text(reference)
    desk.open(reference)
    expect(desk.enquiry).to_contain_text(QUESTION)
    shoot(page, "queue")
    desk.act("Claim")
    expect(desk.pane.locator("#flash")).to_contain_text(reference)
    desk.act("Reply to patient")
    desk.enquiry.get_by_role("textbox").first.fill(ANSWER)
    desk.act("Preview")
    expect(desk.enquiry.locator(".preview")).to_contain_text(ANSWER)
    expect(patient.pane).not_to_contain_text(ANSWER)
    shoot(page, "preview")
    desk.act("Send to the patient")
    # the patient's pane shows it by itself
    expect(patient.pane.locator("li.msg.human")).to_contain_text(ANSWER)
    expect(desk.enquiry.locator(".outcome")).to_contain_text("delivered")
    patient.write("Not yet. I am looking at two clinics.")
    expect(desk.enquiry.locator("#thread")).to_contain_text("looking at two clinics")
    shoot(page, "both")
    desk.act("Close")
    expect(desk.enquiry.get_by_role("button", name="Undo close")).to_be_visible()
    expect(desk.pane.locator("#queue")).not_to_contain_text(reference)


def test_on_a_phone_in_the_dark(pages: Pages) -> None:
    page = pages.open(phone=True, dark=True)
    patient, desk = Patient(page), Facilitator(page)
    shoot(page, "phone-start")
    reference = patient.ask()
    desk_tab = page.get_by_role("button", name="Desk", exact=True)
    expect(desk_tab).to_have_class("news")
    desk_tab.click()
    expect(patient.pane).to_be_hidden()
    shoot(page, "phone-queue")
    desk.open(reference)
    shoot(page, "phone-enquiry")
    desk.reply()
    expect(desk.enquiry.locator(".outcome")).to_contain_text("delivered")
    shoot(page, "phone-sent")
    page.get_by_role("button", name="Patient", exact=True).click()
    expect(patient.pane.locator("li.msg.human")).to_be_visible()
    shoot(page, "phone-reply")
    wide = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert wide


def test_two_desks_and_a_lost_claim(pages: Pages) -> None:
    page, other = pages.open(), pages.open(dark=True)
    reference = Patient(page).ask()
    other.goto(other.url + "desk")
    first, second = Facilitator(page), Facilitator(other)
    first.open(reference)
    second.open(reference)
    shoot(other, "desk-dark")
    first.act("Claim")
    # the other page follows by itself
    expect(second.enquiry.get_by_role("button", name="Release")).to_be_visible()
    second.act("Close")
    for one in (first, second):  # its own page too, or "Close" below is still the old button
        expect(one.enquiry.get_by_role("button", name="Undo close")).to_be_visible()
    first.act("Undo close")
    expect(second.enquiry.get_by_role("button", name="Close", exact=True)).to_be_visible()
