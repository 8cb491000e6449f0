"""Cards of one enquiry that pile up while a group's rate is used up become one; nothing else does."""

from pathlib import Path

import pytest

from adapters import worker
from adapters.pace import Pace
from bot import effects as fx
from tests.harness import open_harness
from tests.unit.adapters.test_main_job import sends_a_question

GROUP = "desk:telegram:-1001"


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_only_the_newest_of_waiting_cards_is_sent(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PACE_PATIENCE", 0.0)  # nobody sleeps: what must wait goes back
    seconds = [0.0]
    pace = Pace(lambda: seconds[0])
    folder = tmp_path if kind == "sqlite" else None
    async with open_harness(folder=folder, desks=(GROUP,), pace=pace) as house:
        reference = await sends_a_question(house)
        while pace.take(GROUP) == 0:
            pass  # others have used the group's rate up
        before = len(house.desk.sent)
        for _ in range(3):
            await house.desk.acts(reference, "claim")
            await house.patient.types("one more thing")
            await house.desk.acts(reference, "unclaim")
        # The rate is used up, so what is first in line went back to wait; nothing was sent.
        assert len(house.desk.sent) == before
        for _ in range(60):
            seconds[0] += 4  # less than one more post each time
            await house.advance(minutes=3)
        sent = house.desk.sent[before:]
        cards = [one for one in sent if isinstance(one, fx.ShowCard)]
        words = [one for one in sent if isinstance(one, fx.RelayToDesk)]
        assert len(words) == 3
        assert 1 <= len(cards) < 6
        row = await house.store.enquiry(reference)
        assert row is not None
        assert cards[-1].card.status == row.enquiry.status


async def test_cards_are_not_left_out_while_there_is_room() -> None:
    async with open_harness(desks=(GROUP,), pace=Pace(lambda: 0.0)) as house:
        reference = await sends_a_question(house)
        await house.desk.acts(reference, "claim")
        assert sum(isinstance(one, fx.ShowCard) for one in house.desk.sent) == 2
