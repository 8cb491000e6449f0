"""What changed between two sources, text by text, in editors' words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from content.editing import places, targets
from content.editing.errors import CannotEdit
from content.editing.fields import Fields
from content.editing.kinds import also, page
from content.editing.places import Source
from content.editing.target import Target

CHECKED = "checked"
"""The name under which a page's tick stands beside its fields."""


@dataclass(frozen=True, slots=True)
class Change:
    """One text that changed. target: "" for what has no form; path: the file.

    what: "added", "removed" or "changed"; title and field say in plain words which text.
    """

    target: str
    path: str
    what: str
    title: str
    field: str
    before: str
    after: str


def values(source: Source, target: Target) -> Mapping[str, str] | None:
    """The values of a target, with a page's tick; None where it is not there."""
    try:
        found = targets.read(source, target).values
    except CannotEdit:
        return None
    return {**found, CHECKED: _checked(source, target)} if target.kind == "page" else found


def _checked(source: Source, target: Target) -> str:
    head = page.find(source, target.name)[1].head
    day, by = head.said("reviewed"), head.said("reviewer")
    return "never" if day in ("", "never") else f"{day}, {by}"


def touched(old: Source, new: Source) -> frozenset[str]:
    """The files that are not the same in both."""
    return frozenset(path for path in {*old, *new} if old.get(path) != new.get(path))


def moved_targets(old: Source, new: Source) -> tuple[Target, ...]:
    """The targets that may differ: those of the files that do."""
    paths = touched(old, new)
    kinds = {"menus.yaml": {"menu"}, "danger.yaml": {"danger"}, "form.yaml": {"step"},
             "organisation.yaml": {"organisation", "hours", "closures"}}  # fmt: skip
    wanted: set[str] = set().union(*(kinds.get(path, set()) for path in paths))
    if any(path.endswith("phrases.po") for path in paths):
        wanted.add("phrase")
    if any(path.endswith("asks.yaml") for path in paths):
        wanted.add("asks")
    for kind, name in also.FILES.items():
        if any(path.endswith(f"/{name}") for path in paths):
            wanted.add(kind)
    if any("/safety/" in path for path in paths):
        wanted.add("safety")
    pages = {
        file.id: None
        for source in (old, new)
        for file in places.page_files(source).values()
        if file.path in paths
    }
    both = dict.fromkeys((*targets.targets(old), *targets.targets(new)))
    return tuple(
        one
        for one in both
        if (one.kind in wanted and one.kind != "page") or (one.kind == "page" and one.name in pages)
    )


def diff(old: Source, new: Source) -> tuple[Change, ...]:
    """Every text that changed. What no form shows is told by file, with its lines."""
    out: list[Change] = []
    told: set[str] = set()
    seen: set[tuple[str, str, str]] = set()
    for target in moved_targets(old, new):
        before, after = values(old, target), values(new, target)
        if before == after:
            continue
        form = _form(new if after is not None else old, target)
        what = "added" if before is None else "removed" if after is None else "changed"
        for name in dict.fromkeys((*(before or ()), *(after or ()))):
            was, now = (before or {}).get(name, ""), (after or {}).get(name, "")
            field = form.field(name)
            path = _path(form, name)
            if was == now or (path, was, now) in seen:
                continue
            seen.add((path, was, now))
            told.add(path)
            label = field.label if field is not None else "Checked by an editor"
            out.append(Change(str(target), path, what, form.title, label, was, now))
    return (*out, *_files(old, new, told))


def _form(source: Source, target: Target) -> Fields:
    return targets.read(source, target)


def _path(form: Fields, name: str) -> str:
    field = form.field(name) or next(iter(form.fields), None)
    return field.path if field is not None else ""


def _files(old: Source, new: Source, told: set[str]) -> list[Change]:
    """Files whose change no target explains: whole lines."""
    out: list[Change] = []
    for path in sorted(touched(old, new)):
        if path in told and not _more(old, new, path):
            continue
        what = "added" if path not in old else "removed" if path not in new else "changed"
        gone, come = lines(old.get(path, ""), new.get(path, ""))
        out.append(Change("", path, what, path, "Lines of the file", gone, come))
    return out


def _more(old: Source, new: Source, path: str) -> bool:
    """Whether a file holds changes besides those that its targets tell: comments, staff, limits."""
    if path not in old or path not in new:
        return False
    made: Mapping[str, str] = old
    for target in moved_targets(
        {path: old[path]} | _rest(old, path), {path: new[path]} | _rest(old, path)
    ):
        after = values(new, target)
        if after is None or values(old, target) is None:
            return False  # things that came or went were told with all that they held
        try:
            if after is not None:
                made = targets.write(made, target, after)
        except CannotEdit:
            return True
    return made.get(path) != new[path] and _meaning(made.get(path, "")) != _meaning(new[path])


def _rest(source: Source, path: str) -> dict[str, str]:
    return {one: text for one, text in source.items() if one != path}


_IGNORED = ("reviewed:", "reviewer:")


def _meaning(text: str) -> list[str]:
    """The lines of a file without comments and spaces at their ends; a page's tick is told already."""
    kept = (line.strip() for line in text.split("\n"))
    return [line for line in kept if line and not line.startswith(("#", *_IGNORED))]


def lines(old: str, new: str) -> tuple[str, str]:
    """The lines that went and those that came."""
    compared = list(difflib.ndiff(old.split("\n"), new.split("\n"))) if len(old) + len(new) < 40_000 else [
        *(f"- {line}" for line in old.split("\n") if line not in set(new.split("\n"))),
        *(f"+ {line}" for line in new.split("\n") if line not in set(old.split("\n"))),
    ]  # fmt: skip
    return (
        "\n".join(line[2:] for line in compared if line.startswith("- ")),
        "\n".join(line[2:] for line in compared if line.startswith("+ ")),
    )
