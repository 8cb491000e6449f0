"""The list of erased ids, a second time, beside the key: outside the database and its backups.

A restored backup brings back patients who were erased after it was made; the next start reads this
list and erases them again. It holds ids, keyed hashes and times, one JSON object a line.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

Erased = dict[str, tuple[str, datetime]]


def erased_file(key_file: Path) -> Path:
    """Where the list is."""
    return key_file.with_name(key_file.name + ".erased")


def read(path: Path) -> Erased:
    """The list; empty if there is none. A line that a crash cut off is passed over."""
    out: Erased = {}
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return out
    for line in lines:
        try:
            row = json.loads(line)
            out[str(row["id"])] = (str(row["subject"]), datetime.fromisoformat(row["at"]))
        except (ValueError, KeyError, TypeError):
            continue
    return out


def add(path: Path, more: Erased) -> None:
    """Append what is not on the list yet, and sync it to the disk."""
    known = read(path)
    lines = [
        json.dumps({"id": one, "subject": subject, "at": at.isoformat()})
        for one, (subject, at) in more.items()
        if one not in known
    ]
    if not lines:
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        # The first newline ends a line that a crash may have cut off.
        file.write(("\n" + "\n".join(lines) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())
