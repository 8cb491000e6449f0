"""The safety lexicon made ready for looking up: by first word, so that most patterns are never tried."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import add

from bot import runs, slips
from bot.release import Lexicon

STEM = 3
"""Letters of a word's beginning that words are looked up by."""
GAP = 3
"""Words that "~" in a pattern may jump over."""

KEPT = 8
"""Lexicons that are kept ready: those of the live Release, drafts, tests."""

BARE = 6
"""Letters of a pattern that is found without its accents too ("khó thở": "kho tho"); shorter ones would be
words of other languages."""

Pattern = tuple[str, ...]
Spots = Mapping[str, list[int]]
Run = tuple[tuple[str, ...], re.Pattern[str] | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A text as patterns meet it: its words, and the same in one run where its script has no spaces."""

    words: tuple[str, ...]
    run: str
    spots: Spots = field(init=False, compare=False)
    stems: Mapping[str, list[str]] = field(init=False, compare=False)
    pairs: frozenset[str] = field(init=False, compare=False)
    """What patterns are looked up by: where each word stands, the words by how they begin (two and three letters),
    every letter and pair of letters of the run. Made once, as sets: each list of patterns is then met at once."""

    def __post_init__(self) -> None:
        spots: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            spots.setdefault(word, []).append(at)
        stems: dict[str, list[str]] = {}
        for word in spots:
            stems.setdefault(word[:2], []).append(word)
            if len(word) > 2:
                stems.setdefault(word[:3], []).append(word)
        object.__setattr__(self, "spots", spots)
        object.__setattr__(self, "stems", stems)
        object.__setattr__(self, "pairs", frozenset(map(add, self.run, self.run[1:])) | {*self.run})

    @classmethod
    def of(cls, said: Sequence[str]) -> Said:
        """The words of a text, ready. "can t" is "cant": some phones drop the apostrophe and leave a gap."""
        out: list[str] = []
        for word in said:
            if word == "t" and out:
                out[-1] += word
            else:
                out.append(word)
        return cls(tuple(out), runs.joined(out))


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one kind. begins: by their first word; stems: by the first three letters of those whose
    first word is "stem*" (two of shorter ones); runs: those in scripts without spaces, by their first
    two letters (one of those that begin with a single one)."""

    begins: Mapping[str, tuple[Pattern, ...]]
    stems: Mapping[str, tuple[tuple[str, Pattern], ...]]
    runs: Mapping[str, tuple[Run, ...]]

    def found(self, said: Said) -> bool:
        """Whether one of them stands in a text."""
        if next(self._places(said), None) is not None:
            return True
        return any(True for _ in self._in_run(said))

    def struck(self, said: Said) -> Said:
        """A text without what these patterns match in it."""
        kept = list(said.words)
        for start, end in self._places(said):
            kept[start:end] = ["·"] * (end - start)
        run = said.run
        longest_first = sorted(self._in_run(said), key=_by_length)
        for parts, gaps in longest_first:
            run = run.replace(parts[0], "·") if gaps is None else gaps.sub("·", run)
        same = run == said.run and tuple(kept) == said.words
        return said if same else Said(tuple(kept), run)

    def _in_run(self, said: Said) -> Iterator[Run]:
        """The patterns in scripts without spaces that stand in a run."""
        run = said.run
        for start in said.pairs & self.runs.keys():
            for parts, gaps in self.runs[start]:
                if all(part in run for part in parts) and (gaps is None or gaps.search(run)):
                    yield parts, gaps

    def _places(self, said: Said) -> Iterator[tuple[int, int]]:
        """Where patterns of whole words begin and end in a text."""
        for word in said.spots.keys() & self.begins.keys():
            for pattern in self.begins[word]:
                yield from _ends(pattern, said, said.spots[word])
        for start in said.stems.keys() & self.stems.keys():
            for stem, pattern in self.stems[start]:
                for word in said.stems[start]:
                    if word.startswith(stem):
                        yield from _ends(pattern, said, said.spots[word])


@dataclass(frozen=True, slots=True)
class Book:
    """A lexicon made ready."""

    kinds: Mapping[str, Patterns]
    harmless: Patterns
    asides: Patterns
    now: Patterns
    about_self_harm: Patterns
    sure: Mapping[str, slips.Book]


_books: dict[int, tuple[Lexicon, Book]] = {}


def book(lexicon: Lexicon) -> Book:
    """The lexicon made ready; remembered, so that it is done once per Release."""
    known = _books.get(id(lexicon))
    if known is not None and known[0] is lexicon:
        return known[1]
    made = Book(
        {kind: _patterns(listed) for kind, listed in lexicon.kinds.items()},
        _patterns(lexicon.harmless),
        _patterns(lexicon.asides),
        _patterns(lexicon.now),
        _patterns(lexicon.about_self_harm),
        {kind: slips.book(listed, lexicon.harmless) for kind, listed in lexicon.sure.items()},
    )
    if len(_books) >= KEPT:
        _books.clear()
    _books[id(lexicon)] = (lexicon, made)
    return made


def _patterns(listed: Sequence[Pattern]) -> Patterns:
    begins: dict[str, dict[Pattern, None]] = {}
    stems: dict[str, list[tuple[str, Pattern]]] = {}
    lines: dict[str, list[Run]] = {}
    for pattern in listed:
        if runs.is_run(pattern):
            line = runs.compiled(pattern)
            lines.setdefault(line[0][0][:2], []).append(line)
            continue
        for one in (pattern, _bare(pattern), _with_and(pattern)):
            if one is None:
                continue
            if one[0].endswith("*"):
                stem = one[0][:-1]
                stems.setdefault(stem[:3], []).append((stem, one))
            else:
                begins.setdefault(one[0], {})[one] = None
    return Patterns(
        {word: tuple(own) for word, own in begins.items()},
        {start: tuple(own) for start, own in stems.items()},
        {start: tuple(own) for start, own in lines.items()},
    )


def _by_length(one: Run) -> tuple[int, tuple[str, ...]]:
    """Long patterns first; those of one length in an order that is always the same."""
    return -len("".join(one[0])), one[0]


def _bare(pattern: Pattern) -> Pattern | None:
    """A pattern as people type it who leave accents out; None where it has none or is too short for that."""
    bare = tuple(map(_without_accents, pattern))
    letters = sum(len(word) for word in bare)
    return None if bare == pattern or letters < BARE or "~" in pattern else bare


def _with_and(pattern: Pattern) -> Pattern | None:
    """An Arabic pattern with "and", which is written as one with the word after it."""
    first = pattern[0]
    return (f"و{first}", *pattern[1:]) if "\u0621" <= first[0] <= "\u064a" else None


def _without_accents(word: str) -> str:
    if not any("\u00c0" <= one <= "\u024f" or "\u1e00" <= one <= "\u1eff" for one in word):
        return word
    apart = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(one for one in apart if not unicodedata.combining(one))


def _ends(pattern: Pattern, said: Said, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    # a quick no: a word of the pattern is not in the text at all
    if not all(word in said.spots or word == "~" or _begun(word, said) for word in pattern):
        return
    for start in starts:
        end = _match(pattern, said.words, start)
        if end is not None:
            yield start, end


def _begun(word: str, said: Said) -> bool:
    """Whether a word of the text may begin like one of a pattern that ends in "*"."""
    return word[-1] == "*" and (len(word) <= STEM or word[:STEM] in said.stems)


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
