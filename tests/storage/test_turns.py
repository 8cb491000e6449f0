"""One Update, one transaction: duplicates, order, staleness, parking, replay."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot import effects as fx
from bot import events as ev
from bot.errors import FrontdeskError, NotFound, NotNow, StaleRelease
from bot.ports import Delivered, Outcome, Store
from bot.text import flat
from tests.storage import small
from tests.storage.conftest import House, claim
from tests.storage.small import ANNA, BORIS, START, wrote


async def test_a_turn_is_kept_whole(store: Store) -> None:
    received = await store.receive(wrote("1", "hello"))
    assert received.outcome is Outcome.DONE
    state = await store.conversation(ANNA)
    assert state is not None
    assert (state.trail, state.language_hint, state.next_seq) == (("hello",), "en-GB", 2)
    said = await store.transcript(ANNA)
    assert [(one.number, one.author, flat(one.text)) for one in said] == [
        (1, "patient", "hello"),
        (2, "bot", "hello"),
    ]
    assert [one.number for one in await store.transcript(ANNA, after=1)] == [2]
    assert await store.conversation(BORIS) is None


async def test_the_same_update_has_one_effect(store: Store) -> None:
    await store.receive(wrote("1", "hello"))
    again = await store.receive(wrote("1", "hello"))
    other = await store.receive(wrote("1", "hello", BORIS))
    assert (again.outcome, other.outcome) == (Outcome.DUPLICATE, Outcome.DUPLICATE)
    assert len(await store.transcript(ANNA)) == 2
    assert await store.conversation(BORIS) is None
    assert len(await claim(store)) == 1


async def test_the_same_update_at_the_same_moment(store: Store) -> None:
    done = await asyncio.gather(*(store.receive(wrote("1", "hello")) for _ in range(10)))
    assert sorted(one.outcome for one in done) == [Outcome.DONE] + [Outcome.DUPLICATE] * 9


async def test_updates_of_one_conversation_never_interleave(store: Store) -> None:
    updates = [wrote(str(n), f"t{n}") for n in range(50)]
    done = await asyncio.gather(*(store.receive(one) for one in updates))
    assert {one.outcome for one in done} == {Outcome.DONE}
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.trail == tuple(f"t{n}" for n in range(50))  # in the order they came
    assert [one.number for one in await store.transcript(ANNA)] == list(range(1, 101))


async def test_many_strangers_at_once(store: Store) -> None:
    people = [ev.Address("telegram", "100", str(n)) for n in range(20)]
    await asyncio.gather(
        *(store.receive(wrote(f"{n}-{one.chat}", f"t{n}", one)) for n in range(3) for one in people)
    )
    for one in people:
        state = await store.conversation(one)
        assert state is not None
        assert state.trail == ("t0", "t1", "t2")


async def test_a_text_understood_under_another_release_comes_back(
    store: Store, house: House
) -> None:
    with pytest.raises(StaleRelease):
        await store.receive(wrote("1", "hello"), release_id="another")
    assert await store.conversation(ANNA) is None
    live = house.loaded.release.id
    received = await store.receive(wrote("1", "hello"), release_id=live)
    assert received.outcome is Outcome.DONE


async def test_nothing_before_the_first_release(house: House) -> None:
    store = await house.open(publish=False)
    with pytest.raises(NotNow):
        await store.receive(wrote("1", "hello"))
    assert await store.conversation(ANNA) is None


async def test_immediate_effects_come_back_and_are_not_stored(store: Store) -> None:
    received = await store.receive(wrote("1", "toast too late"))
    assert received.immediate == (fx.Toast("too late", refused=True),)
    assert [type(one.effect) for one in await claim(store)] == [fx.ShowScreen]


async def test_a_tapped_message_becomes_our_number(store: Store) -> None:
    await store.receive(wrote("1", "hello"))
    (delivery,) = await claim(store)
    await store.record(delivery, Delivered((("seq:1", "871"),)))
    await store.receive(wrote("2", "again", on="871"))
    await store.receive(wrote("3", "unknown", on="999"))
    await store.receive(wrote("4", "other", BORIS, on="871"))
    state, boris = await store.conversation(ANNA), await store.conversation(BORIS)
    assert state is not None
    assert boris is not None
    assert state.trail == ("hello", "again on 1", "unknown")
    assert boris.trail == ("other",)


# ---- parking


async def test_a_fault_parks_the_update_and_says_sorry(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    small.FAULT.word = "boom"
    received = await store.receive(wrote("2", "boom secret-word"))
    assert received.outcome is Outcome.PARKED
    (row,) = await store.parked()
    assert (row.key, row.error, row.replayed_at) == ("2", "ValueError", None)
    assert row.place.startswith("bot/receive.py:")
    assert "secret" not in repr(row)
    said = await store.transcript(ANNA)
    assert (said[-1].author, said[-1].kind) == ("bot", "screen")
    assert said[-1].rows  # always a way on
    shown = {type(one.effect) for one in await claim(store)}
    assert fx.ShowCard in shown  # of the first turn; the rest waits behind it
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.trail == ("ask",)
    assert (await store.receive(wrote("2", "boom secret-word"))).outcome is Outcome.DUPLICATE
    assert len(await store.parked()) == 1


async def test_a_fault_of_a_stranger_and_the_next_patient_is_served(store: Store) -> None:
    small.FAULT.word = "boom"
    done = await asyncio.gather(
        store.receive(wrote("1", "boom")),
        store.receive(wrote("2", "hello", BORIS)),
        store.receive(wrote("3", "after")),
    )
    assert [one.outcome for one in done] == [Outcome.PARKED, Outcome.DONE, Outcome.DONE]
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.trail == ("after",)


async def test_a_parked_update_is_replayed_once(store: Store, house: House) -> None:
    small.FAULT.word = "boom"
    await store.receive(wrote("1", "boom"))
    (row,) = await store.parked()
    assert (await store.replay(row.id)).outcome is Outcome.PARKED  # still broken
    assert len(await store.parked()) == 1
    small.FAULT.word = ""
    house.clock.on(hours=1)
    assert (await store.replay(row.id)).outcome is Outcome.DONE
    (row,) = await store.parked()
    assert row.replayed_at == START + timedelta(hours=1)
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.trail == ("boom",)
    with pytest.raises(FrontdeskError):
        await store.replay(row.id)
    with pytest.raises(NotFound):
        await store.replay(999)


async def test_a_row_that_could_not_be_parsed_is_kept_once(store: Store) -> None:
    for _ in range(2):
        await store.park("telegram:100:9", '{"update_id": 9}', "KeyError", "adapters/x.py:1")
    (row,) = await store.parked()
    assert (row.key, row.error) == ("telegram:100:9", "KeyError")
    with pytest.raises(FrontdeskError):
        await store.replay(row.id)
    update = wrote("telegram:100:9", "x")
    assert (await store.receive(update)).outcome is Outcome.DUPLICATE


async def test_a_fault_in_a_timer_does_not_repeat_it(store: Store, house: House) -> None:
    await store.receive(wrote("1", "timer 60"))
    house.clock.on(minutes=2)
    (fired,) = await store.due_timers(house.clock.now)
    small.FAULT.word = "fired nudge"
    assert (await store.receive(fired)).outcome is Outcome.PARKED
    assert await store.due_timers(house.clock.now) == ()
    # nobody asked anything: the patient is not told about it
    assert [one.author for one in await store.transcript(ANNA)] == ["patient", "bot"]


async def test_strange_characters_do_no_harm(store: Store) -> None:
    text = "nul \x00, half \ud800, \u202eright to left, 👩‍👩‍👧"
    assert (await store.receive(wrote("k\x00\ud800" * 90, text))).outcome is Outcome.DONE
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.trail == (text,)
    assert (await store.receive(wrote("k\x00\ud800" * 90, text))).outcome is Outcome.DUPLICATE


# ---- timers


async def test_timers_fire_move_and_are_forgotten(store: Store, house: House) -> None:
    await store.receive(wrote("1", "timer 60"))
    assert await store.due_timers(house.clock.now) == ()
    await store.receive(wrote("2", "timer 120"))  # moved
    house.clock.on(seconds=90)
    assert await store.due_timers(house.clock.now) == ()
    house.clock.on(seconds=60)
    (fired,) = await store.due_timers(house.clock.now)
    assert fired.address == ANNA
    assert (await store.receive(fired)).outcome is Outcome.DONE
    assert (await store.receive(fired)).outcome is Outcome.DUPLICATE
    assert await store.due_timers(house.clock.now) == ()
    await store.receive(wrote("3", "timer 10"))
    await store.receive(wrote("4", "cancel"))
    house.clock.on(seconds=60)
    assert await store.due_timers(house.clock.now) == ()


async def test_a_timer_that_was_moved_meanwhile_does_not_fire(store: Store, house: House) -> None:
    await store.receive(wrote("1", "timer 60"))
    house.clock.on(seconds=61)
    (fired,) = await store.due_timers(house.clock.now)
    await store.receive(wrote("2", "timer 600"))
    assert (await store.receive(fired)).outcome is Outcome.DUPLICATE
    house.clock.on(seconds=601)
    assert len(await store.due_timers(house.clock.now)) == 1


# ---- rows that do not open


async def test_a_row_that_does_not_open_stops_nobody_else(durable: House) -> None:
    store = await durable.open()
    await store.receive(wrote("1", "hello"))
    await store.receive(wrote("2", "hello", BORIS))
    with store._engine.begin() as conn:
        for table, column in (("conversations", "state"), ("outbox", "effect")):
            conn.execute(
                text(f"UPDATE {table} SET {column} = :junk WHERE chat = :chat"),  # noqa: S608
                {"junk": b"\x01" + b"x" * 40, "chat": ANNA.chat},
            )
    store = await durable.restart(store)  # a state that this process wrote itself is not read again
    done = [await store.receive(wrote("3", "again")), await store.receive(wrote("4", "t", BORIS))]
    assert [one.outcome for one in done] == [Outcome.PARKED, Outcome.DONE]
    (row,) = await store.parked()
    assert row.error == "KeyMissing"
    assert {one.address for one in await claim(store)} == {BORIS}
    assert (await store.health())["dead_letters"] == 1
