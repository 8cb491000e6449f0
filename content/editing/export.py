"""A source as files on disk, loss-free, and never outside the folder that was named."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from content.editing.errors import CannotEdit
from content.editing.places import Source
from content.findings import Findings
from content.source import LOCALE, MAX_BYTES, MAX_FILES, read_folder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_WINDOWS = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_DEEPEST = 4


def is_safe(path: str) -> bool:
    """Whether a source's path may become a file: plain names, a content file, nowhere above the folder."""
    parts = path.split("/")
    if not 1 <= len(parts) <= _DEEPEST:
        return False
    if not all(
        _NAME.fullmatch(one) and not one.endswith(".") and not _WINDOWS.fullmatch(one)
        for one in parts
    ):
        return False
    if len(parts) == 1:
        return path.endswith(".yaml")
    return bool(LOCALE.fullmatch(parts[0])) and path.endswith((".md", ".po", ".yaml"))


def unsafe(source: Source) -> tuple[str, ...]:
    """Why a source cannot be written as files, one line each; empty where it can."""
    found = [f"{path!r} is no name for a content file." for path in source if not is_safe(path)]
    lowered: dict[str, str] = {}
    for path, text in source.items():
        other = lowered.setdefault(path.casefold(), path)
        if other != path:
            found.append(f"{path} and {other} are one file on some systems.")
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            found.append(f"{path} is not UTF-8.")
            continue
        if size > MAX_BYTES:
            found.append(f"{path} is larger than {MAX_BYTES // 1024} KB.")
    if len(source) > MAX_FILES:
        found.append(f"More than {MAX_FILES} files.")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Written:
    """What ``write_folder`` did: files written, files left as they were, content files that are no more."""

    written: tuple[str, ...]
    same: tuple[str, ...]
    removed: tuple[str, ...]


def write_folder(source: Source, folder: Path, *, prune: bool = True) -> Written:
    """Write a source into a folder (made if need be), so that reading the folder gives the source again.

    prune: content files in the folder that the source does not have are removed; other files are left.
    Raises CannotEdit, before anything is written, where a name or a text cannot become a file or a link
    in the folder leads elsewhere.
    """
    if because := unsafe(source):
        raise CannotEdit("These files cannot be written.", because)
    folder.mkdir(parents=True, exist_ok=True)
    root = folder.resolve()
    strangers = [path for path in source if _leads_away(root, path)]
    if strangers:
        raise CannotEdit("A link in this folder leads out of it.", tuple(strangers))
    before = read_folder(root, Findings())
    written: list[str] = []
    same: list[str] = []
    for path, text in sorted(source.items()):
        file = root / path
        data = text.encode()
        if file.is_file() and file.read_bytes() == data:
            same.append(path)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, data)
        written.append(path)
    gone = [path for path in before if path not in source and not _leads_away(root, path)]
    for path in gone if prune else ():
        (root / path).unlink()
    return Written(tuple(written), tuple(same), tuple(gone) if prune else ())


def _leads_away(root: Path, path: str) -> bool:
    """Whether a name stands behind a link, to a file or on the way to it."""
    at = root
    for part in path.split("/"):
        at = at / part
        if at.is_symlink():
            return True
    return not at.resolve().is_relative_to(root)


def _replace(file: Path, data: bytes) -> None:
    """Write beside, then rename: a reader sees the old file or the new one, never half of it."""
    number, name = tempfile.mkstemp(dir=file.parent, prefix=".frontdesk-")
    try:
        with os.fdopen(number, "wb") as out:
            out.write(data)
        os.chmod(name, file.stat().st_mode & 0o777 if file.exists() else 0o644)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
