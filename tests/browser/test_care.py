"""What is easily lost: half-written words, the place, the connection; and a page without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import APIResponse, Page, Response, Route, expect

from tests.browser.conftest import Pages
from tests.browser.people import ANSWER, Facilitator, Patient, shoot
from tests.browser.server import Server


def test_half_written_words_survive(pages: Pages) -> None:
    page = pages.open()
    patient, desk = Patient(page), Facilitator(page)
    reference = patient.ask()
    desk.open(reference)
    desk.act("Reply to patient")
    box = desk.enquiry.get_by_role("textbox").first
    box.fill("Half a repl")
    patient.write("One thing more: I am 61.")
    expect(desk.enquiry.locator("#thread")).to_contain_text("I am 61")
    expect(box).to_have_value("Half a repl")
    page.get_by_text("Write a note for the team").click()
    desk.enquiry.get_by_label("Only the team sees this").fill("Half a note")
    box.fill(ANSWER)
    desk.act("Preview")
    expect(desk.enquiry.locator(".preview")).to_be_visible()
    expect(desk.enquiry.get_by_label("Only the team sees this")).to_have_value("Half a note")
    # loaded again: the reply waits in the preview
    page.goto(page.url)
    expect(desk.enquiry.locator(".preview")).to_contain_text(ANSWER)
    expect(desk.enquiry.locator(".preview .from")).to_contain_text(reference)
    desk.act("Change")
    expect(desk.enquiry.get_by_role("textbox").first).to_have_value(ANSWER)
    desk.act("Throw away")
    expect(desk.enquiry.locator(".write.reply")).to_have_count(0)
    desk.act("Reply to patient")
    expect(desk.enquiry.get_by_role("textbox").first).to_have_value("")


def test_a_server_that_is_gone_for_a_moment(pages: Pages, server: Server) -> None:
    pages.expected = ("htmx:sendError", "ERR_", "Failed to load", "htmx:responseError")
    page = pages.open()
    patient = Patient(page)
    page.context.set_offline(True)
    patient.pane.get_by_label("Message", exact=True).fill("Are you there?")
    patient.pane.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(patient.pane.get_by_label("Message", exact=True)).to_have_value("Are you there?")
    page.context.set_offline(False)
    patient.write("Are you there?")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_late_refresh_never_covers_what_a_press_brought(pages: Pages) -> None:
    page = pages.open()
    patient = Patient(page)
    expect(patient.newest).to_have_count(1)
    old = patient.newest.get_attribute("data-v")
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    def again(response: Response) -> bool:
        """The refresh after the one that was held."""
        return response.url.endswith("/patient/messages") and response.request != held[0][0].request

    page.route("**/patient/messages", hold)
    page.evaluate("htmx.trigger('#messages', 'refresh')")
    while not held:
        page.wait_for_timeout(20)
    patient.press("Read the guide")
    page.evaluate(
        """() => {
            window.was = [];
            const note = () => window.was.push(document.querySelector("li.msg.current").dataset.v);
            new MutationObserver(note).observe(
                document.querySelector("#messages"), {childList: true, subtree: true, attributes: true});
        }"""
    )
    new = patient.newest.get_attribute("data-v")
    with page.expect_response(again):
        held[0][0].fulfill(response=held[0][1])
    page.wait_for_timeout(200)
    assert old not in page.evaluate("window.was")
    expect(patient.newest).to_have_attribute("data-v", new or "")
    patient.press("Menu")


def test_an_ended_session_says_how_to_go_on(pages: Pages) -> None:
    pages.expected = ("401", "htmx:responseError")
    page = pages.open()
    page.context.clear_cookies()
    patient = Patient(page)
    patient.newest.get_by_role("button", name="Read the guide").click()
    expect(page.get_by_role("alert")).to_contain_text("frontdesk link")


def slow(page: Page, path: str) -> list[Route]:
    """Hold what the page asks for under a path; the test lets it through when it wants."""
    held: list[Route] = []
    page.route(path, lambda route: held.append(route))
    return held


def test_a_press_while_the_last_one_is_on_its_way(pages: Pages) -> None:
    page = pages.open()
    desk = Facilitator(page)
    reference = Patient(page).ask()
    desk.open(reference)
    held = slow(page, "**/claim")
    with page.expect_request("**/claim"):
        desk.act("Claim")
    desk.act("Reply to patient")
    expect(desk.enquiry.get_by_role("button", name="Release")).to_have_count(0)
    held[0].continue_()
    expect(desk.enquiry.get_by_role("button", name="Release")).to_be_visible()
    expect(desk.enquiry.locator(".write.reply textarea")).to_be_visible()


def test_a_button_that_is_drawn_anew_under_the_finger(pages: Pages) -> None:
    page = pages.open()
    desk = Facilitator(page)
    reference = Patient(page).ask()
    desk.open(reference)
    held = slow(page, "**/claim")
    with page.expect_request("**/claim"):
        desk.act("Claim")
    desk.enquiry.get_by_role("button", name="Reply to patient").hover()
    page.mouse.down()
    held[0].continue_()
    expect(desk.enquiry.get_by_role("button", name="Release")).to_be_visible()
    page.mouse.up()
    expect(desk.enquiry.locator(".write.reply textarea")).to_be_visible()


def test_files_both_ways(pages: Pages) -> None:
    page = pages.open()
    patient, desk = Patient(page), Facilitator(page)
    reference = patient.ask()
    desk.open(reference)
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63"
        "f8cfc0f01f00050001ff5c2d2e5f0000000049454e44ae426082"
    )
    page.locator("#say input[type=file]").set_input_files(
        {"name": "../skin.png", "mimeType": "image/png", "buffer": png}
    )
    expect(page.locator("#say-chosen")).to_contain_text("skin.png")
    patient.write("This is my skin.")
    expect(desk.enquiry.locator("img.photo")).to_have_js_property("naturalWidth", 1)
    with page.expect_download() as saved:
        desk.enquiry.locator("#thread .file a").click()
    assert saved.value.suggested_filename == "skin.png"
    assert saved.value.path().read_bytes() == png
    desk.act("Reply to patient")
    desk.enquiry.locator("input[type=file]").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 plan"}
    )
    desk.enquiry.get_by_role("textbox").first.fill("Here is the list.")
    desk.act("Preview")
    expect(desk.enquiry.locator(".preview")).to_contain_text("plan.pdf")
    desk.act("Send to the patient")
    expect(patient.pane.locator("li.msg.human .file")).to_contain_text("plan.pdf")
    with page.expect_download() as saved:
        patient.pane.locator("li.msg.human .file a").click()
    assert saved.value.path().read_bytes() == b"%PDF-1.4 plan"


def test_without_scripts(pages: Pages) -> None:
    page = pages.open(scripts=False)
    pane = page.locator("#patient")
    pane.get_by_role("button", name="Read the guide").click()
    expect(pane.get_by_role("button", name="Menu").first).to_be_visible()
    pane.get_by_label("Message", exact=True).fill("Can I talk to a person?")
    pane.get_by_role("button", name="Send", exact=True).click()
    newest = pane.locator("li.msg.current")
    expect(newest).to_contain_text("I agree")
    shown = ""
    for _ in range(20):
        expect(newest).not_to_have_attribute("data-v", shown)  # the page after the last press
        shown = newest.get_attribute("data-v") or ""
        labels = newest.get_by_role("button").all_inner_texts()
        if "Use this" in labels or "I agree" in labels or "Skip" in labels:
            label = next(one for one in ("I agree", "Use this", "Skip") if one in labels)
            newest.get_by_role("button", name=label).click()
        elif any(one.startswith("Send to") for one in labels):
            newest.get_by_role("button", name=re.compile("^Send to")).click()
            break
        else:
            pane.get_by_label("Message", exact=True).fill("May I bring my mother?")
            pane.get_by_role("button", name="Send", exact=True).click()
    desk = Facilitator(page)
    desk.pane.locator("#queue a").first.click()
    desk.act("Claim")
    expect(desk.enquiry.get_by_role("button", name="Release")).to_be_visible()
    desk.act("Reply to patient")
    desk.enquiry.get_by_role("textbox").first.fill(ANSWER)
    desk.act("Preview")
    expect(desk.enquiry.locator(".preview")).to_contain_text(ANSWER)
    desk.act("Send to the patient")
    expect(pane.locator("li.msg.human")).to_contain_text(ANSWER)


def test_an_alert_is_seen_on_every_open_desk(pages: Pages) -> None:
    page, other = pages.open(), pages.open(phone=True)
    other.goto(other.url + "desk")
    Patient(page).write("I cannot breathe")
    for one in (page, other):
        expect(one.locator("#alarm")).to_be_visible()
        expect(one.locator("#alarm")).not_to_contain_text("breathe")
    expect(Patient(page).pane.locator("li.msg.urgent")).to_contain_text("119")
    shoot(other, "phone-alert")
    shoot(page, "alert")
    other.locator("#alarm").get_by_role("link", name="Open it").click()
    desk = Facilitator(other)
    expect(desk.enquiry).to_contain_text("Urgent")
    desk.act("Claim")
    expect(Patient(page).messages.last).to_contain_text("from our team has seen")
    page.get_by_role("button", name="Put away").click()
    expect(page.locator("#alarm")).to_be_hidden()
