"""Effects: what the core asks for, in the imperative.

*Durable* ones are written in the turn's transaction and leave through the outbox, or are carried out by
the store itself in that transaction. *Immediate* ones go back to the adapter that holds the request;
they are never stored and losing one does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.events import FileRef
from bot.screens import Card, Rows, Screen
from bot.text import Text

# ---- durable, to the patient (destination: the Conversation's address)


@dataclass(frozen=True, slots=True)
class ShowScreen:
    """Show a screen as message ``seq``; ``replaces`` names an earlier message to edit in place
    (where that fails the adapter sends a new one). ``urgent``: ahead of the queue, with a sound."""

    seq: int
    screen: Screen
    replaces: int | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class RelayToPatient:
    """A human's words: ``label`` says who writes, ``text`` is exactly what was previewed."""

    seq: int
    reference: str
    draft: str
    label: Text
    text: str
    file: FileRef | None = None
    footer: Text = ()
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class AcknowledgeMessage:
    """Show on the patient's own message that it went to the team (a reaction)."""

    message_id: str


@dataclass(frozen=True, slots=True)
class SendExport:
    """Send everything stored about this patient as a readable JSON file."""

    seq: int
    caption: Text
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class SendSignIn:
    """A one-time link that signs a staff member in. The core leaves ``{link}`` in the text; ``receive``
    puts the link in on the way to the outbox, so that it is in no Transcript, state or log."""

    seq: int
    text: Text
    staff: str


@dataclass(frozen=True, slots=True)
class DeleteMessages:
    """Delete messages that we sent, as far as the platform lets us. Made by the store on erasure."""

    message_ids: tuple[str, ...]


# ---- durable, to every configured desk, or to one


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Post the enquiry's card, or update the one that is there."""

    reference: str
    card: Card


@dataclass(frozen=True, slots=True)
class RelayToDesk:
    """Something the patient wrote or sent, for the enquiry's thread.

    was: the text before, where this is an edit. mention: account ids to notify (the assignee).
    """

    reference: str
    label: Text
    text: str = ""
    was: str | None = None
    file: FileRef | None = None
    mention: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TellDesk:
    """A line of ours in the enquiry's thread; ``desk`` limits it to one desk, ``to`` names the account
    that it is for."""

    reference: str
    text: Text
    desk: str | None = None
    to: str | None = None
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class AskForReply:
    """On a desk without forms: ask ``to`` to answer this message with the reply's text."""

    reference: str
    draft: str
    text: Text
    desk: str
    to: str


@dataclass(frozen=True, slots=True)
class ShowDraft:
    """On a desk without forms: exactly what the patient will read, with Send and Discard."""

    reference: str
    draft: str
    label: Text
    text: str
    desk: str
    rows: Rows
    file: FileRef | None = None


@dataclass(frozen=True, slots=True)
class AlertTeam:
    """Danger: tell every desk now, mentioning ``mention``. ``attempt`` counts from 1."""

    reference: str
    text: Text
    attempt: int
    mention: tuple[str, ...] = ()
    rows: Rows = ()


# ---- durable, carried out by the store in the turn's transaction


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire ``TimerFired(name, reference)`` at a time; a timer of that name and reference is moved."""

    name: str
    at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget a timer, if it is still set."""

    name: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """One line of the append-only ledger: the version and a digest of the text shown."""

    given: bool
    version: str
    text_digest: str


@dataclass(frozen=True, slots=True)
class ErasePatient:
    """Delete the patient's key, rows and remote copies; runs after this turn's screens are stored
    in a form that survives it."""


@dataclass(frozen=True, slots=True)
class Count:
    """One more of these today, under this Release; see ``bot.rows.CountRow`` for the kinds."""

    kind: str
    key: str


# ---- immediate


@dataclass(frozen=True, slots=True)
class AnswerTap:
    """Stop the spinner of a tapped button, with a short line if there is something to say."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Toast:
    """A line that only the acting staff member sees. ``refused``: the action was not done."""

    text: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open a place to write a reply. ``draft`` is its one-use id, ``text`` a draft already there."""

    reference: str
    draft: str
    title: str
    hint: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ShowPreview:
    """Exactly what the patient will read, with Send and Change."""

    reference: str
    draft: str
    label: Text
    text: str


@dataclass(frozen=True, slots=True)
class ShowFormErrors:
    """What is wrong with a form, by field name; nothing was recorded."""

    errors: tuple[tuple[str, str], ...]


ToPatient = (
    ShowScreen | RelayToPatient | AcknowledgeMessage | SendExport | SendSignIn | DeleteMessages
)
ToDesk = ShowCard | RelayToDesk | TellDesk | AskForReply | ShowDraft | AlertTeam
ForStore = SetTimer | CancelTimer | RecordConsent | ErasePatient | Count
Immediate = AnswerTap | Toast | OpenForm | ShowPreview | ShowFormErrors
Sendable = ToPatient | ToDesk | DeleteMessages
Durable = ToPatient | ToDesk | ForStore
Effect = Durable | Immediate


def carries_file(effect: Sendable) -> bool:
    """Whether bytes have to be fetched and uploaded for it, which takes minutes rather than seconds."""
    match effect:
        case RelayToDesk(file=file) | RelayToPatient(file=file) | ShowDraft(file=file):
            return file is not None
        case SendExport():
            return True
        case _:
            return False
