"""Two floats in one word: half the memory, and hardly more time to read.

The second of a pair is a short float (bfloat16, 8 bits of precision) in the lower half of the word, and comes out
by one shift. The first is the word itself, chosen so that the lower bits are part of its number: it needs no
opening. What a text is compared with is larger than a processor's cache, so that fewer bytes are also
less time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from content.engine.weights import Floats

Words = NDArray[np.uint32]

HALF = np.uint32(16)
"""Bits of a short float: the upper half of a float's."""
ROUND = 0x8000
NOTHING = 0x2000
"""The upper half of 1e-19, which stands for zero in the first of a pair: with zeros there, the lower half alone
would be one of the tiniest numbers, with which some processors reckon a hundred times as slowly."""
SMALLEST = 1e-12
"""Below this a number is taken for zero."""


def paired(first: Floats, second: Floats) -> Words:
    """Two arrays of one shape as words. Each number is wrong by at most 1 in 256, as often up as down."""
    lower = (_bits(second) + np.uint32(ROUND)) >> HALF
    exact = np.ascontiguousarray(first)
    upper = (_bits(exact).astype(np.int64) - lower + ROUND) >> 16
    upper[np.abs(exact) < SMALLEST] = NOTHING
    return np.asarray((upper.astype(np.uint32) << HALF) | lower, dtype=np.uint32)


def firsts(words: Words) -> Floats:
    """The first of each pair. Nothing is copied."""
    return words.view(np.float32)


def seconds(words: Words, room: Words) -> Floats:
    """The second of each pair, in ``room``, which has the shape of ``words``."""
    return np.left_shift(words, HALF, out=room).view(np.float32)


def _bits(numbers: Floats) -> Words:
    return np.ascontiguousarray(numbers, np.float32).view(np.uint32)
