"""Who sends a delivery: what a crash left leased, and replicas that share the work."""

from __future__ import annotations

import asyncio

from bot.ports import (
    Outcome,
    Store,
)
from tests.storage import small
from tests.storage.conftest import House, MakeHouse, claim
from tests.storage.small import ANNA, wrote


async def test_what_a_crash_left_leased_goes_out_at_the_next_start(durable: House) -> None:
    store = await durable.open()
    await store.receive(wrote("1", "hello"))
    (one,) = await claim(store)
    store = await durable.restart(store)
    if durable.kind == "postgresql":  # another replica may still hold it
        assert await claim(store) == ()
        durable.clock.on(seconds=61)
    (two,) = await claim(store)
    assert (two.id, two.repeated) == (one.id, True)


async def test_leases_of_a_server_that_died_on_this_file_are_void(durable: House) -> None:
    """Else Telegram would not be polled for a minute and a half after a crash."""
    store = await durable.open()
    assert await store.lease("telegram:1:poll", "dead", 90)
    store = await durable.restart(store)
    assert await store.lease("telegram:1:poll", "new", 90) == (durable.kind == "sqlite")


async def test_the_worker_is_woken(store: Store) -> None:
    await store.deliveries_waiting(0.01)  # whatever start and publish rang
    waiting = asyncio.create_task(store.deliveries_waiting(20))
    await asyncio.sleep(0)
    await store.receive(wrote("1", "hello"))
    await asyncio.wait_for(waiting, 30)
    assert len(await claim(store)) == 1


async def test_two_replicas_share_the_work(make_house: MakeHouse) -> None:
    house = make_house("postgresql")
    one, two = await house.open(), await house.open()
    people = [small.ev.Address("telegram", "100", str(n)) for n in range(30)]
    await asyncio.gather(
        *((one, two)[n % 2].receive(wrote(str(n), f"t{n}", who)) for n, who in enumerate(people))
    )
    taken = await asyncio.gather(*((one, two)[n % 2].claim_deliveries(limit=4) for n in range(10)))
    ids = [delivery.id for some in taken for delivery in some]
    assert len(ids) == len(set(ids))
    rest = await one.claim_deliveries(limit=100)
    assert len(ids) + len(rest) == 30
    await one.close()
    await two.close()


async def test_two_replicas_never_interleave_one_conversation(make_house: MakeHouse) -> None:
    house = make_house("postgresql")
    one, two = await house.open(), await house.open()
    done = await asyncio.gather(
        *((one, two)[n % 2].receive(wrote(str(n), f"t{n}")) for n in range(40))
    )
    assert {received.outcome for received in done} == {Outcome.DONE}
    state = await one.conversation(ANNA)
    assert state.next_seq == 41
    assert sorted(state.trail) == sorted(f"t{n}" for n in range(40))
    assert [entry.number for entry in await two.transcript(ANNA)] == list(range(1, 81))
    await one.close()
    await two.close()
