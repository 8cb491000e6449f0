"""Slack's protocols: nothing is acknowledged before the commit, nothing unsigned gets in, lines break."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any

import pytest

from adapters.slack.http import BODY_MAX
from bot.errors import NotNow
from bot.events import Update
from bot.ports import Received
from bot.text import flat
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack_people import shown
from tests.fakes.slack_state import TEAM
from tests.slack.conftest import Opens, People
from tests.slack.house import House, eventually

BOTH = pytest.mark.parametrize("over", ["socket", "http"])


class Gate:
    """Stands in front of the intake: holds updates back, or refuses them."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self._receive = house.intake.receive
        self.open = asyncio.Event()
        self.open.set()
        self.refuse: list[Exception] = []
        self.waiting = 0
        monkeypatch.setattr(house.intake, "receive", self.receive)

    async def receive(self, update: Update) -> Received:
        self.waiting += 1
        await self.open.wait()
        if self.refuse:
            raise self.refuse.pop()
        return await self._receive(update)


@BOTH
async def test_the_acknowledgement_waits_for_the_commit(
    over: str, opens: Opens, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opens(over=over) as house:
        gate = Gate(house, monkeypatch)
        gate.open.clear()
        sent = asyncio.create_task(people.dana.dms("hello"))
        await eventually(lambda: gate.waiting == 1)
        await asyncio.sleep(0.1)
        assert not sent.done()
        assert house.slack.socket.acks == []
        gate.open.set()
        delivery = await sent
        assert delivery.acked
        assert delivery.attempts == 1


@BOTH
@pytest.mark.parametrize("problem", [NotNow("away"), RuntimeError("zebra in a bug")])
async def test_what_is_not_committed_comes_again(
    over: str, problem: Exception, opens: Opens, people: People, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    async with opens(over=over) as house:
        house.slack.socket.ack_seconds = 0.5
        gate = Gate(house, monkeypatch)
        gate.refuse = [problem, problem]
        delivery = await people.dana.dms("hello zebra", retries=20)
        assert delivery.acked
        assert (
            delivery.attempts >= 3
        )  # more where a slow disk outlasts the wait: one effect all the same
        if over == "http":
            assert delivery.statuses == [503 if isinstance(problem, NotNow) else 500] * 2 + [200]
        await house.settle()
        assert len([one for one in people.dana.sees() if one.bot]) == 1
    assert "zebra" not in caplog.text


@BOTH
async def test_a_tap_that_was_dropped_can_be_tapped_again(
    over: str, opens: Opens, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opens(over=over) as house:
        await people.dana.opens_app()
        await house.settle()
        house.slack.socket.ack_seconds = 0.5
        gate = Gate(house, monkeypatch)
        gate.refuse = [NotNow("away")] * (4 if over == "socket" else 1)
        assert not (await people.dana.taps("Read the guide")).acked
        house.slack.socket.ack_seconds = 30.0
        assert (await people.dana.taps("Read the guide")).acked
        await house.settle()
        assert people.dana.last.edits == 1


STRANGE_EVENTS: list[dict[str, Any]] = [
    {"type": "team_join", "user": {"id": "U0X"}},
    {"type": "message", "subtype": "channel_topic", "channel": "C0X", "ts": "1.1"},
    {"type": "reaction_added", "user": "U0X", "item": {}},
    {"type": "message", "channel": "D0X", "user": ["x"], "ts": None, "files": "no"},
    {"type": "app_home_opened"},
    {"type": "app_uninstalled"},
    {"type": "tokens_revoked", "tokens": {}},
    {"type": "something_new"},
]
STRANGE_ACTS: list[dict[str, Any]] = [
    {"type": "view_closed", "view": {"id": "V1", "callback_id": "x"}},
    {"type": "shortcut", "callback_id": "x", "trigger_id": "t"},
    {"type": "message_action", "callback_id": "x", "trigger_id": "t"},
    {"type": "block_suggestion", "action_id": "x"},
    {"type": "view_submission", "view": {"id": "V1", "callback_id": "strange", "type": "modal"}},
    {"type": "block_actions", "actions": [{"type": "overflow", "action_id": "x"}]},
]


@BOTH
async def test_what_we_do_not_know_is_taken(over: str, opens: Opens, people: People) -> None:
    async with opens(over=over) as house:
        for event in STRANGE_EVENTS:
            assert (await house.slack.deliver_event(event, retries=0)).acked, event
        for payload in STRANGE_ACTS:
            body = {**payload, "user": {"id": people.dana.user}, "team": {"id": TEAM}}
            assert (await house.slack.deliver("interactive", body, retries=0)).acked, payload


async def test_what_bolt_itself_cannot_read_is_refused_quietly(
    opens: Opens, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    event = {"type": "message", "channel": 5, "text": "zebra"}
    async with opens(over="http") as house:
        assert (await house.slack.deliver_event(event, retries=0)).statuses == [400]
    async with opens() as house:
        house.slack.socket.ack_seconds = 0.3
        assert not (await house.slack.deliver_event(event, retries=0)).acked
        assert (await people.dana.dms("hello")).acked  # and the line goes on
    assert "zebra" not in caplog.text


# ---- HTTP


async def test_only_slack_gets_in(
    opens: Opens, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opens(over="http") as house:
        http = house.slack.http
        assert http is not None
        event = {"type": "message", "channel": people.dana.direct, "channel_type": "im",
                 "user": people.dana.user, "text": "zebra", "ts": house.slack.world.next_ts()}  # fmt: skip
        body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": event}).encode()
        good = http.signed(body)
        tries: list[tuple[bytes, dict[str, str]]] = [
            (body, {}),
            (body, http.signed(body, secret="wrong")),
            (body, http.signed(body, stamp=int(time.time()) - 301)),
            (body, http.signed(body, stamp=int(time.time()) + 400)),
            (body, {**good, "X-Slack-Request-Timestamp": str(int(time.time()) - 1)}),
            (body + b" ", good),
            (b"", good),
            (body, {**good, "X-Slack-Signature": "v0=" + "é" * 8}),
        ]
        for data, headers in tries:
            async with http.session.post(http._url, data=data, headers=headers) as answer:
                assert answer.status == 401
                assert await answer.read() == b""
        assert await house.store.health() is not None
        assert [one for one in people.dana.sees() if one.bot] == []
    assert "zebra" not in caplog.text
    assert people.dana.user not in caplog.text


async def test_signed_nonsense_and_other_methods(opens: Opens) -> None:
    async with opens(over="http") as house:
        http = house.slack.http
        assert http is not None
        for data in (b"{", b"\xff\xfe", b'"text"', b"[1]", b"payload=%7B"):
            headers = {**http.signed(data), "Content-Type": "application/json"}
            async with http.session.post(http._url, data=data, headers=headers) as answer:
                assert answer.status in (200, 400)
                assert await answer.read() == b""
        async with http.session.get(http._url) as answer:
            assert answer.status == 405
        data = b"x" * (BODY_MAX + 1)
        async with http.session.post(http._url, data=data, headers=http.signed(data)) as answer:
            assert answer.status == 413


async def test_slack_checks_the_address(opens: Opens) -> None:
    async with opens(over="http") as house:
        http = house.slack.http
        assert http is not None
        body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
        headers = {**http.signed(body), "Content-Type": "application/json"}
        async with http.session.post(http._url, data=body, headers=headers) as answer:
            assert answer.status == 200
            assert "abc" in await answer.text()


async def test_before_slack_knows_us_nothing_is_acknowledged(opens: Opens, people: People) -> None:
    async with opens(over="http", begin=False) as house:
        delivery = await people.dana.dms("hello", retries=0)
        assert delivery.statuses == [503]
        await house.side.start()
        assert await house.side.wait_ready(5)
        assert (await people.dana.dms("hello")).acked


# ---- Socket Mode


async def test_many_envelopes_at_once(house: House, people: People) -> None:
    others = [house.slack.person(f"p{n}") for n in range(10)]
    deliveries = await asyncio.gather(
        *(one.dms(f"question {n}") for n in range(5) for one in others)
    )
    assert all(one.acked and one.attempts == 1 for one in deliveries)
    await house.settle()
    assert all(one.last.buttons for one in others)
    assert (await house.store.parked()) == ()


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_a_new_line_after_the_old_one(house: House, people: People, how: str) -> None:
    before = house.slack.socket.connections
    await getattr(house.slack.socket, how)()
    await eventually(lambda: house.slack.socket.connections > before, 15)
    assert (await people.dana.dms("hello")).acked
    await house.settle()
    assert "guide" in shown(people.dana.last)


async def test_slack_may_be_away_at_the_start(
    slack: FakeSlack, opens: Opens, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.side.RETRY_SECONDS", (0.05,))
    slack.fail("auth.test", Fault("500"), Fault("drop_before"), Fault("429"))
    slack.fail("apps.connections.open", Fault("500"), Fault("internal_error"))
    async with opens() as house:
        assert await house.side.is_connected()
        assert (await people.dana.dms("hello")).acked


async def test_the_desk_channel_may_be_named(
    slack: FakeSlack, opens: Opens, people: People
) -> None:
    for n in range(5):
        slack.channel(f"other-{n}")
    async with opens(named="patient-desk") as house:
        await people.dana.dms("I cannot breathe")
        await house.settle()
        assert people.min.sees(people.desk)
        assert (await people.min.taps("Claim", people.desk)).acked
        await house.settle()
        assert "Min" in people.min.reads(people.desk)


async def test_stopping_acknowledges_what_was_committed(
    opens: Opens, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opens() as house:
        gate = Gate(house, monkeypatch)
        gate.open.clear()
        sent = asyncio.create_task(people.dana.dms("hello"))
        await eventually(lambda: gate.waiting == 1)
        stopping = asyncio.create_task(house.side.stop())
        await asyncio.sleep(0.05)
        gate.open.set()
        await stopping
        assert (await sent).attempts == 1


@BOTH
async def test_quick_messages_stay_in_order(
    over: str, opens: Opens, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opens(over=over) as house:
        receive = house.intake.receive

        seen: list[Update] = []

        async def slower_first(update: Update) -> Received:
            seen.append(update)
            await asyncio.sleep(0.2 if len(seen) == 1 else 0)
            return await receive(update)

        monkeypatch.setattr(house.intake, "receive", slower_first)
        sent = [asyncio.create_task(people.dana.dms("number 0"))]
        await eventually(lambda: len(seen) == 1)
        for n in range(1, 5):
            sent.append(asyncio.create_task(people.dana.dms(f"number {n}")))
            await asyncio.sleep(0.01)
        await asyncio.gather(*sent)
        entries = await house.store.transcript(seen[0].address)
        said = [flat(one.text) for one in entries if one.author == "patient"]
        assert said == [f"number {n}" for n in range(5)]


# ---- logs


async def test_nothing_that_was_typed_is_in_a_log(
    opens: Opens,
    people: People,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opens() as house:
        house.slack.fail("chat.postMessage", Fault("invalid_blocks"), Fault("500"))
        await people.dana.dms("zebra secret words")
        await people.dana.opens_app()
        await house.settle()
        house.slack.socket.ack_seconds = 0.2
        house.slack.fail("conversations.open", *[Fault("html")] * 4)
        await people.joon.commands("zebra command")
    said = caplog.text + "".join(capsys.readouterr())
    for secret in ("zebra", "xoxb-", "xapp-", "/link/", people.dana.user):
        assert secret not in said


async def test_a_stray_client_id_in_the_environment_changes_nothing(
    opens: Opens, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
        "SLACK_BOT_TOKEN",
    ):
        monkeypatch.setenv(name, "stray")
    async with opens() as house:
        assert (await people.dana.dms("hello")).acked
        await house.settle()
        assert people.dana.last.buttons
