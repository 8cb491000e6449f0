"""Finds text as patients see it, over everything that can be edited; forgives typing errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.words import clean, words
from content.editing import targets
from content.editing.errors import CannotEdit
from content.editing.places import Source
from content.editing.target import Target
from content.source import digest

MOST_HITS = 50
_CLOSE = 78.0
"""Likeness of two words (0 to 100) from which one may be the other mistyped: "garantee" and "guarantee"
have 94, "clinic" and "clinics" 92, "travel" and "trial" 55."""
_LONG = 1_000
"""Characters from which a text counts noticeably less for scattered words than a short one."""
_AROUND = 60
_NAMES = frozenset(("title", "button", "aliases", "ask", "label"))
_REMEMBERED = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where it stands. place: in words ("Text", "Also asked as"); kind: of the thing.

    start, end: the characters of the field's value that were found; target and field: what to edit.
    """

    title: str
    kind: str
    place: str
    snippet: str
    target: Target
    field: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    target: Target
    title: str
    kind: str
    place: str
    field: str
    value: str
    cleaned: str


@dataclass(frozen=True, slots=True)
class _Index:
    entries: tuple[_Entry, ...]
    postings: dict[str, list[int]]
    vocabulary: tuple[str, ...]


def search(source: Source, query: str, *, most: int = MOST_HITS) -> tuple[Hit, ...]:
    """The best places first; () for a query without a word. The first search of a source builds an index."""
    said = words(query[:200])[:12]
    if not said or most < 1:
        return ()
    index = _index(source)
    scores: dict[int, float] = {}
    for word in said:
        best: dict[int, float] = {}
        for known, likeness in _alike(word, index.vocabulary):
            rare = math.log(1 + len(index.entries) / len(index.postings[known]))
            for number in index.postings[known]:
                best[number] = max(best.get(number, 0.0), likeness * rare)
        for number, score in best.items():
            scores[number] = scores.get(number, 0.0) + score
    run = " ".join(said)
    ranked = sorted(
        ((_weight(index.entries[n], run, said, score), n) for n, score in scores.items()),
        key=lambda one: (-one[0], one[1]),
    )
    return tuple(_hit(index.entries[n], said, score) for score, n in ranked[:most])


def _alike(word: str, vocabulary: Sequence[str]) -> list[tuple[str, float]]:
    """Known words that are this one, begin with it, or are close to it, each with a weight up to 1."""
    found: dict[str, float] = {}
    if len(word) > 2:
        near = process.extract(
            word,
            vocabulary,
            scorer=fuzz.ratio,
            score_cutoff=_CLOSE if len(word) > 3 else 90,
            limit=12,
        )
        found = {known: (likeness / 100) ** 3 for known, likeness, _ in near}
    for known in vocabulary:
        if known == word:
            found[known] = 1.0
        elif len(word) > 1 and known.startswith(word):
            found[known] = max(found.get(known, 0.0), 0.8)
        elif not word.isascii() and word in known:
            found[known] = max(found.get(known, 0.0), 0.7)
    return list(found.items())


def _weight(entry: _Entry, run: str, said: Sequence[str], score: float) -> float:
    whole = run in entry.cleaned
    weight = score * (2.0 if whole and len(said) > 1 else 1.0)
    if not whole:  # long lists hold nearly every word somewhere
        weight /= 1 + math.log1p(len(entry.cleaned) / _LONG) / 4
    if entry.field in _NAMES:
        weight *= 1.2
    if entry.cleaned == run:
        weight *= 1.5
    if entry.kind == "wording of the desk":
        weight *= 0.7
    return weight


def _hit(entry: _Entry, said: Sequence[str], score: float) -> Hit:
    start, end = _where(entry.value, said)
    begin, stop = max(0, start - _AROUND), min(len(entry.value), end + _AROUND)
    snippet = " ".join(entry.value[begin:stop].split())
    snippet = ("…" if begin else "") + snippet + ("…" if stop < len(entry.value) else "")
    return Hit(
        entry.title, entry.kind, entry.place, snippet, entry.target, entry.field, start, end, score
    )


def _where(value: str, said: Sequence[str]) -> tuple[int, int]:
    """The characters of a value that look most like what was typed."""
    found = fuzz.partial_ratio_alignment(" ".join(said), value.casefold())
    if found is None or len(value.casefold()) != len(value):
        return 0, min(len(value), _AROUND)
    return found.dest_start, found.dest_end


_indexes: dict[str, _Index] = {}


def _index(source: Source) -> _Index:
    key = digest(source)
    if key not in _indexes:
        while len(_indexes) >= _REMEMBERED:
            _indexes.pop(next(iter(_indexes)), None)
        _indexes[key] = _built(source)
    return _indexes[key]


def _built(source: Source) -> _Index:
    entries: list[_Entry] = []
    postings: dict[str, list[int]] = {}
    shown: set[tuple[str, int, str]] = set()
    for target in targets.targets(source):
        try:
            form = targets.read(source, target)
        except CannotEdit:
            continue
        for field in form.fields:
            mark = (field.path, field.first, field.value)
            if not field.value or field.input == "tick" or mark in shown:
                continue
            if target.kind == "step":  # its phrases are not listed a second time
                shown.add(mark)
            cleaned = _cleaned(field.value)
            for word in set(cleaned.split()):
                postings.setdefault(word, []).append(len(entries))
            entries.append(
                _Entry(target, form.title, form.kind, field.label, field.name, field.value, cleaned)
            )
    return _Index(tuple(entries), postings, tuple(postings))


@lru_cache(maxsize=16_384)
def _cleaned(value: str) -> str:
    return " ".join(clean(line) for line in value.split("\n"))
