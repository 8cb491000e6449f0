"""Delivering to patients: screens, edits, human words, files, exports, and every refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.telegram.client import Client
from adapters.telegram.files import FileUnavailable, TelegramFiles
from adapters.telegram.patients import TelegramPatients
from bot import effects as fx
from bot.events import FileRef
from bot.ports import (
    Delivered,
    DeliveryOutcome,
    FileSource,
    Gone,
    Later,
    RateLimited,
    Rejected,
    Uncertain,
)
from bot.screens import Choice, Screen
from bot.text import plain
from tests.fakes.telegram import FakeTelegram, Patient
from tests.telegram.parts import BOT, Files, Shelf, delivery, show


class Out:
    """A patient's deliverer with its receipts."""

    def __init__(self, client: Client, patient: Patient, shelf: Shelf) -> None:
        files: dict[str, FileSource] = {"telegram": TelegramFiles(client), "web": Files()}
        self.deliverer = TelegramPatients(client, shelf, files)
        self.to = f"telegram:{BOT}:{patient.id}"
        self.shelf = shelf

    async def send(self, effect: fx.Sendable, number: int | None = None) -> DeliveryOutcome:
        one = delivery(self.to, effect, number=number)
        outcome = await self.deliverer.deliver(one, self.shelf)
        self.shelf.keep(one, outcome)
        return outcome


@pytest.fixture
def out(client: Client, patient: Patient, shelf: Shelf) -> Out:
    return Out(client, patient, shelf)


async def test_a_screen_and_its_edit(out: Out, patient: Patient) -> None:
    first = await out.send(show(1, "Home", "Read", "Ask"))
    assert first == Delivered((("seq:1", str(patient.last.id)),))
    assert patient.buttons == ["Read", "Ask"]
    again = await out.send(show(2, "Page", "Back", replaces=1))
    assert again == Delivered((("seq:2", str(patient.last.id)),))
    assert patient.screens == ["Page"]
    assert patient.last.versions == ["Home"]


async def test_an_edit_that_changes_nothing_is_done(out: Out, patient: Patient) -> None:
    await out.send(show(1, "Home", "Read"))
    assert isinstance(await out.send(show(2, "Home", "Read", replaces=1)), Delivered)
    assert patient.screens == ["Home"]


async def test_an_edit_that_cannot_be_becomes_a_new_message(
    out: Out, patient: Patient, telegram: FakeTelegram
) -> None:
    await out.send(show(1, "Home", "Read"))
    telegram.world.remove(patient.chat, patient.last.id)
    outcome = await out.send(show(2, "Page", replaces=1))
    assert outcome == Delivered((("seq:2", str(patient.last.id)),))
    assert patient.screens == ["Page"]
    # And where there is no text to edit.
    out.shelf.receipts[out.to, "seq:3"] = str(patient.sends("photo").id)
    assert isinstance(await out.send(show(4, "Next", replaces=3)), Delivered)
    assert patient.screen == "Next"


async def test_a_safety_text_is_never_an_edit(out: Out, patient: Patient) -> None:
    await out.send(show(1, "Home"))
    urgent = fx.ShowScreen(2, Screen(plain("Call 119"), keep=True), replaces=1, urgent=True)
    await out.send(urgent)
    assert patient.screens == ["Home", "Call 119"]
    assert not patient.last.silent


async def test_a_long_screen_is_several_messages_with_buttons_on_the_last(
    out: Out, patient: Patient
) -> None:
    outcome = await out.send(show(1, "word " * 1500, "Read"))
    assert isinstance(outcome, Delivered)
    assert [name for name, _ in outcome.receipts] == ["part:1:1", "seq:1"]
    assert [one.labels for one in patient.chat.shown()] == [[], ["Read"]]


async def test_half_of_a_long_screen_is_not_sent_twice(
    out: Out, patient: Patient, telegram: FakeTelegram
) -> None:
    long = show(1, "word " * 1500, "Read")
    await out.send(show(9, "before"))
    # The second of its messages meets a rate limit.
    original = telegram.methods.do_send_message

    def limited(params: dict[str, object], files: object) -> object:
        if len(patient.screens) == 2 and not telegram.world.rate_limits:
            telegram.methods.do_send_message = original  # type: ignore[method-assign]
            telegram.too_many("sendMessage", 3)
            return telegram.methods.call("sendMessage", params, {})
        return original(params, {})

    telegram.methods.do_send_message = limited  # type: ignore[method-assign]
    assert await out.send(long, number=77) == RateLimited(3)
    assert isinstance(await out.send(long, number=77), Delivered)
    assert len(patient.screens) == 3


async def test_human_words(out: Out, patient: Patient) -> None:
    await out.send(
        fx.RelayToPatient(
            1, "FD-7F3Q", "d1", plain("Mina, facilitator"), "See @admin\nor https://x.example",
            footer=plain("You write with a person."), rows=((Choice("Menu", "sec:home:1"),),),
        )
    )  # fmt: skip
    assert patient.screen == (
        "Mina, facilitator\n\nSee @admin\nor https://x.example\n\nYou write with a person."
    )
    assert [one["type"] for one in patient.last.entities] == ["code", "code"]
    assert patient.buttons == ["Menu"]


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "audio", "video"])
async def test_a_file_from_telegram_goes_by_its_id(
    out: Out, patient: Patient, telegram: FakeTelegram, kind: str
) -> None:
    file = FileRef("telegram", telegram.world.file(kind, b"12345"), kind)
    outcome = await out.send(fx.RelayToPatient(1, "FD-7F3Q", "d", plain("Mina"), "here", file))
    assert isinstance(outcome, Delivered)
    assert patient.last.media["kind"] == kind
    assert patient.screen == "Mina\n\nhere"
    assert not telegram.methods.posted("getFile")


async def test_a_round_video_goes_by_its_bytes(
    out: Out, patient: Patient, telegram: FakeTelegram
) -> None:
    file = FileRef("telegram", telegram.world.file("video_note", b"round"), "video")
    assert isinstance(
        await out.send(fx.RelayToPatient(1, "FD-7F3Q", "d", plain("Mina"), "here", file)), Delivered
    )
    sent = patient.last.media
    assert sent["kind"] == "document"
    assert telegram.world.files[sent["content"]["file_id"]][1] == b"round"


async def test_a_file_from_elsewhere_is_uploaded(
    out: Out, patient: Patient, telegram: FakeTelegram
) -> None:
    file = FileRef("web", "f1", "document", "plan.pdf", "application/pdf")
    long = "word " * 400
    outcome = await out.send(fx.RelayToPatient(1, "FD-7F3Q", "d", plain("Mina"), long, file))
    assert isinstance(outcome, Delivered)
    text, document = patient.chat.shown()
    assert text.text.endswith("word")
    assert (document.text, document.media["content"]["file_name"]) == ("", "plan.pdf")
    nowhere = FileRef("slack", "f1", "document")
    assert isinstance(
        await out.send(fx.RelayToPatient(2, "FD-7F3Q", "d", plain("M"), "x", nowhere)), Rejected
    )


async def test_acknowledging(out: Out, patient: Patient) -> None:
    message = patient.types("hello")
    assert await out.send(fx.AcknowledgeMessage(str(message.id))) == Delivered()
    assert message.reactions == ["👀"]
    assert await out.send(fx.AcknowledgeMessage("99999")) == Delivered()


async def test_the_export_is_a_readable_file(
    out: Out, patient: Patient, telegram: FakeTelegram
) -> None:
    await out.send(fx.SendExport(1, plain("Everything about you")))
    content = patient.last.media["content"]
    data = telegram.world.files[content["file_id"]][1]
    assert content["file_name"] == "my-data.json"
    assert json.loads(data)["said"] == ["안녕 😀"]
    assert "안녕" in data.decode()
    assert patient.screen == "Everything about you"


async def test_a_sign_in_link_is_a_text_of_ours(out: Out, patient: Patient) -> None:
    link = "https://desk.example.org/link/abc_DEF-123"
    await out.send(fx.SendSignIn(4, (*plain("Your link"), *plain(link)), "mina"))
    assert link in patient.screen
    assert patient.last.entities == []  # Telegram makes a link of it by itself


async def test_deleting(out: Out, patient: Patient) -> None:
    for seq in range(3):
        await out.send(show(seq, f"s{seq}"))
    ids = tuple(str(one.id) for one in patient.chat.shown())
    assert await out.send(fx.DeleteMessages((*ids, "424242"))) == Delivered()
    assert patient.screens == []


async def test_outcomes(out: Out, patient: Patient, telegram: FakeTelegram) -> None:
    telegram.too_many("sendMessage", 11)
    assert await out.send(show(1, "a")) == RateLimited(11)
    telegram.fault("sendMessage", "drop_after")
    assert isinstance(await out.send(show(1, "a")), Uncertain)
    telegram.fault("sendMessage", 502)
    assert isinstance(await out.send(show(1, "a")), Later)
    telegram.fault("sendMessage", 401)
    assert isinstance(await out.send(show(1, "a")), Later)
    await out.send(show(1, "a"))
    telegram.fault("editMessageText", "drop_after")
    assert isinstance(await out.send(show(2, "b", replaces=1)), Later)
    assert isinstance(await out.send(show(2, "b", replaces=1)), Delivered)
    patient.blocks()
    assert isinstance(await out.send(show(3, "c")), Gone)
    patient.chat.members[telegram.bot_id] = "deactivated"
    assert isinstance(await out.send(show(3, "c")), Gone)
    assert isinstance(await out.send(fx.ShowCard("FD-7F3Q", None)), Rejected)  # type: ignore[arg-type]


async def test_fetching_files(client: Client, telegram: FakeTelegram, tmp_path: Path) -> None:
    source = TelegramFiles(client)
    file = FileRef("telegram", telegram.world.file("photo", b"abc"), "photo", size=3)
    assert await source.fetch(file) == b"abc"
    with pytest.raises(FileUnavailable):
        await source.fetch(FileRef("telegram", "unknown", "photo"))
    with pytest.raises(FileUnavailable):
        await source.fetch(FileRef("telegram", file.file_id, "photo", size=20_000_001))
    big = telegram.world.file("document", b"x" * 20_000_001)
    with pytest.raises(FileUnavailable):
        await source.fetch(FileRef("telegram", big, "document"))
