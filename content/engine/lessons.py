"""What the engine learns from: every phrase of a Release, with what it stands for.

A lesson's label says where a text belongs: "page:<id>", "topic:<id>" (not covered), "person", "privacy",
"small:<phrase key>". The sentences about danger are a subject of their own, "danger:<kind>".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.release import Kind, Release
from bot.words import clean

PAGE, TOPIC, PERSON, PRIVACY, SMALL = "page:", "topic:", "person", "privacy", "small:"
CALM = "calm"
DANGER = "danger:"
SUBJECTS = (Kind.SECTION, Kind.FAQ, Kind.TERM)
"""Pages that a question is answered with; of the others only those that have phrases."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and what it stands for. language: "" where the phrases are of several ones."""

    text: str
    label: str
    language: str = ""


def lessons(release: Release) -> tuple[Lesson, ...]:
    """All lessons of a Release, each text once, in an order that depends on the content alone."""
    out: dict[str, Lesson] = {}
    for one in _lessons(release):
        out.setdefault(clean(one.text) or one.text, one)
    return tuple(out.values())


def _lessons(release: Release) -> Iterator[Lesson]:
    asked = {name for pages in release.also.values() for name in pages}
    for item in release.items.values():
        if item.kind in SUBJECTS or item.id in asked:
            label = _page_label(item.id)
            for text in (item.title, item.button, *item.aliases):
                yield Lesson(text, label, release.locale)
            for language, pages in release.also.items():
                for text in pages.get(item.id, ()):
                    yield Lesson(text, label, language)
    for topic in release.not_covered:
        for language, phrases in topic.phrases.items():
            for text in phrases:
                yield Lesson(text, TOPIC + topic.id, language)
    asks = release.asks
    for text in sorted(asks.person):
        yield Lesson(text, PERSON)
    for text in sorted(asks.privacy):
        yield Lesson(text, PRIVACY)
    for text, reply in asks.small_talk.items():
        if clean(text):
            yield Lesson(text, SMALL + reply)


def _page_label(content_id: str) -> str:
    return PRIVACY if content_id == "privacy" else PAGE + content_id


def all_lessons(release: Release) -> tuple[Lesson, ...]:
    """The lessons, then the sentences with danger by kind ("danger:emergency") and the calm ones that
    sound alike ("danger:calm")."""
    dangers = (
        Lesson(text, DANGER + kind)
        for kind, texts in release.danger_examples.items()
        for text in texts
    )
    return (*lessons(release), *dangers)
