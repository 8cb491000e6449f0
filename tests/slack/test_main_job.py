"""The main job on Slack, whole: a patient asks, the desk answers, the patient reads, it is closed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_delivery import Delivery
from tests.fakes.slack_people import shown
from tests.fakes.slack_state import Json
from tests.slack.asking import QUESTION, asks, card_of, reference_of, whispers
from tests.slack.conftest import Opens, People
from tests.slack.house import House

ANSWER = "Hello <Dana>. I am a coordinator, not a doctor. https://example.org @here"


def manifest() -> Json:
    with open("deploy/slack-manifest.yaml", encoding="utf-8") as file:
        loaded: Json = yaml.safe_load(file)
    return loaded


async def main_job(house: House, people: People) -> None:
    """All of it; every step is checked from what people see."""
    dana, min_, slack = people.dana, people.min, house.slack
    await asks(house, dana)
    assert "FD-" in shown(dana.last)
    card = card_of(house, min_)
    reference = reference_of(card)
    assert QUESTION in shown(card)
    assert "Dana" in shown(card)
    assert "pressure" not in card.text  # notifications show no health text

    await min_.taps("Claim", people.desk)
    await house.settle()
    assert "Min" in shown(card)
    assert reference in shown(whispers(house, min_)[-1])
    assert whispers(house, people.joon) == []

    await min_.taps("Reply to patient", people.desk)
    await house.settle()
    assert min_.modal is not None
    assert reference in str(min_.modal.view["blocks"])
    assert "Dana" in str(min_.modal.view["blocks"])
    await min_.submits({"text": ANSWER})
    assert ANSWER in str(min_.modal.view["blocks"])
    await house.settle()
    assert ANSWER not in dana.reads()
    await min_.submits()
    assert not min_.has_modal
    await house.settle()

    assert ANSWER in shown(dana.last)
    assert "Min" in shown(dana.last)
    told = "\n".join(shown(one) for one in slack.thread(people.desk, card.ts))
    assert told.count(ANSWER) == 1
    assert told.count("delivered") == 1

    await dana.dms("Thank you, I understand")
    await house.settle()
    assert "Thank you, I understand" in shown(slack.thread(people.desk, card.ts)[-1])
    mine = [one for one in dana.sees() if not one.bot][-1]
    assert [name for _, name in mine.reactions] == ["eyes"]

    await min_.taps("Close", people.desk)
    await house.settle()
    assert reference in shown(dana.last)
    await dana.dms("hello")
    await house.settle()
    assert "hello" not in shown(slack.thread(people.desk, card.ts)[-1])


@pytest.mark.parametrize("over", ["socket", "http"])
async def test_main_job(over: str, slack: FakeSlack, people: People, opens: Opens) -> None:
    # with no more rights than the manifest asks for
    slack.scopes = ",".join(manifest()["oauth_config"]["scopes"]["bot"])
    async with opens(over=over) as house:
        await main_job(house, people)
    refused = [args for name, args in slack.calls if name == "chat.postMessage" and not args]
    assert refused == []


@pytest.mark.parametrize("over", ["socket", "http"])
async def test_everything_delivered_twice_changes_nothing(
    over: str, slack: FakeSlack, people: People, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = FakeSlack.deliver

    async def twice(self: FakeSlack, kind: str, payload: Json, **how: Any) -> Delivery:
        first = await once(self, kind, payload, **how)
        await once(self, kind, payload, **how)
        return first

    monkeypatch.setattr(FakeSlack, "deliver", twice)
    async with opens(over=over) as house:
        await main_job(house, people)
        said = Counter(shown(one) for one in people.min.sees(people.desk) if not one.to)
        assert [text for text, times in said.items() if times > 1] == []
        assert len(await house.store.queue(closed=True)) == 1


async def test_a_restart_between_any_two_steps_changes_nothing(
    people: People, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every settle is followed by a stop and a start on the same database."""
    current: list[Any] = []

    async def restart() -> House:
        if current:
            await current.pop().__aexit__(None, None, None)
        current.append(opens())
        made: House = await current[-1].__aenter__()
        return made

    plain_settle = House.settle
    house = await restart()

    async def settle(self: House) -> None:
        await plain_settle(self)
        fresh = await restart()
        for name in House.__slots__:
            setattr(self, name, getattr(fresh, name))

    monkeypatch.setattr(House, "settle", settle)
    await main_job(house, people)
    await current.pop().__aexit__(None, None, None)


def test_the_manifest_subscribes_to_what_the_code_handles() -> None:
    made = manifest()
    events = set(made["settings"]["event_subscriptions"]["bot_events"])
    assert events == {"app_home_opened", "message.im", "message.groups", "member_joined_channel"}
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["interactivity"]["is_enabled"] is True
    assert [one["command"] for one in made["features"]["slash_commands"]] == ["/frontdesk"]
