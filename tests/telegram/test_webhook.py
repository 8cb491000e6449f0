"""The webhook under a real server, with the fake as Telegram: secret, retries, answers in the body."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.telegram.client import Client
from adapters.telegram.inbox import Inbox
from adapters.telegram.profile import receive_by_polling, receive_by_webhook
from adapters.telegram.webhook import SECRET_HEADER, Webhook
from bot import events as ev
from bot.effects import AnswerTap
from tests.fakes.telegram import FakeTelegram, Patient
from tests.telegram.parts import Intake, Shelf

SECRET = "S3cret-S3cret_S3cret"
PUBLIC = "https://desk.example.org/telegram"


class House:
    """The endpoint, served."""

    def __init__(self, url: str, intake: Intake, shelf: Shelf) -> None:
        self.url = url
        self.intake = intake
        self.shelf = shelf

    async def post(self, body: bytes, secret: str | None = SECRET) -> tuple[int, str]:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers=headers) as answer,
        ):
            return answer.status, await answer.text()


@pytest.fixture
async def house(client: Client, telegram: FakeTelegram, shelf: Shelf) -> AsyncIterator[House]:
    intake = Intake()
    endpoint = Webhook(Inbox(client, intake, shelf, None), SECRET)
    app = Starlette(routes=[Route("/telegram", endpoint.handle, methods=["POST"])])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/telegram"
    telegram.tunnel[PUBLIC] = url
    yield House(url, intake, shelf)
    await receive_by_polling(client)
    server.should_exit = True
    await serving


async def test_updates_arrive_and_taps_are_answered_in_the_body(
    house: House, client: Client, telegram: FakeTelegram, patient: Patient
) -> None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    await receive_by_webhook(client, PUBLIC, SECRET)
    assert telegram.webhook["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member",
    ]  # fmt: skip
    patient.types("hello")
    await telegram.world.until(lambda: house.intake.updates)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="sec:home:1")]])
    await client.send_message(patient.id, "menu", reply_markup=markup)
    house.intake.says = (AnswerTap("there"),)
    tap = patient.taps("Go")
    assert (await patient.answered(tap))["text"] == "there"
    assert [status for _, status in telegram.deliveries] == [200, 200]


async def test_not_now_is_sent_again_in_order_and_stops_nobody_else(
    house: House, client: Client, telegram: FakeTelegram, patient: Patient
) -> None:
    other = Patient(telegram, "Bo")
    house.intake.away.add(str(patient.id))
    await receive_by_webhook(client, PUBLIC, SECRET)
    patient.types("a1")
    patient.types("a2")
    other.types("b1")
    await telegram.world.until(lambda: len(telegram.deliveries) > 3)
    assert [one.address.chat for one in house.intake.updates] == [str(other.id)]
    assert (500_000, 503) in telegram.deliveries
    house.intake.away.clear()
    await telegram.world.until(lambda: len(house.intake.updates) == 3)
    said = [one.event.text for one in house.intake.updates if isinstance(one.event, ev.Wrote)]
    assert said == ["b1", "a1", "a2"]


async def test_without_the_right_secret_nothing_gets_in(house: House) -> None:
    body = b'{"update_id": 1}'
    assert (await house.post(body, None))[0] == 401
    for wrong in ("", "wrong", SECRET[:-1], SECRET + "x", "\u00e9"):
        assert (await house.post(body, wrong))[0] in (401, 403)
    assert house.intake.updates == []
    assert house.shelf.parked == []


async def test_what_cannot_be_read_is_parked_and_accepted(house: House) -> None:
    bodies = (b"not json", b"[1, 2]", b'{"update_id": 5, "message": 3}', b"\xff\xfe", b"[" * 50_000)
    for body in bodies:
        assert (await house.post(body))[0] == 200
    assert len(house.shelf.parked) == 5
    house.shelf.away = True
    assert (await house.post(b"not json"))[0] == 503


async def test_a_body_that_is_too_long(house: House) -> None:
    assert (await house.post(b" " * 1_000_001))[0] == 413


def test_no_endpoint_without_a_secret(client: Client, shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook(Inbox(client, Intake(), shelf, None), "")
