"""Events: facts that the core can be told, in the past tense, and the Update that carries one.

Patients': Started, Commanded, Tapped, Wrote, Edited, SentFile, Left, Returned.
Staff's: Claimed … Unblocked, each with the enquiry's reference and the Actor.
The house's: TimerFired, DeliveryReported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.understanding import NOTHING, Understanding


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Conversation lives: channel ("telegram", "slack", "web", "terminal"), the bot's account
    or workspace there, and the chat. ``str()`` of it is the patient's destination in the outbox."""

    channel: str
    account: str
    chat: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.account}:{self.chat}"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as its platform names it; bytes are fetched when delivering, never stored here.

    kind: "photo", "document", "voice", "audio", "video" or "other"; size in bytes, 0 if unknown.
    """

    channel: str
    file_id: str
    kind: str
    name: str = ""
    media_type: str = ""
    size: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on a desk: "telegram:123", "slack:U01", "web:local"; whether that desk can open a form
    at once (Slack and web can, Telegram asks in the topic); and the desk it happened on."""

    account: str
    desk: str
    forms: bool = True
    trusted: bool = True
    """False for guests, outside organisations and anonymous admins: they are refused kindly."""


# ---- patients


@dataclass(frozen=True, slots=True)
class Started:
    """/start, the first open of a chat, or a deep link with a content id."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command without its slash: menu, ask, human, status, privacy, mydata, forget, help, stop, and
    signin, which is for staff."""

    name: str
    argument: str = ""
    message_id: str = ""
    understanding: Understanding = NOTHING
    """Of the argument ("/ask what is MFDS"): danger is looked for there too."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button. ``on`` is our number (seq) of the message it stands on, None if unknown."""

    data: str
    on: int | None = None


@dataclass(frozen=True, slots=True)
class Wrote:
    """A text. ``quotes`` is our seq of the message that it replies to."""

    text: str
    message_id: str
    sent_at: datetime
    understanding: Understanding = NOTHING
    quotes: int | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A text changed by its writer after sending."""

    text: str
    message_id: str
    sent_at: datetime
    understanding: Understanding = NOTHING


@dataclass(frozen=True, slots=True)
class SentFile:
    """A photo, document, voice note or something that we cannot pass on (kind "other")."""

    file: FileRef
    message_id: str
    sent_at: datetime
    caption: str = ""
    group: str = ""
    understanding: Understanding = NOTHING
    quotes: int | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """The patient blocked the bot or left."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The patient unblocked the bot."""


# ---- staff


@dataclass(frozen=True, slots=True)
class EnquiryClaimed:
    """Somebody on the desk takes the enquiry."""

    reference: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class EnquiryUnclaimed:
    """Its assignee gives it back."""

    reference: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class EnquiryTakenOver:
    """Another one takes a claimed enquiry on purpose."""

    reference: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class ReplyOpened:
    """Reply was pressed: the desk wants a place to write. ``draft``: to change one already written."""

    reference: str
    actor: Actor
    draft: str = ""


@dataclass(frozen=True, slots=True)
class ReplyDrafted:
    """A reply was written but not yet sent; the core shows exactly what the patient will read.

    draft: the one-use id that ReplyOpened gave, or "" to have one made (web).
    """

    reference: str
    actor: Actor
    draft: str
    text: str
    file: FileRef | None = None


@dataclass(frozen=True, slots=True)
class FacilitatorReplied:
    """Send was pressed under the preview of a draft."""

    reference: str
    actor: Actor
    draft: str


@dataclass(frozen=True, slots=True)
class ReplyDiscarded:
    """The draft was thrown away."""

    reference: str
    actor: Actor
    draft: str


@dataclass(frozen=True, slots=True)
class EnquiryResolved:
    """Close was pressed."""

    reference: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class EnquiryReopened:
    """Reopen, or Undo of a close, was pressed on a desk."""

    reference: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """Staff wrote in the thread. It stays with the team."""

    reference: str
    actor: Actor
    text: str
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class PatientBlocked:
    """Staff stopped a patient who abuses the service."""

    reference: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class PatientUnblocked:
    """Staff let the patient write again."""

    reference: str
    actor: Actor


# ---- the house


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that an earlier turn had set is due."""

    name: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReported:
    """How a delivery that somebody waits for ended.

    what: "reply" (RelayToPatient; ``name`` is the draft), "alert" (AlertTeam; the attempt),
    "screen" (only for failures that say the patient cannot be reached).
    outcome: "delivered", "possibly_repeated", "gone", "rejected".
    """

    what: str
    outcome: str
    destination: str
    at: datetime
    reference: str = ""
    name: str = ""
    reason: str = ""


PatientEvent = Started | Commanded | Tapped | Wrote | Edited | SentFile | Left | Returned
StaffEvent = (
    EnquiryClaimed
    | EnquiryUnclaimed
    | EnquiryTakenOver
    | ReplyOpened
    | ReplyDrafted
    | FacilitatorReplied
    | ReplyDiscarded
    | EnquiryResolved
    | EnquiryReopened
    | NoteWritten
    | PatientBlocked
    | PatientUnblocked
)
HouseEvent = TimerFired | DeliveryReported
Event = PatientEvent | StaffEvent | HouseEvent


@dataclass(frozen=True, slots=True)
class Update:
    """What a platform hands us: a key that names it for ever, the Conversation's address, the
    platform's time, and the Event. ``language`` is the platform's hint ("en-GB"), "" if none."""

    key: str
    address: Address
    at: datetime
    event: Event
    language: str = ""
    on_message: str = ""
    """The platform's id of the message tapped or replied to; ``receive`` turns it into our seq."""
    sender: str = ""
    """The platform account behind it, as the staff list names accounts ("slack:U01"); "" if unknown."""
