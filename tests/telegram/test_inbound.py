"""Raw updates read: every kind, and rows that are no updates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.inbound import (
    DeskMessage,
    DeskTap,
    FromPatient,
    Malformed,
    Me,
    Nothing,
    Stranger,
    lane_of,
    read,
)
from bot import events as ev
from tests.fakes.telegram import Chat, FakeTelegram, Patient, Staff

ME = Me(7000000001, "frontdesk_test_bot")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DESK = -1001234567890
WHO = {"id": 41, "is_bot": False, "first_name": "A", "language_code": "kk"}
CHAT = {"id": 41, "type": "private", "first_name": "A"}


def message(**fields: Any) -> dict[str, Any]:
    base = {"message_id": 7, "date": 1_764_000_000, "chat": CHAT, "from": WHO}
    return {"update_id": 9, "message": {**base, **fields}}


def event_of(raw: object) -> ev.Event:
    found = read(raw, ME, frozenset({DESK}), NOW)
    assert isinstance(found, FromPatient)
    return found.update.event


def test_a_text() -> None:
    found = read(message(text="hello"), ME, frozenset(), NOW)
    at = datetime.fromtimestamp(1_764_000_000, UTC)
    assert found == FromPatient(
        ev.Update(
            "telegram:7000000001:9",
            ev.Address("telegram", "7000000001", "41"),
            at,
            ev.Wrote("hello", "7", at),
            "kk",
            sender="telegram:41",
        )
    )


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", ev.Started()),
        ("/start faq-cost", ev.Started("faq-cost")),
        ("/start@frontdesk_test_bot x", ev.Started("x")),
        ("/menu", ev.Commanded("menu", "", "7")),
        ("/MENU@Frontdesk_Test_Bot", ev.Commanded("menu", "", "7")),
        ("/ask what is\nMFDS?", ev.Commanded("ask", "what is\nMFDS?", "7")),
    ],
)
def test_commands(text: str, event: ev.Event) -> None:
    assert event_of(message(text=text)) == event


@pytest.mark.parametrize("text", ["/dance", "/menu@other_bot", "/", "see /menu", "/ menu"])
def test_what_is_no_command_of_ours_is_a_text(text: str) -> None:
    event = event_of(message(text=text))
    assert isinstance(event, ev.Wrote)
    assert event.text == text


def test_the_largest_photo_counts() -> None:
    sizes = [
        {"file_id": "s", "width": 90, "height": 90},
        {"file_id": "l", "width": 1280, "height": 960, "file_size": 5},
        {"file_id": "m", "width": 320, "height": 240},
    ]
    event = event_of(message(photo=sizes, caption="my arm", media_group_id="g1"))
    assert isinstance(event, ev.SentFile)
    assert (event.file.file_id, event.file.kind, event.file.size) == ("l", "photo", 5)
    assert (event.caption, event.group) == ("my arm", "g1")


def test_a_file_name_keeps_no_folders() -> None:
    content = {"file_id": "d", "file_name": "..\\..\\etc/pass\u202ewd\x00", "mime_type": "a/b"}
    event = event_of(message(document=content))
    assert isinstance(event, ev.SentFile)
    assert event.file == ev.FileRef("telegram", "d", "document", "passwd", "a/b")


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("sticker", {"file_id": "x"}, ""),
        ("location", {"latitude": 1, "longitude": 2}, ""),
        ("poll", {"question": "I cannot breathe"}, "I cannot breathe"),
        ("venue", {"title": "Clinic"}, "Clinic"),
        ("contact", {"phone_number": "1", "first_name": "B"}, ""),
    ],
)
def test_what_cannot_be_passed_on(kind: str, content: Any, words: str) -> None:
    event = event_of(message(**{kind: content}))
    assert isinstance(event, ev.SentFile)
    assert (event.file.kind, event.caption) == ("other", words)


def test_an_animation_is_a_document() -> None:
    content = {"file_id": "x"}
    event = event_of(message(animation=content, document=content))
    assert isinstance(event, ev.SentFile)
    assert event.file.kind == "document"


def test_service_messages_are_nothing() -> None:
    assert isinstance(
        read(message(pinned_message={"message_id": 1}), ME, frozenset(), NOW), Nothing
    )


def test_a_reply_names_what_it_answers() -> None:
    found = read(message(text="yes", reply_to_message={"message_id": 3}), ME, frozenset(), NOW)
    assert isinstance(found, FromPatient)
    assert found.update.on_message == "3"


def test_edits() -> None:
    raw = message(text="new", edit_date=1_764_000_060)
    raw["edited_message"] = raw.pop("message")
    event = event_of(raw)
    assert event == ev.Edited("new", "7", datetime.fromtimestamp(1_764_000_060, UTC))


def test_taps() -> None:
    query = {
        "id": "55",
        "from": WHO,
        "data": "sec:home:1",
        "message": {"message_id": 3, "chat": CHAT},
    }
    found = read({"update_id": 9, "callback_query": query}, ME, frozenset(), NOW)
    assert isinstance(found, FromPatient)
    assert found.tap == "55"
    assert found.update.event == ev.Tapped("sec:home:1")
    assert found.update.on_message == "3"
    assert found.update.at == NOW


def test_blocking_and_coming_back(telegram: FakeTelegram) -> None:
    patient = Patient(telegram)
    patient.blocks()
    patient.returns()
    left, back = (event_of(row) for row in telegram.world.updates)
    assert left == ev.Left()
    assert back == ev.Returned()


def test_the_desk(telegram: FakeTelegram, group: Chat, staff: Staff) -> None:
    opening = telegram.world.post(group, telegram.world.bot, opens_topic=True)
    opening.thread = opening.id
    prompt = telegram.world.post(group, telegram.world.bot, text="Write", thread=opening.id)
    staff.writes(opening.id, "a note")
    staff.replies_to(prompt, "an answer")
    staff.writes(None, "outside")
    staff.anonymous = True
    staff.writes(opening.id, "nobody")
    rows = [read(row, ME, frozenset({DESK}), NOW) for row in telegram.world.updates]
    note, answer, outside, nobody = rows
    assert isinstance(note, DeskMessage)
    assert (note.text, note.topic, note.reply_to) == ("a note", opening.id, None)
    assert isinstance(answer, DeskMessage)
    assert (answer.reply_to, answer.user, answer.anonymous) == (prompt.id, staff.id, False)
    assert isinstance(outside, Nothing)
    assert isinstance(nobody, DeskMessage)
    assert nobody.anonymous


def test_a_tap_on_the_desk() -> None:
    chat = {"id": DESK, "type": "supergroup", "title": "Desk"}
    query = {
        "id": "55",
        "from": WHO,
        "data": "enq:FD-7F3Q:claim",
        "message": {"message_id": 3, "chat": chat},
    }
    found = read({"update_id": 9, "callback_query": query}, ME, frozenset({DESK}), NOW)
    assert found == DeskTap("telegram:7000000001:9", NOW, "55", DESK, 41, "enq:FD-7F3Q:claim")
    strange = read({"update_id": 9, "callback_query": query}, ME, frozenset(), NOW)
    assert strange == Nothing("a tap in a strange group", "55")


def test_strange_groups() -> None:
    group = {"id": -5, "type": "group", "title": "Others"}
    member = {"chat": group, "from": WHO, "date": 1, "old_chat_member": {"status": "left"},
              "new_chat_member": {"status": "member"}}  # fmt: skip
    raw = {"update_id": 9, "my_chat_member": member}
    assert read(raw, ME, frozenset({DESK}), NOW) == Stranger(-5, told=True)
    assert read(message(chat=group, text="hi"), ME, frozenset({DESK}), NOW) == Stranger(
        -5, told=False
    )
    gone = {**member, "new_chat_member": {"status": "left"}}
    assert isinstance(read({"update_id": 9, "my_chat_member": gone}, ME, frozenset(), NOW), Nothing)


def test_the_desk_moves() -> None:
    old = {"id": DESK, "type": "group", "title": "Desk"}
    found = read(message(chat=old, migrate_to_chat_id=-100777), ME, frozenset({DESK}), NOW)
    assert found == Nothing("the desk moved", moved=-100777)
    new = {"id": -100777, "type": "supergroup", "title": "Desk"}
    found = read(message(chat=new, migrate_from_chat_id=DESK), ME, frozenset({DESK}), NOW)
    assert found == Nothing("the desk moved", moved=-100777)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "message",
                    "chat",
                    "from",
                    "id",
                    "type",
                    "date",
                    "text",
                    "photo",
                    "data",
                    "callback_query",
                    "edited_message",
                    "my_chat_member",
                    "message_id",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_anything_else_is_malformed_and_nothing_worse(raw: Any) -> None:
    lane_of(raw)
    if isinstance(raw, dict):
        raw = {"update_id": 1, **raw}
    try:
        read(raw, ME, frozenset({DESK}), NOW)
    except Malformed as error:
        assert str(error) in ("no update_id", "TypeError", "KeyError", "ValueError",
                              "OverflowError", "AttributeError", "OSError")  # fmt: skip


@given(st.sampled_from(["chat", "from", "date", "message_id"]), JSON)
def test_a_message_with_one_odd_field(name: str, value: Any) -> None:
    try:
        read(message(text="x", **{name: value}), ME, frozenset({DESK}), NOW)
    except Malformed:
        pass
