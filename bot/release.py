"""A Release: an immutable, validated snapshot of all content, as the core reads it.

``content`` builds it from files; the core only looks things up. Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.text import Text


class Kind(StrEnum):
    """What sort of page an item is."""

    SECTION = "section"
    FAQ = "faq"
    TERM = "term"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Page:
    """One screenful of an item; ``links`` are the ids of pages that its text mentions."""

    text: Text
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A page of content. ``not_mean``: every page of it carries the button to ``not-mean``."""

    id: str
    kind: Kind
    title: str
    button: str
    pages: tuple[Page, ...]
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    not_mean: bool = False
    position: bool = False
    author: str = ""
    source: str = ""
    reviewed: str | None = None
    reviewer: str = ""
    review_by: str = ""
    version: str = ""
    stale: bool = False
    """A translation that was made from an older text than the one that stands there now."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase or label. ``forms`` maps plural categories ("one", "other") to texts."""

    forms: Mapping[str, Text]
    labels: Mapping[str, str]
    """The same as single lines, unparsed: what a button says."""


@dataclass(frozen=True, slots=True)
class SafetyText:
    """The fixed answer to one kind of danger; a paragraph ``{alert_status}`` tells where the alert is."""

    kind: str
    text: Text
    source: str
    clinical_review: str
    reviewed: str | None = None
    stale: bool = False
    """As of an item: a translation of an older text."""

    @property
    def checked(self) -> bool:
        """Whether somebody checked this very text."""
        return self.reviewed is not None and not self.stale


@dataclass(frozen=True, slots=True)
class Translation:
    """What a Release has in one more language. Whatever is missing here is shown in the Release's own.

    facts: those of the organisation's facts that read differently (the desk's hours).
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    safety: Mapping[str, SafetyText] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


NOT_TRANSLATED = Translation()


@dataclass(frozen=True, slots=True)
class FormStep:
    """One question of the form. kind: "text", "choice" or "time"."""

    id: str
    kind: str
    required: bool = False
    max: int = 3000
    options: tuple[str, ...] = ()
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The safety lexicon, cleaned and split into words when the Release was built.

    kinds: kind → patterns; a pattern is words in order, "*" at a word's end matches any ending, the
        word "~" allows up to three words in between.
    harmless: sayings that are struck out before every kind but self-harm.
    asides: what makes a clause an old story or a general question; such a clause is struck out too,
        unless a word of ``now`` stands in it.
    about_self_harm: words that name self-harm as a subject; sayings and asides suppress these.
    sure: kind → phrases (no "*", no "~") that are found with a slip of the finger in them as well.
    """

    kinds: Mapping[str, tuple[tuple[str, ...], ...]]
    harmless: tuple[tuple[str, ...], ...] = ()
    asides: tuple[tuple[str, ...], ...] = ()
    now: tuple[tuple[str, ...], ...] = ()
    about_self_harm: tuple[tuple[str, ...], ...] = ()
    sure: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staff:
    """One who may act. role: facilitator, lead, editor, admin. accounts: "telegram:123", "slack:U01"."""

    id: str
    name: str
    role: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk is open: ``open`` holds (start, end) in seconds, in order, holidays, lunch and
    closures cut out; ``until`` is how far they were worked out."""

    zone: str
    open: tuple[tuple[int, int], ...]
    until: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who runs this service. ``facts`` fill the ``{names}`` in pages and phrases."""

    facts: Mapping[str, str]
    hours: Hours
    promise_seconds: int | None
    staff: tuple[Staff, ...]
    alert_mentions: tuple[str, ...] = ()
    danger_words_before_consent: bool = False
    bot_name: str = ""
    bot_description: str = ""
    bot_short_description: str = ""
    samples: tuple[str, ...] = ()
    """Settings that still hold a sample, by name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Flood limits, reminders and how long things are kept."""

    flood_messages: int = 20
    flood_seconds: int = 60
    flood_calm_seconds: int = 60
    file_max_bytes: int = 20_000_000
    misses_before_person: int = 2
    late_promise_minutes_before: int = 30
    alert_repeat_minutes: tuple[int, ...] = (2, 5)
    undo_close_minutes: int = 10
    form_resume_days: int = 30
    pre_consent_hours: int = 24
    conversation_days: int = 90
    enquiry_months: int = 12
    parked_days: int = 30
    update_keys_days: int = 7
    file_spool_hours: int = 24
    audit_months: int = 24


@dataclass(frozen=True, slots=True)
class Asks:
    """Words with a meaning of their own, cleaned (see ``bot.words.clean``): text → what it stands for."""

    person: frozenset[str] = frozenset()
    small_talk: Mapping[str, str] = field(default_factory=dict)
    """text → phrase key"""
    privacy: frozenset[str] = frozenset()
    commands: Mapping[str, str] = field(default_factory=dict)
    """text → command name"""
    answers: Mapping[str, str] = field(default_factory=dict)
    """text → yes, no, skip, back, cancel"""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that patients ask and the guide does not answer. Its honest line is the phrase
    ``notcovered.<id>``; ``nearest`` is the page that comes closest, "" if none does."""

    id: str
    nearest: str = ""
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """language → how it is asked"""


@dataclass(frozen=True, slots=True)
class Release:
    """Everything, named by its hash. ``menus``: page id → entries (page ids or "act:…")."""

    id: str
    locale: str
    items: Mapping[str, Item]
    menus: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, Phrase]
    safety: Mapping[str, SafetyText]
    form: tuple[FormStep, ...]
    lexicon: Lexicon
    asks: Asks
    organisation: Organisation
    limits: Limits
    moved: Mapping[str, str]
    """old page id → the page that took its place, "" for none"""
    also: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """language → page id → how patients ask for it ("also asked as")"""
    not_covered: tuple[Topic, ...] = ()
    danger_examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """kind of danger, or "calm" → sentences from which the model's danger head learns"""
    translations: Mapping[str, Translation] = field(default_factory=dict)
    """language → what is there in it; the Release's own language is not among them"""

    def __repr__(self) -> str:
        """Its name. All its texts would take 50 ms, and asyncio writes down what a task returned (in 3.11 each
        time a Runner sets its signal handler)."""
        return f"Release({self.id!r})"

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a patient can choose: the Release's own first."""
        return (self.locale, *self.translations)

    def language_of(self, tag: str | None) -> str | None:
        """Which of its languages a tag means ("ko-KR" → "ko"), None for another one."""
        short = (tag or "").replace("_", "-").split("-")[0].lower()
        return next((one for one in self.languages if one.split("-")[0] == short), None)

    def translated(self, language: str) -> Translation:
        """What is there in a language; nothing for the Release's own, which needs no translation."""
        return self.translations.get(language, NOT_TRANSLATED)

    def item_in(self, content_id: str, language: str) -> Item | None:
        """The item of an id in a language, in the Release's own where it is not translated."""
        item = self.item(content_id)
        return None if item is None else self.translated(language).items.get(item.id, item)

    def topic(self, topic_id: str | None) -> Topic | None:
        """The uncovered topic of an id."""
        return next((one for one in self.not_covered if one.id == topic_id), None)

    def item(self, content_id: str) -> Item | None:
        """The item of an id, following ``moved`` (cycles were refused by the linter); None for an id that
        was never a page, or was one and left nothing in its place."""
        for _ in range(10):
            found = self.items.get(content_id)
            if found is not None:
                return found
            if content_id not in self.moved:
                return None
            content_id = self.moved[content_id]
        return None

    def staff_of(self, account: str) -> Staff | None:
        """The staff member behind a platform account, None for everybody else."""
        return next((one for one in self.organisation.staff if account in one.accounts), None)
