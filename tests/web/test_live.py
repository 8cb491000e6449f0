"""Pages that watch: one reader of changes, ids only, and who counts as an open desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from adapters.web.live import Alert, Live, News
from bot.events import Address
from bot.ports import Change
from bot.screens import Screen
from bot.text import plain


class Changes:
    """A store's changes, fed by hand; fails once if asked to."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self.readers = 0

    async def changes(self) -> AsyncIterator[Change]:
        self.readers += 1
        while True:
            change = await self.queue.get()
            if change is None:
                raise ConnectionError("gone")
            yield change


def change(chat: str) -> Change:
    return Change(Address("web", "local", chat))


async def test_many_pages_one_reader() -> None:
    store = Changes()
    live = Live(store)
    async with live.watch(desk=True) as first, live.watch(desk=False) as second:
        await store.queue.put(change("a"))
        await store.queue.put(change("b"))
        both = frozenset({"web:local:a", "web:local:b"})
        assert await asyncio.wait_for(anext(first), 30) == News(both)
        assert await asyncio.wait_for(anext(second), 30) == News(both)
        assert store.readers == 1


async def test_after_a_gap_everything_may_have_changed() -> None:
    store = Changes()
    live = Live(store)
    async with live.watch(desk=True) as news:
        await store.queue.put(None)
        assert (await asyncio.wait_for(anext(news), 30)).everything
        await store.queue.put(change("a"))
        assert (await asyncio.wait_for(anext(news), 30)).addresses == {"web:local:a"}


async def test_open_desks_are_counted() -> None:
    live = Live(Changes())
    assert live.desks_open == 0
    async with live.watch(desk=True), live.watch(desk=False):
        assert live.desks_open == 1
    assert live.desks_open == 0


async def test_coming_back_reads_again() -> None:
    store = Changes()
    live = Live(store)
    async with live.watch(desk=True):
        await asyncio.sleep(0.01)
    async with live.watch(desk=True) as news:
        await store.queue.put(change("a"))
        assert (await asyncio.wait_for(anext(news), 30)).addresses


async def test_alerts_reach_open_desks_only() -> None:
    live = Live(Changes())
    alert = Alert("FD-AAAA", "danger")
    assert not live.alert(alert)
    async with live.watch(desk=False):
        assert not live.alert(alert)
    async with live.watch(desk=True) as news:
        assert live.alert(alert)
        assert (await asyncio.wait_for(anext(news), 30)).alerts == (alert,)


async def test_what_was_shown_last_is_held_for_a_bounded_number() -> None:
    live = Live(Changes())
    for number in range(300):
        live.hold(f"web:local:{number}", 1, Screen(plain("hi")))
    assert live.held("web:local:0") is None
    assert live.held("web:local:299") is not None
