"""What the Words page keeps: Releases with their parents, unfinished edits, sessions, audit, counters."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import NotFound, Overtaken
from bot.ports import AuditRow, CountRow, Outcome, Store
from bot.release import Release
from storage.counts import KEPT_MONTHS
from tests.storage import small
from tests.storage.conftest import House, MakeHouse
from tests.storage.small import ANNA, BORIS, START, wrote

TODAY = START.date()


def other(release: Release, name: str) -> Release:
    return replace(release, id=name)


# ---- Releases


async def test_an_edit_of_an_older_release_is_told_which_one_is_live(
    store: Store, house: House
) -> None:
    first = house.loaded.release
    await store.publish(other(first, "two"), {}, by="mina", why="a", expected=first.id)
    with pytest.raises(Overtaken) as late:
        await store.publish(
            other(first, "three"), {"a": "b"}, by="boris", why="b", expected=first.id
        )
    assert late.value.live_id == "two"
    live = await store.live_release()
    assert live is not None
    assert live.id == "two"
    with pytest.raises(NotFound):  # nothing of it stayed behind
        await store.release_source("three")
    await store.publish(other(first, "three"), {}, by="boris", why="b", expected="two")
    await store.publish(other(first, "four"), {}, by="files", why="told to")  # nobody asked
    assert [(one.id, one.parent, one.live) for one in await store.releases()] == [
        ("four", "three", True),
        ("three", "two", False),
        ("two", first.id, False),
        (first.id, "", False),
    ]


async def test_publishing_again_after_a_lost_answer_is_done_once(
    store: Store, house: House
) -> None:
    first = house.loaded.release
    for _ in range(2):
        await store.publish(other(first, "two"), {}, by="mina", why="a", expected=first.id)
    assert [one.id for one in await store.releases()] == ["two", first.id]
    assert [one.about for one in await store.audit_trail()] == ["two", first.id]
    await store.publish(other(first, "two"), {}, by="mina", why="on purpose", expected="two")
    assert len(await store.releases()) == 3


async def test_of_two_editors_at_once_one_is_told(store: Store, house: House) -> None:
    first = house.loaded.release
    came = await asyncio.gather(
        *(
            store.publish(other(first, name), {}, by=name, why="at once", expected=first.id)
            for name in ("left", "right", "middle")
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in came) == ["NoneType", "Overtaken", "Overtaken"]
    live = await store.live_release()
    assert live is not None
    assert all(one.live_id == live.id for one in came if isinstance(one, Overtaken))
    assert len(await store.releases()) == 2


async def test_a_publisher_who_had_to_wait_looks_again(make_house: MakeHouse) -> None:
    house = make_house("postgresql")
    store = await house.open()
    first = house.loaded.release
    with store._engine.connect() as conn:
        conn.exec_driver_sql("UPDATE live SET release_id = release_id")  # a third one, not done yet
        both = [
            asyncio.create_task(
                store.publish(other(first, name), {}, by=name, why="x", expected=first.id)
            )
            for name in ("left", "right")
        ]
        await asyncio.sleep(0.7)
        conn.commit()
    came = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in came) == ["NoneType", "Overtaken"]
    assert len(await store.releases()) == 2
    await store.close()


async def test_the_first_release_may_be_expected_to_be_the_first(house: House) -> None:
    store = await house.open(publish=False)
    with pytest.raises(Overtaken) as none:
        await store.publish(house.loaded.release, {}, by="a", why="b", expected="another")
    assert none.value.live_id == ""
    assert await store.live_release() is None
    await store.publish(house.loaded.release, {}, by="a", why="b", expected="")
    with pytest.raises(Overtaken):
        await store.publish(other(house.loaded.release, "x"), {}, by="a", why="b", expected="")


async def test_publishing_and_rolling_back_leave_a_trail(store: Store, house: House) -> None:
    first = house.loaded.release
    await store.publish(other(first, "two"), {}, by="mina", why="typo")
    house.clock.on(minutes=1)
    await store.rollback(first.id, by="boris", why="worse")
    trail = await store.audit_trail(limit=2)
    assert trail == (
        AuditRow(START + timedelta(minutes=1), "boris", "RolledBack", first.id),
        AuditRow(START, "mina", "Published", "two"),
    )
    (newest, *_) = await store.releases()
    assert (newest.id, newest.parent, newest.why) == (first.id, "two", "worse")


async def test_the_trail_has_acts_from_everywhere_newest_first(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    await store.note_audit("mina", "SignedIn", "slack")
    await store.note_audit("mina", "Revoked", "abc", refused="not yours")
    trail = await store.audit_trail()
    assert [(one.who, one.did, one.about, one.refused) for one in trail] == [
        ("mina", "Revoked", "abc", "not yours"),
        ("mina", "SignedIn", "slack", ""),
        ("test", "Published", trail[2].about, ""),
    ]
    assert len(await store.audit_trail(limit=1)) == 1


# ---- unfinished edits


async def test_an_unfinished_edit_survives_a_restart(store: Store, house: House) -> None:
    await store.save_edit("mina", "guide/home", "r1", {"title": "Hello", "body": "half a"})
    house.clock.on(minutes=1)
    await store.save_edit("boris", "guide/home", "r1", {"title": "Hi"})
    house.clock.on(minutes=1)
    await store.save_edit("mina", "faq/cost", "r2", {})
    store = await house.restart(store)
    house.clock.on(minutes=1)
    await store.save_edit("mina", "guide/home", "r2", {"title": "Hello", "body": "half a sentence"})
    mine = await store.edits("mina")
    assert [(one.target, one.base, dict(one.fields)) for one in mine] == [
        ("guide/home", "r2", {"title": "Hello", "body": "half a sentence"}),
        ("faq/cost", "r2", {}),
    ]
    assert mine[0].saved_at == START + timedelta(minutes=3)
    assert [one.editor for one in await store.edits()] == ["mina", "mina", "boris"]
    await store.drop_edit("mina", "guide/home")
    await store.drop_edit("mina", "guide/home")
    assert [(one.editor, one.target) for one in await store.edits()] == [
        ("mina", "faq/cost"),
        ("boris", "guide/home"),
    ]
    assert await store.edits("nobody") == ()


async def test_names_of_editor_and_target_do_not_run_into_each_other(store: Store) -> None:
    await store.save_edit("a", "bc", "r", {"n": "1"})
    await store.save_edit("ab", "c", "r", {"n": "2"})
    assert len(await store.edits()) == 2


# ---- sessions and links


async def test_sessions_are_listed_and_ended(store: Store, house: House) -> None:
    phone = await store.new_session("desk", "mina", 3600, note="Firefox on Android")
    house.clock.on(minutes=5)
    laptop = await store.new_session("desk", "mina", 7200)
    other_ = await store.new_session("desk", "boris", 3600)
    assert [one.note for one in await store.sessions("mina")] == ["", "Firefox on Android"]
    house.clock.on(minutes=5)
    assert await store.session(phone) == ("desk", "mina")
    first, second = await store.sessions("mina")
    assert (first.note, first.kind, first.created_at) == ("Firefox on Android", "desk", START)
    assert first.last_seen_at == START + timedelta(minutes=10)
    assert second.last_seen_at == second.created_at == START + timedelta(minutes=5)
    assert await store.session_row(phone) == first
    assert phone not in (first.id, second.id)
    assert len(await store.sessions()) == 3

    await store.revoke_session(second.id)
    await store.revoke_session(second.id)
    for nonsense in ("", "%", "_" * 16, first.id[:8], "zz"):
        await store.revoke_session(nonsense)
    assert await store.session(laptop) is None
    assert await store.session_row(laptop) is None
    assert await store.sessions("mina") == (first,)

    link = await store.new_link("signin", "mina", 600)
    theirs = await store.new_link("signin", "boris", 600)
    await store.revoke_sessions("mina")
    assert await store.session(phone) is None
    assert await store.use_link(link) is None
    assert await store.use_link(theirs) == ("signin", "boris")
    assert await store.session(other_) == ("desk", "boris")
    house.clock.on(hours=2)
    assert await store.sessions() == ()


async def test_a_visit_is_noted_once_a_minute(store: Store, house: House) -> None:
    token = await store.new_session("desk", "mina", 3600)

    async def seen_after(seconds: float) -> timedelta:
        house.clock.on(seconds=seconds)
        await store.session(token)
        (row,) = await store.sessions()
        return row.last_seen_at - START

    assert await seen_after(59) == timedelta()
    assert await seen_after(1) == timedelta(seconds=60)
    assert await seen_after(30) == timedelta(seconds=60)
    assert await seen_after(40) == timedelta(seconds=130)


async def test_a_link_opens_for_the_first_browser_only(store: Store) -> None:
    link = await store.new_link("signin", "mina", 600)
    came = await asyncio.gather(*(store.use_link(link) for _ in range(8)))
    assert sorted(came, key=str) == [("signin", "mina")] + [None] * 7


async def test_only_digests_of_tokens_are_stored(durable: House) -> None:
    store = await durable.open()
    tokens = [
        await store.new_link("signin", "mina", 600),
        await store.new_session("desk", "mina", 600, note="Firefox"),
    ]
    await store.note_audit("mina the editor", "SignedIn", "words of mina")
    await store.save_edit("mina", "home", "r", {"body": "words of mina"})
    with store._engine.connect() as conn:
        for table in ("links", "sessions", "audit", "edits"):
            rows = repr(conn.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608
            assert rows != "[]"
            for hidden in (*tokens, "Firefox", "the editor", "words of"):
                assert hidden not in rows


# ---- counters


async def test_counts_add_up_by_day_and_release(store: Store, house: House) -> None:
    first = house.loaded.release.id
    for n in range(3):
        await store.receive(wrote(f"a{n}", "count read home"))
    await store.receive(wrote("b", "count read faq-cost", BORIS))
    await store.receive(wrote("b", "count read faq-cost", BORIS))  # twice delivered, once counted
    await store.publish(other(house.loaded.release, "0"), {}, by="mina", why="x")
    await store.receive(wrote("c", "count read home"))
    house.clock.on(days=1)
    store = await house.restart(store)
    await store.receive(wrote("d", "count miss not_covered"))
    assert await store.counts() == (
        CountRow(TODAY + timedelta(days=1), "0", "miss", "not_covered", 1),
        CountRow(TODAY, "0", "read", "home", 1),
        CountRow(TODAY, first, "read", "faq-cost", 1),
        CountRow(TODAY, first, "read", "home", 3),
    )
    assert [one.kind for one in await store.counts(since_days=0)] == ["miss"]


async def test_a_day_is_a_day_in_utc(store: Store, house: House) -> None:
    house.clock.now = START.replace(hour=23, minute=59)
    await store.receive(wrote("1", "count read home"))
    house.clock.on(minutes=2)
    await store.receive(wrote("2", "count read home"))
    days = [one.day for one in await store.counts()]
    assert days == [date(2026, 11, 24), date(2026, 11, 23)]


async def test_a_turn_that_fails_counts_nothing_and_an_erasure_keeps_counts(store: Store) -> None:
    small.FAULT.word = "boom"
    assert (await store.receive(wrote("1", "count read boom"))).outcome is Outcome.PARKED
    assert await store.counts() == ()
    small.FAULT.word = ""
    await store.receive(wrote("2", "count read home"))
    await store.receive(wrote("3", "forget me"))
    assert [one.number for one in await store.counts()] == [1]


async def test_counts_of_many_at_once_are_not_lost(store: Store) -> None:
    people = [replace(ANNA, chat=str(n)) for n in range(10)]
    await asyncio.gather(
        *(
            store.receive(wrote(f"{who.chat}/{n}", f"count read {'ab'[n % 2]}", who))
            for who in people
            for n in range(6)
        )
    )
    assert [(one.key, one.number) for one in await store.counts()] == [("a", 30), ("b", 30)]


async def test_old_counts_go(store: Store, house: House) -> None:
    await store.receive(wrote("1", "count read home"))
    house.clock.on(days=KEPT_MONTHS * 30)
    assert (await store.purge(house.clock.now))["counts"] == 0
    house.clock.on(days=30)
    assert (await store.purge(house.clock.now))["counts"] == 1
    assert await store.counts(since_days=10_000) == ()
