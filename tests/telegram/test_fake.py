"""The fake Telegram is as strict as the real one, also where Frontdesk asks for nothing today."""

from __future__ import annotations

import pytest
from telegram import MessageEntity
from telegram.error import BadRequest, Forbidden

from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, fault_of
from tests.fakes.telegram import Chat, FakeTelegram, Patient, Staff
from tests.fakes.telegram.world import Topic


async def test_a_copy_has_no_link_to_its_sender(
    client: Client, telegram: FakeTelegram, patient: Patient, group: Chat
) -> None:
    opening = telegram.world.post(group, telegram.world.bot, opens_topic=True)
    opening.thread = opening.id
    group.topics[opening.id] = Topic(opening.id, "FD-7F3Q", 0x6FB9F0)
    photo = patient.sends("photo", b"skin", caption="my arm")
    answer = await client.copy_message(
        group.id, patient.chat.id, photo.id, message_thread_id=opening.id
    )
    copied = group.messages[answer.message_id]
    assert (copied.text, copied.media["kind"]) == ("my arm", "photo")
    assert copied.of_bot
    assert copied.thread == opening.id
    assert "forward_origin" not in telegram.world.describe(copied)

    other = await client.copy_message(group.id, patient.chat.id, photo.id, caption="her arm")
    assert group.messages[other.message_id].text == "her arm"


async def test_what_cannot_be_copied(
    client: Client, telegram: FakeTelegram, patient: Patient, staff: Staff
) -> None:
    said = patient.types("hello")

    async def fault(chat: int, source: int, message: int) -> Fault:
        with pytest.raises(BadRequest) as refused:
            await client.copy_message(chat, source, message)
        return fault_of(refused.value)

    group = staff.group
    assert await fault(group.id, patient.chat.id, 999) is Fault.COPY_IMPOSSIBLE
    opening = telegram.world.post(group, telegram.world.bot, opens_topic=True)
    assert await fault(group.id, group.id, opening.id) is Fault.COPY_IMPOSSIBLE
    with pytest.raises(BadRequest, match="thread not found"):
        await client.copy_message(group.id, patient.chat.id, said.id, message_thread_id=77)
    patient.blocks()
    with pytest.raises(Forbidden):
        await client.copy_message(patient.chat.id, group.id, said.id)


async def test_a_link_needs_its_address(client: Client, telegram: FakeTelegram) -> None:
    chat = Patient(telegram).chat
    link = MessageEntity("text_link", 0, 2, url="https://t.me/c/1/2")
    await client.send_message(chat.id, "go", entities=[link])
    for wrong in (MessageEntity("text_link", 0, 2), MessageEntity("bold", 0, 2, url="https://x.y")):
        with pytest.raises(BadRequest):
            await client.send_message(chat.id, "go", entities=[wrong])
    assert len(telegram.world.violations) == 2
    telegram.world.violations.clear()
