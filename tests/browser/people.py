"""The two people of the main job, as clicks."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as StillNotThere

FOLDER = Path(__file__).parent / "screenshots"
QUESTION = "Is treatment ok if I take blood pressure pills?"
ANSWER = "Hello Aigerim. I am a coordinator, not a doctor. Have you chosen a clinic yet?"
LOOK_AGAIN_MS = 5_000
"""After so long without the button that was read a moment ago, a person looks at the screen again."""


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page, where FRONTDESK_SCREENSHOTS=1 asks for it."""
    if os.environ.get("FRONTDESK_SCREENSHOTS") == "1":
        FOLDER.mkdir(exist_ok=True)
        page.wait_for_timeout(250)
        page.screenshot(path=FOLDER / f"{name}.png")


class Patient:
    """The left pane."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pane = page.locator("#patient")
        self.messages = self.pane.locator("li.msg")

    @property
    def newest(self) -> Locator:
        """The message with the newest buttons."""
        return self.pane.locator("li.msg.current")

    def press(self, label: str | re.Pattern[str], *, within_ms: float | None = None) -> None:
        """Press one of the newest buttons, and wait until something else is shown.

        Raises StillNotThere where none has that label in time.
        """
        before = self.newest.get_attribute("data-v")
        self.newest.get_by_role("button", name=label).first.click(timeout=within_ms)
        expect(self.newest).not_to_have_attribute("data-v", before or "")

    def write(self, text: str) -> None:
        """Write and send a message, and wait until it is in the chat."""
        mine = self.pane.locator("li.msg.patient")
        count = mine.count()
        self.pane.get_by_label("Message", exact=True).fill(text)
        self.pane.get_by_role("button", name="Send", exact=True).click()
        expect(mine).to_have_count(count + 1)

    def ask(self, question: str = QUESTION) -> str:
        """From free text to a sent question; its reference."""
        self.write(question)
        self.press(re.compile("Write to a person|Send it to a person"))
        self.press("I agree")
        return self.fill_form()

    def fill_form(self) -> str:
        """Walk through the form to the end, whatever its steps are; the reference."""
        for _ in range(30):
            self.newest.get_by_role("button").first.wait_for()
            labels = self.newest.get_by_role("button").all_inner_texts()
            send = next((one for one in labels if one.startswith("Send to")), None)
            label = send or next((one for one in (*_PREFERRED, *labels) if one in labels), None)
            if label is None:
                continue  # the screen changed between the two looks
            button = self.newest.get_by_role("button", name=label).first
            try:
                pressed = button.get_attribute("value", timeout=LOOK_AGAIN_MS)
                self.press(label, within_ms=LOOK_AGAIN_MS)
            except StillNotThere:
                # What was read was a redraw of the step before, and the next one stands there now.
                continue
            if send is not None:
                break
            # a redraw of the same step is something else to see, but not the next step
            expect(self.newest.locator(f'button[value="{pressed}"]')).to_have_count(0)
        text = self.pane.locator("li.msg.bot").last.inner_text()
        found = re.search(r"FD-[A-Z0-9]{4,10}", text)
        assert found is not None, text
        return found.group()


_PREFERRED = ("Use this", "For me", "Exosome", "Exosomes", "Skip")


class Facilitator:
    """The right pane, or the desk page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pane = page.locator("#desk")
        self.enquiry = page.locator("#enquiry")

    def open(self, reference: str) -> None:
        """Open an enquiry from the queue."""
        self.pane.locator("#queue").get_by_text(reference).click()
        expect(self.enquiry.get_by_role("heading", name=reference)).to_be_visible()

    def act(self, label: str | re.Pattern[str]) -> None:
        """Press one of the enquiry's buttons."""
        self.enquiry.get_by_role("button", name=label).click()

    def reply(self, text: str = ANSWER) -> None:
        """Write, look at the preview, send."""
        self.act(re.compile("^Reply"))
        self.enquiry.get_by_role("textbox").first.fill(text)
        self.act("Preview")
        expect(self.enquiry.locator(".preview")).to_contain_text(text)
        self.act("Send to the patient")
