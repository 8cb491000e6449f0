"""The outbox: order, holds, outcomes, and what the core is told."""

from __future__ import annotations

import pytest

from bot import effects as fx
from bot.errors import NotFound
from bot.events import Address
from bot.ports import (
    Delivered,
    Delivery,
    Gone,
    Later,
    Moved,
    RateLimited,
    Rejected,
    Store,
    Uncertain,
)
from storage.outcomes import LATER_ATTEMPTS, LEFT_ATTEMPTS, LONGEST_WAIT_S, SUSPECT_ATTEMPTS
from tests.storage import small
from tests.storage.conftest import House, claim
from tests.storage.small import ANNA, BORIS, DESK, out, text_of, trail, wrote

CLARA = Address("telegram", "100", "9")


async def test_a_line_moves_one_by_one_and_lines_side_by_side(store: Store) -> None:
    for n in range(3):
        await store.receive(wrote(f"a{n}", f"a{n}"))
        await store.receive(wrote(f"b{n}", f"b{n}", BORIS))
    seen = []
    while got := await claim(store):
        assert await claim(store) == ()  # all of it is leased
        seen.append(sorted(text_of(one) for one in got))
        for one in got:
            await out(store, one)
    assert seen == [["a0", "b0"], ["a1", "b1"], ["a2", "b2"]]


async def test_what_a_delivery_says(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    screen, card = sorted(await claim(store), key=lambda one: one.destination, reverse=True)
    assert (screen.destination, screen.address, screen.urgent) == (str(ANNA), ANNA, False)
    assert (screen.attempt, screen.repeated) == (1, False)
    assert card.destination == DESK
    assert isinstance(card.effect, fx.ShowCard)
    state = await store.conversation(ANNA)
    assert state is not None
    assert screen.conversation_id == card.conversation_id == state.id


async def test_urgent_ones_go_first(store: Store) -> None:
    await store.receive(wrote("1", "hello"))
    await store.receive(wrote("2", "danger", BORIS))
    got = await store.claim_deliveries(limit=2)
    assert [one.urgent for one in got] == [True, True]
    assert [one.destination for one in got] == [str(BORIS), DESK]


async def test_an_urgent_one_does_not_wait_for_a_pause_before_it(
    store: Store, house: House
) -> None:
    await store.receive(wrote("1", "hello"))
    (first,) = await claim(store)
    await store.record(first, Later("500", 60))
    assert await claim(store) == ()
    await store.receive(wrote("2", "danger"))
    got = [one for one in await claim(store) if one.destination == str(ANNA)]
    assert [text_of(one) for one in got] == ["hello"]  # the order stays, the pause goes
    await out(store, got[0])
    assert [text_of(one) for one in await claim(store)] == ["danger"]


async def test_receipts_work_both_ways(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    screen, card = sorted(await claim(store), key=lambda one: one.destination, reverse=True)
    reference = card.effect.reference if isinstance(card.effect, fx.ShowCard) else ""
    await out(store, screen, ("seq:1", "871"))
    await out(store, card, (f"card:{reference}", "55"), (f"topic:{reference}", "54"))
    assert await store.receipt(str(ANNA), "seq:1") == "871"
    assert await store.receipt(str(ANNA), "seq:2") is None
    assert await store.receipt(DESK, f"topic:{reference}") == "54"
    known = await store.known(DESK, "55")
    assert known is not None
    assert (known.name, known.address) == (f"card:{reference}", ANNA)
    assert await store.known(DESK, "871") is None
    # a screen that was sent anew has a new id; the old one is known no more
    await store.receive(wrote("2", "edit"))
    (again,) = await claim(store)
    await out(store, again, ("seq:1", "900"))
    assert await store.receipt(str(ANNA), "seq:1") == "900"
    assert await store.known(str(ANNA), "871") is None


async def test_later_backs_off(store: Store, house: House) -> None:
    await store.receive(wrote("1", "hello"))
    pauses = []
    for _ in range(9):
        (one,) = await claim(store)
        await store.record(one, Later("connection refused"))
        pause = 0
        while not (got := await claim(store)):
            house.clock.on(seconds=1)
            pause += 1
            assert pause < 100
        pauses.append(pause)
        await store.record(got[0], Later("connection refused", 0))
        house.clock.on(seconds=60)
    assert pauses[0] == 1
    assert pauses == sorted(pauses)
    assert max(pauses) == LONGEST_WAIT_S


async def test_a_rate_limit_holds_the_destination(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    got = {one.destination: one for one in await claim(store)}
    await store.record(got[DESK], RateLimited(30))
    await out(store, got[str(ANNA)])
    await store.receive(wrote("2", "ask", BORIS))  # another conversation, the same desk
    assert [one.destination for one in await claim(store)] == [str(BORIS)]
    store = await house.restart(store)  # the platform's time outlives us
    house.clock.on(seconds=29)
    assert [one for one in await claim(store) if one.destination == DESK] == []
    house.clock.on(seconds=2)
    desk = [one for one in await claim(store) if one.destination == DESK]
    assert len(desk) == 2
    assert [one.attempt for one in desk] == [1, 1]


async def test_destinations_that_the_worker_holds(store: Store) -> None:
    await store.receive(wrote("1", "ask"))
    got = await store.claim_deliveries(limit=9, held=frozenset({DESK}))
    assert [one.destination for one in got] == [str(ANNA)]


async def test_an_old_lease_records_nothing(store: Store, house: House) -> None:
    await store.receive(wrote("1", "hello"))
    (old,) = await claim(store)
    house.clock.on(seconds=61)
    (new,) = await claim(store)
    assert new.id == old.id
    assert new.lease > old.lease
    assert new.repeated  # its first holder may have sent it
    await out(store, old, ("seq:1", "1"))
    assert await store.receipt(str(ANNA), "seq:1") is None
    assert await claim(store) == ()
    await out(store, new, ("seq:1", "2"))
    await out(store, new, ("seq:1", "3"))  # twice is once
    assert await store.receipt(str(ANNA), "seq:1") == "2"


async def test_a_row_left_in_the_middle_goes_out_flagged_until_it_is_suspect(
    store: Store, house: House
) -> None:
    """Two crashes in a row, both before the request: settled after the first, it would be lost."""
    await store.receive(wrote("1", "ask"))
    await drain(store)
    await store.receive(wrote("2", "reply take care"))
    (screen,) = await claim(store)
    await out(store, screen)
    for number in range(LEFT_ATTEMPTS):
        (reply,) = await claim(store)
        assert reply.repeated == (number > 0)
        house.clock.on(seconds=61)
    assert await claim(store) == ()
    assert "reply rejected" in (await trail(store))[-1]
    assert (await store.health())["dead_letters"] == 1


async def test_a_row_that_kills_its_holders_takes_nobody_along(store: Store, house: House) -> None:
    """Whoever is handed Anna's reply dies of it, with everything else that it holds."""
    await two_replies(store)
    arrived = []
    for _ in range(4 * LEFT_ATTEMPTS):
        held: list[Delivery] = []
        while got := await claim(store, 1):
            held += got
        if str(ANNA) in [one.destination for one in held]:
            house.clock.on(seconds=61)
            continue
        for one in held:
            await out(store, one)
            arrived.append(one.destination)
    assert str(BORIS) in arrived
    assert str(ANNA) not in arrived
    (letter,) = await store.undelivered()
    assert letter.destination == str(ANNA)


async def test_suspects_hide_nothing_behind_them(store: Store, house: House) -> None:
    await two_replies(store)
    for _ in range(SUSPECT_ATTEMPTS):
        assert len(await claim(store)) == 2
        house.clock.on(seconds=61)
    (first,) = await claim(store, 1)
    assert await claim(store) == ()  # the other one waits for it
    await store.receive(wrote("c", "hello", CLARA))
    (newer,) = await claim(store, 1)
    assert (newer.destination, newer.attempt) == (str(CLARA), 1)
    await out(store, first)
    (second,) = await claim(store, 1)
    assert {first.destination, second.destination} == {str(ANNA), str(BORIS)}


async def two_replies(store: Store) -> None:
    """A reply to Anna and one to Boris wait; nothing else does."""
    for who in (ANNA, BORIS):
        await store.receive(wrote(f"ask {who}", "ask", who))
    await drain(store)
    for who in (ANNA, BORIS):
        await store.receive(wrote(f"reply {who}", "reply take care", who))
    for one in await claim(store):
        assert isinstance(one.effect, fx.ShowScreen)
        await out(store, one)


async def test_what_cannot_be_sent_is_given_up_after_a_day(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    await drain(store)
    await store.receive(wrote("2", "reply take care"))
    (screen,) = await claim(store)
    await out(store, screen)
    tries = 0
    while got := await claim(store):
        tries += 1
        await store.record(got[0], Later("no connection"))
        house.clock.on(seconds=61 if tries < LATER_ATTEMPTS + 5 else 86_400)
    assert tries == LATER_ATTEMPTS + 6
    assert "reply rejected" in (await trail(store))[-1]
    assert (await store.health())["dead_letters"] == 1


async def test_a_dead_letter_is_sent_again_where_it_stood(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    await drain(store)
    await store.receive(wrote("2", "reply take care"))
    (screen,) = await claim(store)
    await out(store, screen)
    (reply,) = await claim(store)
    await store.record(reply, Rejected("chat is restricted"))
    (letter,) = await store.undelivered()
    assert (letter.id, letter.kind, letter.outcome) == (reply.id, "RelayToPatient", "rejected")
    await drain(store)
    await store.receive(wrote("3", "hello"))
    with pytest.raises(NotFound):
        await store.requeue(screen.id)  # that one was delivered
    await store.requeue(letter.id)
    assert await store.undelivered() == ()
    with pytest.raises(NotFound):
        await store.requeue(letter.id)
    (again,) = await claim(store)
    assert (again.id, again.effect, again.attempt) == (reply.id, reply.effect, 1)
    assert again.lease > reply.lease
    await out(store, again)
    assert [one for one in await trail(store) if one.startswith("reply ")][-1].startswith(
        "reply delivered"
    )
    await drain(store)
    assert (await store.health())["dead_letters"] == 0


async def test_an_edit_whose_message_was_never_confirmed_counts_as_a_new_message(
    store: Store, house: House
) -> None:
    """Without a receipt there is nothing to edit: it is posted anew, and flagged where that may be twice."""
    await store.receive(wrote("1", "hello"))
    (screen,) = await claim(store)
    await store.record(screen, Uncertain("timed out"))
    house.clock.on(seconds=5)
    (screen,) = await claim(store)
    await out(store, screen)
    await store.receive(wrote("2", "edit"))
    (edit,) = await claim(store)
    house.clock.on(seconds=61)
    (edit,) = await claim(store)
    assert edit.repeated


async def test_an_alert_that_nobody_took_is_no_dead_letter(store: Store) -> None:
    await store.receive(wrote("1", "danger"))
    got = {one.destination: one for one in await claim(store)}
    await store.record(got[DESK], Rejected("no desk page is open"))
    assert (await store.health())["dead_letters"] == 0


async def drain(store: Store) -> None:
    """Deliver all there is."""
    while got := await claim(store):
        for one in got:
            await out(store, one)


async def test_uncertain_new_messages_repeat_until_there_is_an_answer_and_are_flagged(
    store: Store, house: House
) -> None:
    """A platform that is silent for longer than one repeat takes would lose them."""
    await store.receive(wrote("1", "hello"))
    for number in range(LEFT_ATTEMPTS + 2):
        (one,) = await claim(store)
        assert one.repeated == (number > 0)
        await store.record(one, Uncertain("timed out"))
        assert await claim(store) == ()
        house.clock.on(seconds=21)
    (one,) = await claim(store)
    await out(store, one)
    house.clock.on(days=1)
    assert await claim(store) == ()
    assert (await store.health())["outbox_waiting"] == 0


async def test_uncertain_new_messages_are_given_up_after_a_day(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    await drain(store)
    await store.receive(wrote("2", "reply take care"))
    (screen,) = await claim(store)
    await out(store, screen)
    tries = 0
    while got := await claim(store):
        tries += 1
        await store.record(got[0], Uncertain("timed out"))
        house.clock.on(seconds=21 if tries < LATER_ATTEMPTS + 5 else 86_400)
    assert tries == LATER_ATTEMPTS + 6
    assert "reply rejected" in (await trail(store))[-1]
    assert (await store.health())["dead_letters"] == 1


async def test_uncertain_edits_repeat(store: Store, house: House) -> None:
    await store.receive(wrote("1", "hello"))
    (screen,) = await claim(store)
    await out(store, screen, ("seq:1", "871"))
    await store.receive(wrote("2", "edit"))
    for _ in range(5):
        (one,) = await claim(store)
        assert not one.repeated
        await store.record(one, Uncertain("timed out"))
        house.clock.on(seconds=61)
    await drain(store)
    assert (await store.health())["outbox_waiting"] == 0


async def test_the_core_hears_how_a_reply_ended(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    await drain(store)
    for n, outcome in enumerate((Delivered(), Gone("blocked"), Rejected("too long"))):
        await store.receive(wrote(f"r{n}", "reply take care"))
        (screen,) = await claim(store)
        await out(store, screen)
        (reply,) = await claim(store)
        await store.record(reply, outcome)
        await store.record(reply, outcome)
    (row,) = await store.queue()
    reference = row.enquiry.reference
    ends = [
        one.split() for one in await trail(store) if one.startswith("reply ") and reference in one
    ]
    assert [one[1] for one in ends] == ["delivered", "gone", "rejected"]
    drafts = [one[0] for one in await store.deliveries(reference)]
    assert [one[2] for one in ends] == drafts
    assert [one[1] for one in await store.deliveries(reference)] == [
        "delivered",
        "gone",
        "rejected",
    ]
    assert (await store.health())["dead_letters"] == 1


async def test_the_core_hears_of_alerts_and_of_a_patient_who_left(store: Store) -> None:
    await store.receive(wrote("1", "danger"))
    got = {one.destination: one for one in await claim(store)}
    await out(store, got[DESK])
    await store.record(got[str(ANNA)], Gone("blocked"))
    seen = await trail(store)
    assert any(one.startswith("alert delivered 1 FD-") for one in seen)
    assert "screen gone" in seen


async def test_a_fault_in_the_report_does_not_repeat_the_delivery(store: Store) -> None:
    await store.receive(wrote("1", "danger"))
    got = {one.destination: one for one in await claim(store)}
    small.FAULT.word = "delivered"
    await out(store, got[DESK], ("alert:x", "5"))
    assert await store.receipt(DESK, "alert:x") == "5"
    (row,) = await store.parked()
    assert row.error == "ValueError"
    assert row.key.startswith("delivery:")
    assert [one for one in await claim(store) if one.destination == DESK] == []


async def test_a_destination_that_moved(store: Store, house: House) -> None:
    await store.receive(wrote("1", "ask"))
    got = {one.destination: one for one in await claim(store)}
    card = got[DESK].effect
    assert isinstance(card, fx.ShowCard)
    await out(store, got[DESK], (f"card:{card.reference}", "55"))
    await out(store, got[str(ANNA)])
    await store.receive(wrote("2", "danger"))
    got = {one.destination: one for one in await claim(store)}
    await out(store, got[str(ANNA)])
    alert = got[DESK]
    await store.record(alert, Moved("desk:telegram:-1009"))
    again = next(one for one in await claim(store) if one.id == alert.id)
    assert (again.id, again.destination, again.attempt) == (alert.id, "desk:telegram:-1009", 1)
    await out(store, again)
    store = await house.restart(store)
    for destination in (DESK, "desk:telegram:-1009"):  # configured with the old name, still found
        assert await store.receipt(destination, f"card:{card.reference}") == "55"
    await store.receive(wrote("3", "ask", BORIS))
    assert {one.destination for one in await claim(store)} == {str(BORIS), "desk:telegram:-1009"}
