"""The core's card of an enquiry, made when a page asks: what stands on it and which buttons fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.web.parts import Parts
from bot import cards
from bot.buttons import EnquiryButton, parse
from bot.given import Channel, Given
from bot.release import Release
from bot.scene import Scene
from bot.screens import Choice
from bot.state import Conversation, Enquiry
from bot.text import Text


@dataclass(frozen=True, slots=True)
class DeskCard:
    """text: the card's facts. actions: buttons whose data is the bare act. reply_label: who writes, as
    the patient reads it over a reply."""

    text: Text
    actions: tuple[Choice, ...]
    reply_label: Text


def desk_card(
    parts: Parts, conversation: Conversation, enquiry: Enquiry, release: Release, account: str
) -> DeskCard:
    """The card as any desk would be sent it, in the words of the live Release."""
    now = datetime.now(UTC)
    channel = conversation.address.channel
    given = Given(now, "", "", parts.channels.get(channel, Channel(channel)))
    phrases = parts.phrases_of(release, release.locale)
    scene = Scene(conversation, release, given, phrases)
    card = cards.card(scene, enquiry)
    staff = release.staff_of(account)
    return DeskCard(
        text=card.minimal if parts.settings.card == "minimal" else card.full,
        actions=_actions(scene, enquiry, card.rows, account, now),
        reply_label=scene.text(
            "human.label", name=staff.name if staff else "", reference=enquiry.reference
        ),
    )


def _actions(
    scene: Scene,
    enquiry: Enquiry,
    rows: tuple[tuple[Choice, ...], ...],
    account: str,
    now: datetime,
) -> tuple[Choice, ...]:
    """The card's buttons for this one reader: none that would only say "it is yours already"."""
    mine = enquiry.assignee is not None and enquiry.assignee.account == account
    minutes = timedelta(minutes=scene.release.limits.undo_close_minutes)
    undo = enquiry.resolved_at is not None and now - enquiry.resolved_at < minutes
    found: list[Choice] = []
    for choice in (one for row in rows for one in row):
        button = parse(choice.data)
        if not isinstance(button, EnquiryButton):
            continue
        name = button.act
        if enquiry.assignee is not None and name == ("takeover" if mine else "unclaim"):
            continue
        label = scene.label("desk.undo") if name == "reopen" and undo else choice.label
        found.append(Choice(label, name))
    return tuple(found)
