"""Wording: forbidden sayings, whose view a page states, calm safety texts, known placeholders."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.text import Text, flat, placeholders
from bot.words import words
from content.findings import Findings, did_you_mean, quoted
from content.organisation import FACTS
from content.parts import Parts

AT_RUN_TIME = ("channel",)
"""What the program itself fills into pages."""


def check(parts: Parts, findings: Findings) -> None:
    """All wording checks."""
    for kind, name, text, path, line in _texts(parts):
        _forbidden(kind, name, text, path, line, parts, findings)
    for item in parts.items.values():
        where = parts.item_where[item.id]
        for number, page in enumerate(item.pages, 1):
            line = where.line(f"page:{number}")
            _placeholders(page.text, AT_RUN_TIME, where.path, line, findings)
            if item.id == "consent":
                _calm(page.text, where.path, line, findings)
    _positions(parts, findings)
    _safety(parts, findings)


def translated(parts: Parts, findings: Findings) -> None:
    """What holds in every language: known placeholders, calm safety texts."""
    for item in parts.items.values():
        where = parts.item_where[item.id]
        for number, page in enumerate(item.pages, 1):
            line = where.line(f"page:{number}")
            _placeholders(page.text, AT_RUN_TIME, where.path, line, findings)
    for kind, safety in parts.safety.items():
        where = parts.safety_where[kind]
        line = where.line("page:1")
        _placeholders(safety.text, ("alert_status",), where.path, line, findings)
        _calm(safety.text, where.path, line, findings)


def _texts(parts: Parts) -> Iterator[tuple[str, str, Text, str, int]]:
    """(kind, what, text, path, line) of everything that patients read."""
    for item in parts.items.values():
        where = parts.item_where[item.id]
        for number, page in enumerate(item.pages, 1):
            yield str(item.kind), "This page", page.text, where.path, where.line(f"page:{number}")
    for kind, safety in parts.safety.items():
        at = parts.safety_where[kind]
        yield "safety", "This text", safety.text, at.path, at.line("page:1")
    for key, phrase in parts.phrases.items():
        for text in phrase.forms.values():
            yield "phrase", f'"{key}"', text, parts.phrase_path, parts.phrase_where[key]


def _forbidden(
    kind: str, name: str, text: Text, path: str, line: int, parts: Parts, findings: Findings
) -> None:
    said = _said(flat(text))
    for rule in parts.style.forbidden:
        if kind in rule.kinds and contains(said, rule.words):
            saying = quoted(" ".join(rule.words))
            advice = f" Do this: write {rule.instead}." if rule.instead else ""
            findings.add(path, line, f"{name} says {saying}, which style.yaml forbids.{advice}")


@lru_cache(maxsize=8192)
def _said(text: str) -> tuple[str, ...]:
    return tuple(words(text))


def contains(said: Sequence[str], run: Sequence[str]) -> bool:
    """Whether words stand in a text one after another."""
    size = len(run)
    first = run[0] if run else ""
    return first in said and any(
        word == first and tuple(said[at : at + size]) == tuple(run) for at, word in enumerate(said)
    )


def _placeholders(
    text: Text, allowed: Sequence[str], path: str, line: int, findings: Findings
) -> None:
    for name in sorted(placeholders(text)):
        if name not in allowed and name not in FACTS:
            hint = did_you_mean(name, (*FACTS, *allowed))
            findings.add(path, line, f"Nothing fills {{{name}}}.{hint}")


def _positions(parts: Parts, findings: Findings) -> None:
    marks = [words(text) for text in parts.style.position_words]
    for item in parts.items.values():
        if not item.position or not marks:
            continue
        said = [words(flat(page.text)) for page in item.pages]
        if not any(contains(page, mark) for page in said for mark in marks):
            where = parts.item_where[item.id]
            ways = " or ".join(quoted(text) for text in parts.style.position_words)
            message = f"position: true, but the text does not say whose view it is. Do this: write {ways}."
            findings.add(where.path, where.line("id"), message)


def _safety(parts: Parts, findings: Findings) -> None:
    for kind, safety in parts.safety.items():
        where, text = parts.safety_where[kind], flat(safety.text)
        line = where.line("page:1")
        _placeholders(safety.text, ("alert_status",), where.path, line, findings)
        _calm(safety.text, where.path, line, findings)
        for must in parts.style.must_say.get(kind, ()):
            if not contains(words(text), words(must)):
                findings.add(where.path, line, f"This safety text must name {quoted(must)}.")
    everything = words(" ".join(flat(one.text) for one in parts.safety.values()))
    for name, number in parts.help_lines.items():
        if number and not contains(everything, words(number)):
            where = parts.organisation_where
            message = f"lines.{name} is {quoted(number)}, but no safety text names it."
            findings.add(where.path, where.line("lines"), message)


def _calm(text: Text, path: str, line: int, findings: Findings) -> None:
    """No exclamation marks and no emoji where somebody is afraid or agrees to something."""
    for char in flat(text):
        if char in "!！¡" or unicodedata.category(char) == "So":
            message = f"No exclamation marks or emoji here ({quoted(char)}). Do this: take it away."
            findings.add(path, line, message)
            return
