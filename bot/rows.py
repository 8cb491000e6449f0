"""Rows: what the adapters read of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.events import Address
from bot.state import Enquiry


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """An enquiry with what a desk list shows of its conversation."""

    enquiry: Enquiry
    address: Address
    name: str
    language: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What a platform message id stands for: the receipt's name and its conversation."""

    name: str
    address: Address


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One published Release in the history."""

    id: str
    published_at: datetime
    by: str
    why: str
    live: bool
    parent: str = ""
    """The Release that was live before, "" for the first one."""


@dataclass(frozen=True, slots=True)
class EditRow:
    """An edit that is not published yet: one editor, one text.

    target: what is edited, as the page names it (at most 200 characters); base: the Release that it began
    from; fields: the form as it stands, field name → text.
    """

    editor: str
    target: str
    base: str
    fields: Mapping[str, str]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser. id: to name and revoke it, no secret; note: what browser it said it is."""

    id: str
    kind: str
    subject: str
    created_at: datetime
    last_seen_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act of a person of the house: who did what about what, and why it was refused ("" if not)."""

    at: datetime
    who: str
    did: str
    about: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class CountRow:
    """How often something happened on a day (UTC) under a Release; nothing in it names anybody.

    kind: "read" (key: content id), "miss" ("not_covered", "not_understood"), "choice_offered" and
    "choice_taken" (content id; not taken is the difference), "helpful" and "unhelpful" (the FAQ's id),
    "untranslated" ("ko/faq-guarantee": a page shown in English to a reader of another language).
    """

    day: date
    release: str
    kind: str
    key: str
    number: int


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """An Update that failed: where and with which class of error; never its text."""

    id: int
    at: datetime
    key: str
    error: str
    place: str
    replayed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A dead letter: a delivery that was refused ("rejected") or whose place is gone ("gone"), after so
    many tries. kind: the effect's name; reference: "" where it is about no enquiry."""

    id: int
    at: datetime
    destination: str
    kind: str
    reference: str
    outcome: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Change:
    """Something about a conversation was committed; for pages that watch."""

    address: Address
    references: tuple[str, ...] = ()
