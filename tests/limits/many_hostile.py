"""10,000 hostile or half-written files, forms and archives: 100 rounds (``rounds``) of a hundred."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

import content
from tests.limits import rounds
from tests.limits.hostile import Hostile
from tests.unit.content.conftest import small_source

THINGS = 100


def judged(seed: str, things: int = THINGS) -> Counter[str]:
    """Make so many things and try to publish them; one round in ten spoils the content that ships."""
    number = seed.rpartition("/")[2]
    base = content.source_of(content.SHIPPED) if number.endswith("9") else small_source()
    with tempfile.TemporaryDirectory() as folder:
        hostile = Hostile(seed, base, Path(folder))
        return asyncio.run(_all(hostile, seed, things))


async def _all(hostile: Hostile, seed: str, things: int) -> Counter[str]:
    await hostile.begin()
    for number in range(things):
        try:
            await hostile.one()
        except Exception as problem:
            problem.add_note(f"thing {number} of seed {seed!r}")
            raise
    return hostile.counts


if __name__ == "__main__":
    rounds.main(judged)
