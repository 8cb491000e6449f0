"""Polling: nothing acknowledged before it is committed, nothing lost, nobody held up by another."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from unittest.mock import AsyncMock

import pytest

from adapters.telegram.client import Client
from adapters.telegram.errors import TokenRefused
from adapters.telegram.inbox import Inbox
from adapters.telegram.poller import Poller
from bot import events as ev
from bot.effects import AnswerTap, Toast
from bot.ports import Received
from tests.fakes.telegram import FakeTelegram, Patient
from tests.telegram.parts import BOT, Intake, Shelf


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.fixture
def make(client: Client, intake: Intake, shelf: Shelf) -> Callable[[], Poller]:
    def one() -> Poller:
        shelf.leases.clear()  # the one before is gone, or its lease has run out
        return Poller(client, Inbox(client, intake, shelf, None), shelf, seconds=1)

    return one


@pytest.fixture
def poller(make: Callable[[], Poller]) -> Poller:
    return make()


def texts(intake: Intake) -> list[str]:
    return [one.event.text for one in intake.updates if isinstance(one.event, ev.Wrote)]


async def test_updates_come_in_order_and_are_acknowledged_by_the_next_poll(
    poller: Poller, patient: Patient, intake: Intake, telegram: FakeTelegram, shelf: Shelf
) -> None:
    for n in range(150):
        patient.types(f"t{n}")
    assert await poller.once()
    assert len(telegram.world.updates) == 150, "nothing is acknowledged before the next poll"
    assert shelf.cursors[f"telegram:{BOT}"] == 500_100
    assert await poller.once()
    assert len(telegram.world.updates) == 50
    assert texts(intake) == [f"t{n}" for n in range(150)]


async def test_after_an_empty_answer_no_offset_is_sent_so_ids_may_begin_anew(
    poller: Poller, patient: Patient, intake: Intake, telegram: FakeTelegram
) -> None:
    patient.types("before")
    await poller.once()
    await poller.once()
    telegram.world.jump(7)
    patient.types("after a quiet week")
    await poller.once()
    assert texts(intake) == ["before", "after a quiet week"]
    assert [one.get("offset") for one in telegram.polls] == [None, 500_001, None]
    telegram.world.jump(999_999)
    patient.types("and up")
    await poller.once()
    assert texts(intake)[-1] == "and up"


async def test_a_stored_offset_is_used_while_it_is_fresh(
    make: Callable[[], Poller],
    patient: Patient,
    intake: Intake,
    telegram: FakeTelegram,
    shelf: Shelf,
) -> None:
    patient.types("one")
    await make().once()
    await make().once()  # after a restart
    assert telegram.polls[-1]["offset"] == 500_001
    shelf.cursors[f"telegram:{BOT}:at"] = int(time.time()) - 8 * 86_400
    telegram.world.jump(3)
    patient.types("after a week off")
    await make().once()
    assert texts(intake) == ["one", "after a week off"]


async def test_one_odd_row_is_parked_and_stops_nobody(
    poller: Poller, patient: Patient, intake: Intake, telegram: FakeTelegram, shelf: Shelf
) -> None:
    patient.types("before")
    telegram.push_raw({"update_id": 500_001, "message": {"chat": "not a chat", "text": "private"}})
    telegram.world.jump(500_002)
    patient.types("after")
    telegram.push_raw(["not", "an", "update"])
    await poller.once()
    assert texts(intake) == ["before", "after"]
    assert [(key.split(":")[-1] == "500001", error) for key, _, error, _ in shelf.parked] == [
        (True, "Malformed"),
        (False, "Malformed"),
    ]
    await poller.once()
    assert telegram.world.updates == []


async def test_an_unexpected_error_is_parked_without_words(
    poller: Poller, patient: Patient, intake: Intake, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    intake.broken.add(str(patient.id))
    patient.types("my words")
    await poller.once()
    ((key, payload, error, place),) = shelf.parked
    assert (key, error) == (f"telegram:{BOT}:500000", "RuntimeError")
    assert "my words" in payload
    assert place.startswith("tests.telegram.parts:")
    assert "words" not in caplog.text


async def test_not_now_leaves_the_update_and_only_that_conversation(
    poller: Poller, patient: Patient, intake: Intake, telegram: FakeTelegram
) -> None:
    other = Patient(telegram, "Bo")
    intake.away.add(str(patient.id))
    other.types("b1")
    patient.types("a1")
    patient.types("a2")
    other.types("b2")
    assert not await poller.once()
    assert texts(intake) == ["b1", "b2"]
    intake.away.clear()
    assert await poller.once()
    assert sorted(texts(intake)) == ["a1", "a2", "b1", "b2"]
    assert texts(intake).index("a1") < texts(intake).index("a2")
    await poller.once()
    assert telegram.world.updates == []


async def test_nothing_moves_while_the_store_is_away(
    poller: Poller, patient: Patient, telegram: FakeTelegram, shelf: Shelf, intake: Intake
) -> None:
    patient.types("hello")
    shelf.away = True
    assert not await poller.once()
    shelf.away = False
    intake.away.add(str(patient.id))
    assert not await poller.once()
    assert not await poller.once()
    assert len(telegram.world.updates) == 1


async def test_danger_is_seen_while_the_store_is_away(
    poller: Poller, patient: Patient, telegram: FakeTelegram, shelf: Shelf, intake: Intake
) -> None:
    """The lease cannot be asked for: who polled goes on, so that the intake can answer danger itself."""
    seen: list[str] = []
    receive = intake.receive

    async def noted(update: ev.Update) -> Received:
        assert isinstance(update.event, ev.Wrote)
        seen.append(update.event.text)
        return await receive(update)

    intake.receive = noted  # type: ignore[method-assign]
    patient.types("hello")
    assert await poller.once()
    shelf.away = True
    intake.away.add(str(patient.id))
    patient.types("I cannot breathe")
    for _ in range(2):
        assert not await poller.once()
    assert seen == ["hello", "I cannot breathe", "I cannot breathe"]
    assert len(telegram.world.updates) == 1, "nothing is acknowledged meanwhile"
    shelf.away = False
    intake.away.clear()
    assert await poller.once()
    assert texts(intake) == ["hello", "I cannot breathe"]


async def test_what_waits_behind_an_update_that_was_not_taken_is_heeded(
    poller: Poller, patient: Patient, telegram: FakeTelegram, intake: Intake
) -> None:
    intake.away.add(str(patient.id))
    patient.types("hello")
    patient.types("I cannot breathe")
    patient.world.push("message", {"odd": True, "chat": {"id": patient.chat.id}})
    Patient(telegram, "Bo").types("b1")
    assert not await poller.once()
    assert [one.event.text for one in intake.heeded if isinstance(one.event, ev.Wrote)] == [
        "I cannot breathe"
    ]
    assert texts(intake) == ["b1"]
    intake.away.clear()
    await poller.once()
    assert texts(intake) == ["b1", "hello", "I cannot breathe"]


async def test_who_never_had_the_lease_does_not_poll_while_the_store_is_away(
    poller: Poller, telegram: FakeTelegram, shelf: Shelf
) -> None:
    shelf.away = True
    assert not await poller.once()
    assert telegram.polls == []


async def test_the_same_batch_twice_has_one_effect(
    make: Callable[[], Poller],
    patient: Patient,
    intake: Intake,
    shelf: Shelf,
    telegram: FakeTelegram,
) -> None:
    patient.types("once")
    await make().once()
    shelf.cursors.clear()  # killed before the offset was stored
    assert await make().once()
    assert texts(intake) == ["once"]
    assert len(telegram.polls) == 2


async def test_every_tap_is_answered_a_repeated_one_too(
    make: Callable[[], Poller],
    client: Client,
    patient: Patient,
    intake: Intake,
    telegram: FakeTelegram,
    shelf: Shelf,
) -> None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="sec:home:1")]])
    await client.send_message(patient.id, "menu", reply_markup=markup)
    intake.says = (AnswerTap("moved"),)
    tap = patient.taps("Go")
    await make().once()
    assert (await patient.answered(tap))["text"] == "moved"
    shelf.cursors.clear()
    telegram.world.taps[tap] = None
    await make().once()
    assert "text" not in await patient.answered(tap)
    intake.says = (Toast("x" * 300, refused=True),)
    tap = patient.taps("Go")
    shelf.cursors.clear()
    await make().once()
    answer = await patient.answered(tap)
    assert answer["show_alert"] is True
    assert len(answer["text"]) == 200
    # A tap that Telegram dropped meanwhile stops nothing.
    tap = patient.taps("Go")
    del telegram.world.taps[tap]
    shelf.cursors.clear()
    assert await make().once()


async def test_a_second_poller_is_told_off_in_a_clear_sentence(
    poller: Poller, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    first = asyncio.create_task(poller.once())
    await asyncio.sleep(0.2)
    await client.raw_updates(None, seconds=0, rows=1)
    assert not await first
    assert "another copy" in caplog.text


async def test_a_webhook_in_the_way(
    poller: Poller, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await client.set_webhook("https://desk.example.org/telegram")
    assert not await poller.once()
    assert "webhook" in caplog.text


async def test_one_replica_polls_at_a_time(
    make: Callable[[], Poller], telegram: FakeTelegram, shelf: Shelf
) -> None:
    one, two = make(), make()
    assert shelf.leases == {}
    assert await one.once()
    assert not await two.once()
    assert len(telegram.polls) == 1
    await one._release()
    assert await two.once()


async def test_trouble_and_rate_limits_are_waited_out(
    poller: Poller, patient: Patient, intake: Intake, telegram: FakeTelegram
) -> None:
    patient.types("hello")
    for kind in ("drop_before", "drop_after", 502, "garbage"):
        telegram.fault("getUpdates", kind)
        assert not await poller.once()
    assert await poller.once()
    assert texts(intake) == ["hello"]


async def test_a_refused_token_ends_the_poller(poller: Poller, telegram: FakeTelegram) -> None:
    telegram.fault("getUpdates", 401)
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(poller.run(), 30)


async def test_running_and_stopping(
    poller: Poller, patient: Patient, intake: Intake, shelf: Shelf, telegram: FakeTelegram
) -> None:
    running = asyncio.create_task(poller.run())
    patient.types("one")
    await telegram.world.until(lambda: texts(intake) == ["one"])
    patient.types("two")
    await telegram.world.until(lambda: texts(intake) == ["one", "two"])
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert shelf.leases == {}


async def test_a_stop_that_the_store_swallows_still_stops(
    poller: Poller, shelf: Shelf, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``asyncio.wait_for`` of Python 3.11 does at an unlucky moment."""
    reached = asyncio.Event()

    async def deaf(name: str, holder: str, seconds: float) -> bool:
        reached.set()
        try:
            await asyncio.sleep(0.2)
        except asyncio.CancelledError:
            pass
        return True

    monkeypatch.setattr(shelf, "lease", deaf)
    running = asyncio.create_task(poller.run())
    await reached.wait()
    running.cancel()
    await asyncio.wait([running], timeout=3)
    assert running.cancelled()
    assert telegram.polls == []


async def test_no_words_in_the_log(
    poller: Poller, patient: Patient, telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    patient.types("my blood pressure")
    telegram.push_raw({"update_id": 500_001, "message": {"text": "blood pressure"}})
    await poller.once()
    assert "blood" not in caplog.text
    assert telegram.token not in caplog.text


async def test_the_lease_is_renewed_in_the_middle_of_a_long_poll(
    client: Client, intake: Intake, shelf: Shelf, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it can be short, and a dead replica leaves Telegram unpolled for seconds only."""
    monkeypatch.setattr("adapters.telegram.poller.RENEW_SECONDS", 0.01)
    times = 0
    again = asyncio.Event()
    lease = shelf.lease

    async def counted(name: str, holder: str, seconds: float) -> bool:
        nonlocal times
        times += 1
        if times >= 3:
            again.set()
        return await lease(name, holder, seconds)

    monkeypatch.setattr(shelf, "lease", counted)
    poller = Poller(client, Inbox(client, intake, shelf, None), shelf, seconds=50)
    polling = asyncio.create_task(poller.once())
    await asyncio.wait_for(again.wait(), 20)
    patient.types("that ends the poll")
    assert await polling
    after = times
    await asyncio.sleep(0.1)
    assert times == after, "renewed by nobody who polls"


async def test_one_that_stands_by_looks_again_soon(
    make: Callable[[], Poller], shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    poller = make()
    monkeypatch.setattr(shelf, "lease", AsyncMock(return_value=False))
    poller._wait = 30.0  # after trouble with the network
    assert not await poller.once()
    assert poller._wait == 1.0
