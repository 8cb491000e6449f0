"""100,000 sequences of Updates through the core: 100 rounds (``rounds``) of a thousand."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import content
from bot.release import Release
from tests.limits import rounds
from tests.limits.sequences import Walk

SEQUENCES = 1_000
"""In a round: ten seconds on a free core."""


@lru_cache(maxsize=1)
def shipped() -> Release:
    """The content that ships, built once a process."""
    return content.load(content.SHIPPED).release


def judged(seed: str, sequences: int = SEQUENCES) -> Counter[str]:
    """Play and judge so many sequences; what happened in them."""
    walk = Walk(seed, shipped())
    for number in range(sequences):
        try:
            walk.one(number)
        except Exception as problem:
            problem.add_note(f"sequence {number} of seed {seed!r}")
            raise
    return walk.counts


if __name__ == "__main__":
    rounds.main(judged)
