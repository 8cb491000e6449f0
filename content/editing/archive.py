"""A source as a zip archive and back. An archive comes from outside: nothing in it is believed."""

from __future__ import annotations

import io
import stat
import zipfile
from dataclasses import dataclass

from content.editing.errors import CannotEdit
from content.editing.export import is_safe, unsafe
from content.editing.places import Source
from content.findings import Finding, Findings, quoted
from content.source import MAX_BYTES, MAX_FILES

MAX_ARCHIVE = 8 * 1024 * 1024
"""Bytes of an archive that is looked at (the shipped guide packs into 60 KB)."""
MAX_TOTAL = 32 * 1024 * 1024
"""Bytes of all files of an archive, unpacked."""
_ROUND = 64 * 1024
_DATE = (1980, 1, 1, 0, 0, 0)
"""The first date that zip knows: the same source gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in an archive. findings: why a file was refused; skipped: files that are no content."""

    source: dict[str, str]
    findings: tuple[Finding, ...]
    skipped: tuple[str, ...]


def to_zip(source: Source) -> bytes:
    """The source as an archive. Raises CannotEdit where a name or text cannot become a file."""
    if because := unsafe(source):
        raise CannotEdit("These files cannot be packed.", because)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(source):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            packed.writestr(entry, source[path].encode())
    return out.getvalue()


def from_zip(data: bytes) -> Opened:
    """The content files of an archive. Never raises, never writes; reads no more than the limits."""
    findings = Findings()
    source: dict[str, str] = {}
    skipped: list[str] = []
    if len(data) > MAX_ARCHIVE:
        findings.add("archive", 0, f"The archive is larger than {MAX_ARCHIVE // 1024 // 1024} MB.")
        return Opened({}, findings.sorted(), ())
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _read(packed, source, skipped, findings)
    except Exception as problem:
        # zipfile raises whatever a forged directory trips: struct.error, NotImplementedError, OverflowError …
        message = f"This is no zip archive that can be read ({type(problem).__name__})."
        findings.add("archive", 0, message)
    if not source and not findings:
        findings.add("archive", 0, "No content files in this archive. Is it the right one?")
    return Opened({} if findings else source, findings.sorted(), tuple(skipped))


def _read(
    packed: zipfile.ZipFile, source: dict[str, str], skipped: list[str], findings: Findings
) -> None:
    entries = packed.infolist()
    if len(entries) > MAX_FILES:
        findings.add("archive", 0, f"More than {MAX_FILES} files in the archive.")
        return
    root = _root([one.filename for one in entries if not one.is_dir()])
    left = MAX_TOTAL
    seen: set[str] = set()
    for one in entries:
        shown = quoted(one.filename.encode("ascii", "backslashreplace").decode())
        if trouble := _trouble(one):
            findings.add("archive", 0, f"{shown}: {trouble}")
            continue
        if one.is_dir():
            continue
        name = one.filename.removeprefix(root)
        if not is_safe(name):
            skipped.append(shown)
            continue
        if name.casefold() in seen:
            findings.add("archive", 0, f"{shown} stands in the archive twice.")
            continue
        seen.add(name.casefold())
        content = _bytes(packed, one, min(MAX_BYTES, left))
        if content is None:
            findings.add("archive", 0, f"{shown} is too large unpacked.")
            if left < MAX_BYTES:
                return
            left -= MAX_BYTES
            continue
        left -= len(content)
        try:
            source[name] = content.decode("utf-8")
        except UnicodeDecodeError:
            findings.add(name, 0, "The file is not UTF-8. Do this: save it as plain text, UTF-8.")


def _root(names: list[str]) -> str:
    """The one folder in which everything stands, if the archive was made from outside it."""
    heads = {name.partition("/")[0] for name in names if not name.startswith("__MACOSX/")}
    inside = all("/" in name for name in names)
    if len(heads) == 1 and inside:
        head = heads.pop()
        if any(name.startswith(f"{head}/menus.yaml") for name in names):
            return f"{head}/"
    return ""


def _trouble(one: zipfile.ZipInfo) -> str:
    """Why an entry is refused, "" where it is not."""
    parts = one.filename.replace("\\", "/").split("/")
    mode = one.external_attr >> 16
    if (
        one.filename.startswith("/")
        or "\\" in one.orig_filename
        or ".." in parts
        or ":" in parts[0]
    ):
        return "a path that leads out of the folder."
    if "\0" in one.orig_filename or any(ord(char) < 32 for char in one.filename):
        return "a name with control characters."
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or a device, not a file."
    if one.flag_bits & 0x1:
        return "it is encrypted. Do this: pack it without a password."
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "a compression that is not taken. Do this: pack it as plain zip."
    return ""


def _bytes(packed: zipfile.ZipFile, one: zipfile.ZipInfo, most: int) -> bytes | None:
    """An entry unpacked, None where it is larger than ``most``, whatever the directory says."""
    if one.file_size > most:
        return None
    out = bytearray()
    with packed.open(one) as stream:
        while piece := stream.read(_ROUND):
            out += piece
            if len(out) > most:
                return None
    return bytes(out)
