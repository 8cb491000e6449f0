"""Who has an enquiry, who speaks, how it ends and begins again: on Telegram, whole."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.state import Status
from tests.fakes.telegram import Chat, FakeTelegram, Message, Patient, Staff
from tests.telegram.asking import SECONDS, acts, asks, prompted, replies
from tests.telegram.house import House, open_house, release_with


@dataclass
class Asked:
    """A house with one open question and two facilitators."""

    telegram: FakeTelegram
    house: House
    patient: Patient
    mina: Staff
    jun: Staff
    reference: str

    @property
    def topic(self) -> int:
        return self.mina.topic(self.reference)

    @property
    def card(self) -> Message:
        return self.mina.in_topic(self.topic)[0]

    @property
    def thread(self) -> str:
        return "\n".join(one.text for one in self.mina.in_topic(self.topic))

    async def status(self) -> Status:
        row = await self.house.store.enquiry(self.reference)
        assert row is not None
        return row.enquiry.status

    async def becomes(self, *wanted: Status) -> None:
        """Wait for a state: what is seen in the chats may be older than what is stored."""
        async with asyncio.timeout(SECONDS):
            while await self.status() not in wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
async def asked(
    telegram: FakeTelegram, patient: Patient, group: Chat, staff: Staff, tmp_path: Path
) -> AsyncIterator[Asked]:
    jun = Staff(telegram, group, "Jun")
    release = release_with(staff, jun)
    async with open_house(telegram, tmp_path, release, desk=group.id, webhook=False) as house:
        reference = await asks(patient)
        await staff.sees(reference, SECONDS)
        yield Asked(telegram, house, patient, staff, jun, reference)
        assert await house.store.parked() == ()
    assert all(one is not None for one in telegram.world.taps.values()), "a tap was left spinning"


async def test_claim_take_over_and_giving_back(asked: Asked) -> None:
    mina, jun = asked.mina, asked.jun
    assert "show_alert" not in await acts(mina)
    await asked.telegram.world.until(lambda: "with Mina" in asked.card.text, SECONDS)
    # The card has no Claim any more; on an old screen it still stands, and the loser reads who and when.
    old = {"text": "Claim", "callback_data": f"enq:{asked.reference}:claim"}
    asked.card.keyboard.append([old])
    lost = await acts(jun)
    assert lost["show_alert"] is True
    assert re.search(r"Mina has it since \d\d:\d\d", str(lost["text"]))
    await acts(jun, "Take over")
    await asked.telegram.world.until(lambda: "with Jun" in asked.card.text, SECONDS)
    assert len(asked.mina.in_topic(asked.topic)) >= 1

    # A follow-up mentions the one who has it now, and nobody else.
    asked.patient.types("are you there?")
    followed = await mina.sees("are you there?", SECONDS)
    mentioned = [one["user"]["id"] for one in followed.entities if one["type"] == "text_mention"]
    assert mentioned == [jun.id]

    await acts(jun, "Release")
    await asked.telegram.world.until(lambda: "· new ·" in asked.card.text, SECONDS)
    assert await asked.status() is Status.NEW


async def test_a_reply_that_was_taken_over_stays_and_is_not_sent(asked: Asked) -> None:
    mina, jun, patient = asked.mina, asked.jun, asked.patient
    await acts(mina)
    prompt = await prompted(mina)
    assert prompt.markup["selective"] is True
    mine = mina.replies_to(prompt, "My careful answer")
    draft = await mina.sees("My careful answer", SECONDS)
    await acts(jun, "Take over")
    refused = await mina.answered(mina.taps("Send to patient", draft), SECONDS)
    assert refused["show_alert"] is True
    assert "Jun" in str(refused["text"])
    # The words stand where she wrote them, and in the draft: nothing is lost.
    assert mine.id in mina.group.messages
    assert "My careful answer" in mina.group.messages[draft.id].text
    assert "My careful answer" not in "".join(patient.screens)


async def test_send_tapped_twice_sends_once_and_the_outcome_is_the_true_one(asked: Asked) -> None:
    mina, patient = asked.mina, asked.patient
    await acts(mina)
    shown = await replies(mina, patient, "Which clinic?")
    assert "Mina" in shown.text
    draft = next(one for one in mina.group.shown() if "Which clinic?" in one.text and one.keyboard)
    again = await mina.answered(mina.taps("Send to patient", draft), SECONDS)
    assert "already" in str(again["text"])
    told = await mina.sees("✓ delivered", SECONDS)
    assert re.search(r"delivered \d\d:\d\d to", told.text)
    assert sum("Which clinic?" in one for one in patient.screens) == 1

    patient.blocks()
    await mina.sees("blocked the bot", SECONDS)
    prompt = await prompted(mina)
    mina.replies_to(prompt, "Second words")
    draft = await mina.sees("Second words", SECONDS)
    mina.taps("Send to patient", draft)
    await mina.sees("✗ not delivered", SECONDS)
    assert "Second words" not in "".join(patient.screens)
    patient.returns()
    patient.types("I am back")
    await mina.sees("I am back", SECONDS)


async def test_close_undo_and_reopening(asked: Asked) -> None:
    mina, patient = asked.mina, asked.patient
    await acts(mina)
    human = await replies(mina, patient, "Which clinic?")
    await acts(mina, "Close")
    await patient.sees("has closed your question", SECONDS)
    await acts(mina, "Undo close")
    await patient.sees("opened your question", SECONDS)
    assert await asked.status() is Status.AWAITING_PATIENT

    await acts(mina, "Close")
    await asked.telegram.world.until(
        lambda: sum("has closed your question" in one for one in patient.screens) == 2, SECONDS
    )
    count = len(patient.screens)
    patient.types("thank you")
    await asked.telegram.world.until(lambda: len(patient.screens) > count, SECONDS)
    assert await asked.status() is Status.RESOLVED
    patient.types("The one in Daegu", reply_to=human)  # quoting a person's words reopens
    await mina.sees("The one in Daegu", SECONDS)
    await asked.becomes(Status.ANSWERED, Status.CLAIMED)

    await acts(mina, "Close")
    await asked.telegram.world.until(
        lambda: sum("has closed your question" in one for one in patient.screens) == 3, SECONDS
    )
    patient.taps("Ask again about this")
    await patient.sees("is open again", SECONDS)
    await asked.becomes(Status.ANSWERED, Status.CLAIMED)
    await acts(mina, "Close")
    await asked.telegram.world.until(
        lambda: sum("has closed your question" in one for one in patient.screens) == 4, SECONDS
    )
    await acts(mina, "Reopen")
    assert await asked.status() is not Status.RESOLVED


async def test_the_first_note_is_answered_once_to_its_writer(asked: Asked) -> None:
    mina, jun = asked.mina, asked.jun
    jun.writes(asked.topic, "she sounds worried")
    told = await mina.sees("Only the team", SECONDS)
    mentioned = [one["user"]["id"] for one in told.entities if one["type"] == "text_mention"]
    assert mentioned == [jun.id]
    jun.writes(asked.topic, "I will look tomorrow")
    mina.writes(asked.topic, "fine")
    await acts(mina)  # a later Update of the same conversation: what came before is done
    assert sum("Only the team" in one.text for one in mina.in_topic(asked.topic)) == 1
    for words in ("worried", "tomorrow", "fine"):
        assert not any(words in one for one in asked.patient.screens)


async def test_guests_and_anonymous_admins_are_refused_kindly(asked: Asked) -> None:
    hidden = Staff(asked.telegram, asked.mina.group, "Mina", anonymous=True)
    await acts(asked.mina)
    prompt = await prompted(asked.mina)
    mine = hidden.replies_to(prompt, "From nobody")
    told = await asked.mina.sees("own account", SECONDS)
    assert told.reply_to == mine.id
    stranger = Staff(asked.telegram, asked.mina.group, "Guest")
    for label in ("Reply to patient", "Close", "Take over"):
        tap = stranger.taps(label, asked.card) if asked.card.button(label) else ""
        if tap:
            refused = await stranger.answered(tap, SECONDS)
            assert refused["show_alert"] is True
            assert stranger.account in str(refused["text"])
    assert await asked.status() is Status.CLAIMED
    assert not any("From nobody" in one for one in asked.patient.screens)


async def test_a_deleted_topic_loses_neither_patient_nor_words(asked: Asked) -> None:
    old = asked.topic
    asked.telegram.world.drop_topic(asked.mina.group, old)
    asked.patient.types("is anybody there?")
    found = await asked.mina.sees("is anybody there?", SECONDS)
    assert found.thread == asked.topic != old
    assert "blood pressure" in asked.card.text
    assert "show_alert" not in await acts(asked.mina)
    asked.mina.writes(asked.topic, "a note in the new one")
    await asked.mina.sees("Only the team", SECONDS)


async def test_forged_buttons_do_nothing(asked: Asked) -> None:
    world, patient, mina = asked.telegram.world, asked.patient, asked.mina
    data = ("enq:FD-ZZZZ:claim", "enq:nonsense", "sec:../../etc:1", "x" * 64, "form:a:b:c", "é" * 32,
            f"enq:{asked.reference}:send:zzzzzzzz", f"enq:{asked.reference}:claim")  # fmt: skip
    await world.until(lambda: not world.updates, SECONDS)
    for who, message in ((patient, patient.last), (mina, asked.card)):
        for one in data[: -1 if who is mina else None]:
            message.keyboard = [[{"text": "forged", "callback_data": one}]]
            await who.answered(who.taps("forged", message), SECONDS)
    assert await asked.status() is Status.NEW, "a patient cannot claim"
    assert patient.buttons, "always a way Home"
