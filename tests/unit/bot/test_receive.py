"""The work inside one transaction: the cases that ``bot.receive`` names, on the in-memory store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import effects as fx
from bot import events as ev
from bot.errors import StaleRelease
from bot.given import Channel, Given, Phrases, Turn
from bot.ports import Delivered, Outcome, Received, World
from bot.release import Release
from bot.state import Conversation
from bot.text import flat
from bot.turn import take_turn
from content.answers import LexicalEngine
from content.phrases import phrases_of
from storage.memory import MemoryStore

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ANNA = ev.Address("telegram", "1", "anna")
BORIS = ev.Address("telegram", "1", "boris")
DESKS = ("desk:web", "desk:slack:C1")
WORLD = World(DESKS, {"telegram": Channel("Telegram", True, True)})


class Boom(Exception):
    """What a faulty turn raises."""


def explosive(
    state: Conversation, event: ev.Event, release: Release, given: Given, phrases: Phrases
) -> Turn:
    """The core, with a fault in it: one word makes it fail."""
    if isinstance(event, ev.Wrote) and "boom" in event.text:
        raise Boom(event.text)
    return take_turn(state, event, release, given, phrases)


async def house(release: Release) -> MemoryStore:
    store = MemoryStore(world=WORLD, take_turn=explosive, phrases_of=phrases_of, clock=lambda: NOW)
    await store.start()
    await store.publish(release, {}, by="test", why="test")
    return store


def wrote(
    key: str, text: str, release: Release, *, who: ev.Address = ANNA, quoting: str = ""
) -> ev.Update:
    known = LexicalEngine().understand(text, release)
    event = ev.Wrote(text, f"m{key}", NOW, known)
    return ev.Update(key, who, NOW, event, "en", quoting)


async def everything(store: MemoryStore, who: ev.Address = ANNA) -> tuple[object, ...]:
    """All that a turn may change."""
    export = (
        json.dumps(await store.export(who), default=str) if await store.conversation(who) else ""
    )
    return (
        await store.conversation(who),
        await store.transcript(who),
        await store.queue(),
        export,
        (await store.health())["outbox_waiting"],
    )


async def sent(store: MemoryStore) -> list[tuple[str, fx.Sendable]]:
    """What is on its way out, oldest first; all of it arrives, one after another."""
    out: list[tuple[str, fx.Sendable]] = []
    while rows := await store.claim_deliveries(limit=50):
        for row in rows:
            out.append((row.destination, row.effect))
            receipts: tuple[tuple[str, str], ...] = ()
            if isinstance(row.effect, fx.ShowScreen):
                receipts = ((f"seq:{row.effect.seq}", f"p{row.effect.seq}"),)
            await store.record(row, Delivered(receipts))
    return out


@pytest.mark.asyncio
async def test_the_same_key_again_changes_nothing(shipped: Release) -> None:
    store = await house(shipped)
    update = wrote("1", "what is mfds", shipped)
    assert (await store.receive(update, release_id=shipped.id)).outcome is Outcome.DONE
    before = await everything(store)
    for _ in range(3):
        assert await store.receive(update, release_id=shipped.id) == Received(Outcome.DUPLICATE)
    other_words = wrote("1", "hello", shipped)
    assert (await store.receive(other_words)).outcome is Outcome.DUPLICATE
    assert await everything(store) == before


@pytest.mark.asyncio
async def test_a_key_is_one_for_all_conversations(shipped: Release) -> None:
    store = await house(shipped)
    await store.receive(wrote("1", "hello", shipped))
    boris = wrote("1", "hello", shipped, who=BORIS)
    assert (await store.receive(boris)).outcome is Outcome.DUPLICATE
    assert await store.transcript(BORIS) == ()
    assert (await store.receive(replace(boris, key="2"))).outcome is Outcome.DONE


@pytest.mark.asyncio
async def test_a_text_understood_under_an_old_release_comes_again(shipped: Release) -> None:
    store = await house(shipped)
    await store.receive(wrote("1", "hello", shipped))
    before = await everything(store)
    await store.publish(replace(shipped, id="next"), {}, by="test", why="test")
    update = wrote("2", "what is mfds", shipped)
    with pytest.raises(StaleRelease):
        await store.receive(update, release_id=shipped.id)
    assert await everything(store) == before, "nothing was recorded, the key neither"
    assert (await store.receive(update, release_id="next")).outcome is Outcome.DONE


@pytest.mark.asyncio
async def test_a_failing_turn_is_parked_once_and_its_key_is_kept(shipped: Release) -> None:
    store = await house(shipped)
    await store.receive(wrote("1", "hello", shipped))
    await sent(store)
    bad = wrote("2", "boom, I take heart pills", shipped)
    assert (await store.receive(bad)).outcome is Outcome.PARKED
    assert (await store.receive(bad)).outcome is Outcome.DUPLICATE
    (parked,) = await store.parked()
    assert "heart" not in f"{parked.error} {parked.place}"
    shown = [one.screen for _, one in await sent(store) if isinstance(one, fx.ShowScreen)]
    assert len(shown) == 1, "one apology"
    assert "heart" not in flat(shown[0].text)
    assert (await store.receive(wrote("3", "hello", shipped))).outcome is Outcome.DONE


@pytest.mark.asyncio
async def test_immediate_effects_come_back_and_are_never_stored(shipped: Release) -> None:
    store = await house(shipped)
    tap = ev.Update("1", ANNA, NOW, ev.Tapped("sec:menu-guide:1"))
    received = await store.receive(tap)
    assert received.immediate == (fx.AnswerTap(),)
    assert [type(one) for _, one in await sent(store)] == [fx.ShowScreen]


@pytest.mark.asyncio
async def test_each_effect_goes_where_it_belongs(shipped: Release) -> None:
    """Danger: the safety text to her, urgent; alert and card to every desk; the words to none."""
    store = await house(shipped)
    await store.receive(wrote("1", "I cannot breathe", shipped))
    rows = await store.claim_deliveries(limit=50)
    assert all(row.urgent for row in rows)
    went = {(row.destination, type(row.effect).__name__) for row in rows}
    assert (str(ANNA), "ShowScreen") in went
    for desk in DESKS:
        assert (desk, "AlertTeam") in went
    assert "breathe" not in repr([row.effect for row in rows if row.destination in DESKS])


@pytest.mark.asyncio
async def test_a_platforms_message_id_becomes_our_number(shipped: Release) -> None:
    store = await house(shipped)
    await store.receive(ev.Update("1", ANNA, NOW, ev.Started()))
    await sent(store)
    tap = ev.Tapped("sec:menu-guide:1")
    await store.receive(ev.Update("2", ANNA, NOW, tap, on_message="p1"))
    ((_, shown),) = await sent(store)
    assert isinstance(shown, fx.ShowScreen)
    assert shown.replaces == 1, "the menu is edited in place"
    await store.receive(ev.Update("3", ANNA, NOW, tap, on_message="never sent"))
    ((_, below),) = await sent(store)
    assert isinstance(below, fx.ShowScreen)
    assert below.replaces is None


@pytest.mark.asyncio
async def test_a_refused_act_of_staff_leaves_a_trail_without_the_patients_words(
    shipped: Release,
) -> None:
    store = await house(shipped)
    await store.receive(wrote("1", "I cannot breathe, I take heart pills", shipped))
    row = (await store.queue())[0]
    stranger = ev.Actor("telegram:666", "desk:web")
    claim = ev.EnquiryClaimed(row.enquiry.reference, stranger)
    received = await store.receive(ev.Update("2", row.address, NOW, claim))
    (toast,) = received.immediate
    assert isinstance(toast, fx.Toast)
    assert toast.refused
    after = await store.enquiry(row.enquiry.reference)
    assert after is not None
    assert after.enquiry.assignee is None
