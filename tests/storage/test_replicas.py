"""Replicas that share one PostgreSQL: rounds on one conversation, while one is killed, one sleeps past the
patience of everybody else, and Releases are published. ``FRONTDESK_ROUNDS`` makes it long."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace

from sqlalchemy import func, select

from bot.errors import NotNow
from storage import tables as t
from tests.storage.conftest import MakeHouse
from tests.storage.test_deliveries import trail
from tests.storage.test_durable import _child, _environment

ROUNDS = int(os.environ.get("FRONTDESK_ROUNDS", "60"))
"""Of all replicas together."""
RELEASES = 4
"""Few: each replica opens each of them, which takes longer than many rounds."""


async def test_rounds_of_replicas_on_one_conversation(make_house: MakeHouse) -> None:
    house = make_house("postgresql")
    store = await house.open()
    each = ROUNDS // 3
    replicas = {
        name: await asyncio.create_subprocess_exec(
            *_child(house, "rounds", name, str(each)),
            env=_environment(), stdout=asyncio.subprocess.PIPE,
        )
        for name in ("steady", "killed", "paused")
    }  # fmt: skip
    acked = dict.fromkeys(replicas, 0)

    async def listens(name: str) -> None:
        out = replicas[name].stdout
        assert out is not None
        async for _ in out:
            acked[name] += 1
            if acked[name] == each // 2 and name == "killed":
                replicas[name].send_signal(signal.SIGKILL)
            if acked[name] == each // 2 and name == "paused":
                replicas[name].send_signal(signal.SIGSTOP)
                await asyncio.sleep(3)  # longer than a lock may be waited for (storage.engine)
                replicas[name].send_signal(signal.SIGCONT)

    published = 0
    listening = asyncio.gather(*(listens(name) for name in replicas))
    while not listening.done():
        await asyncio.wait({listening}, timeout=0.05)
        if sum(acked.values()) < ROUNDS * (published + 1) // (RELEASES + 1):
            continue
        released = replace(house.loaded.release, id=f"r{published}")
        try:
            await store.publish(released, {}, by="test", why="test")
            published += 1
        except NotNow:
            pass  # somebody slept with a lock: publishing waits and says so
    await listening
    codes = {name: await one.wait() for name, one in replicas.items()}
    assert codes == {"steady": 0, "killed": -signal.SIGKILL, "paused": 0}
    assert published >= RELEASES // 2

    lines = await trail(store)
    for name, count in acked.items():
        mine = [one for one in lines if one.startswith(name)]
        assert mine == [f"{name}{n}" for n in range(len(mine))], "one is missing, twice or late"
        # What was killed between its COMMIT and the word of it is there too.
        assert count <= len(mine) <= count + (name == "killed")
    with store._engine.connect() as conn:
        shown = conn.execute(select(func.count()).select_from(t.outbox)).scalar_one()
    assert shown == len(lines), "a turn without its answer, or an answer without its turn"
    await store.close()
    house.opened.remove(store)
