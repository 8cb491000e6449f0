"""``/queue`` in the desk group: the real client, the real store, the fake Telegram."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.telegram import Chat, FakeTelegram, Message, Patient, Staff
from tests.telegram.asking import SECONDS, acts, asks, recorded
from tests.telegram.house import open_house, release_with


async def answer(staff: Staff, asked: Message) -> Message:
    """What the bot said below a message in the group."""
    found: Message = await staff.world.until(
        lambda: next((one for one in staff.group.shown() if one.reply_to == asked.id), None),
        SECONDS,
    )
    return found


async def test_the_queue_in_the_desk_group(
    telegram: FakeTelegram, patient: Patient, group: Chat, staff: Staff, tmp_path: Path
) -> None:
    stranger = Staff(telegram, group, "Nobody")
    anonymous = Staff(telegram, group, "Mina", anonymous=True)
    other = Patient(telegram, "Berik")
    release = release_with(staff, promise=14_400)
    async with open_house(telegram, tmp_path, release, desk=group.id, webhook=False) as house:
        empty = await answer(staff, staff.writes(None, "/queue"))
        assert "No enquiry is open" in empty.text

        first = await asks(patient)
        await staff.sees(first, SECONDS)
        await acts(staff)
        other.types("I cannot breathe")
        await other.sees("119", SECONDS)
        await telegram.world.until(lambda: len(group.topics) == 2, SECONDS)
        second = next(one.name for one in group.topics.values() if first not in one.name)
        urgent = next(word for word in second.split() if word.startswith("FD-"))

        await recorded(house, f"desk:telegram:{group.id}", f"topic:{urgent}")

        shown = await answer(staff, staff.writes(None, "/queue@Frontdesk_Test_Bot"))
        assert shown.thread is None
        lines = [line for line in shown.text.splitlines() if "FD-" in line]
        assert [urgent in lines[0], first in lines[1]] == [True, True]
        assert staff.user["first_name"] in lines[1]
        assert "Seoul" in lines[1]
        for words in ("breathe", "blood", "Aigul", "Berik"):
            assert words not in shown.text
        links = {
            shown.text.encode("utf-16-le")[2 * one["offset"] : 2 * (one["offset"] + one["length"])]
            .decode("utf-16-le"): one["url"]
            for one in shown.entities if one["type"] == "text_link"
        }  # fmt: skip
        here = str(group.id).removeprefix("-100")
        assert links == {
            first: f"https://t.me/c/{here}/{staff.topic(first)}",
            urgent: f"https://t.me/c/{here}/{staff.topic(urgent)}",
        }

        # In a topic it is answered there, and is no note.
        topic = staff.topic(first)
        inside = await answer(staff, staff.writes(topic, "/queue"))
        assert inside.thread == topic
        assert not any("Only the team" in one.text for one in staff.in_topic(topic))

        refused = await answer(stranger, stranger.writes(None, "/queue"))
        assert stranger.account in refused.text
        assert "FD-" not in refused.text
        refused = await answer(anonymous, anonymous.writes(None, "/queue"))
        assert "own account" in refused.text

        before = len(group.shown())
        staff.writes(None, "/queue@another_bot")
        staff.writes(None, "what about the queue?")
        await telegram.world.until(lambda: not telegram.world.updates, SECONDS)
        assert len(group.shown()) == before
