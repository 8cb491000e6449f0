"""Text on a terminal, where some characters are orders to the terminal."""

from __future__ import annotations

import unicodedata

_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Direction overrides: they can make a line read as something that it is not."""


def safe(text: str) -> str:
    """The text without control characters (escape sequences live from them) and direction
    overrides; lone surrogates become U+FFFD, so that it can be printed at all."""
    kept: list[str] = []
    for char in text.replace("\r\n", "\n").replace("\r", "\n"):
        category = unicodedata.category(char)
        if char == "\n":
            kept.append(char)
        elif char == "\t":
            kept.append(" ")
        elif category == "Cs":
            kept.append("\ufffd")
        elif category != "Cc" and char not in _DIRECTION:
            kept.append(char)
    return "".join(kept)


def whole(text: str) -> str:
    """The text with lone surrogates replaced: JSON can carry them, UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
