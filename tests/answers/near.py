"""Tells which held-out texts say nearly what stands in the content: they would measure memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from bot.words import clean

NEAR: Final = 85.0
"""Similarity (0–100, twice the common characters over all) from which two cleaned texts are one to us. "is the
result guaranteed" and "are the results guaranteed" have 88."""


def near(texts: Sequence[str], known: Iterable[str]) -> list[bool]:
    """For each text, whether one of the known ones nearly equals it."""
    cleaned = [clean(one) for one in known]
    return [
        process.extractOne(clean(one), cleaned, scorer=fuzz.ratio, score_cutoff=NEAR) is not None
        for one in texts
    ]
