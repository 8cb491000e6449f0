"""``make fuzz``: for the given minutes, does any text break or slow what reads it? Ends with 1 if so.

Limits are of this thread's own time on the core, so that a busy machine does little harm; a text that seems slow
is tried again twice, a breath later, and the quickest of three counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import content
from bot import danger
from bot.skeleton import skeleton
from bot.words import clauses, words
from content.answers import LexicalEngine
from content.engine.pieces import Pieces, readable
from content.engine.weights import NoWeights, Weights
from tests.fuzz.texts import known_words, texts

LONG, SHORT = 0.050, 0.002
"""Seconds for any 4,096 characters, and for 300, danger check included, without the model."""

BREATH = 0.2


def took(act: Callable[[], object]) -> float:
    """Seconds of the core, for this thread."""
    began = time.thread_time()
    act()
    return time.thread_time() - began


def main(minutes: float) -> int:
    """Feed texts until the time is over; print every one that is too slow, raise at the first that breaks."""
    release = content.load().release
    plain = LexicalEngine()
    plain.warm(release)
    try:
        vocabulary = Weights(None).vocabulary
        pieces = Pieces(vocabulary) if vocabulary is not None else None
    except NoWeights:
        pieces = None
    danger.find("warm", release.lexicon)
    end, count, slow, worst = time.monotonic() + minutes * 60, 0, 0, 0.0
    for text in texts(int(time.time()), known_words(release.lexicon)):
        if time.monotonic() > end:
            break
        count += 1

        def check(text: str = text) -> None:
            danger.find(text, release.lexicon)

        words(text)
        clauses(text)
        skeleton(text)
        danger.excused(text, release.lexicon)

        limit = SHORT if len(text) <= 300 else LONG
        seconds = took(check)
        if seconds > limit:
            for _ in range(2):
                time.sleep(BREATH)  # whoever shares the core's cache may be done then
                seconds = min(seconds, took(check))
        worst = max(worst, seconds / limit)
        if seconds > limit:
            slow += 1
            print(f"{seconds * 1000:.1f} ms for {len(text)}: {text[:80]!a}")
        if count % 10 == 0:
            plain.understand(text, release)
            if pieces is not None:
                pieces.numbers(readable(text), 64)
    print(f"{count} texts, {slow} too slow, the slowest took {worst:.0%} of what it may")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 9))
