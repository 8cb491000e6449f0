"""The work inside an open transaction: one Update in, its effects in the outbox.

Idempotency cases, each with its test in ``tests/unit/bot/test_receive.py``:
1. the same key again → DUPLICATE, nothing changes;
2. the same key in another Conversation's transaction → DUPLICATE (keys are global);
3. a text understood under an old Release → StaleRelease, nothing recorded, understood again;
4. an error in the turn → the caller rolls back and parks; the key is then recorded by the parking.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot import effects as fx
from bot import events as ev
from bot import signin
from bot.errors import StaleRelease
from bot.given import Channel, Given, Phrases, TakeTurn, Turn
from bot.ports import Outcome, Received, Transaction, World
from bot.release import Release
from bot.state import Conversation
from bot.text import fill
from bot.transcript import entries


class PhrasesOf(Protocol):
    """Makes the formatter of a Release (``content.phrases.phrases_of``)."""

    def __call__(self, release: Release, locale: str) -> Phrases: ...


def receive(
    tx: Transaction,
    update: ev.Update,
    *,
    now: datetime,
    world: World,
    take_turn: TakeTurn,
    phrases_of: PhrasesOf,
    release_id: str = "",
    already_warned: bool = False,
) -> Received:
    """Handle one Update. Raises ``StaleRelease``; anything else that it raises parks the Update."""
    if not tx.insert_key(update.key, now):
        return Received(Outcome.DUPLICATE)
    before = tx.lock_conversation(update.address, update.language)
    release = tx.live_release()
    if release_id and release_id != release.id:
        raise StaleRelease(release_id)
    event = _resolve(tx, update)
    given = Given(
        now=now,
        reference=tx.fresh_reference(),
        token=tx.fresh_token(),
        channel=world.channels.get(update.address.channel, Channel(update.address.channel)),
        desks=world.desks,
        already_warned=already_warned,
        sender=_sender(update),
        public_url=world.public_url,
    )
    turn = take_turn(before, event, release, given, phrases_of(release, before.locale))
    tx.save(before, turn.state)
    after = turn.state
    tx.append(
        after,
        entries(
            event, turn.effects, at=now, release=release.id,
            private=after.consent is None, reference=_reference(event, turn.state),
        ),
    )  # fmt: skip
    immediate: list[fx.Immediate] = []
    for effect in turn.effects:
        match effect:
            case (
                fx.AnswerTap() | fx.Toast() | fx.OpenForm() | fx.ShowPreview() | fx.ShowFormErrors()
            ):
                immediate.append(effect)
            case (
                fx.SetTimer()
                | fx.CancelTimer()
                | fx.RecordConsent()
                | fx.ErasePatient()
                | fx.Count()
            ):
                tx.carry_out(after, effect)
            case fx.ShowScreen(urgent=urgent):
                tx.enqueue(after, str(after.address), effect, urgent)
            case (
                fx.RelayToPatient()
                | fx.AcknowledgeMessage()
                | fx.SendExport()
                | fx.DeleteMessages()
            ):
                tx.enqueue(after, str(after.address), effect, False)
            case fx.SendSignIn():
                linked = _with_link(tx, effect, world.public_url)
                tx.enqueue(after, str(after.address), linked, False)
            case fx.AlertTeam():
                for desk in world.desks:
                    tx.enqueue(after, desk, effect, True)
            case fx.AskForReply(desk=desk) | fx.ShowDraft(desk=desk):
                tx.enqueue(after, desk, effect, False)
            case fx.TellDesk(desk=str() as desk):
                tx.enqueue(after, desk, effect, False)
            case fx.ShowCard(card=card):
                for desk in world.desks:
                    tx.enqueue(after, desk, effect, card.urgent)
            case fx.RelayToDesk() | fx.TellDesk():
                for desk in world.desks:
                    tx.enqueue(after, desk, effect, False)
    if isinstance(event, ev.TimerFired):
        tx.finish_timer(after, event.name, event.reference)
    _audit(tx, event, after, tuple(immediate))
    if isinstance(event, ev.Commanded) and event.name == signin.COMMAND:
        _audit_sign_in(tx, turn, release, given)
    return Received(Outcome.DONE, tuple(immediate))


def _sender(update: ev.Update) -> str:
    """The account that acts. A private chat on Telegram has the number of its user."""
    if update.sender or update.address.channel != "telegram":
        return update.sender
    return f"telegram:{update.address.chat}"


def _with_link(tx: Transaction, effect: fx.SendSignIn, public_url: str) -> fx.SendSignIn:
    token = tx.new_link(signin.LINK_KIND, effect.staff, signin.SECONDS)
    link = f"{public_url.rstrip('/')}/signin/{token}"
    return replace(effect, text=fill(effect.text, {"link": link}))


def _audit_sign_in(tx: Transaction, turn: Turn, release: Release, given: Given) -> None:
    sent = any(isinstance(one, fx.SendSignIn) for one in turn.effects)
    refused = "" if sent else signin.why_not(release, given) or "flood or blocked"
    staff = release.staff_of(given.sender)
    about = staff.id if staff is not None else ""
    tx.audit(turn.state, given.sender or given.channel.name, signin.AUDITED, about, refused)


def _resolve(tx: Transaction, update: ev.Update) -> ev.Event:
    """Turn the platform's message ids into our numbers."""
    if not update.on_message:
        return update.event
    seq = tx.seq_of(str(update.address), update.on_message)
    match update.event:
        case ev.Tapped():
            return replace(update.event, on=seq)
        case ev.Wrote() | ev.SentFile():
            return replace(update.event, quotes=seq)
        case _:
            return update.event


def _reference(event: ev.Event, state: Conversation) -> str:
    reference = getattr(event, "reference", "")
    if reference:
        return str(reference)
    return state.open_enquiry.reference if state.open_enquiry is not None else ""


def _audit(
    tx: Transaction, event: ev.Event, after: Conversation, immediate: tuple[fx.Immediate, ...]
) -> None:
    actor = getattr(event, "actor", None)
    if actor is None:
        return
    refused = next((one.text for one in immediate if isinstance(one, fx.Toast) and one.refused), "")
    tx.audit(
        after,
        actor.account,
        type(event).__name__,
        getattr(event, "reference", ""),
        refused,
    )
