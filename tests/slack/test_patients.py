"""Patients on Slack beside the main job: first contact, Home tab, commands, bad input, switched off."""

from __future__ import annotations

import asyncio

import pytest

from bot.events import Address
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack_people import shown
from tests.fakes.slack_state import TEAM
from tests.slack.asking import asks, card_of, reference_of
from tests.slack.conftest import Opens, People
from tests.slack.house import House


async def test_hello_is_said_once(house: House, people: People) -> None:
    for tab in ("messages", "home", "messages"):
        await people.dana.opens_app(tab)
        await house.settle()
    assert len(people.dana.sees()) == 1
    assert "automatic guide" in shown(people.dana.last)


async def test_opening_twice_at_once_says_hello_once(house: House, people: People) -> None:
    await asyncio.gather(*(people.dana.opens_app() for _ in range(4)))
    await house.settle()
    assert len(people.dana.sees()) == 1


async def test_the_home_tab_is_home_and_leads_to_the_messages(house: House, people: People) -> None:
    dana = people.dana
    await dana.opens_app("home")
    await house.settle()
    view = house.slack.world.homes[dana.user]
    assert "automatic guide" in str(view)
    assert f"slack://app?team={TEAM}" in str(view)
    await dana.taps_home("Read the guide")
    await house.settle()
    assert shown(dana.last) != shown(dana.sees()[0])
    assert dana.last.buttons


async def test_the_home_tab_shows_an_open_question(house: House, people: People) -> None:
    await asks(house, people.dana)
    reference = reference_of(card_of(house, people.min))
    await people.dana.opens_app("home")
    await house.settle()
    assert reference in str(house.slack.world.homes[people.dana.user])
    address = Address("slack", TEAM, people.dana.direct)
    before = await house.store.conversation(address)
    await people.dana.opens_app("home")
    await house.settle()
    assert await house.store.conversation(address) == before  # looking changes nothing


async def test_menus_are_edited_in_place(house: House, people: People) -> None:
    dana = people.dana
    await dana.opens_app()
    await house.settle()
    for label in ("Read the guide", "Menu", "Common questions"):
        await dana.taps(label)
        await house.settle()
    assert len(dana.sees()) == 1
    assert dana.last.edits == 3


async def test_the_command_answers_in_the_direct_messages(house: House, people: People) -> None:
    general = house.slack.channel("general", people.dana, private=False)
    for text in ("", "help", "what is MFDS"):
        before = len(people.dana.sees())
        delivery = await people.dana.commands(text, channel=general)
        assert delivery.acked
        assert delivery.answer == {}
        await house.settle()
        assert len(people.dana.sees()) > before
    assert house.slack.world.seen_by(people.dana.user, general) == []


async def test_words_do_what_commands_do(house: House, people: People) -> None:
    await people.dana.dms("privacy")
    await house.settle()
    assert people.dana.last.buttons
    assert "privacy" in shown(people.dana.last).casefold()


@pytest.mark.parametrize(
    "words",
    [
        "x" * 40_000,
        "\u202eright to left \u0627\u0644",
        "\U0001f469\u200d\U0001f52c" * 200,
        "\u200b\u200b",
        "<!channel> <@U0X> https://evil.example *b* `c`",
        "{name} {alert_status}",
        "\x00\x07",
    ],
)
async def test_strange_words_get_a_kind_answer(house: House, people: People, words: str) -> None:
    await people.dana.opens_app()
    await house.settle()
    delivery = await people.dana.dms(words)
    assert delivery.acked
    await house.settle()
    assert people.dana.last.buttons  # always a way Home
    assert (await house.store.parked()) == ()


async def test_empty_words_are_nothing(house: House, people: People) -> None:
    assert (await people.dana.dms("   ")).acked
    await house.settle()
    assert [one for one in people.dana.sees() if one.bot] == []


async def test_a_file_before_consent_is_not_fetched(house: House, people: People) -> None:
    await people.dana.opens_app()
    await house.settle()
    await people.dana.sends_files(("me.jpg", b"x", "image/jpeg"))
    await house.settle()
    assert people.dana.last.buttons
    assert house.slack.called("files.info") == []


async def test_two_patients_never_see_each_other(house: House, people: People) -> None:
    lee = house.slack.person("lee")
    await asyncio.gather(
        *(one.dms(f"{one.name} question {n}") for n in range(5) for one in (people.dana, lee))
    )
    await house.settle()
    assert "lee question" not in people.dana.reads()
    assert "dana question" not in lee.reads()


async def test_forgetting_deletes_what_we_sent(house: House, people: People) -> None:
    dana = people.dana
    await asks(house, dana)
    shown_before = [one for one in dana.sees() if one.bot]
    await dana.commands("forget")
    await house.settle()
    await dana.presses(dana.last, dana.last.buttons[0])
    await house.settle()
    left = [one for one in dana.sees() if one.bot]
    assert len(left) < len(shown_before)
    assert not [one for one in left if one in shown_before]


async def test_my_data_comes_as_a_file(house: House, people: People) -> None:
    await asks(house, people.dana)
    await people.dana.commands("mydata")
    await house.settle()
    names = [
        house.slack.world.files[one].name for message in people.dana.sees() for one in message.files
    ]
    assert names == ["my-data.json"]


async def test_danger_alerts_the_desk_and_names_the_truth(house: House, people: People) -> None:
    await people.dana.dms("I cannot breathe after the treatment")
    await house.settle()
    said = people.dana.reads()
    assert "119" in said
    alerts = [one for one in people.min.sees(people.desk) if "breathe" not in shown(one)]
    assert alerts
    assert "breathe" not in people.min.reads(people.desk)  # not before consent


async def test_patients_can_be_switched_off(slack: FakeSlack, people: People, opens: Opens) -> None:
    async with opens(patients=False) as house:
        assert (await people.dana.opens_app("home")).acked
        assert (await people.dana.dms("hello")).acked
        assert (await people.dana.commands("menu")).acked
        await house.settle()
        assert [one for one in people.dana.sees() if one.bot] == []
        assert slack.world.homes == {}
        assert await house.store.conversation(Address("slack", TEAM, people.dana.direct)) is None


async def test_an_unreachable_conversations_open_is_no_acknowledgement(
    house: House, people: People
) -> None:
    house.slack.socket.ack_seconds = 0.3
    house.slack.fail("conversations.open", *[Fault("500")] * 4)
    lee = house.slack.person("lee")
    assert not (await lee.commands("menu")).acked
    house.slack.socket.ack_seconds = 30.0
    assert (await lee.commands("menu")).acked
    await house.settle()
    assert lee.last.buttons
