"""The main job through intake, store and worker, in memory and on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import effects as fx
from tests.harness import Harness, open_harness


@pytest.fixture(params=["memory", "sqlite"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    folder = tmp_path if request.param == "sqlite" else None
    async with open_harness(folder=folder) as opened:
        yield opened


async def sends_a_question(house: Harness) -> str:
    patient = house.patient
    await patient.starts()
    await patient.types("Is treatment ok if I take blood pressure pills?")
    await patient.taps("Write to a person")
    await patient.taps("I agree")
    await patient.taps("Use this")
    for _ in range(6):
        await patient.taps("Skip")
    await patient.taps("Send to our team")
    (reference,) = await house.desk.queue()
    assert reference in patient.screen
    return reference


async def test_ask_claim_reply_close(house: Harness) -> None:
    reference = await sends_a_question(house)
    assert any(isinstance(one, fx.ShowCard) for one in house.desk.sent)
    await house.desk.acts(reference, "claim")
    await house.desk.replies(reference, "Which <b>clinic</b> have you *chosen*?")
    reply = house.patient.looks()[-1]
    assert "Which <b>clinic</b> have you *chosen*?" in reply.text
    assert reference in reply.text
    await house.patient.types("None so far")
    relayed = [one for one in house.desk.sent if isinstance(one, fx.RelayToDesk)]
    assert relayed[-1].text == "None so far"
    await house.desk.acts(reference, "close")
    await house.advance(minutes=30)
    assert await house.desk.queue() == ()
    assert house.patient.looks()


async def test_danger_reaches_patient_and_desk_and_repeats_until_claimed(house: Harness) -> None:
    shown = await house.patient.types("I cannot breathe after the injection")
    assert "119" in shown[0].text
    (reference,) = await house.desk.queue()
    alerts = [one for one in house.desk.sent if isinstance(one, fx.AlertTeam)]
    assert len(alerts) == 1
    await house.advance(minutes=16)
    alerts = [one for one in house.desk.sent if isinstance(one, fx.AlertTeam)]
    assert len(alerts) > 1
    await house.desk.acts(reference, "claim")
    assert house.patient.looks()


async def test_a_file_name_with_danger_in_it_is_danger(house: Harness) -> None:
    """Words are looked for in captions and file names too."""
    from adapters.terminal.session import ADDRESS
    from bot import events as ev

    file = ev.FileRef("terminal", "f1", "document", name="I cannot breathe.txt", size=10)
    event = ev.SentFile(file, "m1", house.clock.now)
    await house.intake.receive(ev.Update("k1", ADDRESS, house.clock.now, event))
    await house.worker.settle()
    assert "119" in house.patient.looks()[0].text
