"""kill -9 under load: what Slack believes delivered is there, and what it sends again is there once."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from bot.events import Address
from bot.text import flat
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_state import TEAM
from tests.slack.conftest import Opens, People
from tests.slack.house import eventually

ROOT = Path(__file__).parents[2]
KILLS = 3
PATIENTS = 6
MESSAGES = 8


@contextlib.asynccontextmanager
async def victim(
    folder: Path, slack: FakeSlack, desk: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A running Frontdesk whose line to Slack is open; dead afterwards."""
    before = slack.socket.connections
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.slack.victim", str(folder), slack.api_url, desk, cwd=ROOT
    )
    try:
        await eventually(lambda: slack.socket.connections > before, 30)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_no_acknowledged_message_is_lost(
    tmp_path: Path, slack: FakeSlack, people: People, opens: Opens
) -> None:
    slack.echo = False
    slack.socket.ack_seconds = 20.0
    slack.socket.line_seconds = 0.1  # nobody is there any more: Slack keeps it for later
    patients = [slack.person(f"p{n}") for n in range(PATIENTS)]
    acked: Counter[str] = Counter()
    sent: dict[str, tuple[str, str]] = {}

    async def says(patient_at: int, words: str, retries: int) -> None:
        one = patients[patient_at]
        event_id = f"Ev-{words.replace(' ', '-')}"
        sent[words] = (one.direct, event_id)
        delivery = await one.dms(words, event_id=event_id, retries=retries)
        acked[words] += delivery.acked

    for kill in range(KILLS):
        async with victim(tmp_path, slack, people.desk) as process:
            load = [
                asyncio.create_task(says(at, f"message {kill} {at} {n}", 0))
                for n in range(MESSAGES)
                for at in range(PATIENTS)
            ]
            enough = 4 + 8 * kill
            done = sum(acked.values())
            await eventually(lambda: sum(acked.values()) >= done + enough, 30)  # noqa: B023
            process.kill()
            await process.wait()
            await asyncio.gather(*load)
    survivors = {words for words, times in acked.items() if times}
    lost_on_slacks_side = set(sent) - survivors
    assert survivors
    assert lost_on_slacks_side, "the kill came too late to prove anything"

    slack.socket.line_seconds = 5.0
    async with opens() as house:
        for words in lost_on_slacks_side:  # Slack sends again what was not acknowledged
            channel, event_id = sent[words]
            event = {"type": "message", "channel": channel, "channel_type": "im", "text": words,
                     "user": slack.world.channels[channel].im, "ts": slack.world.next_ts()}  # fmt: skip
            assert (await slack.deliver_event(event, event_id=event_id)).acked
        said: Counter[str] = Counter()
        for one in patients:
            entries = await house.store.transcript(Address("slack", TEAM, one.direct))
            said.update(flat(entry.text) for entry in entries if entry.author == "patient")
    assert said == Counter(dict.fromkeys(sent, 1))
