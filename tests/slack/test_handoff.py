"""Who has an enquiry, who speaks, how it ends and begins again; the queue: on Slack, whole."""

from __future__ import annotations

import re

import pytest

from bot.state import Status
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_people import Person, shown
from tests.fakes.slack_state import Message
from tests.slack.asking import asks, card_of, reference_of, whispers
from tests.slack.conftest import Asked, Opens, People


async def status(asked: Asked) -> Status:
    row = await asked.house.store.enquiry(asked.reference)
    assert row is not None
    return row.enquiry.status


async def acts(asked: Asked, staff: Person, label: str) -> None:
    assert (await staff.taps(label, asked.people.desk)).acked
    await asked.house.settle()


async def sends(asked: Asked, staff: Person, words: str) -> None:
    await asked.drafts(staff, words)
    await staff.submits()
    await asked.house.settle()


async def test_claim_take_over_and_giving_back(asked: Asked) -> None:
    people = asked.people
    _, claim = people.joon.button("Claim", people.desk)
    await acts(asked, people.min, "Claim")
    assert "with Min" in shown(asked.card)
    await people.joon.presses(asked.card, claim)  # an old screen still shows the button
    await asked.house.settle()
    assert re.search(r"Min has it since \d\d:\d\d", shown(whispers(asked.house, people.joon)[-1]))
    await acts(asked, people.joon, "Take over")
    assert "with Joon" in shown(asked.card)

    await people.dana.dms("are you there?")
    await asked.house.settle()
    [followed] = [
        one
        for one in asked.house.slack.thread(people.desk, asked.card.ts)
        if "are you there?" in shown(one)
    ]
    assert people.joon.user in str(followed.blocks)
    assert people.min.user not in str(followed.blocks)

    await acts(asked, people.joon, "Release")
    assert await status(asked) is Status.NEW


async def test_close_undo_and_reopening(asked: Asked) -> None:
    min_, dana = asked.people.min, asked.people.dana
    await acts(asked, min_, "Claim")
    await sends(asked, min_, "Which clinic?")
    human = dana.last
    assert "Which clinic?" in shown(human)
    assert re.search(r"delivered \d\d:\d\d", asked.thread())
    await acts(asked, min_, "Close")
    assert "closed your question" in shown(dana.last)
    await acts(asked, min_, "Undo close")
    assert await status(asked) is Status.AWAITING_PATIENT
    assert "opened your question" in shown(dana.last)

    await acts(asked, min_, "Close")
    await dana.dms("thank you")
    await asked.house.settle()
    assert await status(asked) is Status.RESOLVED
    await dana.dms("The one in Daegu", thread=human.ts)  # answering a person's words reopens
    await asked.house.settle()
    assert "The one in Daegu" in asked.thread()
    assert await status(asked) is not Status.RESOLVED

    await acts(asked, min_, "Close")
    await dana.taps("Ask again about this")
    await asked.house.settle()
    assert "open again" in shown(dana.last)
    await acts(asked, min_, "Close")
    await acts(asked, min_, "Reopen")
    assert await status(asked) is not Status.RESOLVED


async def test_files_reach_the_thread_or_are_refused_kindly(asked: Asked) -> None:
    dana, slack = asked.people.dana, asked.house.slack

    def files() -> list[tuple[str, bytes]]:
        return [
            (slack.world.files[one].name, slack.world.files[one].data)
            for message in slack.thread(asked.people.desk, asked.card.ts)
            for one in message.files
        ]

    await dana.sends_files(("voice.m4a", b"spoken", "audio/mp4"))
    await asked.house.settle()
    assert files() == [("voice.m4a", b"spoken")]
    assert any(one.reactions for one in dana.sees() if one.user == dana.user)

    await dana.sends_files(("scan.tif", b"x" * 20_000_001, "image/tiff"))
    await asked.house.settle()
    assert "larger than 20 MB" in shown(dana.last)
    slack.world.files["F0LINK"] = made = slack.world.files[next(iter(slack.world.files))]
    made.mode = "external"
    kept = event_of_file(asked, made.id)
    await slack.deliver_event(kept)
    await asked.house.settle()
    assert "cannot be passed on" in shown(dana.last)
    assert files() == [("voice.m4a", b"spoken")]


def event_of_file(asked: Asked, file_id: str) -> dict[str, object]:
    """A message with a file that Slack does not hold itself."""
    dana, world = asked.people.dana, asked.house.slack.world
    return {
        "type": "message", "subtype": "file_share", "channel": dana.direct, "channel_type": "im",
        "user": dana.user, "text": "", "ts": world.next_ts(),
        "files": [{"id": file_id, "name": "link", "mode": "external", "mimetype": "text/html"}],
    }  # fmt: skip


# ---- the queue


def links_of(message: Message) -> dict[str, str]:
    """What a message's links say, and where they lead."""
    found: dict[str, str] = {}

    def walk(value: object) -> None:
        if isinstance(value, list | tuple):
            for one in value:
                walk(one)
        elif isinstance(value, dict):
            if value.get("type") == "link":
                found[value["text"]] = value["url"]
            for one in value.values():
                walk(one)

    walk(list(message.blocks))
    return found


async def test_the_queue_is_shown_to_staff_wherever_they_ask(asked: Asked) -> None:
    people, slack, house = asked.people, asked.house.slack, asked.house
    await acts(asked, people.min, "Claim")
    lee = slack.person("lee")
    await lee.dms("I cannot breathe")
    await house.settle()
    urgent = reference_of(card_of(house, people.min))
    assert urgent != asked.reference
    card = card_of(house, people.min)

    general = slack.channel("general", people.min, people.dana, bot=False)
    for channel in (people.desk, general):
        delivery = await people.min.commands("queue", channel=channel)
        assert delivery.acked
        assert delivery.answer == {}
        await house.settle()
        [*_, list_] = [one for one in slack.world.seen_by(people.min.user, channel) if one.to]
        assert list_.to == people.min.user
        lines = [line for line in shown(list_).splitlines() if "FD-" in line]
        assert [urgent in lines[0], asked.reference in lines[1]] == [True, True]
        assert "with Min" in lines[1]
        for words in ("breathe", "zebra", "pressure", "Dana"):
            assert words not in shown(list_) + list_.text
        base = f"https://home.slack.test/archives/{people.desk}/p"
        assert links_of(list_) == {
            urgent: base + card.ts.replace(".", ""),
            asked.reference: base + asked.card.ts.replace(".", ""),
        }
    assert slack.world.seen_by(people.dana.user, general) == []


async def test_the_queue_is_not_for_others(asked: Asked) -> None:
    people, slack, house = asked.people, asked.house.slack, asked.house
    lee = slack.person("lee")
    slack.world.channels[people.desk].members.add(lee.user)
    for one, words in ((people.gwen, "own account"), (people.otto, "own account"), (lee, lee.user)):
        assert (await one.commands("queue", channel=people.desk)).acked
        await house.settle()
        [*_, told] = [mine for mine in slack.world.seen_by(one.user, people.desk) if mine.to]
        assert words in shown(told)
        assert asked.reference not in shown(told)
    # A patient's "queue" is a question like any other.
    before = len(people.dana.sees())
    assert (await people.dana.commands("queue")).acked
    await house.settle()
    assert len(people.dana.sees()) > before
    assert [one for one in people.dana.sees() if one.to] == []


async def test_the_queue_without_patients_and_without_a_response_address(
    slack: FakeSlack, people: People, opens: Opens
) -> None:
    async with opens(patients=False) as house:
        for known in (people.min, people.dana):
            payload = {
                "command": "/frontdesk", "text": "queue", "user_id": known.user, "team_id": "T",
                "channel_id": people.desk, "trigger_id": slack.world.trigger(known.user),
            }  # fmt: skip
            slack.world.channels[people.desk].members.add(known.user)
            assert (await slack.deliver("slash_commands", payload)).acked
            await house.settle()
        [*_, empty] = [one for one in slack.world.seen_by(people.min.user, people.desk) if one.to]
        assert "No enquiry is open" in shown(empty)
        [*_, refused] = [
            one for one in slack.world.seen_by(people.dana.user, people.desk) if one.to
        ]
        assert people.dana.user in shown(refused)


@pytest.mark.parametrize("over", ["http"])
async def test_the_queue_over_http(over: str, people: People, opens: Opens) -> None:
    async with opens(over=over) as house:
        await asks(house, people.dana)
        assert (await people.min.commands("/Queue", channel=people.desk)).acked
        await house.settle()
        assert reference_of(card_of(house, people.min)) in shown(whispers(house, people.min)[-1])
