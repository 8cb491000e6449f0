"""The safety lexicon made ready for looking up: by first word, so that most patterns are never tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import runs
from bot.release import Lexicon

GAP = 3
"""Words that "~" in a pattern may jump over."""

KEPT = 8
"""Lexicons that are kept ready: those of the live Release, drafts, tests."""

Pattern = tuple[str, ...]
Spots = Mapping[str, list[int]]
Run = tuple[tuple[str, ...], re.Pattern[str] | None]


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one kind. begins: by their first word; stems: those whose first word is "stem*";
    runs: those in scripts without spaces."""

    begins: Mapping[str, tuple[Pattern, ...]]
    stems: tuple[tuple[str, Pattern], ...]
    runs: tuple[Run, ...]

    def found(self, said: Sequence[str], spots: Spots, run: str) -> bool:
        """Whether one of them stands in a text."""
        if next(self.places(said, spots), None) is not None:
            return True
        return bool(run) and any(
            all(part in run for part in parts) and (gaps is None or gaps.search(run) is not None)
            for parts, gaps in self.runs
        )

    def places(self, said: Sequence[str], spots: Spots) -> Iterator[tuple[int, int]]:
        """Where patterns of whole words begin and end in a text."""
        for word in spots:
            for pattern in self.begins.get(word, ()):
                yield from _ends(pattern, said, spots, spots[word])
        for stem, pattern in self.stems:
            starts = sorted(at for word in spots if word.startswith(stem) for at in spots[word])
            if starts:
                yield from _ends(pattern, said, spots, starts)

    def struck_from(self, run: str) -> str:
        """A run of letters without what these patterns match in it."""
        for parts, gaps in self.runs:
            if all(part in run for part in parts):
                run = run.replace(parts[0], "·") if gaps is None else gaps.sub("·", run)
        return run


@dataclass(frozen=True, slots=True)
class Book:
    """A lexicon made ready."""

    kinds: Mapping[str, Patterns]
    harmless: Patterns


_books: dict[int, tuple[Lexicon, Book]] = {}


def book(lexicon: Lexicon) -> Book:
    """The lexicon made ready; remembered, so that it is done once per Release."""
    known = _books.get(id(lexicon))
    if known is not None and known[0] is lexicon:
        return known[1]
    made = Book(
        {kind: _patterns(listed) for kind, listed in lexicon.kinds.items()},
        _patterns(lexicon.harmless),
    )
    if len(_books) >= KEPT:
        _books.clear()
    _books[id(lexicon)] = (lexicon, made)
    return made


def spots_of(said: Sequence[str]) -> dict[str, list[int]]:
    """Where each word of a text stands."""
    spots: dict[str, list[int]] = {}
    for at, word in enumerate(said):
        spots.setdefault(word, []).append(at)
    return spots


def _patterns(listed: Sequence[Pattern]) -> Patterns:
    begins: dict[str, list[Pattern]] = {}
    stems: list[tuple[str, Pattern]] = []
    lines: list[Run] = []
    for pattern in listed:
        if runs.is_run(pattern):
            lines.append(runs.compiled(pattern))
        elif pattern[0].endswith("*"):
            stems.append((pattern[0][:-1], pattern))
        else:
            begins.setdefault(pattern[0], []).append(pattern)
    return Patterns({word: tuple(own) for word, own in begins.items()}, tuple(stems), tuple(lines))


def _ends(
    pattern: Pattern, said: Sequence[str], spots: Spots, starts: Sequence[int]
) -> Iterator[tuple[int, int]]:
    # a quick no: a word of the pattern that has no wildcard is not in the text at all
    if not all(word in spots or word[-1] in "~*" for word in pattern):
        return
    for start in starts:
        end = _match(pattern, said, start)
        if end is not None:
            yield start, end


def _match(pattern: Pattern, said: Sequence[str], at: int) -> int | None:
    if not pattern:
        return at
    first, rest = pattern[0], pattern[1:]
    if first == "~":
        ends = (_match(rest, said, at + skip) for skip in range(GAP + 1))
        return next((end for end in ends if end is not None), None)
    if at >= len(said):
        return None
    word = said[at]
    if word == first or (first.endswith("*") and word.startswith(first[:-1])):
        return _match(rest, said, at + 1)
    return None
