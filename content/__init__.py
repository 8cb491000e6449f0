"""What patients read: Markdown, phrases and menus, with their loader, linter and answer engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import BadContent
from bot.release import Release
from content.findings import Finding, Findings
from content.source import digest, read_folder

__all__ = ["SHIPPED", "Finding", "Loaded", "build", "check", "digest", "load", "source_of"]

SHIPPED = Path(__file__).resolve().parent
"""The folder with the content that ships with the program."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A folder that lints: its Release and the files that it was made from (path → text)."""

    release: Release
    source: Mapping[str, str] = field(repr=False)


def load(folder: Path = SHIPPED, *, now: datetime | None = None) -> Loaded:
    """Read a content folder. Raises ``bot.errors.BadContent`` with all findings at once."""
    findings = Findings()
    source = read_folder(folder, findings)
    release = _compiled(source, findings, now)
    if release is None:
        raise _bad(findings)
    return Loaded(release, source)


def build(source: Mapping[str, str], *, now: datetime | None = None) -> Release:
    """The Release that a source makes. Raises ``BadContent`` with all findings where it does not lint.

    now: the day from which desk hours are worked out (aware; today by default). The id depends on the
    source alone.
    """
    findings = Findings()
    release = _compiled(source, findings, now)
    if release is None:
        raise _bad(findings)
    return release


def _compiled(
    source: Mapping[str, str], findings: Findings, now: datetime | None
) -> Release | None:
    """The loader, imported when it is asked: commands that only read rows start without it."""
    from content.loader import compile_source

    return compile_source(source, findings, now or datetime.now(UTC))


def _bad(findings: Findings) -> BadContent:
    """The exception that carries findings, one line each."""
    return BadContent(tuple(str(one) for one in findings.sorted()))


def check(folder: Path = SHIPPED) -> tuple[Finding, ...]:
    """Everything that is wrong with a content folder, by file and line; empty where nothing is."""
    findings = Findings()
    source = read_folder(folder, findings)
    _compiled(source, findings, None)
    return findings.sorted()


def source_of(folder: Path = SHIPPED) -> Mapping[str, str]:
    """The content files of a folder as they stand, unchecked; ``digest`` of it is the Release's id."""
    return read_folder(folder, Findings())
