"""Files and live Release in step: what publishing files would change, and whose edits it would overwrite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.errors import NotFound
from bot.ports import ReleaseRow, Store
from content.editing import changes
from content.editing.changes import Change

MARK = ".frontdesk-release"
"""Beside exported files: the id of the Release that they were, so that a later publication knows what was
edited here and what on the page. No content file; it may be deleted."""

_ID = re.compile(r"[0-9a-f]{16}")
LONGEST_SHOWN = 120

Source = Mapping[str, str]


def marked(folder: Path) -> str:
    """The Release that a folder's files began as; "" if it is not noted."""
    try:
        said = (folder / MARK).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
    return said if _ID.fullmatch(said) else ""


def mark(folder: Path, release_id: str) -> None:
    """Note what the files are now."""
    (folder / MARK).write_text(release_id + "\n", encoding="ascii")


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds something, and no content: writing there would clear somebody's files away."""
    return folder.exists() and any(folder.iterdir()) and not (folder / "menus.yaml").exists()


async def base_of(store: Store, folder: Path) -> Source | None:
    """What the files began as: the Release noted beside them, else the one last published from files.
    None where neither is in the history."""
    rows = await store.releases()
    wanted = marked(folder)
    known = {row.id for row in rows}
    base = wanted if wanted in known else next((row.id for row in rows if from_files(row)), "")
    try:
        return await store.release_source(base) if base else None
    except NotFound:
        return None


def from_files(row: ReleaseRow) -> bool:
    """Whether a publication came from files, not from the page."""
    return row.by == "first start" or row.by.startswith("cli:")


def overwritten(base: Source | None, files: Source, live: Source) -> tuple[Change, ...]:
    """Edits made since on the page that publishing these files would undo, text by text."""
    if base is None:
        return ()
    newer = {_place(one): one for one in changes.diff(base, live)}
    undone = {_place(one) for one in changes.diff(live, files)}
    return tuple(one for place, one in newer.items() if place in undone)


def _place(one: Change) -> tuple[str, str, str]:
    return one.target, one.path, one.field


def lines(found: tuple[Change, ...]) -> list[str]:
    """Changes for people, two lines each at most."""
    out = []
    for one in found:
        out.append(f"  {one.what}: {one.title} ({one.field})")
        before, after = _short(one.before), _short(one.after)
        if one.what == "changed":
            out.append(f"    {before or '(empty)'}  →  {after or '(empty)'}")
    return out


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"
