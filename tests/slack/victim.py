"""A Frontdesk in a process of its own, connected over Socket Mode, to be killed: the folder, the fake's
address and the desk's channel are its arguments."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import content
from adapters.intake import Intake
from adapters.slack.side import CHANNEL, SlackConfig, SlackSide
from bot.ports import World
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.phrases import phrases_of
from storage import open_store
from tests.fakes.slack_state import APP_TOKEN, BOT_TOKEN


async def main(folder: Path, api_url: str, desk: str) -> None:
    store = open_store(
        f"sqlite:///{folder / 'frontdesk.db'}",
        key_file=folder / "key",
        world=World(desks=(f"desk:slack:{desk}",), channels={"slack": CHANNEL}),
        take_turn=take_turn,
        phrases_of=phrases_of,
        serve=True,
    )
    await store.start()
    if await store.live_release() is None:
        loaded = content.load(content.SHIPPED)
        await store.publish(loaded.release, loaded.source, by="test", why="test")
    side = SlackSide(
        SlackConfig(BOT_TOKEN, APP_TOKEN, None, api_url, desk),
        intake=Intake(store, LexicalEngine()),
        store=store,
        take_turn=take_turn,
        phrases_of=phrases_of,
    )
    await side.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
