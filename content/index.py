"""The search index of one Release: which pages a text may be about, without any model.

Each title, label and alias is a document of its own ("nearest phrase"), and so is each item's whole text,
which counts less. A text is compared twice: by pieces of characters (forgives typos and endings) and
by stemmed words (knows what is rare). Both are cosines over TF-IDF weights, so a score lies within 0..1.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.release import Release
from bot.text import flat
from bot.understanding import Candidate
from bot.words import words
from content.check_names import names
from content.tokens import grams, subject_stems

BODY_WEIGHT = 0.8
"""A page's whole text against its names: bodies share words with each other, names do not."""
GRAM_SHARE = 0.4
"""Share of character pieces in the score, the rest is stemmed words."""
MOST_TERMS = 120
"""Terms of a query looked at, rarest first: bounds the time of a long text."""

Split = Callable[[Iterable[str]], Counter[str]]


@dataclass(frozen=True, slots=True)
class _Field:
    """One way of cutting texts: term → (document number, weight), and the terms' rarity."""

    split: Split
    postings: dict[str, list[tuple[int, float]]]
    rarity: dict[str, float]

    def scores(self, said: Sequence[str]) -> dict[int, float]:
        """Cosine of a text with every document that shares a term with it."""
        counted = self.split(said)
        usual = max(self.rarity.values(), default=1.0)
        weights = {
            term: (1 + math.log(count)) * self.rarity.get(term, usual)
            for term, count in counted.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        found: defaultdict[int, float] = defaultdict(float)
        known = [term for term in weights if term in self.postings]
        known.sort(key=lambda term: (-self.rarity[term], term))
        for term in known[:MOST_TERMS]:
            share = weights[term] / length
            for document, weight in self.postings[term]:
                found[document] += share * weight
        return found


class Index:
    """Built once per Release, then read only: safe to share between threads."""

    def __init__(self, release: Release) -> None:
        owners: list[str] = []
        factors: list[float] = []
        texts: list[list[str]] = []
        for item in release.items.values():
            for name in names(item):
                owners.append(item.id)
                factors.append(1.0)
                texts.append(name.split())
            owners.append(item.id)
            factors.append(BODY_WEIGHT)
            texts.append([word for page in item.pages for word in words(flat(page.text))])
        self._owners, self._factors = owners, factors
        self._grams = _field(grams, texts)
        self._stems = _field(subject_stems, texts)

    @property
    def stems(self) -> frozenset[str]:
        """The stems that the guide knows."""
        return frozenset(self._stems.postings)

    def rank(self, said: Sequence[str], mended: Sequence[str], limit: int) -> tuple[Candidate, ...]:
        """The best items. ``mended``: the same words with likely typos put right."""
        best: dict[str, float] = {}
        pieces, stems = self._grams.scores(said), self._stems.scores(mended)
        for document in pieces.keys() | stems.keys():
            score = GRAM_SHARE * pieces.get(document, 0.0)
            score += (1 - GRAM_SHARE) * stems.get(document, 0.0)
            score *= self._factors[document]
            owner = self._owners[document]
            if score > best.get(owner, 0.0):
                best[owner] = score
        ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))[:limit]
        return tuple(Candidate(owner, round(min(score, 1.0), 4)) for owner, score in ranked)


def _field(split: Split, texts: Sequence[Sequence[str]]) -> _Field:
    counted = [split(text) for text in texts]
    seen = Counter(term for one in counted for term in one)
    total = len(texts)
    rarity = {term: math.log((total + 1) / (count + 0.5)) for term, count in seen.items()}
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for document, one in enumerate(counted):
        weights = {term: (1 + math.log(count)) * rarity[term] for term, count in one.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        for term, weight in weights.items():
            postings[term].append((document, weight / length))
    return _Field(split, dict(postings), rarity)
