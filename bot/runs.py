"""Patterns in scripts where spaces do not part words as in English: Korean, Japanese, Chinese and Thai.

There a pattern stands anywhere in the text, spaces left out on both sides: "숨을 못 쉬" is found in
"숨을못쉬겠어요". "~" jumps over up to eight letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

GAP = 8
"""Letters that "~" may jump over: three short words."""

_LETTERS = re.compile(
    "[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
)
"""Thai, Hangul letters, kana, Hangul compatibility letters, Chinese characters (two blocks), Hangul."""


def is_run(said: Sequence[str]) -> bool:
    """Whether words are in one of these scripts, and so are looked for without regard to spaces."""
    return any(_LETTERS.search(word) is not None for word in said)


def joined(said: Sequence[str]) -> str:
    """The words of a text in one run, "" where none of them is in these scripts."""
    return "".join(said) if is_run(said) else ""


def compiled(pattern: Sequence[str]) -> tuple[tuple[str, ...], re.Pattern[str] | None]:
    """The parts of a pattern that must all stand in a run, and, where there are several, how."""
    whole = "".join(word.rstrip("*") for word in pattern)
    parts = tuple(part for part in whole.split("~") if part)
    if len(parts) == 1:
        return parts, None
    return parts, re.compile(f".{{0,{GAP}}}?".join(map(re.escape, parts)))
