"""Phrases that are found with a slip of the finger in them, and with their words cut or glued anywhere.

"i cnanot breathe", "ic an not bre athe" and "ｉ ｃａｎｎοt brеathe" are all "i cannot breathe". One letter may
be missing, doubled, wrong or swapped with its neighbour in a phrase long enough that no other words come
out of that. What is found begins and ends where words do, except in scripts without spaces.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import add

from bot.runs import is_run
from bot.skeleton import skeleton

LEAST = 7
"""Letters of a phrase in which a slip is looked for; shorter ones must be as they are."""
PIECES = 3
"""Parts of a phrase: one slip leaves at least one of three whole (a swap can hurt two)."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase without its spaces. run: in a script without spaces; pieces: (where each begins, the piece)."""

    letters: str
    run: bool
    pieces: tuple[tuple[int, str], ...]


Index = Mapping[str, Sequence[tuple[Phrase, int, str]]]
"""First two letters of a piece → phrase, where the piece begins in it, the piece."""


@dataclass(frozen=True, slots=True)
class Place:
    """A text without its spaces, and where its words begin and end."""

    line: str
    starts: Collection[int]
    ends: Collection[int]


@dataclass(frozen=True, slots=True)
class Book:
    """Phrases ready for looking up, as they are and with doubled letters made one ("canot"). Both, because a slip
    may leave a double ("morir" → "morr") or be one. other: letters that are near and mean something else."""

    plain: Index
    single: Index
    other: Collection[str]


def book(phrases: Iterable[Sequence[str]], others: Iterable[Sequence[str]]) -> Book:
    """Make phrases ready; ``others``: sayings that are no slip of them."""
    known = [skeleton(" ".join(one)) for one in phrases]
    near = [skeleton(" ".join(one)) for one in others]
    return Book(
        _index(place(one, single=False).line for one in known),
        _index(place(one, single=True).line for one in known),
        frozenset(place(one, single=single).line for one in near for single in (False, True)),
    )


def place(said: Sequence[str], *, single: bool) -> Place:
    """The words of a skeleton in one line; ``single``: with doubled letters made one, across words too."""
    if not single:
        ends = list(accumulate(map(len, said)))
        return Place("".join(said), {0, *ends}, set(ends))
    line: list[str] = []
    starts, stops = set(), set()
    for word in said:
        starts.add(len(line) - (line[-1:] == [word[0]]))
        for letter in word:
            if line[-1:] != [letter]:
                line.append(letter)
        stops.add(len(line))
    return Place("".join(line), starts, stops)


Look = Sequence[tuple[Place, frozenset[str]]]
"""A text with doubled letters made one, then as it is where that differs; each with its pairs of letters."""


def look(said: Sequence[str]) -> Look:
    """The words of a skeleton, ready to be looked through for any number of books."""
    single, plain = place(said, single=True), place(said, single=False)
    places = (single,) if single.line == plain.line else (single, plain)
    return [(one, frozenset((*map(add, one.line, one.line[1:]), one.line[-1:]))) for one in places]


def found(text: Look, phrases: Book) -> bool:
    """Whether one of the phrases stands in a text."""
    return any(
        _found(where, pairs, phrases.plain if at else phrases.single, phrases.other)
        for at, (where, pairs) in enumerate(text)
    )


def _index(lines: Iterable[str]) -> Index:
    out: dict[str, list[tuple[Phrase, int, str]]] = {}
    for one in map(_phrase, lines):
        for offset, piece in one.pieces:
            out.setdefault(piece[:2], []).append((one, offset, piece))
    return out


def _phrase(letters: str) -> Phrase:
    size = len(letters)
    if size < LEAST:
        return Phrase(letters, is_run((letters,)), ((0, letters),))
    cuts = [size * part // PIECES for part in range(PIECES + 1)]
    pieces = tuple((at, letters[at:end]) for at, end in pairwise(cuts))
    return Phrase(letters, is_run((letters,)), pieces)


def _found(where: Place, pairs: frozenset[str], phrases: Index, other: Collection[str]) -> bool:
    return any(
        piece in where.line and _stands(one, offset, piece, where, other)
        for pair in pairs & phrases.keys()
        for one, offset, piece in phrases[pair]
    )


def _stands(one: Phrase, offset: int, piece: str, where: Place, other: Collection[str]) -> bool:
    line, size = where.line, len(one.letters)
    slack = 1 if size >= LEAST else 0
    tried: set[str] = set()  # a word said fifty times need not be looked at fifty times
    at = line.find(piece)
    while at >= 0:
        for start in range(max(at - offset - slack, 0), at - offset + slack + 1):
            if not (one.run or start in where.starts):
                continue
            for end in range(start + size - slack, min(start + size + slack, len(line)) + 1):
                if one.run or end in where.ends:
                    window = line[start:end]
                    if window in tried:
                        continue
                    tried.add(window)
                    if within_one(window, one.letters) and window not in other:
                        return True
        at = line.find(piece, at + 1)
    return False


def within_one(one: str, other: str) -> bool:
    """Whether two texts differ by at most one letter missing, added, changed or swapped with the next."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    first = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        first += 1
    last = 0
    for mine, theirs in zip(reversed(one[first:]), reversed(other[first:]), strict=False):
        if mine != theirs:
            break
        last += 1
    mine, theirs = one[first : len(one) - last], other[first : len(other) - last]
    if len(mine) <= 1 and len(theirs) <= 1:
        return True
    return len(mine) == 2 and mine == theirs[::-1]
