"""What a patient on Telegram may send and tap, whole: files, links, commands, edits, trouble."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.release import Release
from tests.fakes.telegram import Chat, FakeTelegram, Patient, Staff
from tests.telegram.asking import SECONDS, acts, asks
from tests.telegram.house import House, open_house, release_with


@pytest.fixture
def release(staff: Staff) -> Release:
    return release_with(staff)


@pytest.fixture
async def house(
    telegram: FakeTelegram, group: Chat, release: Release, tmp_path: Path
) -> AsyncIterator[House]:
    async with open_house(telegram, tmp_path, release, desk=group.id, webhook=False) as made:
        yield made
        assert await made.store.parked() == ()


async def test_the_profile_is_there_from_the_start(
    house: House, telegram: FakeTelegram, release: Release
) -> None:
    profile = telegram.world.profile
    await telegram.world.until(lambda: "short_description" in profile, SECONDS)
    assert profile["name"] == release.organisation.bot_name
    assert profile["description"] == release.organisation.bot_description
    assert profile["short_description"] == release.organisation.bot_short_description
    assert {"privacy", "stop", "forget"} <= {one["command"] for one in profile["commands"]}


async def test_a_link_opens_its_screen(house: House, patient: Patient, release: Release) -> None:
    patient.starts("bio-act")
    await patient.sees(release.items["bio-act"].title, SECONDS)
    count = len(patient.screens)
    for payload in ("gone-for-ever", "../../etc", "enq:FD-ZZZZ:claim", "A_-9" * 16):
        patient.starts(payload)
        await patient.world.until(lambda: len(patient.screens) > count, SECONDS)  # noqa: B023
        count = len(patient.screens)
        assert patient.last.labels, "always a way on"


async def test_files_reach_the_desk_or_are_refused_kindly(
    house: House, telegram: FakeTelegram, patient: Patient, staff: Staff, group: Chat
) -> None:
    patient.starts()
    await patient.sees("automatic guide", SECONDS)
    patient.sends("voice", b"before consent")
    await patient.sees("was not kept", SECONDS)
    assert group.shown() == []

    reference = await asks(patient)
    await staff.sees(reference, SECONDS)
    album = [
        patient.sends("photo", b"left", caption="both arms", group="g1"),
        patient.sends("photo", b"right", group="g1"),
    ]
    voice = patient.sends("voice", b"spoken")
    paper = patient.sends("document", b"%PDF", name="report.pdf")
    await telegram.world.until(
        lambda: all(one.reactions == ["👀"] for one in (*album, voice, paper)), SECONDS
    )
    topic = staff.topic(reference)
    await telegram.world.until(
        lambda: sum(bool(one.media) for one in staff.in_topic(topic)) == 4, SECONDS
    )
    media = [one.media for one in staff.in_topic(topic) if one.media]
    assert [one["kind"] for one in media] == ["photo", "photo", "voice", "document"]
    held = [
        telegram.world.files[content[-1]["file_id"] if isinstance(content, list) else content["file_id"]]
        for content in (one["content"] for one in media)
    ]  # fmt: skip
    assert [data for _, data in held] == [b"left", b"right", b"spoken", b"%PDF"]

    count = len(group.shown())
    patient.sends("document", b"x", size=20_000_001)
    await patient.sees("larger than 20 MB", SECONDS)
    patient.shares(sticker={"file_id": "s", "file_unique_id": "s", "width": 1, "height": 1})
    await patient.sees("cannot be passed on", SECONDS)
    patient.shares(location={"latitude": 37.5, "longitude": 127.0})
    await telegram.world.until(
        lambda: sum("cannot be passed on" in one for one in patient.screens) == 2, SECONDS
    )
    assert len(group.shown()) == count


async def test_edits_arrive_as_edits_and_the_old_text_stays(
    house: House, telegram: FakeTelegram, patient: Patient, staff: Staff
) -> None:
    reference = await asks(patient)
    await staff.sees(reference, SECONDS)
    mine = patient.types("I take aspirin")
    await staff.sees("I take aspirin", SECONDS)
    patient.edits(mine, "I take ibuprofen")
    shown = await staff.sees("I take ibuprofen", SECONDS)
    assert "I take aspirin" in shown.text
    texts = [one.text for one in staff.in_topic(staff.topic(reference))]
    assert sum("I take aspirin" in one for one in texts) == 2  # as it came, and above the new one


async def test_commands_and_my_data(
    house: House, telegram: FakeTelegram, patient: Patient, staff: Staff
) -> None:
    reference = await asks(patient)
    count = len(patient.screens)
    patient.types("/status")
    await telegram.world.until(lambda: len(patient.screens) > count, SECONDS)
    assert reference in patient.screen

    def answers() -> int:
        return sum(1 + len(one.versions) for one in patient.chat.shown())

    for word in ("help", "privacy", "menu", "human", "ask", "MENU@Frontdesk_Test_Bot"):
        count = answers()
        patient.types(f"/{word}")
        await telegram.world.until(lambda: answers() > count, SECONDS)  # noqa: B023
    patient.types("/mydata")
    sent = await telegram.world.until(
        lambda: next((one for one in patient.chat.shown() if one.media), None), SECONDS
    )
    kind, data = telegram.world.files[sent.media["content"]["file_id"]]
    assert kind == "document"
    assert "zebra" in json.dumps(json.loads(data))
    patient.types("/stop")
    await staff.sees("withdrew", SECONDS)


async def test_a_429_holds_that_chat_only(
    house: House, telegram: FakeTelegram, patient: Patient
) -> None:
    other = Patient(telegram, "Berik")
    telegram.too_many("sendMessage", 2, patient.chat.id)
    began = time.monotonic()
    patient.starts()
    await telegram.world.until(lambda: not telegram.world.rate_limits, SECONDS)
    other.starts()
    await other.sees("automatic guide", SECONDS)
    assert patient.screens == []
    await patient.sees("automatic guide", SECONDS)
    assert time.monotonic() - began >= 1.9


@pytest.mark.parametrize(
    "words",
    [
        "x" * 4096,
        "\u202eright to left \u0627\u0644",
        "\U0001f469\u200d\U0001f52c" * 200,
        "\u200b\u200b",
        "<b>*_`[x](http://evil.example)",
        "{name} {alert_status}",
    ],
    ids=["long", "rtl", "emoji", "invisible", "markup", "braces"],
)
async def test_strange_words_get_a_kind_answer(
    house: House, telegram: FakeTelegram, patient: Patient, words: str
) -> None:
    patient.types(words)
    await telegram.world.until(lambda: patient.chat.shown(), SECONDS)
    assert patient.buttons, "always a way Home"


async def test_the_alert_is_seen_when_somebody_claims(
    house: House, telegram: FakeTelegram, patient: Patient, staff: Staff
) -> None:
    patient.types("I cannot breathe")
    await patient.sees("119", SECONDS)
    await patient.sees("has reached our team", SECONDS)
    await acts(staff)
    seen = await patient.sees("has seen the alert", SECONDS)
    assert staff.user["first_name"] in seen.text
