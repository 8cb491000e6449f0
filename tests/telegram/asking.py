"""The steps of the main job that many tests begin with."""

from __future__ import annotations

import asyncio

from tests.fakes.telegram import Message, Patient, Staff
from tests.telegram.house import House

SECONDS = 20.0
"""How long a step may take on a busy machine."""


async def asks(patient: Patient) -> str:
    """From the first /start to "Sent"; the enquiry's reference."""
    patient.starts()
    await patient.sees("automatic guide", SECONDS)
    patient.types("zebra and my blood pressure pills, see evil.example")
    await patient.sees("does not guess", SECONDS)
    patient.taps("Send it to a person")
    await patient.sees("Before you write to a person", SECONDS)
    patient.taps("I agree")
    await patient.sees("1 of 7", SECONDS)
    patient.taps("Use this")
    for number in range(2, 7):
        await patient.sees(f"{number} of 7", SECONDS)
        patient.taps("Skip")
    await patient.sees("7 of 7", SECONDS)
    patient.types("Aigul @admin", at=int(patient.last.date) + 2)
    await patient.sees("Please check", SECONDS)
    patient.taps("Send to our team")
    sent = await patient.sees("Your reference is", SECONDS)
    return sent.text.split("reference is ")[1].split(".")[0]


async def answers(staff: Staff, patient: Patient, reference: str) -> Message:
    """Claim, Reply, the reply's text, Send; the draft's message."""
    await staff.sees(reference, SECONDS)
    claimed = await staff.answered(staff.taps("Claim"), SECONDS)
    assert "show_alert" not in claimed
    prompt = await prompted(staff)
    staff.replies_to(prompt, "Hello Aigul. Which clinic? www.clinic.example")
    draft = await staff.sees("Which clinic?", SECONDS)
    assert not any("Which clinic?" in one for one in patient.screens), "nothing is sent unasked"
    return draft


async def acts(staff: Staff, label: str = "Claim") -> dict[str, object]:
    """Tap the newest button of that label as soon as it is there; what the tap was answered with."""
    await staff.world.until(
        lambda: any(one.button(label) is not None for one in staff.group.shown()), SECONDS
    )
    return await staff.answered(staff.taps(label), SECONDS)


async def prompted(staff: Staff) -> Message:
    """Reply; the bot's prompt for the text."""
    before = {one.id for one in staff.group.shown()}
    staff.taps("Reply to patient")

    def found() -> Message | None:
        shown = (one for one in staff.group.shown() if one.id not in before)
        return next((one for one in shown if "force_reply" in one.markup), None)

    prompt: Message = await staff.world.until(found, SECONDS)
    return prompt


async def recorded(house: House, destination: str, name: str) -> str:
    """The receipt of a message: it is written with the next group of commits after the sending."""
    async with asyncio.timeout(SECONDS):
        while (found := await house.store.receipt(destination, name)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found


async def replies(staff: Staff, patient: Patient, words: str) -> Message:
    """Reply, the words, Send; the message as the patient reads it."""
    prompt = await prompted(staff)
    staff.replies_to(prompt, words)
    draft = await staff.sees(words, SECONDS)
    staff.taps("Send to patient", draft)
    return await patient.sees(words, SECONDS)
