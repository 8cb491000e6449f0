"""Deliveries that are committed already leased to the process that sends them, and states that are
remembered from one turn to the next: both are short cuts, and neither may show."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.effects import DeleteMessages
from bot.ports import Delivered, Later, Outcome, Store
from tests.storage.conftest import House, MakeHouse, claim
from tests.storage.small import ANNA, BORIS, DESK, text_of, trail, wrote


async def sending(house: House) -> Any:
    """A store whose worker takes what is born, and that does not look around for others' rows (it may do
    so at any moment, and says then that there may be some)."""
    store = await house.open()
    store._watching.cancel()
    store.sends_from_memory(True)
    return store


async def test_a_row_is_born_leased_and_recorded(durable: House) -> None:
    store = await sending(durable)
    await store.receive(wrote("1", "hello"))
    ((_, born),) = store.born_deliveries(10)
    assert (text_of(born), born.attempt, born.lease, born.repeated) == ("hello", 1, 1, False)
    assert store.born_deliveries(10) == ()  # each once
    assert await claim(store) == ()  # nobody else gets it
    await store.record(born, Delivered((("seq:1", "m1"),)))
    assert await store.receipt(str(ANNA), "seq:1") == "m1"
    assert (await store.health())["outbox_waiting"] == 0


async def test_it_is_what_a_claim_would_have_read(durable: House) -> None:
    store = await sending(durable)
    await store.receive(wrote("1", "hello <there> 👋"))
    ((_, born),) = store.born_deliveries(10)
    durable.clock.on(seconds=61)
    (read,) = await claim(store)
    assert (read.effect, read.address, read.destination) == (
        born.effect, born.address, born.destination,
    )  # fmt: skip


async def test_nothing_is_born_behind_what_waits(durable: House) -> None:
    store = await sending(durable)
    await store.deliveries_waiting(0.01)
    await store.receive(wrote("1", "first"))
    assert await store.deliveries_waiting(5) is False  # only in memory
    await store.receive(wrote("2", "second"))
    await store.receive(wrote("3", "other", BORIS))
    (_, first), (_, other) = store.born_deliveries(10)
    assert (text_of(first), text_of(other)) == ("first", "other")
    assert await claim(store) == ()  # the first one is under way
    await store.deliveries_waiting(0.01)
    await store.record(first, Delivered())
    assert await store.deliveries_waiting(5) is True  # the second one can be claimed now
    assert [text_of(one) for one in await claim(store)] == ["second"]


async def test_only_one_of_a_line_is_born_in_a_turn(durable: House) -> None:
    store = await sending(durable)
    await store.receive(wrote("1", "ask"))
    born = [one for _, one in store.born_deliveries(10)]
    assert {one.destination for one in born} == {str(ANNA), DESK}
    for one in born:
        await store.record(one, Delivered())
    await store.receive(wrote("2", "reply take care"))
    assert len(store.born_deliveries(10)) == 1
    assert await claim(store) == ()


async def test_one_that_is_given_back_is_claimed_and_is_no_attempt(durable: House) -> None:
    store = await sending(durable)
    await store.receive(wrote("1", "hello"))
    ((_, born),) = store.born_deliveries(10)
    await store.record(born, Later("waited", 0.0, counted=False))
    (again,) = await claim(store)
    assert (again.id, again.lease, again.attempt, again.repeated) == (born.id, 2, 1, False)
    await store.record(born, Delivered((("seq:1", "old"),)))  # under its old number: nothing
    assert await store.receipt(str(ANNA), "seq:1") is None


async def test_one_that_was_lost_with_its_process_goes_out_flagged(durable: House) -> None:
    store = await sending(durable)
    await store.receive(wrote("1", "hello"))
    store = await durable.restart(store)
    if durable.kind == "postgresql":
        assert await claim(store) == ()  # the other replica may be alive
        durable.clock.on(seconds=61)
    (left,) = await claim(store)
    assert (text_of(left), left.repeated) == ("hello", True)


async def test_a_claim_that_was_committed_too_late_is_not_lost(durable: House) -> None:
    """A busy machine: the worker has given up waiting when the COMMIT comes. The rows are leased to it
    then, and nobody else may send them for a minute."""
    store = await sending(durable)
    store.sends_from_memory(False)
    await store.receive(wrote("1", "hello"))
    await store.deliveries_waiting(0.01)
    committing, go_on = threading.Event(), threading.Event()

    def wait(_: Any) -> None:
        committing.set()
        go_on.wait(20)

    event.listen(store._engine, "commit", wait)
    claiming = asyncio.create_task(store.claim_deliveries(limit=10))
    await asyncio.to_thread(committing.wait, 20)
    claiming.cancel()
    await asyncio.wait({claiming})
    go_on.set()
    assert await store.deliveries_waiting(20) is False  # in memory
    ((_, late),) = store.born_deliveries(10)
    assert (text_of(late), late.attempt, late.repeated) == ("hello", 1, False)
    await store.record(late, Delivered())
    assert (await store.health())["outbox_waiting"] == 0


async def test_an_edit_comes_with_the_message_that_it_edits(durable: House) -> None:
    store = await sending(durable)
    await store.receive(wrote("1", "hello"))
    ((_, born),) = store.born_deliveries(10)
    assert born.receipts == ()
    await store.record(born, Delivered((("seq:1", "871"),)))
    await store.receive(wrote("2", "edit"))
    ((_, edit),) = store.born_deliveries(10)
    assert edit.receipts == (("seq:1", "871"),)


async def test_what_takes_a_patients_copies_back_is_born_too(durable: House) -> None:
    store = await sending(durable)
    await store.receive(wrote("1", "hello"))
    ((_, shown),) = store.born_deliveries(10)
    await store.record(shown, Delivered((("seq:1", "m1"),)))
    await store.receive(wrote("2", "forget"))
    ((_, first),) = store.born_deliveries(10)
    assert first.effect == DeleteMessages(("m1",))
    assert await claim(store) == ()


async def test_what_was_not_committed_is_not_sent(sqlite: House) -> None:
    store = await sending(sqlite)
    failed: list[int] = []

    def commit(conn: Any) -> None:
        from tests.storage.test_durable import raise_disk_error

        failed.append(1)
        raise_disk_error()

    event.listen(store._engine, "commit", commit)
    from bot.errors import NotNow

    with pytest.raises(NotNow):
        await store.receive(wrote("1", "hello"))
    event.remove(store._engine, "commit", commit)
    assert failed
    assert store.born_deliveries(10) == ()
    assert (await store.receive(wrote("1", "hello"))).outcome is Outcome.DONE
    assert len(store.born_deliveries(10)) == 1


# ---- states that are remembered


async def test_what_another_process_wrote_is_seen(make_house: MakeHouse) -> None:
    for kind in ("sqlite", "postgresql"):
        house = make_house(kind)
        one = await house.open()
        other = await house.open(serve=kind != "sqlite", publish=False)
        for store in (
            one,
            other,
        ):  # opening the Release takes a busy machine longer than a turn may
            store._house.compiled[house.loaded.release.id] = house.loaded.release
        for n, store in enumerate((one, other, one, other, other, one)):
            await store.receive(wrote(f"{kind}{n}", f"t{n}"))
        assert await trail(one) == ("t0", "t1", "t2", "t3", "t4", "t5")
        for store in (one, other):
            await store.close()


async def test_a_state_is_not_remembered_past_an_erasure(store: Store) -> None:
    await store.receive(wrote("1", "hello"))
    await store.receive(wrote("2", "forget"))
    await store.receive(wrote("3", "who am I"))
    assert await trail(store) == ("who am I",)


async def test_a_state_is_not_remembered_past_a_purge(durable: House) -> None:
    store = await durable.open()
    await store.receive(wrote("1", "ask"))
    await store.receive(wrote("2", "close"))
    for one in await claim(store):
        await store.record(one, Delivered())
    for one in await claim(store):
        await store.record(one, Delivered())
    with store._engine.begin() as conn:
        conn.execute(text("UPDATE enquiries SET updated_at = 0"))
    assert (await store.purge(durable.clock.now))["enquiries"] == 1
    await store.receive(wrote("3", "hello"))
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.enquiries == ()


async def test_a_turn_that_is_undone_leaves_nothing_remembered(durable: House) -> None:
    from tests.storage import small

    store = await durable.open()
    await store.receive(wrote("1", "hello"))
    small.FAULT.word = "boom"
    assert (await store.receive(wrote("2", "boom"))).outcome is Outcome.PARKED
    small.FAULT.word = ""
    await asyncio.gather(*(store.receive(wrote(f"a{n}", f"t{n}")) for n in range(5)))
    state = await store.conversation(ANNA)
    assert state is not None
    assert [one for one in state.trail if one == "boom"] == []
    assert state.trail[-5:] == ("t0", "t1", "t2", "t3", "t4")
