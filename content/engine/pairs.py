"""An FAQ and its section are one answer: which pages go together, and which of them is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.release import Kind, Release

FIRST = 0.5
"""The FAQ comes first unless its section is more than twice as likely: then the question is about a
detail that only the section has."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that answer together, best first, with what they add up to."""

    pages: tuple[str, ...]
    chance: float
    card: bool = False
    """Whether a glossary card leads."""


class Pairs:
    """The pairs of a Release: an FAQ goes with the first page it is related to, if that is a section;
    a card of an institution with its section."""

    def __init__(self, release: Release) -> None:
        self.sections: dict[str, str] = {}
        for item in release.items.values():
            first = release.items.get(item.related[0]) if item.related else None
            if item.kind in (Kind.FAQ, Kind.TERM) and first and first.kind is Kind.SECTION:
                self.sections[item.id] = first.id
        self.terms = {one.id for one in release.items.values() if one.kind is Kind.TERM}

    def groups(self, chances: Mapping[str, float]) -> list[Group]:
        """Pages with their probabilities as groups, best first. A section is lent to the likeliest of
        the FAQs that go with it, and stands alone where none is likely."""
        lent: dict[str, str] = {}
        for page in sorted(chances, key=lambda one: -chances[one]):
            section = self.sections.get(page)
            if section is not None and page not in self.terms:
                lent.setdefault(section, page)
        out: list[Group] = []
        for page, chance in chances.items():
            section = self.sections.get(page)
            if page in lent:
                continue  # counted with its FAQ
            if section is not None and lent.get(section) == page:
                other = chances.get(section, 0.0)
                order = (page, section) if chance >= FIRST * other else (section, page)
                out.append(Group(order, chance + other))
            elif page in self.terms and section is not None:
                out.append(Group((page, section), chance, card=True))
            else:
                out.append(Group((page,), chance, card=page in self.terms))
        return sorted(out, key=lambda one: (-one.chance, one.pages))
