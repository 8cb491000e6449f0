"""Power cuts: what a disk holds when everything that was not synced is gone.

SIGKILL cannot show a missing fsync, because the kernel keeps what was written. So the program runs under
``strace``, which tells every write, sync, rename and removal. After a kill the folder is built again from
what was synced by then, plus, by chance, some of what was not: whole writes, or torn at 512 bytes. File
names come to the disk with a sync of their folder only, as POSIX has it.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

SECTOR = 512
CALLS = (
    "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,"
    "truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,link,linkat,copy_file_range,sendfile"
)
MODELLED = {
    "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "renameat",
    "renameat2", "link", "linkat", "unlink", "unlinkat",
}  # fmt: skip
LEFT_OUT = ("-shm", "program.log", ".lock")
"""Shared memory is never synced and made anew; a log and a lock are no data."""
_LINE = re.compile(r"^(\d+)\s+(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*)|(\+\+\+|---) .*)$")
_FD = re.compile(r"^(?:\d+|AT_FDCWD)<([^>]*)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def command(trace: Path) -> tuple[str, ...]:
    """What to put before a program so that it is watched."""
    return (
        "strace", "-f", "-y", "-xx", "-s", "2000000", "--seccomp-bpf", "-e", "signal=none",
        "-e", f"trace={CALLS}", "-o", str(trace),
    )  # fmt: skip


class Kept(Enum):
    """What is left of what was not synced. A disk may do any of it."""

    NOTHING = "nothing"
    SOME = "some writes"
    TORN = "some sectors"
    ALL = "everything"


@dataclass
class File:
    """A file's bytes on the disk, and what was done to it since its last sync, in order."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(offset, bytes), or (length, None) for a truncation."""
    size: int = 0
    """As the program sees it: where ``write`` goes on."""

    def after(self, chosen: Callable[[int, bytes | None], bytes | None]) -> bytes:
        """The bytes, of the pending operations only what ``chosen`` makes of them."""
        out = bytearray(self.synced)
        for at, data in self.pending:
            if data is None:
                if chosen(at, None) is not None:
                    out[:] = out[:at].ljust(at, b"\0")
                continue
            made = chosen(at, data)
            if made is None:
                continue
            out.extend(b"\0" * (at + len(made) - len(out)))
            out[at : at + len(made)] = made
        return bytes(out)


@dataclass
class Disk:
    """One folder. ``names`` as the program sees them, ``on_disk`` as they were synced."""

    folder: Path
    trace: Path
    chance: random.Random
    read: int = 0
    names: dict[str, File] = field(default_factory=dict)
    on_disk: dict[str, File] = field(default_factory=dict)
    begun: dict[str, tuple[str, str]] = field(default_factory=dict)
    marks: dict[str, dict[int, int]] = field(default_factory=dict)
    """thread → how many pending operations each file had when its sync began"""
    cuts: Counter[str] = field(default_factory=Counter)
    discarded: int = 0
    """Writes that were thrown away in whole or in part."""

    def cut(self, kept: Kept | None = None) -> None:
        """The power fails: build the folder anew. The program must be dead, its trace complete.
        ``kept``: by chance if not given."""
        for name, rest, thread, over in self._calls():
            self._happened(name, rest, thread, over)
        kept = kept or self.chance.choices(list(Kept), (4, 3, 3, 1))[0]
        self.cuts[f"power cut, {kept.value} of the unsynced kept"] += 1
        for path in self.folder.iterdir():
            if (path.is_file() and self._ours(str(path)) is not None) or path.name.endswith("-shm"):
                path.unlink()
        names = self.names if kept in (Kept.SOME, Kept.ALL) else self.on_disk
        self.names = {}
        for name, file in names.items():
            data = file.after(self._chooser(kept))
            (self.folder / name).write_bytes(data)
            (self.folder / name).chmod(0o600)
            self.names[name] = File(data, size=len(data))
        self.on_disk = dict(self.names)
        self.begun.clear()
        self.marks.clear()

    def _chooser(self, kept: Kept) -> Callable[[int, bytes | None], bytes | None]:
        def choose(at: int, data: bytes | None) -> bytes | None:
            whole = b"" if data is None else data
            if kept is Kept.ALL or (kept is Kept.SOME and self.chance.random() < 0.5):
                return whole
            self.discarded += 1
            if kept is Kept.TORN and data is not None and self.chance.random() < 0.7:
                return data[: SECTOR * self.chance.randint(0, len(data) // SECTOR)]
            return None

        return choose

    # ---- what the trace says

    def _calls(self) -> Iterator[tuple[str, str, str, bool]]:
        """(call, its arguments and result, thread, whether it is over) since the last time."""
        with self.trace.open("r", encoding="ascii", errors="replace") as file:
            file.seek(self.read)
            for line in file:
                found = _LINE.match(line.rstrip("\n"))
                if found is None:
                    continue
                thread, name, rest, resumed, tail, _ = found.groups()
                if name is not None and rest.endswith("<unfinished ...>"):
                    rest = rest.removesuffix("<unfinished ...>")
                    self.begun[thread] = (name, rest)
                    yield name, rest, thread, False
                elif name is not None:
                    yield name, rest, thread, False
                    yield name, rest, thread, True
                elif resumed is not None and thread in self.begun:
                    name, before = self.begun.pop(thread)
                    yield name, before + tail, thread, True
            self.read = file.tell()

    def _ours(self, path: str) -> str | None:
        """Its name in the folder; None for other files."""
        inside = Path(path.removesuffix(" (deleted)"))
        if inside.parent != self.folder or inside.name.endswith(LEFT_OUT):
            return None
        return inside.name

    def _happened(self, call: str, rest: str, thread: str, over: bool) -> None:
        """Writes count from their beginning, syncs when they are over: for what was written before they
        began."""
        at = _FD.match(rest)
        path = unhexed(at[1]) if at is not None else ""
        name = self._ours(path) if path else None
        failed = over and re.search(r"\)\s+= -1 ", rest) is not None
        match call:
            case "write" | "pwrite64" if name is not None and not over:
                file = self.names.setdefault(name, File())
                string = _STRING.search(rest, at.end() if at else 0)
                assert string is not None, "a write without its bytes"
                data = bytes.fromhex(string[1].replace("\\x", ""))
                offset = file.size
                if call == "pwrite64":
                    offset = _number(rest[string.end() :], 2)
                file.pending.append((offset, data))
                file.size = max(file.size, offset + len(data))
            case "ftruncate" if name is not None and not over:
                length = _number(rest, 1)
                file = self.names.setdefault(name, File())
                file.pending.append((length, None))
                file.size = length
            case "fsync" | "fdatasync" if not over:
                self.marks[thread] = {id(one): len(one.pending) for one in self.names.values()}
            case "fsync" | "fdatasync" if not failed:
                mark = self.marks.pop(thread, {})
                if name is not None and name in self.names:
                    _sync(self.names[name], mark.get(id(self.names[name]), 0))
                elif path and Path(path) == self.folder:
                    self.on_disk = dict(self.names)
            case "openat" if over and not failed:
                result = re.search(r"= \d+<([^>]*)>", rest)
                opened = self._ours(unhexed(result[1])) if result else None
                if opened is not None and "O_CREAT" in rest:
                    self.names.setdefault(opened, File())
                if opened is not None and "O_TRUNC" in rest:
                    self.names[opened].pending.append((0, None))
                    self.names[opened].size = 0
            case "rename" | "renameat" | "renameat2" if over and not failed:
                was, now = [self._ours(unhexed(one)) for one in _STRING.findall(rest)][:2]
                if was is not None and now is not None:
                    self.names[now] = self.names.pop(was)
            case "link" | "linkat" if over and not failed:
                was, now = [self._ours(unhexed(one)) for one in _STRING.findall(rest)][:2]
                if was is not None and now is not None:
                    self.names[now] = self.names[was]
            case "unlink" | "unlinkat" if over and not failed:
                (gone,) = [self._ours(unhexed(one)) for one in _STRING.findall(rest)][:1]
                if gone is not None:
                    self.names.pop(gone, None)
            case _:
                paths = [path, *(unhexed(one) for one in _STRING.findall(rest))]
                ours = any(self._ours(one) is not None for one in paths if one.startswith("/"))
                assert call in MODELLED or not ours, f"{call} is not modelled"


def unhexed(text: str) -> str:
    """A path, which may be in hexadecimal."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), text)


def _number(arguments: str, at: int) -> int:
    found = re.match(r"\d+", re.split(r",\s*", arguments)[at])
    assert found is not None, arguments[:80]
    return int(found[0])


def _sync(file: File, count: int) -> None:
    before = File(file.synced, file.pending[:count])
    file.synced = before.after(lambda _, data: b"" if data is None else data)
    del file.pending[:count]
