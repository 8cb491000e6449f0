"""Words and character pieces of a text, as the index compares them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

from content.english import FUNCTION

GRAM = 4
"""Characters of a piece; four is the usual size for typo tolerance; others were not measured."""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a cleaned English word. A new stemmer each time: Snowball's keep state."""
    return str(snowballstemmer.stemmer("english").stemWord(word)) if word.isascii() else word


def subject_stems(words: Iterable[str]) -> Counter[str]:
    """Stems of the words that say what a text is about."""
    return Counter(stem(word) for word in words if word not in FUNCTION)


def grams(words: Iterable[str]) -> Counter[str]:
    """Pieces of each word with its edges marked: "korea" → "·kor", "kore", "orea", "rea·"."""
    out: Counter[str] = Counter()
    for word in words:
        marked = f"·{word}·"
        if len(marked) <= GRAM:
            out[marked] += 1
        else:
            out.update(marked[at : at + GRAM] for at in range(len(marked) - GRAM + 1))
    return out
