"""Findings while typing: the linter's own, with the field they are about, the place in it and mends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.words import clean
from content.editing import targets
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import danger, page
from content.editing.mends import Mend, Trouble, mends
from content.editing.places import Source
from content.editing.target import Target
from content.findings import Finding, Findings, quoted
from content.loader import compile_source
from content.source import digest

_QUOTED = re.compile(r'"([^"]+)"|\{(\w+)\}')
_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class FormFinding:
    """One fault, or a note, in a form.

    field: the input's name, "" for the whole form. start, end: the characters in its value, both 0 where
    no place is known. blocks: it cannot be published like this; a note only says what will happen.
    """

    message: str
    field: str = ""
    start: int = 0
    end: int = 0
    mends: tuple[Mend, ...] = ()
    blocks: bool = True


def lint(source: Source, *, now: datetime | None = None) -> tuple[Finding, ...]:
    """Everything that keeps a source from being published; the linter of ``content check``."""
    found = Findings()
    compile_source(source, found, now or datetime.now(UTC))
    return found.sorted()


_known: dict[tuple[str, str], tuple[Finding, ...]] = {}


def _before(source: Source, now: datetime) -> tuple[Finding, ...]:
    """The findings of the source that an editor began with; the same one is asked about at every key."""
    key = (digest(source), now.date().isoformat())
    if key not in _known:
        while len(_known) >= _REMEMBERED:
            _known.pop(next(iter(_known)), None)
        _known[key] = lint(source, now=now)
    return _known[key]


def findings(
    source: Source, target: Target, values: Values, *, now: datetime | None = None
) -> tuple[FormFinding, ...]:
    """What is wrong with these values, and what else they would break. Never raises.

    Faults elsewhere in the source that the edit did not make are left out.
    """
    now = now or datetime.now(UTC)
    try:
        old = targets.read(source, target)
        new = targets.write(source, target, values)
        form = targets.read(new, target)
        if target.kind == "danger":  # the reason is no part of the file
            form = form.filled({danger.REASON: values.get(danger.REASON, "")})
    except CannotEdit as problem:
        return (FormFinding(problem.message),)
    return compare(source, new, form, old, now=now)


def compare(
    source: Source, new: Source, form: Fields, old: Fields, *, now: datetime
) -> tuple[FormFinding, ...]:
    """What is wrong with a form as it stands in a new source, and what it broke elsewhere."""
    known = {(one.path, one.message) for one in _before(source, now)}
    changed = [one.name for one in form.fields if old.values.get(one.name) != one.value]
    out: list[FormFinding] = []
    for one in lint(new, now=now):
        field = _standing(one, form)
        if field is None:
            if (one.path, one.message) in known:
                continue
            field = _meant(one, form, changed)
        out.append(_told(one, field, form, old, new))
    if form.target.kind == "danger":
        out += _reasons(source, new, form)
    return (*out, *_notes(old, form, changed, source))


def _told(one: Finding, field: Field | None, form: Fields, old: Fields, new: Source) -> FormFinding:
    message = _in_words(one, form, new)
    if field is None:
        return FormFinding(message)
    start, end = _place(one, field)
    found = mends(Trouble(one.message, field, form, old.values, new))
    return FormFinding(message, field.name, start, end, found)


def _in_words(one: Finding, form: Fields, new: Source) -> str:
    """The message as the editor of this form reads it: which other page it is about, and who has a name."""
    if one.path in {field.path for field in form.fields}:
        return one.message
    other = one.path.rsplit("/", 1)[-1].removesuffix(".md")
    if other == one.path.rsplit("/", 1)[-1]:
        return f"{one.path}: {one.message}"
    claimed = f"already leads to {form.target.name} ("
    if claimed in one.message:
        return one.message.replace(claimed, f"already leads to {other} (")
    title = page.title_of(new.get(one.path, "")) or other
    return f"{quoted(title)}: {one.message}"


def _standing(one: Finding, form: Fields) -> Field | None:
    """The field in whose lines a finding stands, the narrowest where several hold it."""
    holding = [
        field
        for field in form.fields
        if field.path == one.path and field.first and field.first <= one.line <= field.last
    ]
    named = [field for field in holding if _names(one.message, field)]
    ordered = sorted(named or holding, key=lambda field: field.last - field.first)
    return ordered[0] if ordered else None


def _meant(one: Finding, form: Fields, changed: list[str]) -> Field | None:
    """The field that made a finding elsewhere: what the message quotes stands in it."""
    fields = [field for name in changed if (field := form.field(name)) is not None]
    for field in (*fields, *form.fields):
        if _names(one.message, field):
            return field
    if fields:
        return fields[0]
    return form.fields[0] if any(field.path == one.path for field in form.fields) else None


def _names(message: str, field: Field) -> bool:
    """Whether a message quotes the key of a field, or a line of its value."""
    said = [found[0] or found[1] for found in _QUOTED.findall(message)]
    key = field.name.split(".")[-1]
    lines = {clean(line) for line in (field.value, *field.value.split("\n"))}
    return any(
        one == key or one.endswith(f".{key}") or (clean(one) and clean(one) in lines)
        for one in said
    )


def _place(one: Finding, field: Field) -> tuple[int, int]:
    """Where in the value: the quoted words, else the line of a text."""
    for words in _said(one.message):
        at = field.value.casefold().find(words.casefold())
        if at >= 0 and len(field.value.casefold()) == len(field.value):
            return at, at + len(words)
    if (
        field.input == "text"
        and field.first
        and one.line >= field.first
        and field.path.endswith(".md")
    ):
        lines = field.value.split("\n")
        number = min(one.line - field.first, len(lines) - 1)
        start = sum(len(line) + 1 for line in lines[:number])
        return start, start + len(lines[number])
    return 0, 0


def _said(message: str) -> Iterator[str]:
    for plain, name in _QUOTED.findall(message.split(" Do this:")[0].split(" Did you mean")[0]):
        yield plain.removesuffix("…") if plain else f"{{{name}}}"


def _notes(old: Fields, form: Fields, changed: list[str], source: Source) -> Iterator[FormFinding]:
    """What will happen besides, so that nobody is surprised."""
    words = [name for name in ("title", "body") if name in changed]
    if not words or form.target.kind not in ("page", "safety"):
        return
    if form.target == Target("page", "consent") and "version" not in changed:
        number = old.values.get("version", "")
        more: tuple[Mend, ...] = ()
        if number.isascii() and number.isdigit():
            more = (
                Mend(f"Raise the version to {int(number) + 1}", {"version": str(int(number) + 1)}),
            )
        message = "People agreed to other words. Raise the version to ask everybody again."
        yield FormFinding(message, words[0], mends=more, blocks=False)
    if _is_checked(source, form.target):
        yield FormFinding("New words: the page will stand as not checked.", words[0], blocks=False)


def _reasons(old: Source, new: Source, form: Fields) -> Iterator[FormFinding]:
    """Danger words do not go without a reason."""
    reason = form.field(danger.REASON)
    gone = danger.removed(old, new)
    if gone and (reason is None or not reason.value.strip()):
        said = ", ".join(quoted(word) for _, _, word in gone[:5])
        yield FormFinding(
            f"Words of danger are taken away: {said}. Do this: say why.", danger.REASON
        )


def _is_checked(source: Source, target: Target) -> bool:
    if target.kind != "page":
        return False
    try:
        return page.find(source, target.name)[1].head.said("reviewed") not in ("", "never")
    except CannotEdit:  # a new page
        return False
