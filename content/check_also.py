"""Phrases of pages and topics: each stands for one thing only, and for something that exists."""

from __future__ import annotations

from content.check_names import names
from content.findings import Findings, did_you_mean, quoted
from content.memo import cleaned
from content.parts import Parts


def check(parts: Parts, findings: Findings) -> None:
    """Unknown pages, phrases claimed twice, topics whose nearest page is missing."""
    owner = _claimed(parts)
    for language, pages in parts.also.items():
        where = parts.also_where[language]
        for content_id, phrases in pages.items():
            if content_id not in parts.items:
                hint = did_you_mean(content_id, parts.items)
                findings.add(where.path, where.line(content_id), f'No page "{content_id}".{hint}')
            for phrase in phrases:
                _claim(owner, phrase, content_id, where.path, where.line(cleaned(phrase)), findings)
    where = parts.not_covered_where
    for topic in parts.not_covered:
        if topic.nearest and topic.nearest not in parts.items:
            hint = did_you_mean(topic.nearest, parts.items)
            message = f'No page "{topic.nearest}".{hint}'
            findings.add(where.path, where.line(topic.id), message)
        if not topic.phrases.get(parts.locale):
            message = f'"{topic.id}" has no phrases in {parts.locale}/not-covered.yaml.'
            findings.add(where.path, where.line(topic.id), message)
        for language, phrases in topic.phrases.items():
            path = f"{language}/not-covered.yaml"
            for phrase in phrases:
                _claim(owner, phrase, f"not covered: {topic.id}", path, 0, findings)


def _claimed(parts: Parts) -> dict[str, str]:
    """What titles, aliases and asks already stand for."""
    owner = {name: item.id for item in parts.items.values() for name in names(item)}
    asks = parts.asks
    owner |= dict.fromkeys(asks.person, "a wish for a person")
    owner |= dict.fromkeys(asks.privacy, "privacy")
    owner |= dict.fromkeys(asks.small_talk, "small talk")
    for word, command in asks.commands.items():
        owner[word] = f"the command {command}"
    return owner


def _claim(
    owner: dict[str, str], phrase: str, wanted: str, path: str, line: int, findings: Findings
) -> None:
    other = owner.setdefault(cleaned(phrase), wanted)
    if other != wanted:
        message = f"{quoted(phrase)} already stands for {other}. Do this: keep it in one place."
        findings.add(path, line, message)
