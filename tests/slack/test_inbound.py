"""Payloads to values: what people typed arrives as they typed it, the rest is left alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import inbound, modal
from adapters.slack.markup import plain_words
from bot.events import Address, Commanded, Edited, SentFile, Tapped, Wrote
from tests.fakes.slack_people import as_slack_writes

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DM = {"type": "message", "channel": "D01", "channel_type": "im", "user": "U01", "text": "hello"}
TS = "1795428000.000100"


@given(st.text())
def test_typed_words_come_back_as_they_were(words: str) -> None:
    assert plain_words(as_slack_writes(words)) == words


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@U01>", "@U01"),
        ("<@U01|dana>", "@dana"),
        ("<#C01|general>", "#general"),
        ("<!channel>", "@channel"),
        ("<!subteam^S01|@desk>", "@desk"),
        ("<!date^1|at noon>", "at noon"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://evil.example|click here>", "click here (https://evil.example)"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c"),
        ("<tel:+82|+82>", "+82"),
        ("<https://example.com>", "https://example.com"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
    ],
)
def test_slack_markup_becomes_words(sent: str, read: str) -> None:
    assert plain_words(sent) == read


def test_a_direct_message() -> None:
    said = inbound.said({**DM, "ts": TS, "thread_ts": "1795427000.000001"})
    assert said is not None
    [update] = inbound.patient_updates("Ev1", said, "T01")
    assert update.key == "slack:Ev1"
    assert update.address == Address("slack", "T01", "D01")
    assert update.on_message == "1795427000.000001"
    assert update.event == Wrote("hello", TS, datetime(2026, 11, 23, 10, 0, 0, 100, tzinfo=UTC))


def test_several_files_are_several_events_of_one_group() -> None:
    files = [
        {"id": "F1", "name": "a.jpg", "mimetype": "image/jpeg", "size": 12},
        {"id": "F2", "name": "b.m4a", "mimetype": "audio/mp4", "subtype": "slack_audio"},
        {"id": "F3", "mode": "external", "mimetype": "application/pdf"},
    ]
    said = inbound.said({**DM, "ts": TS, "subtype": "file_share", "files": files})
    assert said is not None
    updates = inbound.patient_updates("Ev1", said, "T01")
    assert [one.key for one in updates] == ["slack:Ev1", "slack:Ev1:1", "slack:Ev1:2"]
    events = [one.event for one in updates]
    assert all(isinstance(one, SentFile) and one.group == TS for one in events)
    kinds = [one.file.kind for one in events if isinstance(one, SentFile)]
    assert kinds == ["photo", "voice", "other"]
    captions = [one.caption for one in events if isinstance(one, SentFile)]
    assert captions == ["hello", "", ""]


def test_an_edit_is_an_edit_and_an_unfurled_link_is_not() -> None:
    inner = {**DM, "ts": TS, "edited": {"user": "U01", "ts": TS}, "text": "new"}
    changed = {
        "type": "message", "subtype": "message_changed", "channel": "D01", "channel_type": "im",
        "message": inner, "previous_message": {"text": "old"},
    }  # fmt: skip
    said = inbound.said(changed)
    assert said is not None
    [update] = inbound.patient_updates("Ev1", said, "T01")
    assert isinstance(update.event, Edited)
    assert update.event.text == "new"
    assert inbound.said({**changed, "previous_message": {"text": "new"}}) is None
    del inner["edited"]
    assert inbound.said(changed) is None


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B01"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"ts": "nonsense"},
        {"hidden": True},
    ],
)
def test_what_nobody_said_is_left_alone(more: dict[str, Any]) -> None:
    assert inbound.said({**DM, "ts": TS, **more}) is None


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("", Commanded("menu")),
        ("status", Commanded("status")),
        ("/Status", Commanded("status")),
        ("ask what is MFDS", Commanded("ask", "what is MFDS")),
        ("what is MFDS", Commanded("ask", "what is MFDS")),
    ],
)
def test_commands(text: str, event: Commanded) -> None:
    given_command = inbound.command({"trigger_id": "t1", "user_id": "U01", "text": text})
    assert given_command is not None
    update = inbound.command_update(given_command, Address("slack", "T", "D"), NOW)
    assert update.event == event
    assert update.key == "slack:trigger:t1"


def test_a_tap_and_its_message() -> None:
    body = {
        "trigger_id": "t1", "user": {"id": "U01"}, "response_url": "https://x",
        "container": {"type": "message", "message_ts": TS, "channel_id": "D01"},
        "actions": [{"type": "button", "value": "sec:home:1", "action_ts": TS}],
    }  # fmt: skip
    tap = inbound.tap(body, NOW)
    assert tap is not None
    update = inbound.tap_update(tap, Address("slack", "T", "D01"))
    assert (update.key, update.on_message) == ("slack:trigger:t1", TS)
    assert update.event == Tapped("sec:home:1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["type", "subtype", "channel", "channel_type", "user", "text", "ts", "files", "message", "view",
     "previous_message", "edited", "actions", "container", "trigger_id", "state", "blocks", "value",
     "private_metadata", "callback_id", "id", "user_id"]
)  # fmt: skip


@given(st.dictionaries(KEYS, JSON))
def test_any_payload_is_taken_without_an_exception(body: dict[str, Any]) -> None:
    said = inbound.said(body)
    if said is not None:
        inbound.patient_updates("Ev", said, "T")
    inbound.tap(body, NOW)
    inbound.command(body)
    modal.submission(body)
    modal.submission({"view": body, "user": {"id": "U"}})


def test_the_same_words_in_the_same_view_are_one_submit() -> None:
    def body(text: str, trigger: str = "t") -> dict[str, Any]:
        metadata = json.dumps(["FD-7F3Q", "d1", "t", "h"])
        values = {modal.BLOCK: {modal.ACTION: {"value": text}}}
        view = {"id": "V1", "callback_id": "reply", "private_metadata": metadata,
                "state": {"values": values}}  # fmt: skip
        return {"user": {"id": "U1"}, "trigger_id": trigger, "view": view}

    first, again = modal.submission(body("a")), modal.submission(body("a", "t2"))
    other = modal.submission(body("b"))
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.key == again.key != other.key
    assert "FD" not in first.key
