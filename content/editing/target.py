"""Targets: the names of what can be edited, such as ``page:start`` or ``hours``."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "page", "phrase", "safety", "step", "menu", "organisation", "hours", "closures", "danger", "asks",
    "also", "topic",
)  # fmt: skip
ALONE = frozenset({"organisation", "hours", "closures"})
"""Kinds of which there is one only; their target has no name."""


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One thing that can be edited by a form; written ``kind:name``, or ``kind`` where there is one."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


def parse(text: str) -> Target | None:
    """The target that a text names; None for anything else (a forged link)."""
    kind, _, name = text.partition(":")
    if kind not in KINDS or (kind in ALONE) == bool(name) or len(name) > 120:
        return None
    return Target(kind, name)
