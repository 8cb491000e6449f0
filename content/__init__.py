"""What patients read: Markdown, phrases and menus, with their loader, linter and answer engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.release import Release
from content.findings import Finding, Findings
from content.loader import bad, build, compile_source
from content.source import digest, read_folder

__all__ = ["SHIPPED", "Finding", "Loaded", "build", "check", "digest", "load", "source_of"]

SHIPPED = Path(__file__).resolve().parent
"""The folder with the content that ships with the program."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A folder that lints: its Release and the files that it was made from (path → text)."""

    release: Release
    source: Mapping[str, str]


def load(folder: Path = SHIPPED, *, now: datetime | None = None) -> Loaded:
    """Read a content folder. Raises ``bot.errors.BadContent`` with all findings at once."""
    findings = Findings()
    source = read_folder(folder, findings)
    release = compile_source(source, findings, now or datetime.now(UTC))
    if release is None:
        raise bad(findings.sorted())
    return Loaded(release, source)


def check(folder: Path = SHIPPED) -> tuple[Finding, ...]:
    """Everything that is wrong with a content folder, by file and line; empty where nothing is."""
    findings = Findings()
    source = read_folder(folder, findings)
    compile_source(source, findings, datetime.now(UTC))
    return findings.sorted()


def source_of(folder: Path = SHIPPED) -> Mapping[str, str]:
    """The content files of a folder as they stand, unchecked; ``digest`` of it is the Release's id."""
    return read_folder(folder, Findings())
