"""Cleaning of typed text before it is compared: one form for lexicon, aliases and answers.

NFKC folds full-width and styled letters; case, punctuation, zero-width and control characters go;
apostrophes vanish ("can't" → "cant"), so that every spelling of them is one.
"""

from __future__ import annotations

import re
import unicodedata

MAX = 4096
"""Characters looked at: a Telegram message has no more (Bot API); longer texts are cut here only for
comparing, never for keeping."""

_MARKS = "'’‘‛`´ʼ′＇"
_APOSTROPHES = re.compile(f"[{_MARKS}]")

_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None, "ё": "е",
        **{chr(code): None for code in range(0x064B, 0x0653)},
    }
)  # fmt: skip
"""Spellings that people mix freely: Arabic alif, ya and ta marbuta, vowel signs; Russian ё."""


class _Kept(dict[int, str | int | None]):
    """What becomes of a character: words are made of letters, numbers and marks; apostrophes and format
    characters (zero-width ones) go; everything else parts words. One table, because every pass over a
    text costs as much as the next. Filled as characters are met, up to ``MOST``.
    """

    MOST = 20_000

    def __missing__(self, code: int) -> str | int | None:
        category = unicodedata.category(chr(code))
        kept: str | int | None = " "
        if category[0] in "LN" or category in ("Mn", "Mc"):
            kept = code
        if category == "Cf" or 0xFE00 <= code <= 0xFE0F:  # variation selectors, as behind an emoji
            kept = None
        if len(self) < self.MOST:  # nobody fills the memory by sending all of Unicode
            self[code] = kept
        return kept


_KEPT = _Kept({**dict.fromkeys(map(ord, _MARKS)), **_LETTERS})

_CLAUSE = re.compile(r"[.,:،](?!\d)|[!?;()\n…。、，！？；：؛؟]")
"""What parts clauses; not the point or comma inside a number."""


def clauses(text: str) -> list[list[str]]:
    """The words of each clause of a text, empty ones left out."""
    return [said for part in _CLAUSE.split(text[:MAX]) if (said := words(part))]


def clean(text: str) -> str:
    """Lower-case words separated by single spaces."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """The words of a text, cleaned. Any string in, no exception."""
    # apostrophes go before NFKC too: it would turn the acute accent of "can´t" into a space
    plain = _APOSTROPHES.sub("", text[:MAX])
    folded = unicodedata.normalize("NFKC", plain)[: 2 * MAX].casefold()
    return folded.translate(_KEPT).split()
