"""Danger is looked for in everything that a patient types, wherever she is, by words and by the model.

Where: a text, an edit, a caption, a file's name, words behind a command and behind /start. Mode: before
consent, at the consent, in the form, on the review card, in the queue, with a human, after Close, blocked.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.terminal.session import ADDRESS
from bot import effects as fx
from bot import events as ev
from bot.release import Release
from bot.text import flat
from bot.understanding import Understanding
from content.answers import LexicalEngine
from tests.harness import Harness, open_harness

WORDS = "my throat is closing"
MODEL = "the zebra sat down on me"
"""A sentence that the lexicon does not know; the engine below hears danger in it."""

FILE = ev.FileRef("terminal", "f1", "document", name="letter.pdf")


class Hearing(LexicalEngine):
    """The plain engine with a model's ear."""

    def understand(self, text: str, release: Release) -> Understanding:
        found = super().understand(text, release)
        if "zebra" not in text:
            return found
        return replace(found, danger=0.9, danger_kind="emergency")


MODES = {
    "browsing": (),
    "consent": (("command", "/human"),),
    "form": (("command", "/human"), ("taps", "I agree"), ("types", "is it safe for me")),
    "queued": ("asked",),
    "with_human": ("asked", "claimed", "answered"),
    "closed": ("asked", "claimed", "answered", "closed"),
    "blocked": ("asked", "claimed", "blocked"),
}
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


async def brought(house: Harness, steps: tuple[object, ...]) -> None:
    """Bring a patient into a mode."""
    patient, desk = house.patient, house.desk
    await patient.starts()
    for step in steps:
        match step:
            case ("command", str() as line):
                await patient.command(line)
            case ("taps", str() as label):
                await patient.taps(label)
            case ("types", str() as text):
                await patient.types(text)
            case "asked":
                await patient.command("/human")
                await patient.taps("I agree")
                await patient.types("is it safe for me to fly")
                while "Send to our team" not in patient.buttons:
                    await patient.taps("Skip")
                await patient.taps("Send to our team")
            case "answered":
                (reference,) = await desk.queue()
                await desk.replies(reference, "Yes.")
            case _:
                (reference,) = await desk.queue()
                await desk.acts(
                    reference,
                    {"claimed": "claim", "closed": "close", "blocked": "block"}[str(step)],
                )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("by", ["words", "model"])
async def test_danger_is_seen_everywhere(mode: str, by: str) -> None:
    said = WORDS if by == "words" else MODEL
    for where in WHERE:
        if (where, by) == ("start", "model"):
            continue  # a deep link carries a content id; only its words are looked at
        async with open_harness(engine=Hearing()) as house:
            await brought(house, MODES[mode])
            house.patient.looks()
            before = len(house.desk.sent)
            address = ADDRESS
            update = ev.Update(f"t:{where}", address, house.clock.now, event(where, said, house))
            await house.intake.receive(update)
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
