"""A million texts, names and content fragments through the renderers, in rounds that can be done one by one.

    python -m tests.limits.many_texts            # rounds 0 to 99, 10,000 things each, in two processes
    python -m tests.limits.many_texts 37-99      # go on where it was stopped
    python -m tests.limits.many_texts 12 7       # round 12 of seed 7 alone, to see a failure again

Every round is a seed of its own ("<seed>/<round>"), printed with what it counted.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from multiprocessing import get_context

from tests.limits.rendering import Rendering

THINGS = 10_000
"""In a round: about ten seconds."""
ALL = "0-99"
SEED = "20261123"
PROCESSES = 2


def judged(seed: str, things: int = THINGS) -> Counter[str]:
    """Make and judge so many things; what was seen. Raises with the number of the one that failed."""
    rendering = Rendering(seed)
    for number in range(things):
        try:
            rendering.one()
        except Exception as problem:
            problem.add_note(f"thing {number} of seed {seed!r}")
            raise
    seen = Counter(rendering.counts)
    seen["Telegram messages"] = rendering.referees.telegram_messages
    seen["Slack messages"] = rendering.referees.slack_messages
    return seen


def rounds_of(text: str) -> range:
    """ "37-99", "37-" or "37" as the rounds that they mean."""
    first, dash, last = text.partition("-")
    return range(int(first or 0), int(last or (99 if dash else first)) + 1)


def told(seen: Counter[str]) -> str:
    things = sum(seen[kind] for kind in Rendering("").counts)
    return f"{things:,} things: " + ", ".join(f"{count:,} {kind}" for kind, count in seen.items())


def main() -> None:
    """Do the rounds; stop at the first failure."""
    rounds = rounds_of(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] else ALL)
    seed = sys.argv[2] if len(sys.argv) > 2 else SEED
    total: Counter[str] = Counter()
    began = time.monotonic()
    with get_context("spawn").Pool(PROCESSES) as pool:
        work = pool.imap(judged, [f"{seed}/{number}" for number in rounds])
        for number, seen in zip(rounds, work, strict=True):
            total += seen
            print(f"round {number} of seed {seed}: {told(seen)}", flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"rendered {told(total)}; 0 refused, nothing alive; {minutes:.1f} minutes, seed {seed}")


if __name__ == "__main__":
    main()
