"""Commands that look into a database with people in it: enquiries and parked updates."""

import re
from datetime import UTC, datetime
from pathlib import Path

from adapters.wiring import open_store
from bot import events as ev
from bot.given import Given, Phrases, Turn
from bot.ports import Outcome, World
from bot.release import Release
from bot.state import Conversation
from bot.turn import take_turn
from content.phrases import phrases_of
from storage import open_store as open_any
from tests.cli.conftest import Desk
from tests.harness import open_harness
from tests.unit.adapters.test_main_job import sends_a_question

NASTY = "\x1b[31mred\x1b]0;title\x07 and \u202ebackwards"


async def test_an_enquiry_is_shown_with_all_that_was_said_and_no_orders_to_the_terminal(
    desk: Desk, tmp_path: Path
) -> None:
    async with open_harness(folder=tmp_path) as house:
        reference = await sends_a_question(house)
        await house.desk.acts(reference, "claim")
        await house.desk.replies(reference, "Have you chosen a clinic?")
        await house.patient.types(NASTY)
    desk.settings |= {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'frontdesk.db'}",
        "FRONTDESK_KEY_FILE": str(tmp_path / "key"),
    }
    listed = desk("enquiries", "list")
    assert listed.code == 0, listed.err
    assert reference in listed.out
    shown = desk("enquiries", "show", reference.lower())
    assert shown.code == 0, shown.err
    for words in ("blood pressure pills", "Have you chosen a clinic?", "red", "delivered"):
        assert words in shown.out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown.out)
    assert desk("enquiries", "list", "--closed").out == "No closed enquiries.\n"


async def test_a_parked_update_is_listed_without_its_words_and_replayed(
    desk: Desk, tmp_path: Path
) -> None:
    desk.settings |= {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'frontdesk.db'}",
        "FRONTDESK_KEY_FILE": str(tmp_path / "key"),
    }
    assert desk("content", "publish").code == 0

    def broken(
        state: Conversation, event: ev.Event, release: Release, given: Given, phrases: Phrases
    ) -> Turn:
        if isinstance(event, ev.Wrote):
            raise RuntimeError(event.text)
        return take_turn(state, event, release, given, phrases)

    store = open_any(
        desk.settings["DATABASE_URL"],
        key_file=tmp_path / "key",
        world=World(("desk:web",), {}),
        take_turn=broken,
        phrases_of=phrases_of,
        serve=True,
    )
    await store.start()
    now = datetime.now(UTC)
    wrote = ev.Wrote("my secret illness", "m1", now)
    received = await store.receive(ev.Update("k1", ev.Address("web", "local", "p1"), now, wrote))
    await store.close()
    assert received.outcome is Outcome.PARKED

    listed = desk("parked", "list").out
    assert "RuntimeError" in listed
    assert "secret" not in listed
    assert "parked: 1" in desk("doctor").out
    number = listed.split()[0]
    replayed = desk("parked", "replay", number)
    assert replayed.code == 0, replayed.err
    assert "replayed" in desk("parked", "list").out
    assert "parked: 1" not in desk("doctor").out


async def test_the_wiring_opens_what_the_settings_name(tmp_path: Path) -> None:
    from adapters.settings import load_settings

    config = load_settings(
        None,
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}",
            "FRONTDESK_KEY_FILE": str(tmp_path / "key"),
            "TELEGRAM_BOT_TOKEN": "1:abc",
            "TELEGRAM_DESK_CHAT": "-1001",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_DESK_CHANNEL": "#desk",
        },
    )
    from adapters.wiring import world_of

    assert world_of(config).desks == ("desk:web", "desk:telegram:-1001", "desk:slack:desk")
    store = await open_store(config)
    assert (await store.health())["key_ok"]
    await store.close()
