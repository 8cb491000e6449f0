"""Erasure on the patient's word, and retention."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot import effects as fx
from bot import events as ev
from bot.ports import Delivered, Outcome, Store
from bot.text import flat
from storage import erased_file
from storage.purge import ROUND
from tests.storage import small
from tests.storage.conftest import House, claim
from tests.storage.small import ANNA, BORIS, DESK, START, wrote


async def deliver_all(store: Store) -> list[tuple[str, object]]:
    """Deliver what there is, with receipts as the platforms would give them."""
    out: list[tuple[str, object]] = []
    while got := await claim(store):
        for one in got:
            out.append((one.destination, one.effect))
            names: tuple[tuple[str, str], ...] = ()
            if isinstance(one.effect, fx.ShowScreen):
                names = ((f"seq:{one.effect.seq}", f"p{one.effect.seq}"),)
            elif isinstance(one.effect, fx.ShowCard):
                names = ((f"card:{one.effect.reference}", "c1"),)
            await store.record(one, Delivered(names))
    return out


async def test_erasure_leaves_nothing_but_the_farewell(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    await store.receive(wrote("2", "hello", BORIS))
    await deliver_all(store)
    (row,) = await store.queue()
    await store.receive(wrote("3", "timer 5"))
    small.FAULT.word = "boom"
    await store.receive(wrote("4", "boom"))
    # "timer 5" and the apology were not out yet: they never will be, the farewell will
    received = await store.receive(wrote("5", "forget me"))
    assert received.outcome is Outcome.DONE
    assert await store.conversation(ANNA) is None
    assert await store.transcript(ANNA) == ()
    assert await store.queue() == ()
    assert await store.enquiry(row.enquiry.reference) is None
    assert await store.parked() == ()
    house.clock.on(minutes=1)
    assert await store.due_timers(house.clock.now) == ()
    store = await house.restart(store)
    out = await deliver_all(store)
    shown = [flat(e.screen.text) for _, e in out if isinstance(e, fx.ShowScreen)]
    deletions = {where: e.message_ids for where, e in out if isinstance(e, fx.DeleteMessages)}
    assert shown == ["forget me"]
    assert deletions == {str(ANNA): ("p1",), DESK: ("c1",)}
    assert await store.receipt(str(ANNA), "seq:3") is None
    assert await store.conversation(BORIS) is not None
    kept = await store.export(ANNA)
    assert len(kept["consents"]) == 1  # the ledger is the proof, without a name
    assert (await store.health())["outbox_waiting"] == 0


async def test_who_comes_back_is_a_stranger(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    before = await store.conversation(ANNA)
    await store.receive(wrote("2", "forget me"))
    assert (await store.receive(wrote("2", "forget me"))).outcome is Outcome.DUPLICATE
    await store.receive(wrote("3", "hello again"))
    after = await store.conversation(ANNA)
    assert before is not None
    assert after is not None
    assert after.id != before.id
    assert (after.trail, after.enquiries, after.next_seq) == (("hello again",), (), 2)


async def test_what_was_on_its_way_during_an_erasure_is_deleted_too(store: Store) -> None:
    await store.receive(wrote("1", "hello"))
    (on_its_way,) = await claim(store)
    await store.receive(wrote("2", "forget me"))
    await store.record(on_its_way, Delivered((("seq:1", "871"),)))
    out = await deliver_all(store)
    assert fx.DeleteMessages(("871",)) in [effect for _, effect in out]


async def test_a_restored_backup_does_not_bring_anybody_back(sqlite: House) -> None:
    store = await sqlite.open()
    await store.receive(wrote("1", "ask"))
    await store.receive(wrote("2", "hello", BORIS))
    await store.close()
    sqlite.opened.clear()
    database = sqlite.folder / "data" / "frontdesk.db"
    backup = database.read_bytes()
    store = await sqlite.open()
    await store.receive(wrote("3", "forget me"))
    await store.close()
    sqlite.opened.clear()
    for old in database.parent.iterdir():
        old.unlink()
    database.write_bytes(backup)
    store = await sqlite.open()
    assert await store.conversation(ANNA) is None
    assert await store.conversation(BORIS) is not None
    assert await store.queue() == ()


def test_a_line_that_a_crash_cut_off_does_no_harm(tmp_path: pytest.TempPathFactory) -> None:
    path = erased_file.erased_file(tmp_path / "master.key")  # type: ignore[operator]
    erased_file.add(path, {"a": ("s", START)})
    with path.open("a") as file:
        file.write('{"id": "b", "sub')
    erased_file.add(path, {"a": ("s", START), "c": ("s", START)})
    assert set(erased_file.read(path)) == {"a", "c"}
    assert path.stat().st_mode & 0o777 == 0o600


# ---- retention, with the limits of the shipped content


async def test_words_before_consent_go_after_a_day(store: Store, house: House) -> None:
    await store.receive(wrote("1", "my knee hurts"))
    await store.receive(wrote("2", "ask", BORIS))
    house.clock.on(hours=23)
    await store.purge(house.clock.now)
    assert len(await store.transcript(ANNA)) == 2
    house.clock.on(hours=2)
    gone = await store.purge(house.clock.now)
    # her words, the screen that repeats them, and what the state remembers
    assert (gone["typed_before_consent"], gone["states_before_consent"]) == (2, 1)
    assert await store.transcript(ANNA) == ()
    state, boris = await store.conversation(ANNA), await store.conversation(BORIS)
    assert state is not None
    assert boris is not None
    assert (state.last_text, boris.last_text) == (None, "ask")
    assert len(await store.transcript(BORIS)) == 2


async def test_idle_conversations_and_old_enquiries_go(store: Store, house: House) -> None:
    await store.receive(wrote("1", "hello"))
    await store.receive(wrote("2", "ask", BORIS))
    await deliver_all(store)
    limits = house.loaded.release.limits
    house.clock.on(days=limits.conversation_days + 1)
    gone = await store.purge(house.clock.now)
    assert (gone["conversations"], gone["enquiries"]) == (1, 0)
    assert await store.conversation(ANNA) is None
    (row,) = await store.queue()
    house.clock.now = START + timedelta(days=31 * limits.enquiry_months)
    gone = await store.purge(house.clock.now)
    assert (gone["conversations"], gone["enquiries"]) == (1, 1)
    assert await store.enquiry(row.enquiry.reference) is None
    assert await store.conversation(BORIS) is None


async def test_an_old_enquiry_takes_its_words_along(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    await deliver_all(store)
    (row,) = await store.queue()
    note = ev.NoteWritten(row.enquiry.reference, small.ACTOR, "call back")
    await store.receive(ev.Update("2", ANNA, START, note))
    await deliver_all(store)
    house.clock.on(days=400)
    await store.receive(wrote("3", "hello"))  # the conversation lives on
    await store.purge(house.clock.now)
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.enquiries == ()
    assert "call back" not in [flat(one.text) for one in await store.transcript(ANNA)]
    assert await store.receipt(DESK, f"card:{row.enquiry.reference}") is None


async def test_keys_are_kept_for_a_week(store: Store, house: House) -> None:
    await store.receive(wrote("1", "hello"))
    house.clock.on(days=6)
    await store.purge(house.clock.now)
    assert (await store.receive(wrote("1", "hello"))).outcome is Outcome.DUPLICATE
    many = ROUND + 5  # more than a round deletes
    for some in range(0, many, 25):
        numbers = range(some, min(some + 25, many))
        await asyncio.gather(*(store.receive(wrote(f"k{n}", "t")) for n in numbers))
    house.clock.on(days=8)
    assert (await store.purge(house.clock.now))["update_keys"] == many + 1


async def test_small_things_go(store: Store, house: House) -> None:
    await store.new_link("desk", "web:local", 60)
    await store.new_session("desk", "web:local", 60)
    await store.put_file(b"x", "text/plain")
    await store.park("k", "{", "ValueError", "adapters/x.py:1")
    await store.receive(wrote("1", "hello"))
    await deliver_all(store)
    house.clock.on(days=31)
    gone = await store.purge(house.clock.now)
    assert {k: gone[k] for k in ("links", "sessions", "files", "parked", "outbox")} == {
        "links": 1, "sessions": 1, "files": 1, "parked": 1, "outbox": 1,
    }  # fmt: skip
    assert await store.parked() == ()


async def test_a_farewell_that_is_out_says_no_more_whose_it_was(durable: House) -> None:
    store = await durable.open()
    await store.receive(wrote("1", "ask"))
    await deliver_all(store)
    await store.receive(wrote("2", "forget me"))
    (farewell, *others) = await claim(store)
    for one in others:
        await store.record(one, Delivered())
    await store.record(farewell, Delivered((("seq:2", "p2"),)))
    await store.record(farewell, Delivered((("seq:2", "p2"),)))  # told twice: not deleted for it
    assert not [e for _, e in await deliver_all(store) if e == fx.DeleteMessages(("p2",))]
    with store._engine.begin() as conn:
        rows = conn.execute(text("SELECT destination, chat, effect FROM outbox")).all()
        assert {tuple(row) for row in rows} == {("", "", None)}
        for table in ("conversations", "patients", "enquiries", "receipts", "transcript"):
            found = conn.execute(text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608
            assert found == 0, table
