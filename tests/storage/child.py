"""A process beside the tests: `child.py URL KEYFILE start | publish ID | receive COUNT`."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import content
from content.phrases import phrases_of
from storage import open_store
from tests.storage import small


async def main(url: str, key_file: str, what: str, *more: str) -> None:
    """Do one thing with a store of its own."""
    store = open_store(
        url,
        key_file=Path(key_file),
        world=small.WORLD,
        take_turn=small.take_turn,
        phrases_of=phrases_of,
        serve=what == "receive",
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
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
