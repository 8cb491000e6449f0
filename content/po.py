"""Phrases from gettext PO: stable keys as msgid, our words as msgstr, plural forms by Babel's rules."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Sequence

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from bot.release import Phrase
from content import markdown
from content.findings import Findings, quoted

KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_SOUND_LINE = re.compile(
    r'(?:(?:msgid|msgid_plural|msgctxt|msgstr(?:\[[0-5]\])?)\s+)?"(?:[^"\\]|\\.)*"'
)
_ID_LINE = re.compile(r'msgid\s+"(?P<key>[^"]*)"')
_SAMPLES = range(200)
"""Counts by which a file's plural forms are matched with the language's categories."""

Found = tuple[dict[str, Phrase], dict[str, int]]


def read(text: str, path: str, locale: str, findings: Findings) -> Found:
    """The phrases of a PO file and the line of each key."""
    if not _sound(text, path, findings):
        return {}, {}
    catalog = _catalog(text, path, locale, findings)
    if catalog is None:
        return {}, {}
    _duplicates(text, path, findings)
    categories = _categories(catalog, locale, path, findings)
    phrases: dict[str, Phrase] = {}
    lines: dict[str, int] = {}
    for message in catalog:
        plural = not isinstance(message.id, str)
        key = str(message.id[0]) if plural else str(message.id)
        if not key:
            continue
        line = message.lineno or 0
        if not KEY.fullmatch(key):
            findings.add(path, line, f"{quoted(key)} is no key: a-z, 0-9, dots, - and _.")
            continue
        if message.context:
            findings.add(path, line, "msgctxt is not taken. Do this: take the line away.")
        if message.fuzzy:
            findings.add(
                path, line, f'"{key}" is marked fuzzy. Do this: check it, take the mark away.'
            )
        texts = _texts(message.string or "", categories if plural else ("other",))
        empty = [category for category, one in texts.items() if not one.strip()]
        if empty or not texts:
            findings.add(path, line, f'"{key}" is empty. Do this: write the phrase.')
            continue
        lines[key] = line
        phrases[key] = Phrase(
            forms={one: markdown.phrase(said, path, findings, line) for one, said in texts.items()},
            labels={one: " ".join(said.split()) for one, said in texts.items()},
        )
    return phrases, lines


def _catalog(text: str, path: str, locale: str, findings: Findings) -> Catalog | None:
    try:
        return read_po(io.StringIO(text), locale=Locale.parse(locale, sep="-"), abort_invalid=True)
    except PoFileError as problem:
        findings.add(path, (problem.lineno or 0) + 1, f"This is not valid PO: {problem}.")
    except Exception as problem:
        # Babel raises whatever its parsing trips over (IndexError, ValueError, plural rules)
        message = (
            f"This is not valid PO ({type(problem).__name__}). Do this: open it in a PO editor."
        )
        findings.add(path, 0, message)
    return None


def _sound(text: str, path: str, findings: Findings) -> bool:
    """Whether every line is a comment or a quoted text; Babel guesses about others."""
    sound = True
    for number, line in enumerate(text.split("\n"), 1):
        said = line.strip()
        if said and not said.startswith("#") and not _SOUND_LINE.fullmatch(said):
            findings.add(path, number, 'This line is not valid PO: msgid "…" or msgstr "…".')
            sound = False
    return sound


def _duplicates(text: str, path: str, findings: Findings) -> None:
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        found = _ID_LINE.fullmatch(line.strip())
        key = found.group("key") if found else ""
        if key and key in seen:
            findings.add(path, number, f'"{key}" stands here twice. Do this: keep one.')
        seen.add(key)


def _categories(catalog: Catalog, locale: str, path: str, findings: Findings) -> tuple[str, ...]:
    """Which plural category each msgstr[n] is for. Categories of fractions have no number: "other"."""
    try:
        index = gettext.c2py(catalog.plural_expr)
        rule = Locale.parse(locale, sep="-").plural_form
        by_index: dict[int, str] = {}
        for n in _SAMPLES:
            by_index.setdefault(index(n), rule(n))
        count = catalog.num_plurals
        return tuple(by_index.get(n, "other") for n in range(min(count, 6)))
    except (ValueError, TypeError, RecursionError, ZeroDivisionError, OverflowError):
        findings.add(path, 0, "The Plural-Forms line of the header cannot be read.")
        return ("other",)


def _texts(string: str | Sequence[str], categories: Sequence[str]) -> dict[str, str]:
    strings = [string] if isinstance(string, str) else list(string)
    texts = dict(zip(categories, strings, strict=False))
    if texts and "other" not in texts:
        texts["other"] = list(texts.values())[-1]
    return texts
