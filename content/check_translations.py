"""Translations: what they say fits where the source's words stand, and nothing that must be said is lost."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.phrases import PHRASES
from bot.text import PLACEHOLDER, flat
from bot.words import clean
from content import check_phrases, check_sizes, check_words
from content.findings import Findings
from content.parts import Parts, Translated


def check(parts: Parts, findings: Findings) -> None:
    """Each language by itself."""
    for found in parts.translations.values():
        own = replace(
            parts, items=found.items, item_where=found.item_where, phrases=found.phrases,
            phrase_where=found.phrase_where, phrase_path=found.phrase_path, safety=found.safety,
            safety_where=found.safety_where, translations={},
        )  # fmt: skip
        check_sizes.check(own, findings)
        check_words.translated(own, findings)
        check_phrases.translated(own, findings)
        _links(parts, found, findings)
        _buttons(found, findings)
        _names(parts, found, findings)
        _numbers(parts, found, findings)


def _links(parts: Parts, found: Translated, findings: Findings) -> None:
    for item in found.items.values():
        where = found.item_where[item.id]
        for page in item.pages:
            for target in page.links:
                if target not in parts.items:
                    line = where.line(f"link:{target}")
                    findings.add(where.path, line, f'There is no page "{target}".')


def _buttons(found: Translated, findings: Findings) -> None:
    """Two buttons of one screen never say the same: one of them would be left out."""
    owner: dict[str, str] = {}
    for item in found.items.values():
        other = owner.setdefault(clean(item.button), item.id)
        if other != item.id:
            where = found.item_where[item.id]
            message = f'The button "{item.button}" says the same as the button of {other}.'
            findings.add(where.path, where.line("button"), message)


def _names(parts: Parts, found: Translated, findings: Findings) -> None:
    """What the program fills into the source's phrase, the translation must hold too."""
    for key, phrase in found.phrases.items():
        source, spec = parts.phrases.get(key), PHRASES.get(key)
        if source is None or spec is None:
            continue
        held = set(PLACEHOLDER.findall(phrase.labels["other"]))
        for name in PLACEHOLDER.findall(source.labels["other"]):
            if name in spec.names and name not in held:
                message = f'"{key}" leaves out {{{name}}}, which the source says.'
                findings.add(found.phrase_path, found.phrase_where[key], message)


def _numbers(parts: Parts, found: Translated, findings: Findings) -> None:
    """Emergency numbers are the same in every language."""
    for kind, safety in found.safety.items():
        where = found.safety_where[kind]
        for must in parts.style.must_say.get(kind, ()):
            if must.isdigit() and not re.search(rf"(?<!\d){must}(?!\d)", flat(safety.text)):
                line = where.line("page:1")
                findings.add(where.path, line, f'This safety text must name "{must}".')
