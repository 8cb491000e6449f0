"""Reading a clock time that a person typed: "15:40", "3pm", "3.40 PM", "9 o'clock", "1540", "noon"."""

from __future__ import annotations

import re
import unicodedata

_BEFORE = re.compile(r"(?:it\s*is|its|it\s*s|now|at|about|around|approx\.?|~)\s*")
_CLOCK = re.compile(
    r"([01]?\d|2[0-4])(?:\s*[:.,h-]\s*([0-5]\d)|\s+([0-5]\d)|([0-5]\d)(?=\D|$))?(?::[0-5]\d)?\s*"
    r"(a\.?\s?m\.?|p\.?\s?m\.?|o\s*clock|h|hrs?|hours?)?\s*"
    r"((?:in\s+the\s+)?(?:morning|afternoon|evening)|at\s+night)?\s*"
    r"(?:here|now|local\s+time)?[.!]?"
)
_WORDS = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}


def read_clock(text: str) -> tuple[int, int] | None:
    """(hour 0-23, minute 0-59), None where the text is not a clock time and nothing else."""
    folded = unicodedata.normalize("NFKC", text[:64]).casefold().replace("'", "").replace("’", "")
    folded = "".join(_digit(char) for char in folded).strip()
    while found := _BEFORE.match(folded):
        folded = folded[found.end() :]
    if folded.rstrip(".!") in _WORDS:
        return _WORDS[folded.rstrip(".!")]
    clock = _CLOCK.fullmatch(folded)
    if clock is None or not folded.isascii():
        return None
    hour = int(clock.group(1))
    minute = int(clock.group(2) or clock.group(3) or clock.group(4) or 0)
    hour_of_day = _half(
        hour, (clock.group(5) or "").replace(".", "").replace(" ", ""), clock.group(6)
    )
    return None if hour_of_day is None else (hour_of_day, minute)


def _half(hour: int, half: str, part: str | None) -> int | None:
    """The hour of the day; None where the words around it cannot be ("15 am")."""
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        return hour % 12 + (12 if half == "pm" else 0)
    if part is None or not 1 <= hour <= 12:
        return hour % 24
    if part.endswith("morning"):
        return hour % 12
    if part.endswith("night"):
        return hour % 12 if hour < 6 or hour == 12 else hour + 12
    return hour % 12 + 12


def _digit(char: str) -> str:
    """Digits of any script as ours: a phone in Arabic types ١٥:٤٠."""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
