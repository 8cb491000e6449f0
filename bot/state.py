"""The state of one Conversation, all of it: what ``take_turn`` reads and what it returns.

It goes through JSON between any two turns (``bot.codec``), so nothing hides in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from bot.events import Address, FileRef
from bot.understanding import PlaceGuess


class Mode(StrEnum):
    """Who listens to what the patient types."""

    BROWSING = "browsing"
    IN_FORM = "in_form"
    QUEUED = "queued"
    WITH_HUMAN = "with_human"


class Status(StrEnum):
    """Where an enquiry stands. AWAITING_PATIENT: the last word was ours; ANSWERED: we have answered
    before and the patient has written again, so it is our turn."""

    NEW = "new"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    AWAITING_PATIENT = "awaiting_patient"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({Status.NEW, Status.CLAIMED, Status.ANSWERED, Status.AWAITING_PATIENT})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the form: a ``choice`` from content, or the patient's own ``text``; both None
    means skipped. ``zone`` or ``offset`` (minutes east of UTC) for the time step."""

    step: str
    text: str | None = None
    choice: str | None = None
    zone: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form being filled. step: the id of the open question, "consent" before the first and "review"
    after the last; ``editing``: the review card sent the patient back to one line.

    offer: a text that may be the answer and waits for a yes ("You wrote …: use this?"), with the id of
    its message; places: readings of a typed place that wait to be confirmed.
    asked_at: when the open question was shown; texts that the platform dates earlier are only offered.
    away: she has gone to a page of the guide since: what she types then is only offered as an answer.
    consent_shown: digest of the consent text that the patient has before her; a yes is to that text.
    """

    id: str
    step: str
    answers: tuple[Answer, ...] = ()
    offer: str | None = None
    offer_id: str = ""
    places: tuple[PlaceGuess, ...] = ()
    editing: bool = False
    began_at: datetime | None = None
    asked_at: datetime | None = None
    resumed: bool = False
    away: bool = False
    consent_shown: str = ""

    def answer(self, step: str) -> Answer | None:
        """The answer to a step, None while there is none."""
        return next((one for one in self.answers if one.step == step), None)


@dataclass(frozen=True, slots=True)
class Assignee:
    """The staff member who has an enquiry: id and public name, and the account to mention."""

    id: str
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply on its way: "open", "drafted", "sent", "delivered", "failed" or "discarded"."""

    id: str
    author: Assignee
    text: str = ""
    state: str = "open"
    seq: int | None = None
    file: FileRef | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert for danger: which safety message it belongs to and how far it got.

    state: "sending", "delivered", "failed", "none" (no desk); ``seen_by``: who claimed it.
    """

    kind: str
    seq: int
    state: str
    at: datetime
    seen_by: str | None = None
    attempts: int = 1
    destinations_failed: tuple[str, ...] = ()
    language: str = ""
    """What the safety text was shown in; news of the alert follow in it."""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question to humans. ``consented`` False: opened by danger before consent, without words."""

    reference: str
    status: Status
    created_at: datetime
    consented: bool
    answers: tuple[Answer, ...] = ()
    urgent: bool = False
    due_at: datetime | None = None
    late_told: bool = False
    assignee: Assignee | None = None
    claimed_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_from: Status | None = None
    alert: Alert | None = None
    drafts: tuple[Draft, ...] = ()
    spoke_at: datetime | None = None
    """When a facilitator last wrote to the patient."""
    note_answered: bool = False
    trail: tuple[str, ...] = ()
    bot_said: str = ""
    form_id: str = ""
    words: str = ""
    """What was typed in danger before consent, kept only where the owner chose so."""

    @property
    def is_open(self) -> bool:
        """Whether humans still owe or await something."""
        return self.status in OPEN

    def answer(self, step: str) -> Answer | None:
        """The answer to a form step."""
        return next((one for one in self.answers if one.step == step), None)

    def draft(self, draft_id: str) -> Draft | None:
        """A reply draft by its id."""
        return next((one for one in self.drafts if one.id == draft_id), None)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the patient agreed to, and when; the ledger in the store is the proof."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """The page that the patient last read."""

    content_id: str = "home"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Conversation:
    """One patient on one channel.

    id: the store's id; next_seq numbers our messages in this chat from 1.
    menu_first to menu_seq: our numbers of the one message that may be edited in place (each edit
    takes a new number); kept_seq: the newest message that may not.
    trail: pages read, newest last; last_text: what was typed last, offered as the question.
    floods: times of the latest events, in seconds; flood_noted: the note of this flood is out.
    messages: ids and texts of what the patient sent to the desk lately, for edits.
    """

    id: str
    address: Address
    mode: Mode = Mode.BROWSING
    locale: str = "en"
    language_hint: str = ""
    place: Place = field(default_factory=Place)
    next_seq: int = 1
    menu_first: int | None = None
    menu_seq: int | None = None
    kept_seq: int = 0
    misses: int = 0
    form: Form | None = None
    finished_forms: tuple[tuple[str, str], ...] = ()
    """form id → what became of it: a reference, or "cancelled"."""
    enquiries: tuple[Enquiry, ...] = ()
    consent: Consent | None = None
    trail: tuple[str, ...] = ()
    bot_said: str = ""
    last_text: str | None = None
    zone: str | None = None
    offset: int | None = None
    name: str = ""
    floods: tuple[int, ...] = ()
    flood_noted: bool = False
    closure_noted: int = 0
    acknowledged_group: str = ""
    messages: tuple[tuple[str, str, str], ...] = ()
    """(message id, reference, text) of relayed texts, newest last, for later edits."""
    typed: tuple[tuple[str, str], ...] = ()
    """(message id, step) of texts that became form answers, for later edits."""
    stopped: bool = False
    blocked: bool = False
    unreachable: bool = False
    confirm: str | None = None
    """"forget" while its confirmation is the last thing that was asked."""
    offered: tuple[str, ...] = ()
    """Pages that the last choices offered and that were not opened yet."""
    rated: tuple[str, ...] = ()
    """FAQs whose "did this help" was answered."""
    chosen: bool = False
    """Whether the patient chose ``locale``; until then it is only where everybody begins."""
    heard: str = ""
    """Another language of ours that the last texts were in, and how many of them in a row."""
    heard_times: int = 0
    language_offers: tuple[str, ...] = ()
    """Languages that were offered; none is offered twice."""

    def enquiry(self, reference: str) -> Enquiry | None:
        """One of this patient's enquiries."""
        return next((one for one in self.enquiries if one.reference == reference), None)

    @property
    def open_enquiry(self) -> Enquiry | None:
        """The newest open enquiry: what the patient types goes there."""
        return next((one for one in reversed(self.enquiries) if one.is_open), None)

    def but(self, changes: Mapping[str, Any]) -> Conversation:
        """As ``dataclasses.replace``, at less than half its cost. Raises ``TypeError``."""
        values = list(_VALUES(self))
        for name, value in changes.items():
            at = _PLACES.get(name)
            if at is None:
                raise TypeError("no such field of a conversation")
            values[at] = value
        return Conversation(*values)

    def with_enquiry(self, enquiry: Enquiry) -> Conversation:
        """This state with one enquiry put in or replaced."""
        if self.enquiry(enquiry.reference) is None:
            return replace(self, enquiries=(*self.enquiries, enquiry))
        return replace(
            self,
            enquiries=tuple(
                enquiry if one.reference == enquiry.reference else one for one in self.enquiries
            ),
        )


_FIELDS: Final = tuple(one.name for one in fields(Conversation))
_PLACES: Final = {name: at for at, name in enumerate(_FIELDS)}
_VALUES: Final = attrgetter(*_FIELDS)
