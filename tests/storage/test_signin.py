"""/signin on every store: listed staff get a link, once; strangers a kind no; both leave a trail."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from bot import effects as fx
from bot import events as ev
from bot.ports import Delivered, Outcome, Store, World
from bot.release import Release, Staff
from bot.text import flat
from bot.turn import take_turn
from tests.storage import small
from tests.storage.conftest import House

URL = "https://desk.example.org"
WORLD = World(small.WORLD.desks, small.WORLD.channels, URL)
MINA = Staff("mina", "Mina", "editor", ("telegram:7", "slack:U01"))
PRIVATE = ev.Address("telegram", "100", "7")
SLACK = ev.Address("slack", "T1", "D0123")
OTHER = ev.Address("telegram", "100", "8")


async def open_with(house: House, world: World = WORLD, **changes: Any) -> Store:
    """The real core, with Mina on the staff list."""
    shipped = house.loaded.release
    organisation = replace(shipped.organisation, staff=(MINA,))
    release: Release = replace(shipped, id="staffed", organisation=organisation, **changes)
    store: Store = await house.open(world=world, take_turn=take_turn, publish=False)
    await store.publish(release, {}, by="test", why="test")
    return store


def asks(key: str, address: ev.Address, sender: str = "") -> ev.Update:
    return ev.Update(key, address, small.START, ev.Commanded("signin"), sender=sender)


async def shown(store: Store) -> list[str]:
    """The texts that went out to patients."""
    out = []
    while got := await store.claim_deliveries(limit=50):
        for one in got:
            match one.effect:
                case fx.SendSignIn(text=text):
                    out.append(flat(text))
                case fx.ShowScreen(screen=screen):
                    out.append(flat(screen.text))
                case _:
                    pass
            await store.record(one, Delivered())
    return out


def token_in(text: str) -> str:
    link = text.rsplit("\n", 1)[-1]
    assert link.startswith(f"{URL}/signin/")
    return link.removeprefix(f"{URL}/signin/")


@pytest.mark.parametrize(
    ("address", "sender"),
    [(PRIVATE, ""), (PRIVATE, "telegram:7"), (SLACK, "slack:U01")],
    ids=["telegram-by-chat", "telegram", "slack"],
)
async def test_listed_staff_get_a_link_that_opens_once(
    house: House, address: ev.Address, sender: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = await open_with(house)
    await store.receive(asks("1", address, sender))
    assert (await store.receive(asks("1", address, sender))).outcome is Outcome.DUPLICATE
    (text,) = await shown(store)
    token = token_in(text)
    assert "Mina" in text
    assert "10 minutes" in text
    trail = repr(await store.transcript(address)) + repr(await store.conversation(address))
    assert token not in trail + repr(await store.export(address)) + caplog.text
    assert f"{URL}/link" not in trail
    assert [flat(one.text)[-1] for one in await store.transcript(address)][-1] == "…"
    (row, *_) = await store.audit_trail()
    assert (row.who, row.did, row.about, row.refused) == (
        sender or "telegram:7", "SignInAsked", "mina", "",
    )  # fmt: skip
    assert await store.use_link(token) == ("signin", "mina")
    assert await store.use_link(token) is None


async def test_a_link_ends_after_ten_minutes(house: House) -> None:
    store = await open_with(house)
    for n, (minutes, works) in enumerate([(9, True), (10, False), (11, False)]):
        await store.receive(asks(str(n), PRIVATE))
        token = token_in((await shown(store))[-1])
        house.clock.on(minutes=minutes)
        assert (await store.use_link(token) is not None) is works


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        (OTHER, ""),
        (OTHER, "telegram:8"),
        (SLACK, "slack:U02"),
        (SLACK, ""),
        (ev.Address("slack", "T1", "U01"), ""),
        (ev.Address("web", "local", "7"), ""),
        (ev.Address("telegram", "100", "7"), "telegram:8"),
    ],
)
async def test_strangers_are_refused_with_a_trail(
    house: House, address: ev.Address, sender: str
) -> None:
    store = await open_with(house)
    await store.receive(asks("1", address, sender))
    (text,) = await shown(store)
    assert "not on the staff list" in text
    assert "link" not in text
    (row, *_) = await store.audit_trail()
    assert (row.did, row.about, row.refused) == ("SignInAsked", "", "stranger")
    assert row.who


async def test_without_a_public_address_the_reason_is_told(house: House) -> None:
    store = await open_with(house, world=small.WORLD)
    await store.receive(asks("1", PRIVATE))
    (text,) = await shown(store)
    assert "FRONTDESK_PUBLIC_URL" in text
    (row, *_) = await store.audit_trail()
    assert (row.about, row.refused) == ("mina", "no public url")


async def test_who_asks_again_and_again_gets_no_more_links(house: House) -> None:
    store = await open_with(house)
    most = house.loaded.release.limits.flood_messages
    for n in range(most + 3):
        await store.receive(asks(str(n), PRIVATE))
    texts = await shown(store)
    assert sum(URL in text for text in texts) == most
    (row, *_) = await store.audit_trail()
    assert row.refused == "flood or blocked"


async def test_a_strangers_try_is_forgotten_with_the_stranger(house: House) -> None:
    store = await open_with(house)
    for n, who in enumerate((OTHER, PRIVATE)):
        await store.receive(asks(f"s{n}", who))
        for at, event in enumerate((ev.Commanded("forget"), ev.Tapped("form:privacy:forget:yes"))):
            await store.receive(ev.Update(f"f{n}{at}", who, small.START, event))
    rows = [one for one in await store.audit_trail() if one.did == "SignInAsked"]
    assert [(one.who, one.refused) for one in rows] == [("telegram:7", "")]


async def test_a_release_that_is_older_than_the_command_shows_the_menu(house: House) -> None:
    phrases = dict(house.loaded.release.phrases)
    for key in ("signin.link", "signin.refused", "signin.no_url"):
        del phrases[key]
    store = await open_with(house, phrases=phrases)
    assert (await store.receive(asks("1", PRIVATE))).outcome is Outcome.DONE
    assert len(await shown(store)) == 1


async def test_a_turn_that_is_rolled_back_leaves_no_link(durable: House) -> None:
    def breaks(state: Any, event: Any, release: Any, given: Any, phrases: Any) -> Any:
        turn = take_turn(state, event, release, given, phrases)
        return replace(turn, effects=(*turn.effects, fx.ShowScreen("no number", None)))  # type: ignore[arg-type]

    store = await durable.open(world=WORLD, take_turn=breaks, publish=False)
    organisation = replace(durable.loaded.release.organisation, staff=(MINA,))
    release = replace(durable.loaded.release, id="staffed", organisation=organisation)
    await store.publish(release, {}, by="test", why="test")
    assert (await store.receive(asks("1", PRIVATE))).outcome is Outcome.PARKED
    with store._engine.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM links").scalar() == 0
