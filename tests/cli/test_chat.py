"""The chat's protocol: one object a line in, exactly one back, whatever the line is."""

import functools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import content
from adapters.terminal.jsonlines import answer
from adapters.wiring import open_chat
from tests.cli.conftest import Desk


@functools.cache
def shipped() -> content.Loaded:
    return content.load()


def lines_of(*asked: object) -> bytes:
    rows = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in asked]
    return b"".join(row + b"\n" for row in rows)


def talk(desk: Desk, *asked: object) -> list[dict[str, Any]]:
    ended = desk("chat", "--json", typed=lines_of(*asked))
    assert ended.code == 0, ended.err
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert len(answers) == len(asked)
    return answers


def labels(answer: dict[str, Any]) -> list[str]:
    return [label for screen in answer["screens"] for row in screen["buttons"] for label in row]


def text(answer: dict[str, Any]) -> str:
    return "\n".join(screen["text"] for screen in answer["screens"])


def test_reading_asking_and_reaching_a_person(desk: Desk) -> None:
    home, guide, page, asked, consent, offer = talk(
        desk,
        {"command": "/start"},
        {"tap": "Read the guide"},
        {"tap": "What this does not mean"},
        {"text": "zebra blood pressure pills"},
        {"tap": "Send it to a person"},
        {"tap": "I agree"},
    )
    assert home["screens"][0]["content_id"] == "home"
    assert "Read the guide" in labels(home)
    assert guide["screens"][0]["content_id"] == "menu-guide"
    assert page["screens"][0]["content_id"] == "not-mean"
    assert asked["screens"][0]["content_id"] is None
    assert consent["screens"][0]["content_id"] == "consent"
    assert "zebra blood pressure pills" in text(offer)
    assert all(set(one) == {"screens"} for one in (home, guide, page, asked, consent, offer))
    assert not any((desk.folder / name).exists() for name in ("var", ".env"))


def test_a_first_text_needs_no_start(desk: Desk) -> None:
    (answered,) = talk(desk, {"text": "hello"})
    assert labels(answered)


def test_a_label_that_is_not_shown_is_an_error_in_that_line(desk: Desk) -> None:
    wrong, home, edited_away, again = talk(
        desk,
        {"tap": "Read the guide"},
        {"command": "/start"},
        {"tap": "Read the guide"},
        {"tap": "Read the guide"},
    )
    assert wrong["screens"] == []
    assert "Read the guide" in wrong["error"]
    assert "error" not in home
    assert "error" not in edited_away
    assert again["screens"] == []
    assert "error" in again


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[" * 20_000,
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"text": 1}',
        b'{"text": "a", "tap": "b"}',
        b'{"shout": "a"}',
        b'{"command": " "}',
        b'{"tap": null}',
        b'{"text": NaN}',
    ],
)
async def test_a_line_that_makes_no_sense_is_answered(line: bytes) -> None:
    session = await open_chat(shipped())
    answered = await answer(session, line)
    assert answered["screens"] == []
    assert answered["error"]


def test_a_wrong_line_does_not_end_the_chat(desk: Desk) -> None:
    answers = talk(desk, b"", b"garbage", {"command": "/menu"})
    assert [("error" in one) for one in answers] == [True, True, False]


def test_danger_is_answered_first_and_truthfully(desk: Desk) -> None:
    (answered,) = talk(desk, {"text": "I cannot breathe"})
    first = answered["screens"][0]["text"]
    assert "119" in first
    assert "We cannot reach our team" in first  # there is no desk in this chat


@pytest.mark.parametrize(
    "command", ["/menu", "/help", "/status", "/privacy", "/human", "/nonsense"]
)
def test_every_command_shows_something_with_a_way_on(desk: Desk, command: str) -> None:
    (answered,) = talk(desk, {"command": command})
    assert labels(answered)


def test_a_deep_link_opens_its_page(desk: Desk) -> None:
    (answered,) = talk(desk, {"command": "/start not-mean"})
    assert "not-mean" in [screen["content_id"] for screen in answered["screens"]]


@settings(max_examples=40)
@given(st.lists(st.one_of(
    st.builds(lambda text: {"text": text}, st.text(max_size=200)),
    st.builds(lambda text: {"text": text}, st.text("\ud800\udfff\u202e\x00\x1b[ab", max_size=30)),
    st.builds(lambda text: {"command": text}, st.text(max_size=30)),
    st.builds(lambda text: {"tap": text}, st.sampled_from(
        ["Menu", "Back", "Write to a person", "I agree", "Skip", "Cancel", "Send to our team"]
    )),
), max_size=12))  # fmt: skip
async def test_any_conversation_gets_an_answer_a_line(asked: list[dict[str, str]]) -> None:
    session = await open_chat(shipped())
    for one in asked:
        answered = await answer(session, json.dumps(one).encode())
        json.dumps(answered).encode("ascii")
        assert isinstance(answered["screens"], list)
        assert set(answered) <= {"screens", "error"}


def test_people_get_numbered_buttons(desk: Desk) -> None:
    ended = desk("chat", typed="1\n/menu\nCOMMON QUESTIONS\n 1\n")
    assert ended.code == 0, ended.err
    assert "[1] Read the guide" in ended.out
    assert "Nine short sections" in ended.out
    assert "\x1b" not in ended.out
    assert "Traceback" not in ended.said
