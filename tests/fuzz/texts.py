"""Texts that nobody wrote: every alphabet, marks alone, the lexicon's own words, one thing again and again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from bot.release import Lexicon
from bot.words import MAX

RANGES = (
    (0x20, 0x7F), (0x00, 0x20), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x590, 0x700),
    (0xE00, 0xE80), (0x1100, 0x1200), (0x2000, 0x2070), (0x2600, 0x27C0), (0x3040, 0x3100),
    (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0xD800, 0xE000), (0xFB50, 0xFE10), (0xFF00, 0xFFF0),
    (0x1D400, 0x1D800), (0x1F100, 0x1F700), (0xE0000, 0xE0080),
)  # fmt: skip
"""Letters, controls, marks, surrogates, ligatures, styled letters, emoji and tags."""


def known_words(lexicon: Lexicon) -> list[str]:
    """The words of a lexicon, in an order that is always the same."""
    lists = (*lexicon.kinds.values(), lexicon.harmless, lexicon.asides, lexicon.now)
    return sorted({word.rstrip("*") for listed in lists for one in listed for word in one} - {"~"})


def texts(seed: int, known: Sequence[str], longest: int = MAX) -> Iterator[str]:
    """Texts without end, of up to ``longest`` characters, the same for a seed."""
    dice = random.Random(seed)
    while True:
        size = dice.choice((1, 5, 40, 300, longest, longest))
        match dice.randrange(5):
            case 0:
                yield "".join(_letter(dice) for _ in range(size))
            case 1:
                yield (_letter(dice) * size)[:longest]
            case 2:
                piece = " ".join(dice.choices(known, k=dice.randrange(1, 4)))
                yield (f"{piece} " * size)[: min(size, longest)]
            case 3:
                yield " ".join(dice.choices(known, k=size // 4 + 1))[:longest]
            case _:
                words = dice.choices(known, k=size // 8 + 1)
                yield "".join(word + _letter(dice) * dice.randrange(3) for word in words)[:longest]


def _letter(dice: random.Random) -> str:
    return chr(dice.randrange(*dice.choice(RANGES)))
