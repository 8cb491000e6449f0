"""A small core for the store's tests: what is typed says which effects the turn has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot import effects as fx
from bot import events as ev
from bot.given import Channel, Given, Phrases, Turn
from bot.ports import Delivered, Delivery, Store, World
from bot.release import Release
from bot.screens import Card, Choice, Screen
from bot.state import Assignee as Who
from bot.state import Consent, Conversation, Draft, Enquiry, Status
from bot.text import flat, plain, quote_typed

ANNA = ev.Address("telegram", "100", "7")
BORIS = ev.Address("telegram", "100", "8")
DESK = "desk:telegram:-1001"
SLACK = "desk:slack:C1"
ACTOR = ev.Actor("telegram:1", DESK)
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

WORLD = World((DESK,), {"telegram": Channel("Telegram", commands=True, reactions=True)})
TWO_DESKS = World((DESK, SLACK), WORLD.channels)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@dataclass
class Fault:
    """Makes the core fail: on this word."""

    word: str = ""


FAULT = Fault()


def wrote(key: str, text: str, address: ev.Address = ANNA, on: str = "") -> ev.Update:
    """An Update with a text."""
    event = ev.Wrote(text, f"m{key}", START)
    return ev.Update(key, address, START, event, "en-GB", on_message=on)


def take_turn(
    state: Conversation, event: object, release: Release, given: Given, phrases: Phrases
) -> Turn:
    """Every text adds a line to ``trail`` and is echoed; some words do more."""
    match event:
        case ev.Wrote(text=text):
            if FAULT.word and FAULT.word in text:
                raise ValueError(f"cannot handle {text}")
            return _text(state, text, given, event.quotes)
        case ev.TimerFired(name=name):
            if FAULT.word and FAULT.word == f"fired {name}":
                raise ValueError("cannot handle the timer")
            return Turn(_note(state, f"fired {name}"), ())
        case ev.DeliveryReported():
            if FAULT.word and FAULT.word == event.outcome:
                raise ValueError("cannot handle the report")
            told = f"{event.what} {event.outcome} {event.name} {event.reference}".strip()
            return Turn(_note(state, told), ())
        case ev.NoteWritten():
            effects = (fx.RelayToDesk(event.reference, plain("note"), event.text),)
            return Turn(state, effects)
        case _:
            return Turn(_note(state, type(event).__name__), ())


def _note(state: Conversation, line: str) -> Conversation:
    return replace(state, trail=(*state.trail, line))


def _text(state: Conversation, text: str, given: Given, quotes: int | None) -> Turn:
    seq = state.next_seq
    after = replace(
        _note(state, text if quotes is None else f"{text} on {quotes}"),
        next_seq=seq + 1, last_text=text,
    )  # fmt: skip
    rows = ((Choice("Home", "sec:home:1"),),)
    effects: list[fx.Effect] = [fx.ShowScreen(seq, Screen(quote_typed(text), rows))]
    word, _, rest = text.partition(" ")
    reference = after.enquiries[-1].reference if after.enquiries else given.reference
    match word:
        case "ask":
            enquiry = Enquiry(
                given.reference, Status.NEW, given.now, True,
                urgent=rest == "urgent",
                due_at=given.now + timedelta(hours=int(rest)) if rest.isdecimal() else None,
            )  # fmt: skip
            after = replace(
                after.with_enquiry(enquiry), consent=Consent("v1", given.now), name="Anna"
            )
            card = Card(
                given.reference, "t", "s", plain(text), plain(text), (), enquiry.urgent, "new"
            )
            effects += [
                fx.RecordConsent(True, "v1", "digest"),
                fx.ShowCard(given.reference, card),
            ]
        case "reply":
            draft = Draft(given.token, Who("f1", "Minji", "telegram:1"), rest, "sent")
            enquiry = replace(after.enquiries[-1], drafts=(draft,))
            after = replace(after.with_enquiry(enquiry), next_seq=seq + 2)
            effects.append(
                fx.RelayToPatient(seq + 1, reference, given.token, plain("Minji writes:"), rest)
            )
        case "close":
            enquiry = replace(after.enquiries[-1], status=Status.RESOLVED, resolved_at=given.now)
            after = after.with_enquiry(enquiry)
        case "danger":
            effects[0] = fx.ShowScreen(seq, Screen(quote_typed(text)), urgent=True)
            effects.append(fx.AlertTeam(reference, plain("alert"), 1))
        case "edit":
            effects[0] = fx.ShowScreen(seq, Screen(quote_typed(text)), replaces=seq - 1)
        case "timer":
            at = given.now + timedelta(seconds=int(rest))
            effects.append(fx.SetTimer("nudge", at, reference if after.enquiries else ""))
        case "cancel":
            effects.append(fx.CancelTimer("nudge"))
        case "count":
            kind, _, key = rest.partition(" ")
            effects.append(fx.Count(kind, key))
        case "signin":
            effects.append(fx.SendSignIn(seq, plain("Sign in:\n\n{link}"), rest))
        case "forget":
            effects.append(fx.ErasePatient())
        case "toast":
            effects.append(fx.Toast(rest, refused=True))
        case _:
            pass
    return Turn(after, tuple(effects))


def text_of(delivery: Delivery) -> str:
    assert isinstance(delivery.effect, fx.ShowScreen)
    return flat(delivery.effect.screen.text)


async def trail(store: Store) -> tuple[str, ...]:
    state = await store.conversation(ANNA)
    assert state is not None
    return state.trail


async def out(store: Store, delivery: Delivery, *receipts: tuple[str, str]) -> None:
    await store.record(delivery, Delivered(receipts))
