"""A process beside the tests: `child.py URL KEYFILE start | publish ID | receive COUNT | rounds NAME COUNT`."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import content
from bot.errors import NotNow
from content.phrases import phrases_of
from storage import SqlStore, open_store
from tests.storage import small


async def main(url: str, key_file: str, what: str, *more: str) -> None:
    """Do one thing with a store of its own."""
    store = open_store(
        url,
        key_file=Path(key_file),
        world=small.WORLD,
        take_turn=small.take_turn,
        phrases_of=phrases_of,
        serve=what in ("receive", "rounds"),
    )
    await store.start()
    match what:
        case "start":
            print(json.dumps(dict(await store.health())))
        case "publish":
            made = replace(content.load(content.SHIPPED).release, id=more[0])
            await store.publish(made, {}, by="beside", why="test")
        case "receive":
            for n in range(int(more[0])):
                await store.receive(small.wrote(str(n), str(n)))
                sys.stdout.write(f"acknowledged {n}\n")
                sys.stdout.flush()
        case "rounds":
            await rounds(store, more[0], int(more[1]))
    await store.close()


async def rounds(store: SqlStore, name: str, count: int) -> None:
    """Texts of one conversation, each again until it is taken, as a platform sends them."""
    for n in range(count):
        while True:
            try:
                await store.receive(small.wrote(f"{name}{n}", f"{name}{n}"))
                break
            except NotNow:
                await asyncio.sleep(0.01)
        sys.stdout.write(f"{n}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
