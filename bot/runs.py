"""Patterns in scripts where spaces do not part words as in English: Korean, Japanese, Chinese and Thai.

There a pattern stands anywhere in the text, spaces left out on both sides: "숨을못쉬" is found in
"숨을 못 쉬겠어요". "~" jumps over up to eight letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

GAP = 8
"""Letters that "~" may jump over: three short words."""

_RANGES = ((0x0E00, 0x0E7F), (0x1100, 0x11FF), (0x3040, 0x30FF), (0x3130, 0x318F),
           (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF))  # fmt: skip
"""Thai, Hangul letters, kana, Hangul compatibility letters, Chinese characters (two blocks), Hangul."""


def is_run(pattern: Sequence[str]) -> bool:
    """Whether a pattern is in one of these scripts, and so is looked for without regard to spaces."""
    return any(_unspaced(char) for word in pattern for char in word)


def _unspaced(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _RANGES)


def joined(said: Sequence[str]) -> str:
    """The words of a text in one run, "" where none of them is in these scripts."""
    return "".join(said) if is_run(said) else ""


def holds(pattern: tuple[str, ...], run: str) -> bool:
    """Whether a pattern stands in a run."""
    parts, gaps = _compiled(pattern)
    if not all(part in run for part in parts):
        return False
    return gaps is None or gaps.search(run) is not None


def without(run: str, sayings: Sequence[tuple[str, ...]]) -> str:
    """A run with harmless sayings struck out."""
    for saying in sayings:
        if is_run(saying) and holds(saying, run):
            parts, gaps = _compiled(saying)
            run = run.replace(parts[0], "·") if gaps is None else gaps.sub("·", run)
    return run


@lru_cache(maxsize=8192)
def _compiled(pattern: tuple[str, ...]) -> tuple[tuple[str, ...], re.Pattern[str] | None]:
    parts = tuple(
        part for part in "".join(word.rstrip("*") for word in pattern).split("~") if part
    )
    if len(parts) == 1:
        return parts, None
    return parts, re.compile((".{0,%d}?" % GAP).join(map(re.escape, parts)))
