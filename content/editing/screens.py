"""How long the screens of a body are, and where a long one can be cut."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from bot.text import Heading, Span, fill, flat
from content import markdown, organisation, yamltree
from content.check_sizes import CHANNEL, LONGEST_PAGE
from content.editing import places
from content.editing.places import Source
from content.findings import Findings

_BREAK = re.compile(r"\n[ \t]*\n {0,3}-(?:[ \t]*-){2,}[ \t]*(?=\n|$)")
_JOIN = "\n\n---\n\n"
_COUNTER = len(" · 10/10")
_SENTENCE = re.compile(r"(?<=[.!?。？！])\s+")


def facts(source: Source) -> Mapping[str, str]:
    """What the organisation's placeholders are filled with."""
    text = source.get("organisation.yaml", "")
    return _facts(text, places.locale(source))


@lru_cache(maxsize=16)
def _facts(text: str, locale: str) -> Mapping[str, str]:
    findings = Findings()
    tree = yamltree.parse(text, "organisation.yaml", findings)
    if tree is None:
        return {}
    try:
        now = datetime.now(UTC)
        found = organisation.read(tree, "organisation.yaml", findings, locale=locale, now=now)
    except ValueError:  # a folder that is named like no language
        return {}
    return found.organisation.facts


def screens(body: str) -> list[str]:
    """The screens of a body, as Markdown."""
    return [one.strip("\n") for one in _BREAK.split(body)]


def size(title: str, screen: str, known: Mapping[str, str]) -> int:
    """Characters of one screen with its title, as the linter counts them, without the counter."""
    heading = Heading((Span(title),))
    text = [block for chunk in markdown.pages(screen, "", Findings()) for block in chunk.text]
    return len(flat(fill((heading, *text), {**known, "channel": CHANNEL})))


def cut(title: str, body: str, known: Mapping[str, str]) -> str | None:
    """The body with every screen that is too long cut in two or more; None where that does not help."""
    out: list[str] = []
    for screen in screens(body):
        out += _fitting(title, screen, known)
        if len(out) > 20:
            return None
    made = _JOIN.join(out)
    fits = all(size(title, one, known) + _COUNTER <= LONGEST_PAGE for one in out)
    return made if fits and made != body else None


def _fitting(title: str, screen: str, known: Mapping[str, str]) -> list[str]:
    out: list[str] = []
    rest = screen
    while rest and size(title, rest, known) + (_COUNTER if out else 0) > LONGEST_PAGE:
        first, rest = _first_part(title, rest, known)
        if not first:
            return [screen]
        out.append(first)
    return [*out, rest] if rest else out


def _first_part(title: str, screen: str, known: Mapping[str, str]) -> tuple[str, str]:
    """The longest beginning that fits, cut between paragraphs, points, sentences or words."""
    for pattern, joint in (
        (r"\n[ \t]*\n", "\n\n"),
        (r"\n(?=- )", "\n"),
        (_SENTENCE, " "),
        (r"\s+", " "),
    ):
        pieces = re.split(pattern, screen)
        count = _most(title, pieces, joint, known)
        if 0 < count < len(pieces):
            return joint.join(pieces[:count]), joint.join(pieces[count:])
        if joint == "\n\n" and re.match(r"\s*(>|\d+[.)])", screen):
            break  # a key idea or a numbered list is not cut inside
    return "", screen


def _most(title: str, pieces: list[str], joint: str, known: Mapping[str, str]) -> int:
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if size(title, joint.join(pieces[:middle]), known) + _COUNTER <= LONGEST_PAGE:
            low = middle
        else:
            high = middle - 1
    return low
