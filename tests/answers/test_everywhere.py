"""Danger is looked for in everything that a patient types, wherever she is, by words and by the model.

Where: a text, an edit, a caption, a file's name, words behind a command and behind /start. Mode: before
consent, at the consent, in the form, in the queue, with a human, after Close, blocked. Here without a platform;
through the real adapters: ``tests/telegram/test_danger.py``, ``tests/slack/test_danger.py``.
"""

from __future__ import annotations

import copy
import itertools

import pytest

from adapters.terminal.session import ADDRESS
from bot import effects as fx
from bot import events as ev
from bot.text import flat
from storage.memory import MemoryStore
from tests.answers.modes import LEXICON, MODEL, MODES, Hearing, Somebody
from tests.harness import DESK, STAFF, Harness, open_harness

FILE = ev.FileRef("terminal", "f1", "document", name="letter.pdf")

WHERE = ("text", "edit", "caption", "file name", "command", "start")


def event(where: str, said: str, house: Harness) -> ev.PatientEvent:
    now = house.clock.now
    match where:
        case "text":
            return ev.Wrote(said, "m9", now)
        case "edit":
            return ev.Edited(said, "m1", now)
        case "caption":
            return ev.SentFile(FILE, "m9", now, caption=said)
        case "file name":
            name = ev.FileRef("terminal", "f1", "document", name=f"{said}.pdf")
            return ev.SentFile(name, "m9", now)
        case "command":
            return ev.Commanded("ask", said, "m9")
        case _:
            return ev.Started(said)


@pytest.mark.parametrize("mode", MODES)
async def test_danger_is_seen_everywhere(mode: str) -> None:
    async with open_harness(engine=Hearing()) as house:
        actor = ev.Actor(STAFF, DESK)
        patient = Somebody(house.intake, house.store, ADDRESS, actor, lambda: house.clock.now)
        await patient.into(mode)
        await house.worker.settle()
        assert isinstance(house.store, MemoryStore)
        releases = house.store._rows.releases
        here = copy.deepcopy(house.store._rows, {id(releases): releases})
        for said, where in itertools.product((LEXICON, MODEL), WHERE):
            if (where, said) == ("start", MODEL):
                continue  # a deep link carries a content id; only its words are looked at
            # in that mode again, as if nothing had been said
            house.store._rows = copy.deepcopy(here, {id(releases): releases})
            house.patient.looks()
            before = len(house.desk.sent)
            heard = event(where, said, house)
            await house.intake.receive(
                ev.Update(f"{said}:{where}", ADDRESS, house.clock.now, heard)
            )
            await house.worker.settle()
            shown = house.patient.looks()
            assert shown, where
            assert "119" in shown[0].text, (where, shown[0].text)
            alerts = [one for one in house.desk.sent[before:] if isinstance(one, fx.AlertTeam)]
            assert len(alerts) == 1, where
            if where == "text" and mode not in ("browsing", "consent"):
                assert said in flat(alerts[0].text)


@pytest.mark.parametrize("minutes", [0, 60 * 10])
async def test_the_alert_comes_again_after_two_and_five_minutes_at_any_hour(minutes: int) -> None:
    async with open_harness() as house:
        await house.advance(minutes=minutes)  # ten in the morning, or eight in the evening
        await house.patient.types("I cannot breathe")
        assert "No person has read it yet" in house.patient.screen
        began, at = len(house.desk.sent), []
        for minute in range(1, 9):
            await house.advance(minutes=1)
            new = [one for one in house.desk.sent[began:] if isinstance(one, fx.AlertTeam)]
            began = len(house.desk.sent)
            at += [minute] * len(new)
        assert at == [2, 5]
        (reference,) = await house.desk.queue()
        await house.desk.acts(reference, "claim")
        (told,) = house.patient.looks()
        assert "from our team" in told.text


async def test_whoever_claims_it_ends_the_alerts() -> None:
    async with open_harness() as house:
        await house.patient.types("I cannot breathe")
        (reference,) = await house.desk.queue()
        await house.desk.acts(reference, "claim")
        before = len(house.desk.sent)
        await house.advance(minutes=30)
        assert not [one for one in house.desk.sent[before:] if isinstance(one, fx.AlertTeam)]
