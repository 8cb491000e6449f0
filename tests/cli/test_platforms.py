"""The real server, started as a program, with Telegram and Slack at once: the wiring works.

Real client libraries against the imitations in ``tests/fakes``: a patient asks on Telegram, the card
stands on Slack and in the Telegram group, the answer goes from one to the other. By polling and Socket
Mode, then by webhook and HTTP. And ``doctor`` against both.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cli.conftest import Desk, Running
from tests.cli.test_run import own_content
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack_people import Person, shown
from tests.fakes.slack_state import APP_TOKEN, BOT_TOKEN, SECRET
from tests.fakes.telegram import FakeTelegram, Patient, Staff

QUESTION = "zebra blood pressure pills"
PATIENCE = 90.0
"""Seconds until something must have come; a busy machine is slow, and a failing test may be."""
ANSWER = "Hello Dana <b>. I am a coordinator, not a doctor."


@dataclass
class World:
    """Both platforms, the people on them, and the folder that the server runs in."""

    desk: Desk
    telegram: FakeTelegram
    slack: FakeSlack
    patient: Patient
    mina: Staff
    min: Person
    channel: str


@pytest.fixture
async def world(desk: Desk) -> AsyncIterator[World]:
    async with FakeTelegram() as telegram, FakeSlack() as slack:
        group = telegram.desk()
        mina = Staff(telegram, group)
        min_ = slack.person("min")
        channel = slack.channel("patient-desk", min_)
        content = own_content(desk)
        path = content / "organisation.yaml"
        before, _, rest = path.read_text().partition("staff:\n")
        _, _, after = rest.partition("\n\n")
        accounts = f'["{mina.account}", "slack:{min_.user}", "web:local"]'
        staff = f"staff:\n  - {{id: min, name: Min, role: facilitator, accounts: {accounts}}}\n\n"
        filled = (before + staff + after).replace("SAMPLE ", "").replace(": false}", ": true}")
        path.write_text(filled)
        desk.settings |= {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "TELEGRAM_DESK_CHAT": str(group.id),
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "SLACK_DESK_CHANNEL": "#patient-desk",
        }
        yield World(desk, telegram, slack, Patient(telegram), mina, min_, channel)
        assert telegram.world.violations == []


def by_polling(world: World) -> None:
    world.desk.settings["SLACK_APP_TOKEN"] = APP_TOKEN


def by_webhook(world: World) -> None:
    here = f"http://127.0.0.1:{world.desk.port}"
    world.desk.settings |= {
        "TELEGRAM_WEBHOOK_URL": "https://desk.example.org/telegram/hook",
        "TELEGRAM_WEBHOOK_SECRET": "long-random-text",
        "SLACK_SIGNING_SECRET": SECRET,
    }
    world.telegram.tunnel["https://desk.example.org"] = here
    world.slack.deliver_over_http(f"{here}/slack/events")


async def until(look: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """What ``look`` gives, as soon as it gives something."""
    end = asyncio.get_running_loop().time() + seconds
    while not (found := look()):
        assert asyncio.get_running_loop().time() < end, f"never came: {what}"
        await asyncio.sleep(0.03)
    return found


async def taps(patient: Patient, label: str) -> None:
    await until(lambda: label in patient.buttons, f"{label} among {patient.buttons}")
    patient.taps(label)


async def asks(patient: Patient) -> None:
    patient.starts()
    await patient.sees("automatic guide", PATIENCE)
    patient.types(QUESTION)
    await taps(patient, "Send it to a person")
    await taps(patient, "I agree")
    await taps(patient, "Use this")
    for step in range(2, 8):
        await patient.sees(f"{step} of 7", PATIENCE)
        await taps(patient, "Skip")
    await taps(patient, "Send to our team")
    await patient.sees("FD-", PATIENCE)


@pytest.mark.parametrize("way", [by_polling, by_webhook])
async def test_asked_on_telegram_answered_on_slack(
    world: World, start: Callable[[], Running], way: Callable[[World], None]
) -> None:
    way(world)
    server = start()
    await asyncio.to_thread(server.wait_until_started)
    assert "on   Telegram: @" in server.text
    assert "on   Slack: connected" in server.text
    assert "samples" not in server.text

    await asks(world.patient)
    cards = lambda: [one for one in world.min.sees(world.channel) if not one.thread_ts]  # noqa: E731
    card = (await until(cards, "a card on Slack"))[-1]
    assert QUESTION in shown(card)
    reference = next(word for word in card.text.split() if word.startswith("FD-")).strip(".,:·")
    await world.mina.sees(QUESTION, 30)
    assert world.mina.topic(reference)

    await world.min.taps("Claim", world.channel)
    await until(lambda: "Min" in shown(card), "claimed by Min")
    await world.mina.sees("Min", 30)
    await world.min.taps("Reply to patient", world.channel)
    await until(lambda: world.min.modal, "a place to write")
    await world.min.submits({"text": ANSWER})
    assert ANSWER not in "".join(world.patient.screens)
    await world.min.submits()
    await world.patient.sees(ANSWER, 30)

    def thread() -> str:
        return "".join(shown(one) for one in world.slack.thread(world.channel, card.ts))

    await until(lambda: "delivered" in thread(), "delivered, in the thread")

    world.patient.types("Thank you")
    await until(lambda: "Thank you" in thread(), "her answer, in the thread")
    await world.min.taps("Close", world.channel)
    await world.patient.sees("closed", 30)

    said = world.desk("enquiries", "show", reference).out
    assert ANSWER in said
    assert await asyncio.to_thread(server.stop) == 0
    assert "Traceback" not in server.text
    for secret in (world.telegram.token, BOT_TOKEN, APP_TOKEN, SECRET, QUESTION, "Thank you"):
        assert secret not in server.text


@pytest.mark.parametrize("way", [by_polling, by_webhook])
async def test_doctor_says_ready_when_it_is(
    world: World, start: Callable[[], Running], way: Callable[[World], None]
) -> None:
    way(world)
    server = start()
    await asyncio.to_thread(server.wait_until_started)
    posted = len(world.slack.called("chat.postMessage"))
    ended = await asyncio.to_thread(world.desk, "doctor")
    assert ended.out.splitlines()[-1] == "ready for patients", ended.said
    assert ended.code == 0
    assert "terms for health data" in ended.out
    assert len(world.slack.called("chat.postMessage")) == posted
    assert world.patient.screens == []
    await asyncio.to_thread(server.stop)


async def test_what_is_under_way_at_a_stop_goes_out_once(
    world: World, start: Callable[[], Running]
) -> None:
    """Ways in are closed first; the worker then finishes while the platforms can still be reached."""
    by_polling(world)
    server = start()
    await asyncio.to_thread(server.wait_until_started)
    await asks(world.patient)
    await until(lambda: world.min.sees(world.channel), "a card on Slack")
    await world.mina.sees(QUESTION, 30)
    words = "Stop in the middle"
    slow = len(world.slack.called("chat.postMessage"))
    world.slack.fail("chat.postMessage", *[Fault("slow", seconds=1.5)] * 2)
    world.telegram.fault("sendMessage", "slow", times=2)
    world.patient.types(words)
    await until(
        lambda: (
            len(world.slack.called("chat.postMessage")) > slow
            and world.telegram.faults[-1].times < 2
        ),
        "both on their way",
    )
    assert await asyncio.to_thread(server.stop) == 0

    def out() -> tuple[int, int]:
        on_slack = [one for one in world.slack.world.messages if words in shown(one)]
        on_telegram = [one for one in world.mina.group.shown() if words in one.text]
        return len(on_slack), len(on_telegram)

    assert out() == (1, 1)

    await asyncio.to_thread(start().wait_until_started)
    world.patient.types("And on it goes")
    await world.mina.sees("And on it goes", 30)
    await until(
        lambda: any("And on it goes" in shown(one) for one in world.slack.world.messages),
        "on Slack",
    )
    assert out() == (1, 1)


async def test_doctor_names_what_is_missing_on_the_platforms(world: World) -> None:
    by_polling(world)
    assert (await asyncio.to_thread(world.desk, "content", "publish")).code == 0
    world.slack.world.channels[world.channel].private = False
    world.mina.group.members[world.telegram.bot_id] = "member"
    ended = await asyncio.to_thread(world.desk, "doctor")
    assert ended.code == 1
    last = ended.out.splitlines()[-1]
    assert last.startswith("not ready for patients: ")
    assert "public" in last
    assert "administrator" in last
