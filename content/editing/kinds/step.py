"""The questions of the form "Write to a person" as forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from content.editing import typed
from content.editing.errors import CannotEdit
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import phrase, yamlfile
from content.editing.places import Source
from content.editing.target import Target
from content.editing.yamltext import YamlText

FILE = "form.yaml"
_LABELS = {
    "title": ("Short title", "Beside the step's number."),
    "ask": ("Question", "What the patient is asked."),
    "label": ("Name on the review card", "Also a button there."),
}


def names(source: Source) -> tuple[str, ...]:
    """The ids of the steps."""
    try:
        yaml = yamlfile.read(source, FILE)
    except CannotEdit:
        return ()
    found = (yaml.said("steps", n, "id") for n in range(yaml.size("steps")))
    return tuple(dict.fromkeys(name for name in found if name))


def _at(yaml: YamlText, name: str) -> int:
    for n in range(yaml.size("steps")):
        if yaml.said("steps", n, "id") == name:
            return n
    raise CannotEdit(f'There is no form question "{name}".')


def read(source: Source, name: str) -> Fields:
    """The form of one step: its words, and what may be typed."""
    yaml = yamlfile.read(source, FILE)
    n = _at(yaml, name)
    kind = yaml.said("steps", n, "kind")
    fields: list[Field] = []
    for part, (label, help) in _LABELS.items():
        fields.append(phrase.field(source, f"form.{name}.{part}", part, label, help))
    for option in dict.fromkeys(yaml.entries("steps", n, "options")):
        key = f"form.{name}.{option}"
        fields.append(
            phrase.field(source, key, f"option.{option}", f"Answer: {option}", "A button.")
        )
    if kind == "choice":
        first, last = yaml.lines("steps", n)
        flag = typed.yes(yaml.flag("steps", n, "typed"))
        fields.append(
            Field(
                "typed", "Another answer may be typed", flag, "tick", "", 0, (), FILE, first, last
            )
        )
    if kind == "text":
        found = yamlfile.line(
            yaml, FILE, ("steps", n, "max"), "max", "Most characters", "From 1 to 4000."
        )
        fields.append(replace(found, first=found.first or yaml.lines("steps", n)[0]))
    title = phrase.find(source, f"form.{name}.title").strings
    return Fields(
        Target("step", name), next(iter(title.values()))[0] or name, "form question", tuple(fields)
    )


def write(source: Source, name: str, changed: Values) -> Mapping[str, str]:
    """The source with the changed words and settings of a step written."""
    for key, value in changed.items():
        if key in ("typed", "max"):
            source = _setting(source, name, key, value)
        else:
            source = phrase.with_string(
                source, f"form.{name}.{key.removeprefix('option.')}", 0, value
            )
    return dict(source)


def _setting(source: Source, name: str, key: str, value: str) -> Mapping[str, str]:
    def change(yaml: YamlText) -> YamlText:
        at = ("steps", _at(yaml, name), key)
        if key == "typed":
            return yaml.with_value(at, True if typed.is_yes(value) else None)
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else value
        return yaml.with_value(at, number or None)

    return yamlfile.edit(source, FILE, change)
