"""Everything that was read from a source, before it is checked as a whole and becomes a Release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.release import (
    Asks,
    FormStep,
    Hours,
    Item,
    Lexicon,
    Limits,
    Organisation,
    Phrase,
    SafetyText,
    Topic,
    Translation,
)
from content.style import Style


@dataclass(frozen=True, slots=True)
class Where:
    """Where a thing was written: the file, and the lines of its parts by name."""

    path: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, name: str) -> int:
        """The line of a part, 0 if unknown."""
        return self.lines.get(name, 0)


NOWHERE = Where("", {})
NO_HOURS = Hours("UTC", (), 0)


@dataclass(slots=True)
class Translated:
    """One language in the making; ``where`` dictionaries have the same keys as what they stand beside."""

    items: dict[str, Item] = field(default_factory=dict)
    item_where: dict[str, Where] = field(default_factory=dict)
    phrases: dict[str, Phrase] = field(default_factory=dict)
    phrase_where: dict[str, int] = field(default_factory=dict)
    phrase_path: str = ""
    safety: dict[str, SafetyText] = field(default_factory=dict)
    safety_where: dict[str, Where] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    """``source_hash`` of every page and safety text of the source, as it stands now."""

    def release(self) -> Translation:
        """As a Release holds it."""
        return Translation(self.items, self.phrases, self.safety, self.facts)


@dataclass(slots=True)
class Parts:
    """A Release in the making. ``where`` dictionaries have the same keys as what they stand beside.

    item lines: "id", "related", "alias:<cleaned>", "link:<id>", "page:<n>". menu lines: the page id.
    also_where: by language; lines "<page id>" and "<cleaned phrase>". not_covered lines: the topic.
    asks lines: cleaned text; phrase lines: "" (the key's line).
    """

    locale: str = "en"
    items: dict[str, Item] = field(default_factory=dict)
    item_where: dict[str, Where] = field(default_factory=dict)
    menus: dict[str, tuple[str, ...]] = field(default_factory=dict)
    menu_where: Where = NOWHERE
    phrases: dict[str, Phrase] = field(default_factory=dict)
    phrase_where: dict[str, int] = field(default_factory=dict)
    phrase_path: str = ""
    safety: dict[str, SafetyText] = field(default_factory=dict)
    safety_where: dict[str, Where] = field(default_factory=dict)
    form: tuple[FormStep, ...] = ()
    form_where: Where = NOWHERE
    lexicon: Lexicon = field(default_factory=lambda: Lexicon({}))
    lexicon_where: Where = NOWHERE
    asks: Asks = field(default_factory=Asks)
    asks_where: Where = NOWHERE
    organisation: Organisation = field(default_factory=lambda: Organisation({}, NO_HOURS, None, ()))
    organisation_where: Where = NOWHERE
    help_lines: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    limits_where: Where = NOWHERE
    moved: dict[str, str] = field(default_factory=dict)
    moved_where: Where = NOWHERE
    also: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    also_where: dict[str, Where] = field(default_factory=dict)
    not_covered: tuple[Topic, ...] = ()
    not_covered_where: Where = NOWHERE
    danger_examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    translations: dict[str, Translated] = field(default_factory=dict)
    style: Style = field(default_factory=Style)
    style_path: str = ""
