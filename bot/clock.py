"""Reading a clock time that a person typed: "15:40", "3pm", "3.40 PM", "9 o'clock", "1540"."""

from __future__ import annotations

import re
import unicodedata

_CLOCK = re.compile(
    r"(?:it\s*is|its|now|about|around|~)?\s*"
    r"([01]?\d|2[0-4])(?:\s*[:.h]\s*([0-5]\d)|([0-5]\d)(?=\D|$))?\s*"
    r"(a\.?m\.?|p\.?m\.?|o\s*clock|h|hrs?|hours?)?\s*(?:here|now)?\.?"
)


def read_clock(text: str) -> tuple[int, int] | None:
    """(hour 0–23, minute 0–59), None where the text is not a clock time and nothing else."""
    folded = unicodedata.normalize("NFKC", text[:64]).casefold().replace("'", "").replace("’", "")
    found = _CLOCK.fullmatch(folded.strip())
    if found is None or not folded.isascii():
        return None
    hour, minute = int(found.group(1)), int(found.group(2) or found.group(3) or 0)
    half = (found.group(4) or "").replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (hour % 24, minute)
