"""The main job on Telegram, whole: a patient asks, a topic opens, a facilitator answers, the patient
reads it. The real client against the fake server, on SQLite; by polling and by webhook, and with every
update twice and a restart on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.state import Status
from tests.fakes.telegram import Chat, FakeTelegram, Message, Patient, Staff
from tests.telegram.asking import SECONDS, answers, asks
from tests.telegram.house import House, open_house, release_with


async def closes(house: House, staff: Staff, patient: Patient, reference: str) -> None:
    await staff.answered(staff.taps("Close"), SECONDS)
    await patient.sees("closed", SECONDS)
    row = await house.store.enquiry(reference)
    assert row is not None
    assert row.enquiry.status is Status.RESOLVED
    assert await house.store.parked() == ()


def cut(message: Message, entity: dict[str, int]) -> str:
    """The words of an entity, counted as Telegram counts."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return message.text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_patient_asks_and_a_person_answers(
    telegram: FakeTelegram,
    patient: Patient,
    group: Chat,
    staff: Staff,
    tmp_path: Path,
    webhook: bool,
) -> None:
    release = release_with(staff)
    async with open_house(telegram, tmp_path, release, desk=group.id, webhook=webhook) as house:
        reference = await asks(patient)
        await staff.sees(reference, SECONDS)
        topic = staff.topic(reference)
        card = staff.in_topic(topic)[0]
        assert "blood pressure" in card.text
        assert {cut(card, one) for one in card.entities if one["type"] == "code"} == {
            "evil.example",
            "@admin",
        }

        draft = await answers(staff, patient, reference)
        assert draft.thread == topic
        staff.taps(draft.labels[0], draft)
        shown = await patient.sees("Which clinic?", SECONDS)
        assert staff.user["first_name"] in shown.text
        await staff.sees("delivered", SECONDS)

        staff.writes(topic, "she is nervous")
        await staff.sees("Only the team", SECONDS)
        mine = patient.types("None yet. 감사합니다", reply_to=shown)
        await staff.sees("None yet. 감사합니다", SECONDS)
        await telegram.world.until(lambda: mine.reactions == ["👀"], SECONDS)
        patient.sends("photo", b"skin", caption="my arm")
        relayed = await staff.sees("my arm", SECONDS)
        assert relayed.media["kind"] == "photo"
        assert telegram.world.files[relayed.media["content"][0]["file_id"]][1] == b"skin"
        patient.edits(mine, "None yet. Which one is near?")
        await staff.sees("Which one is near?", SECONDS)

        await closes(house, staff, patient, reference)
        assert not any("nervous" in one for one in patient.screens)
        assert {one.thread for one in staff.group.shown()} == {topic}
    assert telegram.world.profile["commands"]
    assert all(one is not None for one in telegram.world.taps.values()), "a tap was left spinning"


async def test_a_restart_and_every_update_again_change_nothing(
    telegram: FakeTelegram, patient: Patient, group: Chat, staff: Staff, tmp_path: Path
) -> None:
    release = release_with(staff)
    house = {"desk": group.id, "webhook": False}
    async with open_house(telegram, tmp_path, release, **house):  # type: ignore[arg-type]
        reference = await asks(patient)
        await staff.sees(reference, SECONDS)
    screens, topics = list(patient.screens), dict(group.topics)
    async with open_house(telegram, tmp_path, release, **house):  # type: ignore[arg-type]
        draft = await answers(staff, patient, reference)
    # Old buttons work after a restart, and everything once more has no effect.
    again = list(telegram.world.updates)
    async with open_house(telegram, tmp_path, release, **house):  # type: ignore[arg-type]
        staff.taps(draft.labels[0], draft)
        await patient.sees("Which clinic?", SECONDS)
        await staff.sees("delivered", SECONDS)
        telegram.world.updates[:0] = again
        telegram.world.stir()
        patient.types("last word")
        await staff.sees("last word", SECONDS)
    assert patient.screens[: len(screens)] == screens
    assert sum("Which clinic?" in one for one in patient.screens) == 1
    assert group.topics == topics


async def test_danger_reaches_the_team_with_a_sound(
    telegram: FakeTelegram, patient: Patient, group: Chat, staff: Staff, tmp_path: Path
) -> None:
    async with open_house(telegram, tmp_path, release_with(staff), desk=group.id, webhook=False):
        patient.types("I cannot breathe")
        safety = await patient.sees("119", SECONDS)
        assert not safety.silent
        await telegram.world.until(lambda: staff.in_topic(None), SECONDS)
        alert = staff.in_topic(None)[0]
        assert any(
            one["type"] == "text_mention" and one["user"]["id"] == staff.id
            for one in alert.entities
        )
        assert "breathe" not in alert.text


async def test_a_stranger_in_the_group_cannot_act(
    telegram: FakeTelegram, patient: Patient, group: Chat, staff: Staff, tmp_path: Path
) -> None:
    stranger = Staff(telegram, group, "Nobody")
    async with open_house(
        telegram, tmp_path, release_with(staff), desk=group.id, webhook=False
    ) as house:
        reference = await asks(patient)
        await staff.sees(reference, SECONDS)
        refused = await stranger.answered(stranger.taps("Claim"), SECONDS)
        assert refused["show_alert"] is True
        assert str(stranger.id) in refused["text"]
        row = await house.store.enquiry(reference)
        assert row is not None
        assert row.enquiry.status is Status.NEW


async def test_forgetting_takes_both_chats_along(
    telegram: FakeTelegram, patient: Patient, group: Chat, staff: Staff, tmp_path: Path
) -> None:
    async with open_house(
        telegram, tmp_path, release_with(staff), desk=group.id, webhook=False
    ) as house:
        reference = await asks(patient)
        await staff.sees(reference, SECONDS)
        patient.types("/forget")
        confirm = await telegram.world.until(
            lambda: next((one for one in patient.chat.shown() if "elete" in one.text and one.keyboard
                          and one is patient.last), None), SECONDS,
        )  # fmt: skip
        patient.taps(confirm.labels[0], confirm)
        await telegram.world.until(lambda: not group.topics, SECONDS)
        await telegram.world.until(lambda: len(patient.screens) == 1, SECONDS)
        assert not any("blood pressure" in one.text for one in group.shown())
        assert await house.store.enquiry(reference) is None
