"""What is translated, for editors: by language, which pages are there, unchecked, stale or missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from bot.release import Item, SafetyText
from content.check_phrases import form_keys, topic_keys
from content.findings import Findings
from content.loader import read_parts
from content.parts import Parts, Translated

STAFF = ("desk.", "signin.", "command.")
"""Phrases that no patient reads in a chat."""


def lines(source: Mapping[str, str]) -> Iterator[str]:
    """One line a language, then one for every page that needs a hand, with the hash to write into it."""
    parts = read_parts(source, Findings(), datetime.now(UTC))
    for language, found in sorted(parts.translations.items()):
        yield _summary(language, found, parts)
        everything: dict[str, Item | SafetyText | None] = {
            **{name: found.items.get(name) for name in parts.items if name != "consent"},
            **{kind: found.safety.get(kind) for kind in parts.safety},
        }
        for name, one in everything.items():
            state = _state(one)
            if state:
                yield f"  {language} {name}: {state} (source_hash: {found.hashes[name]})"


def _state(one: Item | SafetyText | None) -> str:
    if one is None:
        return "not translated"
    if one.stale:
        return "the English has changed since"
    return "" if one.reviewed else "not checked by an editor"


def _summary(language: str, found: Translated, parts: Parts) -> str:
    wanted = {key for key in parts.phrases if not key.startswith(STAFF)}
    wanted |= {*form_keys(parts), *topic_keys(parts)}
    there = len(wanted & set(found.phrases))
    return (
        f"{language}: {len(found.items)} of {len(parts.items) - 1} pages, "
        f"{len(found.safety)} of {len(parts.safety)} safety texts, {there} of {len(wanted)} phrases"
    )
