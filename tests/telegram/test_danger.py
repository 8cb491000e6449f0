"""Danger through the real Telegram client: wherever words stand in an update, in every mode, store or no store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import events as ev
from bot.errors import NotNow
from tests.answers.modes import LEXICON, MODEL, MODES, Hearing, Somebody
from tests.fakes.telegram import Chat, FakeTelegram, Patient, Staff
from tests.fakes.telegram.world import Message
from tests.telegram.asking import SECONDS
from tests.telegram.house import House, open_house, release_with

WHERE = ("text", "edit", "caption", "edited caption", "file name", "command", "start")


@pytest.fixture
async def house(
    telegram: FakeTelegram, group: Chat, staff: Staff, tmp_path: Path
) -> AsyncIterator[House]:
    release = release_with(staff)
    async with open_house(
        telegram, tmp_path, release, desk=group.id, webhook=False, engine=Hearing()
    ) as made:
        yield made
        assert await made.store.parked() == ()


def says(patient: Patient, where: str, said: str) -> Message | None:
    """The words, in that part of an update."""
    match where:
        case "text":
            return patient.types(said)
        case "edit":
            patient.edits(patient.types("hello"), said)
        case "caption":
            return patient.sends("photo", caption=said)
        case "edited caption":
            picture = patient.sends("photo", caption="this")
            patient.edits(picture, "")  # a caption is no text
            patient.world.updates.pop()
            patient.world.push(
                "edited_message", patient.world.describe(picture) | {"caption": said}
            )
        case "file name":
            return patient.sends("document", name=f"{said}.pdf")
        case "command":
            return patient.types(f"/ask {said}")
        case _:
            return patient.types(f"/start {said}")
    return None


def warnings(patient: Patient) -> int:
    """How many safety texts stand in the chat."""
    return sum("119" in one for one in patient.screens)


async def warned(patient: Patient, times: int, what: object) -> None:
    """Wait for that many."""
    try:
        await patient.world.until(lambda: warnings(patient) >= times, SECONDS)
    except AssertionError:
        raise AssertionError(f"{what}: {patient.screens[-2:]}") from None


async def test_danger_is_seen_wherever_it_stands_in_every_mode(
    house: House, telegram: FakeTelegram, staff: Staff
) -> None:
    async def goes_through(number: int, mode: str) -> None:
        patient = Patient(telegram, f"P{number}")
        address = ev.Address("telegram", str(telegram.world.bot["id"]), str(patient.chat.id))
        actor = ev.Actor(staff.account, "desk:web")
        await Somebody(house.intake, house.store, address, actor, lambda: datetime.now(UTC)).into(
            mode
        )
        # each mode begins with another place, and the sentences take turns: the model's and the lexicon's
        for at in range(len(WHERE)):
            where = WHERE[(number + at) % len(WHERE)]
            said = LEXICON if where == "start" or (number + at) % 2 else MODEL
            before = warnings(patient)
            says(patient, where, said)
            await warned(patient, before + 1, (mode, where))

    await asyncio.gather(*(goes_through(*one) for one in enumerate(MODES)))


async def test_danger_is_answered_with_the_database_gone(
    house: House, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients = [Patient(telegram, f"P{number}") for number in range(len(WHERE))]

    async def gone(*_: object, **__: object) -> None:
        raise NotNow("gone")

    with monkeypatch.context() as away:
        away.setattr(house.store, "receive", gone)
        away.setattr(house.store, "live_release", gone)
        for number, (patient, where) in enumerate(zip(patients, WHERE, strict=True)):
            says(patient, where, LEXICON if where == "start" or number % 2 else MODEL)
        for patient, where in zip(patients, WHERE, strict=True):
            await warned(patient, 1, where)
            assert any("We cannot reach our team now" in one for one in patient.screens)
    # back again: the same updates come once more and are kept; who was told that the team cannot be reached
    # is told once that the alert has reached it
    for patient, where in zip(patients, WHERE, strict=True):
        await patient.sees("The alert has reached our team", SECONDS)
        address = ev.Address("telegram", str(telegram.world.bot["id"]), str(patient.chat.id))
        state = await house.store.conversation(address)
        assert state is not None, where
        assert state.open_enquiry is not None, where
        assert state.open_enquiry.urgent, where
        assert warnings(patient) == 2, (where, patient.screens)
