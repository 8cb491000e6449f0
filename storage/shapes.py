"""Our values as the JSON that is sealed in rows, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from bot import effects as fx
from bot.codec import decode, encode
from bot.effects import Sendable
from bot.events import Update
from bot.release import Release
from bot.state import Conversation, Enquiry
from bot.transcript import Entry


def state_json(state: Conversation) -> Any:
    """A conversation without its enquiries, which have rows of their own."""
    return encode(replace(state, enquiries=()))


def state_of(data: Any, enquiries: tuple[Enquiry, ...]) -> Conversation:
    """The conversation that ``state_json`` and its enquiries' rows stand for."""
    return replace(cast(Conversation, decode(Conversation, data)), enquiries=enquiries)


def enquiry_of(data: Any) -> Enquiry:
    """An enquiry from its row's body."""
    return cast(Enquiry, decode(Enquiry, data))


def entry_of(data: Any) -> Entry:
    """A Transcript entry from its row's body."""
    return cast(Entry, decode(Entry, data))


def effect_of(data: Any) -> Sendable:
    """A durable effect from an outbox row."""
    return cast(Sendable, decode(Sendable, data))


def update_of(data: Any) -> Update:
    """An Update that was parked. Raises ``ValueError`` if it is something else."""
    return cast(Update, decode(Update, data))


def release_of(data: Any) -> Release:
    """A compiled Release."""
    return cast(Release, decode(Release, data))


def labels_of(effect: Sendable) -> tuple[str, str]:
    """(reference, name) of an effect: what a report about its delivery has to say; "" for none."""
    match effect:
        case fx.RelayToPatient(reference=reference, draft=draft):
            return reference, draft
        case fx.AlertTeam(reference=reference, attempt=attempt):
            return reference, str(attempt)
        case fx.AskForReply(reference=reference, draft=draft):
            return reference, draft
        case fx.ShowDraft(reference=reference, draft=draft):
            return reference, draft
        case fx.ShowCard(reference=reference) | fx.RelayToDesk(reference=reference):
            return reference, ""
        case fx.TellDesk(reference=reference):
            return reference, ""
        case fx.ShowScreen() | fx.AcknowledgeMessage() | fx.DeleteMessages():
            return "", ""
        case fx.SendExport() | fx.SendSignIn():
            return "", ""
