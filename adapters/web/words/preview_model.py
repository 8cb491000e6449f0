"""What a platform makes of a screen, in a form that this page can show without knowing the platform.

The renderers are given in by the wiring: sides never import one another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.screens import Screen


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in one look. look: "", "bold" or "italic"."""

    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message. kind: "title", "text", "quote", "bullet" or "number"."""

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """How much of a limit is used, in the platform's own units."""

    label: str
    used: int
    most: int

    @property
    def over(self) -> bool:
        """Whether it does not fit."""
        return self.used > self.most


@dataclass(frozen=True, slots=True)
class PreviewModel:
    """One screen on one platform. rows: labels of the buttons as they are shown there.

    notes: what the platform changes, in plain words ("A label was cut").
    """

    pieces: tuple[Piece, ...]
    rows: tuple[tuple[str, ...], ...]
    counters: tuple[Counter, ...]
    notes: tuple[str, ...] = ()


Preview = Callable[[Screen], PreviewModel]
