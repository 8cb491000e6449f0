"""What desks, pages and adapters read and keep."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from bot import events as ev
from bot.errors import NotFound
from bot.ports import Store
from tests.storage.conftest import House
from tests.storage.small import ACTOR, ANNA, BORIS, START, wrote


async def test_the_queue_is_in_the_order_of_work(store: Store, house: House) -> None:
    wishes = ["ask", "ask 5", "ask urgent", "ask 2"]
    for n, wish in enumerate(wishes):
        await store.receive(wrote(str(n), wish, ev.Address("telegram", "100", str(n))))
        house.clock.on(minutes=1)
    rows = await store.queue()
    assert [int(one.address.chat) for one in rows] == [2, 3, 1, 0]
    assert {one.name for one in rows} == {"Anna"}
    assert rows[0].updated_at == START + timedelta(minutes=2)
    await store.receive(wrote("close", "close", ev.Address("telegram", "100", "3")))
    assert [int(one.address.chat) for one in await store.queue()] == [2, 1, 0]
    assert [int(one.address.chat) for one in await store.queue(closed=True)] == [3]
    assert len(await store.queue(limit=1)) == 1


async def test_enquiries_are_found_by_reference(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    (row,) = await store.queue()
    reference = row.enquiry.reference
    assert await store.enquiry(reference) == row
    assert await store.address_of(reference) == ANNA
    assert await store.enquiry("FD-ZZZZ") is None
    assert await store.address_of("FD-ZZZZ") is None
    state = await store.conversation(ANNA)
    assert state is not None
    assert state.enquiry(reference) == row.enquiry


async def test_references_are_never_used_twice(store: Store) -> None:
    people = [ev.Address("telegram", "100", str(n)) for n in range(40)]
    await asyncio.gather(*(store.receive(wrote(one.chat, "ask", one)) for one in people))
    assert len({one.enquiry.reference for one in await store.queue()}) == 40


async def test_releases(store: Store, house: House) -> None:
    from dataclasses import replace

    first = house.loaded.release
    second = replace(first, id="second")
    await store.publish(second, {"a.md": "words"}, by="editor", why="news")
    live = await store.live_release()
    assert live is not None
    assert live.id == "second"
    assert await store.release_source("second") == {"a.md": "words"}
    await store.rollback(first.id, by="admin", why="oops")
    assert [(one.id, one.by, one.why, one.live) for one in await store.releases()] == [
        (first.id, "admin", "oops", True),
        ("second", "editor", "news", False),
        (first.id, "test", "first", False),
    ]
    store = await house.restart(store)
    live = await store.live_release()
    assert live == first  # through its sealed JSON, and whole
    with pytest.raises(NotFound):
        await store.rollback("none", by="x", why="y")
    with pytest.raises(NotFound):
        await store.release_source("none")


async def test_an_export_is_readable(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    state = await store.conversation(ANNA)
    assert state is not None
    reference = state.enquiries[0].reference
    file = ev.FileRef("web", "f", "photo", "scan.png", "image/png", 9)
    sent = ev.SentFile(file, "m9", START, caption="my scan")
    await store.receive(ev.Update("f", ANNA, START, sent))
    await store.receive(
        ev.Update("n", ANNA, START, ev.NoteWritten(reference, ACTOR, "call her back"))
    )
    out = json.loads(json.dumps(await store.export(ANNA)))
    assert out["chat"] == "7"
    assert out["name"] == "Anna"
    assert [(one["given"], one["version"]) for one in out["consents"]] == [(True, "v1")]
    assert [one["reference"] for one in out["enquiries"]] == [reference]
    texts = [one["text"] for one in out["messages"]]
    assert texts == ["ask", "ask", "my scan", "call her back"]
    assert out["messages"][2]["file"]["name"] == "scan.png"
    assert out["messages"][0]["when"] == START.isoformat()
    stranger = await store.export(BORIS)
    assert (stranger["messages"], stranger["enquiries"]) == ([], [])


async def test_watchers_hear_of_commits(store: Store) -> None:
    changes = store.changes()
    await store.receive(wrote("1", "hello"))
    change = await asyncio.wait_for(anext(changes), 30)
    assert (change.address, change.references) == (ANNA, ())
    await store.receive(wrote("2", "ask", BORIS))
    change = await asyncio.wait_for(anext(changes), 30)
    assert change.address == BORIS
    assert len(change.references) == 1


async def test_another_process_is_heard(durable: House) -> None:
    server = await durable.open()
    beside = await durable.open(serve=False)
    changes = server.changes()
    await beside.receive(wrote("1", "ask"))
    change = await asyncio.wait_for(anext(changes), 30)
    assert change.address == ANNA
    assert len(change.references) == 1
    await server.deliveries_waiting(3)
    assert len(await server.claim_deliveries(limit=9)) == 2


async def test_cursors_and_leases(store: Store, house: House) -> None:
    assert await store.cursor("telegram:100") is None
    await store.set_cursor("telegram:100", 10)
    await store.set_cursor("telegram:100", 3)  # ids may jump back
    assert await store.cursor("telegram:100") == 3
    assert await store.lease("poll", "a", 30)
    assert not await store.lease("poll", "b", 30)
    assert await store.lease("poll", "a", 30)
    house.clock.on(seconds=31)
    assert await store.lease("poll", "b", 30)
    assert not await store.lease("poll", "a", 30)
    assert await store.lease("poll", "b", 0)  # given back
    assert await store.lease("poll", "a", 30)


async def test_links_work_once_and_sessions_until_they_end(store: Store, house: House) -> None:
    link = await store.new_link("desk", "web:local", 60)
    assert await store.use_link("wrong") is None
    assert await store.use_link(link) == ("desk", "web:local")
    assert await store.use_link(link) is None
    late = await store.new_link("desk", "web:local", 60)
    session = await store.new_session("desk", "web:local", 3600)
    house.clock.on(seconds=61)
    assert await store.use_link(late) is None
    store = await house.restart(store)
    assert await store.session(session) == ("desk", "web:local")
    assert await store.session(link) is None
    house.clock.on(hours=1)
    assert await store.session(session) is None


async def test_files_expire(store: Store, house: House) -> None:
    file_id = await store.put_file(b"\x00bytes", "image/png")
    assert await store.get_file(file_id) == b"\x00bytes"
    assert await store.get_file("none") is None
    house.clock.on(hours=25)
    assert await store.get_file(file_id) is None


async def test_health_counts(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    await store.receive(wrote("2", "timer 5"))
    house.clock.on(seconds=10)
    found = dict(await store.health())
    assert found.pop("database") == house.kind
    assert abs(float(str(found.pop("database_skew_seconds")))) < 60
    assert found == {
        "outbox_waiting": 3,
        "outbox_oldest_seconds": 10.0,
        "dead_letters": 0,
        "parked": 0,
        "timers_due": 1,
        "open_enquiries": 1,
        "late_enquiries": 0,
        "unclaimed_alerts": 0,
        "leases": {},
        "key_ok": True,
    }
