"""Two editors at once: edits of different things are joined, of the same thing shown to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content.editing import changes, places, targets
from content.editing.errors import CannotEdit
from content.editing.kinds import yamlfile
from content.editing.places import Source
from content.editing.remove import MOVED
from content.editing.target import Target


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that both changed. target: None for a file without a form; then "text" holds the file.

    None instead of values: the page (or file) is not there any more.
    """

    target: Target | None
    path: str
    base: Mapping[str, str] | None
    mine: Mapping[str, str] | None
    theirs: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Merged:
    """Both edits in one source; where they conflict it holds theirs until somebody chooses."""

    source: Mapping[str, str]
    conflicts: tuple[Conflict, ...]


def merge(base: Source, mine: Source, theirs: Source) -> Merged:
    """Join two edits of one source. Nothing of either is lost: it is in the source or in a conflict."""
    made = dict(theirs)
    both: list[str] = []
    for path in sorted(changes.touched(base, mine)):
        if theirs.get(path) == base.get(path) or theirs.get(path) == mine.get(path):
            _put(made, path, mine.get(path))
        else:
            both.append(path)
    conflicts: list[Conflict] = []
    for path in both:
        made, found = _one_file(path, base, mine, theirs, made)
        conflicts += found
    return Merged(made, tuple(conflicts))


def _put(source: dict[str, str], path: str, text: str | None) -> None:
    if text is None:
        source.pop(path, None)
    else:
        source[path] = text


def _only(source: Source, path: str, other: Source) -> dict[str, str]:
    """``other`` with one file as it is in ``source``."""
    made = dict(other)
    _put(made, path, source.get(path))
    return made


def _one_file(
    path: str, base: Source, mine: Source, theirs: Source, made: dict[str, str]
) -> tuple[dict[str, str], list[Conflict]]:
    """A file that both changed, target by target."""
    whole = Conflict(None, path, _text(base, path), _text(mine, path), _text(theirs, path))
    if path == MOVED:
        return _moved(base, mine, theirs, made, whole)
    # other files as in base, so that only this one speaks
    b, m, t = dict(base), _only(mine, path, base), _only(theirs, path, base)
    mine_changed = [one for one in changes.moved_targets(b, m) if _differ(b, m, one)]
    if not mine_changed or any(path not in one for one in (base, mine, theirs)):
        found = [Conflict(one, path, *_three(b, m, t, one)) for one in mine_changed]
        return made, found or [whole]
    conflicts: list[Conflict] = []
    replayed: Mapping[str, str] = b
    result: Mapping[str, str] = made
    for target in mine_changed:
        was, wanted, other = _three(b, m, t, target)
        if was is None or wanted is None or other is None:
            conflicts.append(Conflict(target, path, was, wanted, other))
            continue
        try:
            replayed = targets.write(replayed, target, wanted)
            if other == wanted:
                continue
            if other != was or was.get(changes.CHECKED) != wanted.get(changes.CHECKED):
                conflicts.append(Conflict(target, path, was, wanted, other))
            else:
                new = {name: value for name, value in wanted.items() if value != was.get(name)}
                result = targets.write(result, target, new)
        except CannotEdit:
            conflicts.append(Conflict(target, path, was, wanted, other))
    if not conflicts and replayed.get(path) != mine.get(path):
        conflicts.append(whole)  # I changed something here that no form shows
    return dict(result), conflicts


def _three(
    base: Source, mine: Source, theirs: Source, target: Target
) -> tuple[Mapping[str, str] | None, Mapping[str, str] | None, Mapping[str, str] | None]:
    return (
        changes.values(base, target),
        changes.values(mine, target),
        changes.values(theirs, target),
    )


def _differ(one: Source, other: Source, target: Target) -> bool:
    return changes.values(one, target) != changes.values(other, target)


def _text(source: Source, path: str) -> Mapping[str, str] | None:
    return {"text": source[path]} if path in source else None


def _moved(
    base: Source, mine: Source, theirs: Source, made: dict[str, str], whole: Conflict
) -> tuple[dict[str, str], list[Conflict]]:
    """moved.yaml only grows: lines of both are kept, unless they send one id to two pages. A line goes
    where its page came back, as when a removal is undone."""
    try:
        old, own, other = (
            yamlfile.read({MOVED: "{}\n", **one}, MOVED) for one in (base, mine, theirs)
        )
        joined = other
        for name in own.names():
            said = own.said(name)
            if said == old.said(name) or said == other.said(name):
                continue
            if other.said(name) != old.said(name):
                return made, [whole]
            joined = joined.with_value((name,), said)
        for name in old.names():
            if name not in own.names():
                if name not in places.page_files(mine) or other.said(name) != old.said(name):
                    return made, [whole]
                joined = joined.without((name,))
    except CannotEdit:
        return made, [whole]
    return {**made, MOVED: joined.text}, []
