"""The HTTP client under python-telegram-bot: what was sent, what may have been, and no secret."""

from __future__ import annotations

import logging

import pytest
from telegram.error import TelegramError

from adapters.telegram.client import Client, open_client
from adapters.telegram.errors import (
    Fault,
    MaybeSent,
    NotSent,
    TokenRefused,
    TooMany,
    fault_of,
)
from adapters.telegram.request import AiohttpRequest
from tests.fakes.telegram import FakeTelegram, Patient


async def test_a_call_arrives_and_is_answered(client: Client, patient: Patient) -> None:
    message = await client.send_message(patient.id, "Ω 😀")
    assert patient.screen == "Ω 😀"
    assert message.message_id == patient.last.id


async def test_many_calls_at_once(client: Client, patient: Patient) -> None:
    import asyncio

    await asyncio.gather(*(client.send_message(patient.id, f"n{n}") for n in range(80)))
    assert sorted(patient.screens) == sorted(f"n{n}" for n in range(80))


async def test_no_listener_means_not_sent(unused_tcp_port: int) -> None:
    one = open_client(FakeTelegram.token, f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(NotSent) as caught:
        await one.initialize()
    assert FakeTelegram.token not in _all_of(caught.value)
    await one.shutdown()


async def test_a_dropped_connection_may_have_been_sent(
    telegram: FakeTelegram, client: Client, patient: Patient
) -> None:
    for kind, shown in (("drop_before", 0), ("drop_after", 1)):
        telegram.fault("sendMessage", kind)
        with pytest.raises(MaybeSent) as caught:
            await client.send_message(patient.id, "once")
        assert len(patient.screens) == shown
        assert FakeTelegram.token not in _all_of(caught.value)


async def test_a_silent_server_may_have_taken_it(telegram: FakeTelegram, patient: Patient) -> None:
    from telegram.ext import ExtBot

    one: ExtBot[None] = ExtBot(
        telegram.token, base_url=f"{telegram.url}/bot", request=AiohttpRequest(read_seconds=0.3)
    )
    await one.initialize()
    telegram.fault("sendMessage", "hang")
    with pytest.raises(MaybeSent):
        await one.send_message(patient.id, "slow")
    await one.shutdown()


async def test_429_says_how_long(telegram: FakeTelegram, client: Client, patient: Patient) -> None:
    telegram.too_many("sendMessage", 17)
    with pytest.raises(TooMany) as caught:
        await client.send_message(patient.id, "x")
    assert caught.value.seconds == 17


@pytest.mark.parametrize(
    ("kind", "fault"), [(500, Fault.SERVER), (502, Fault.SERVER), (504, Fault.MAYBE_SENT)]
)
async def test_server_errors(
    telegram: FakeTelegram, client: Client, patient: Patient, kind: int, fault: Fault
) -> None:
    telegram.fault("sendMessage", kind)
    with pytest.raises(TelegramError) as caught:
        await client.send_message(patient.id, "x")
    assert fault_of(caught.value) is fault


async def test_an_answer_that_is_no_json_is_not_logged(
    telegram: FakeTelegram, client: Client, patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fault("sendMessage", "garbage")
    with caplog.at_level(logging.DEBUG), pytest.raises(TelegramError):
        await client.send_message(patient.id, "secret words")
    assert "html" not in caplog.text


async def test_neither_token_nor_words_are_logged(
    telegram: FakeTelegram, client: Client, patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await client.send_message(patient.id, "my blood pressure")
    assert telegram.token not in caplog.text
    assert "blood pressure" not in caplog.text
    assert telegram.token not in repr(client)


async def test_a_wrong_token_is_refused_without_showing_it(telegram: FakeTelegram) -> None:
    one = open_client("1:WRONGWRONG", telegram.url)
    with pytest.raises(TokenRefused) as caught:
        await one.initialize()
    assert "WRONG" not in _all_of(caught.value)
    await one.shutdown()


def _all_of(error: BaseException) -> str:
    """An error with everything a log would print of it."""
    import traceback

    return "".join(traceback.format_exception(error))
