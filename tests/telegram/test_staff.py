"""The desk group's way in, the group guard, and what doctor asks."""

from __future__ import annotations

import asyncio
import time

import pytest

from adapters.telegram.checks import check
from adapters.telegram.client import Client, open_client
from adapters.telegram.inbox import Inbox
from adapters.telegram.poller import Poller
from adapters.telegram.profile import commands_of, publish_profile
from bot import events as ev
from bot.effects import ShowFormErrors, Toast
from bot.events import Actor, Address
from tests.fakes.telegram import Chat, FakeTelegram, Patient, Staff
from tests.fakes.telegram.people import invites
from tests.fakes.telegram.world import Topic
from tests.telegram.house import shipped
from tests.telegram.parts import BOT, Intake, Shelf

REF = "FD-7F3Q"
PATIENT = Address("telegram", BOT, "1")


class Desk:
    """A desk with one enquiry: its topic, card and prompt."""

    def __init__(self, telegram: FakeTelegram, group: Chat, client: Client, shelf: Shelf) -> None:
        world = telegram.world
        self.name = f"desk:telegram:{group.id}"
        opening = world.post(group, world.bot, opens_topic=True)
        self.topic = opening.thread = opening.id
        group.topics[self.topic] = Topic(self.topic, REF, 0x6FB9F0)
        rows = [[{"text": "Claim", "callback_data": f"enq:{REF}:claim"}],
                [{"text": "Odd", "callback_data": "sec:home:1"}],
                [{"text": "Unknown", "callback_data": "enq:FD-9999:claim"}]]  # fmt: skip
        self.card = world.post(group, world.bot, text="card", keyboard=rows, thread=self.topic)
        self.prompt = world.post(group, world.bot, text="answer", thread=self.topic)
        shelf.receipts[self.name, f"topic:{REF}"] = str(self.topic)
        shelf.receipts[self.name, f"card:{REF}"] = str(self.card.id)
        shelf.receipts[self.name, f"prompt:{REF}:abc12345"] = str(self.prompt.id)
        shelf.addresses[REF] = PATIENT
        self.intake = Intake()
        self.inbox = Inbox(client, self.intake, shelf, group.id)
        self.poller = Poller(client, self.inbox, shelf, seconds=1)

    def events(self) -> list[ev.Event]:
        return [one.event for one in self.intake.updates]


@pytest.fixture
def desk(telegram: FakeTelegram, group: Chat, client: Client, shelf: Shelf) -> Desk:
    return Desk(telegram, group, client, shelf)


async def test_taps_replies_and_notes(desk: Desk, staff: Staff) -> None:
    desk.intake.says = (Toast("Yours."),)
    tap = staff.taps("Claim")
    staff.replies_to(desk.prompt, "Hello, Aigul")
    staff.writes(desk.topic, "she called twice")
    staff.replies_to(desk.card, "a reply to the card is a note")
    await desk.poller.once()
    me = Actor(staff.account, desk.name, forms=False)
    assert [one for one in desk.events() if not isinstance(one, ev.NoteWritten)] == [
        ev.EnquiryClaimed(REF, me),
        ev.ReplyDrafted(REF, me, "abc12345", "Hello, Aigul"),
    ]
    notes = [one.text for one in desk.events() if isinstance(one, ev.NoteWritten)]
    assert notes == ["she called twice", "a reply to the card is a note"]
    assert {one.address for one in desk.intake.updates} == {PATIENT}
    assert (await staff.answered(tap))["text"] == "Yours."


async def test_an_answer_quicker_than_the_receipt_is_no_note(
    desk: Desk, staff: Staff, shelf: Shelf
) -> None:
    receipt = shelf.receipts.pop((desk.name, f"prompt:{REF}:abc12345"))
    staff.replies_to(desk.prompt, "quick")
    polling = asyncio.create_task(desk.poller.once())
    await asyncio.sleep(0.3)
    assert desk.events() == []
    shelf.receipts[desk.name, f"prompt:{REF}:abc12345"] = receipt
    await polling
    assert [type(one) for one in desk.events()] == [ev.ReplyDrafted]


async def test_a_note_quicker_than_the_receipt_of_its_topic_is_not_lost(
    desk: Desk, staff: Staff, shelf: Shelf, telegram: FakeTelegram, group: Chat
) -> None:
    receipt = shelf.receipts.pop((desk.name, f"topic:{REF}"))
    staff.writes(desk.topic, "quick")
    polling = asyncio.create_task(desk.poller.once())
    await asyncio.sleep(0.1)
    shelf.receipts[desk.name, f"topic:{REF}"] = receipt
    await polling
    assert [type(one) for one in desk.events()] == [ev.NoteWritten]
    # Talk in a topic that a person opened is not ours, and nobody waits for anything.
    own = telegram.world.post(group, staff.user, opens_topic=True)
    own.thread = own.id
    group.topics[own.id] = Topic(own.id, "Lunch", 0x6FB9F0)
    staff.writes(own.id, "bibimbap?")
    started = time.monotonic()
    await desk.poller.once()
    assert time.monotonic() - started < 1.5
    assert len(desk.events()) == 1


async def test_an_answer_to_a_colleague_is_a_note(
    desk: Desk, staff: Staff, telegram: FakeTelegram, group: Chat
) -> None:
    other = Staff(telegram, group, "Jun")
    theirs = other.writes(desk.topic, "who takes it?")
    staff.replies_to(theirs, "me")
    started = time.monotonic()
    await desk.poller.once()
    assert time.monotonic() - started < 1.5
    assert [type(one) for one in desk.events()] == [ev.NoteWritten, ev.NoteWritten]


async def test_a_photo_as_reply(desk: Desk, staff: Staff, telegram: FakeTelegram) -> None:
    content = {"file_id": telegram.world.file("document", b"plan"), "file_name": "plan.pdf"}
    staff.replies_to(desk.prompt, "see the plan", media={"kind": "document", "content": content})
    await desk.poller.once()
    (event,) = desk.events()
    assert isinstance(event, ev.ReplyDrafted)
    assert event.text == "see the plan"
    assert event.file is not None
    assert event.file.name == "plan.pdf"


async def test_buttons_that_are_no_staff_acts_are_answered_and_do_nothing(
    desk: Desk, staff: Staff
) -> None:
    for label in ("Odd", "Unknown"):
        tap = staff.taps(label)
        await desk.poller.once()
        assert "text" not in await staff.answered(tap)
    assert desk.events() == []


async def test_anonymous_admins_are_not_trusted(desk: Desk, staff: Staff) -> None:
    staff.anonymous = True
    staff.replies_to(desk.prompt, "who am I")
    await desk.poller.once()
    (event,) = desk.events()
    assert isinstance(event, ev.ReplyDrafted)
    assert not event.actor.trusted


async def test_a_refused_reply_is_told_below_it(desk: Desk, staff: Staff) -> None:
    desk.intake.says = (Toast("You are not on the staff list.", refused=True),)
    mine = staff.replies_to(desk.prompt, "Hello")
    staff.writes(desk.topic, "a note is not answered")
    await desk.poller.once()
    answers = [one for one in staff.in_topic(desk.topic) if "staff list" in one.text]
    assert [one.reply_to for one in answers] == [mine.id]
    desk.intake.says = (ShowFormErrors((("text", "4000 characters; at most 3000."),)),)
    long = staff.replies_to(desk.prompt, "x" * 4000)
    await desk.poller.once()
    assert staff.in_topic(desk.topic)[-1].reply_to == long.id


async def test_another_group_is_told_the_setting_and_left(
    desk: Desk, telegram: FakeTelegram, patient: Patient
) -> None:
    other = telegram.world.group(-100555, "Others", forum=False)
    invites(telegram, other, patient)
    await desk.poller.once()
    assert "TELEGRAM_DESK_CHAT=-100555" in other.shown()[0].text
    assert other.members[telegram.bot_id] == "left"
    assert desk.events() == []


async def test_the_desk_is_not_left_when_the_bot_is_added_there(
    desk: Desk, telegram: FakeTelegram, group: Chat, patient: Patient
) -> None:
    invites(telegram, group, patient)
    await desk.poller.once()
    assert group.members[telegram.bot_id] == "member"


async def test_a_desk_that_moved_is_still_the_desk(
    desk: Desk, telegram: FakeTelegram, group: Chat, shelf: Shelf, client: Client, staff: Staff
) -> None:
    moved = telegram.world.group(-100888, "Desk", forum=True)
    telegram.world.post(moved, staff.user, text="x", extra={"migrate_from_chat_id": group.id})
    row = telegram.world.describe(next(iter(moved.messages.values())))
    telegram.world.push("message", row)
    await desk.poller.once()
    assert shelf.cursors[f"telegram:moved:{group.id}"] == -100888
    # A restart remembers it, and the group is not left.
    again = Inbox(client, desk.intake, shelf, group.id)
    assert await again.take({"update_id": 1, "message": row | {"text": "hello"}}) is None
    assert moved.members[telegram.bot_id] == "administrator"


# ---- profile


async def test_the_profile_is_set_once(client: Client, telegram: FakeTelegram) -> None:
    release = shipped()
    await publish_profile(client, release)
    profile = telegram.world.profile
    assert [one["command"] for one in profile["commands"]] == [
        "menu", "ask", "human", "status", "privacy", "mydata", "forget", "language", "help", "stop",
    ]  # fmt: skip
    assert len(commands_of(release)) == 10
    for language in ("ko", "ja", "zh", "es", "ru", "ar", "th", "vi"):
        theirs = profile[f"commands:{language}"]
        assert [one["command"] for one in theirs] == [one["command"] for one in profile["commands"]]
        texts = {one["description"] for one in theirs}
        assert len(texts) == 10
        assert not texts & {one["description"] for one in profile["commands"]}
    assert commands_of(release, "xx") == ()
    assert profile["name"] == release.organisation.bot_name[:64]
    assert profile["description"]
    before = len(telegram.methods.calls)
    await publish_profile(client, release)
    assert not [name for name, _ in telegram.methods.calls[before:] if name.startswith("set")]


async def test_a_profile_that_telegram_refuses_stops_nothing(
    client: Client, telegram: FakeTelegram
) -> None:
    telegram.too_many("setMyName", 3000)
    await publish_profile(client, shipped())


# ---- doctor


async def test_doctor_finds_all_well(client: Client, telegram: FakeTelegram, group: Chat) -> None:
    found = await check(client, api_url=telegram.url, webhook_url=None, desk=group.id)
    assert all(one.ok for one in found), found
    assert not [n for n, _ in telegram.methods.calls if n.startswith(("send", "set", "edit"))]


async def test_doctor_names_what_is_wrong(
    client: Client, telegram: FakeTelegram, group: Chat
) -> None:
    async def faults(webhook: str | None = None, desk: int | None = group.id) -> str:
        found = await check(client, api_url=telegram.url, webhook_url=webhook, desk=desk)
        assert all(one.mend for one in found if not one.ok)
        return " | ".join(one.what for one in found if not one.ok)

    assert "not TELEGRAM_WEBHOOK_URL" in await faults(webhook="https://desk.example.org/x")
    telegram.webhook = {"url": "https://desk.example.org/x"}
    assert "a webhook is set" in await faults()
    telegram.deliveries.append((1, 403))
    assert "403" in await faults(webhook="https://desk.example.org/x")
    telegram.webhook, telegram.deliveries = {}, []
    telegram.clock_offset = -300
    assert "clock" in await faults()
    telegram.clock_offset = 0
    telegram.world.rights["can_manage_topics"] = False
    telegram.world.rights["can_delete_messages"] = False
    both = await faults()
    assert "manage topics" in both
    assert "/forget" in both
    group.members[telegram.bot_id] = "member"
    assert "not an administrator" in await faults()
    group.forum, group.username = False, "open"
    both = await faults()
    assert "no topics" in both
    assert "public" in both
    group.members[telegram.bot_id] = "left"
    assert "not in the desk group" in await faults()
    assert await faults(desk=None) == ""


async def test_doctor_without_a_platform(telegram: FakeTelegram, unused_tcp_port: int) -> None:
    for token, url, words in (
        ("1:WRONG", telegram.url, "refuses"),
        (telegram.token, f"http://127.0.0.1:{unused_tcp_port}", "cannot be reached"),
    ):
        one = open_client(token, url)
        (found,) = await check(one, api_url=url, webhook_url=None, desk=None)
        assert not found.ok
        assert words in found.what
        await one.shutdown()
