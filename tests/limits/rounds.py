"""Long work in rounds that can be done one by one: each a seed of its own, in two processes.

python -m tests.limits.<what>            # all rounds
python -m tests.limits.<what> 37-        # go on where it was stopped
python -m tests.limits.<what> 12 7       # round 12 of seed 7 alone, to see a failure again
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context

ROUNDS = 100
SEED = "20261123"
PROCESSES = 2


def rounds_of(text: str) -> range:
    """ "37-99", "37-" or "37" as the rounds that they mean; "" for all."""
    first, dash, last = (text or "-").partition("-")
    return range(int(first or 0), int(last or (ROUNDS - 1 if dash else first)) + 1)


def told(seen: Counter[str]) -> str:
    """Counts as a sentence."""
    return ", ".join(f"{count:,} {kind}" for kind, count in seen.items())


def main(judged: Callable[[str], Counter[str]]) -> None:
    """Do the rounds of the command line and print what each saw; the first failure ends it."""
    rounds = rounds_of(sys.argv[1] if len(sys.argv) > 1 else "")
    seed = sys.argv[2] if len(sys.argv) > 2 and sys.argv[2] else SEED
    total: Counter[str] = Counter()
    began = time.monotonic()
    with get_context("spawn").Pool(PROCESSES) as pool:
        work = pool.imap(judged, [f"{seed}/{number}" for number in rounds])
        for number, seen in zip(rounds, work, strict=True):
            total += seen
            print(f"round {number} of seed {seed}: {told(seen)}", flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"all of it: {told(total)}; nothing failed; {minutes:.1f} minutes, seed {seed}")
