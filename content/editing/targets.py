"""What can be edited, as plain forms: list the targets, read one, write it back.

``write(read)`` changes nothing, and any write changes only the characters of what was edited: comments,
order, spacing and line ends stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from content.editing import typed
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import (
    also,
    asks,
    danger,
    hours,
    menu,
    organisation,
    page,
    phrase,
    safety,
    step,
)
from content.editing.places import Source
from content.editing.target import Target

Names = Callable[[Source], tuple[str, ...]]
Read = Callable[[Source, str], Fields]
Write = Callable[[Source, str, Values], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Kind:
    names: Names
    read: Read
    write: Write


_KINDS: dict[str, _Kind] = {
    "page": _Kind(page.names, page.read, page.write),
    "phrase": _Kind(phrase.names, phrase.read, phrase.write),
    "safety": _Kind(safety.names, safety.read, safety.write),
    "step": _Kind(step.names, step.read, step.write),
    "menu": _Kind(menu.names, menu.read, menu.write),
    "organisation": _Kind(organisation.names, organisation.read, organisation.write),
    "hours": _Kind(hours.names, hours.read_hours, hours.write_hours),
    "closures": _Kind(hours.names, hours.read_closures, hours.write_closures),
    "danger": _Kind(danger.names, danger.read, danger.write),
    "asks": _Kind(asks.names, asks.read, asks.write),
    "also": _Kind(also.ALSO.names, also.ALSO.read, also.ALSO.write),
    "topic": _Kind(also.TOPIC.names, also.TOPIC.read, also.TOPIC.write),
}


def targets(source: Source) -> tuple[Target, ...]:
    """Everything that can be edited, by kind."""
    return tuple(Target(kind, name) for kind, one in _KINDS.items() for name in one.names(source))


def read(source: Source, target: Target) -> Fields:
    """The form of a target. Raises CannotEdit where it is not there or its file cannot be read."""
    kind = _KINDS.get(target.kind)
    if kind is None:
        raise CannotEdit(f'There is nothing "{target}".')
    return kind.read(source, target.name)


def write(source: Source, target: Target, values: Values) -> Mapping[str, str]:
    """The source with these values; fields that are left out or say what stood there are not touched.

    Names that the form does not have are passed over. Raises CannotEdit as ``read`` does.
    """
    form = read(source, target)
    changed: dict[str, str] = {}
    for field in form.fields:
        if field.name not in values or values[field.name] == field.value:
            continue
        value = tidy(field, values[field.name])
        if value != field.value:
            changed[field.name] = value
    return _KINDS[target.kind].write(source, target.name, changed) if changed else dict(source)


def tidy(field: Field, value: str) -> str:
    """A typed value in the form in which it is kept."""
    match field.input:
        case "text":
            return typed.block(value)
        case "list":
            return "\n".join(typed.lines(value))
        case "tick":
            return typed.yes(typed.is_yes(value))
        case _:
            return typed.line(value)
