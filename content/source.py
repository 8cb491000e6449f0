"""The source: content files as path → text, read from a folder, and the hash that names them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from content.findings import Findings

MAX_BYTES = 512 * 1024
"""No text for a chat is longer; a larger file is a mistake. The longest list of ours, of what danger sounds
like in nine languages, has 310 KB."""

MAX_FILES = 2000

LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_STRUCTURE = {".yaml"}
_LOCAL = {".md", ".po", ".yaml"}


def read_folder(folder: Path, findings: Findings) -> dict[str, str]:
    """All content files below a folder. What cannot be read becomes a finding, never an exception."""
    source: dict[str, str] = {}
    if not folder.is_dir():
        findings.add(str(folder), 0, "This folder does not exist. Do this: check the path.")
        return source
    paths = _content_files(folder)
    if len(paths) > MAX_FILES:
        findings.add(str(folder), 0, f"More than {MAX_FILES} files. Is this the right folder?")
        return source
    for name in sorted(paths):
        text = _read(folder / name, name, findings)
        if text is not None:
            source[name] = text
    if not paths:
        findings.add(str(folder), 0, "No content files here. Is this the right folder?")
    return source


def digest(source: Mapping[str, str]) -> str:
    """The id of the Release that these files make: 16 hex digits of their SHA-256."""
    state = hashlib.sha256()
    for name in sorted(source):
        for part in (name, source[name]):
            data = part.encode("utf-8", "surrogatepass")
            state.update(len(data).to_bytes(8, "big"))
            state.update(data)
    return state.hexdigest()[:16]


def check_source(source: Mapping[str, str], findings: Findings) -> dict[str, str]:
    """The files of a source that can be read at all, with line ends made one."""
    fine: dict[str, str] = {}
    for name, text in source.items():
        try:
            size = len(text.encode())
        except UnicodeEncodeError:  # half of a surrogate pair
            findings.add(name, 0, "The file is not UTF-8. Do this: save it as plain text, UTF-8.")
            continue
        if "\0" in text:
            findings.add(
                name, 0, "The file holds null bytes. Do this: save it as plain text, UTF-8."
            )
        elif size > MAX_BYTES:
            findings.add(
                name, 0, f"The file is larger than {MAX_BYTES // 1024} KB. Do this: split it."
            )
        else:
            fine[name] = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return fine


def _content_files(folder: Path) -> list[str]:
    """YAML at the top; Markdown, PO and YAML inside locale folders; nothing hidden, no links to folders."""
    found = [
        path.name
        for path in folder.iterdir()
        if path.is_file() and path.suffix in _STRUCTURE and not path.name.startswith(".")
    ]
    for locale in folder.iterdir():
        if not locale.is_dir() or not LOCALE.fullmatch(locale.name):
            continue
        for path in locale.rglob("*"):
            parts = path.relative_to(folder).parts
            hidden = any(part.startswith((".", "_")) for part in parts)
            if path.is_file() and path.suffix in _LOCAL and not hidden:
                found.append("/".join(parts))
    return found


def _read(path: Path, name: str, findings: Findings) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            findings.add(
                name, 0, f"The file is larger than {MAX_BYTES // 1024} KB. Do this: split it."
            )
            return None
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        findings.add(name, line, "The file is not UTF-8. Do this: save it as plain text, UTF-8.")
    except OSError as problem:
        findings.add(name, 0, f"The file cannot be read ({problem.strerror}).")
    return None
