"""Remembers what a file was read as, so that checking again after a small edit reads one file, not all."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from bot.words import clean
from content.findings import Findings

T = TypeVar("T")


@lru_cache(maxsize=20_000)
def cleaned(text: str) -> str:
    """``clean``, remembered: for the editors' few thousand phrases, never for what a patient typed."""
    return clean(text)


def remembered(read: Callable[..., T], files: int) -> Callable[..., T]:
    """``read`` with a memory of ``files`` texts. Its last argument is the Findings, which are given again.

    What it returns must not be changed by those who get it.
    """

    @lru_cache(maxsize=files)
    def once(*given: object) -> tuple[T, Findings]:
        own = Findings()
        return read(*given, own), own

    def again(*given: object) -> T:
        *known, findings = given
        found, own = once(*known)
        if own and isinstance(findings, Findings):
            for one in own.sorted():
                findings.add(one.path, one.line, one.message)
        return found

    return again
