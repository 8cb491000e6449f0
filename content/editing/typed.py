"""What an editor typed into a form, made fit for a text file."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t\u200c\u200d\u200e\u200f")
"""Control and format characters that belong to texts: line ends, tabs, joiners (emoji, Persian), directions."""


def clean(text: str) -> str:
    """Line ends made one; characters that no plain text file holds are gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if _fits(char))


def _fits(char: str) -> bool:
    if char in _KEPT:
        return True
    if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char == "\ufeff":
        return False
    return ord(char) & 0xFFFE != 0xFFFE  # the two noncharacters of each plane


def line(text: str) -> str:
    """One line, single spaces."""
    return " ".join(clean(text).split())


def lines(text: str) -> tuple[str, ...]:
    """The lines that hold something, each with single spaces."""
    found = (" ".join(one.split()) for one in clean(text).split("\n"))
    return tuple(one for one in found if one)


def block(text: str) -> str:
    """Several lines, no blank ones at the ends. Spaces at a line's end stay: in Markdown two are a break."""
    kept = clean(text).split("\n")
    return "\n".join(one if one.strip() else "" for one in kept).strip("\n")


def is_yes(text: str) -> bool:
    """Whether a tick box is ticked, as forms send it."""
    return text.strip().casefold() in ("yes", "true", "on", "1")


def yes(flag: bool) -> str:
    """A tick box as a form value."""
    return "yes" if flag else ""
