"""Findings: what is wrong with the content, told to editors, all of it at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: the file, the line (0 where the whole file is meant) and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.path}, line {self.line}" if self.line else self.path
        return f"{where}: {self.message}"


class Findings:
    """Collects findings while files are read; reading never stops at the first one."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(self, path: str, line: int, message: str) -> None:
        """Note a fault, on one line. The same one twice counts once."""
        self._found[Finding(path, line, " ".join(message.split()))] = None

    def sorted(self) -> tuple[Finding, ...]:
        """All of them by file and line."""
        return tuple(sorted(self._found))

    def __bool__(self) -> bool:
        return bool(self._found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: `` Did you mean "aliases"?``, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' Did you mean "{close[0]}"?' if close else ""


def quoted(text: str, limit: int = 60) -> str:
    """A piece of the editors' text, short enough for one line of a finding."""
    flat = " ".join(text.split())
    return f'"{flat[: limit - 1]}…"' if len(flat) > limit else f'"{flat}"'
