"""What doctor says of Slack: right when all is well, and one thing to mend for every fault."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.checks import Check, check
from tests.fakes.slack import FakeSlack, Fault
from tests.fakes.slack_state import APP_TOKEN, BOT_TOKEN, SECRET


async def ask(slack: FakeSlack, **changed: Any) -> tuple[Check, ...]:
    settings: dict[str, Any] = {
        "bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "signing_secret": None,
        "api_url": slack.api_url, "desk_channel": "patient-desk", "patients": True,
    }  # fmt: skip
    return await check(**{**settings, **changed})


def wrong(found: tuple[Check, ...]) -> str:
    """The one finding that is not well."""
    [fault] = [one for one in found if not one.ok]
    assert fault.mend
    return f"{fault.what}; {fault.mend}"


@pytest.fixture
def desk(slack: FakeSlack) -> str:
    return slack.channel("patient-desk", slack.person("min"))


async def test_all_is_well(slack: FakeSlack, desk: str) -> None:
    found = await ask(slack)
    assert all(one.ok for one in found)
    assert "terms" in found[-1].what
    assert not [name for name, _ in slack.calls if name.startswith(("chat.", "views."))]
    assert slack.socket.connections == 0
    by_id = await ask(slack, desk_channel=desk, patients=False)
    assert all(one.ok for one in by_id)
    assert "terms" not in by_id[-1].what


async def test_without_a_desk(slack: FakeSlack) -> None:
    found = await ask(slack, desk_channel=None)
    assert all(one.ok for one in found)
    assert "SLACK_DESK_CHANNEL" in found[-2].what


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"bot_token": "xoxb-other"}, "SLACK_BOT_TOKEN"),
        ({"api_url": "http://127.0.0.1:9/api/"}, "SLACK_API_URL"),
        ({"app_token": "xapp-other"}, "SLACK_APP_TOKEN"),
        ({"app_token": None}, "SLACK_SIGNING_SECRET"),
        ({"desk_channel": "nowhere"}, "invite the bot"),
        ({"desk_channel": "C0NOWHERE99"}, "invite the bot"),
        ({"desk_channel": "in-public"}, "make it private"),
    ],
)
@pytest.mark.usefixtures("desk")
async def test_faults(slack: FakeSlack, changed: dict[str, Any], says: str) -> None:
    slack.channel("in-public", private=False)
    assert says in wrong(await ask(slack, **changed))


@pytest.mark.usefixtures("desk")
async def test_over_http(slack: FakeSlack) -> None:
    assert all(one.ok for one in await ask(slack, app_token=None, signing_secret=SECRET))


@pytest.mark.usefixtures("desk")
async def test_a_missing_permission_is_named(slack: FakeSlack) -> None:
    slack.scopes = slack.scopes.replace("reactions:write,", "")
    assert "reactions:write" in wrong(await ask(slack))


@pytest.mark.usefixtures("desk")
async def test_a_clock_that_is_off(slack: FakeSlack) -> None:
    slack.date = "Mon, 23 Nov 2020 10:00:00 GMT"
    assert "clock" in wrong(await ask(slack))


async def test_not_in_the_channel_and_archived(slack: FakeSlack, desk: str) -> None:
    outside = slack.channel("public-desk", private=False, bot=False)
    assert "/invite" in wrong(await ask(slack, desk_channel=outside))
    slack.world.channels[desk].archived = True
    assert "archived" in wrong(await ask(slack, desk_channel=desk))


@pytest.mark.usefixtures("desk")
async def test_slack_failing_halfway_is_said(slack: FakeSlack) -> None:
    slack.fail("apps.connections.open", Fault("drop_before"))
    assert "Socket Mode" in wrong(await ask(slack))
    slack.fail("conversations.info", Fault("500"))
    assert "desk" in wrong(await ask(slack))
