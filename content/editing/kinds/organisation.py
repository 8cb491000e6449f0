"""Organisation facts as a form: what patients read about who runs the service.

Staff, alerts, how long things are kept and the owner's privacy choices are not here: they decide who may
act and what is stored, so they stay in the files until admins have a page of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from content.editing import typed
from content.editing.fields import Field, Fields, Values
from content.editing.kinds import yamlfile
from content.editing.places import Source
from content.editing.target import Target
from content.editing.yamltext import Path, YamlText

FILE = "organisation.yaml"
_FACTS: tuple[tuple[str, Path, str, str, int], ...] = (
    ("publication", ("publication", "name"), "Name of this directory", "As patients read it.", 80),
    ("responsible", ("responsible",), "Who is responsible", "Shown in the consent.", 200),
    ("privacy_contact", ("privacy_contact",), "Contact for privacy", "Where patients write.", 200),
    ("institution", ("institution",), "Institution that answers", "", 200),
    ("khidi_registration", ("khidi_registration",), "KHIDI registration", 'Or "ask us".', 200),
    ("bot_name", ("bot", "name"), "Name of the bot", "On its profile.", 64),
    ("bot_description", ("bot", "description"), "Description of the bot",
     "Read before the first message.", 512),
    ("bot_short_description", ("bot", "short_description"), "Short description of the bot",
     "On its profile.", 120),
)  # fmt: skip


def names(source: Source) -> tuple[str, ...]:
    """The one form, where the file is there."""
    return ("",) if FILE in source else ()


def read(source: Source, _name: str = "") -> Fields:
    """The form of the organisation."""
    yaml = yamlfile.read(source, FILE)
    fields: list[Field] = []
    for name, at, label, help, most in _FACTS:
        fields.append(yamlfile.line(yaml, FILE, at, name, label, help, most))
        if name == "publication":
            fields.append(_tick(yaml, ("publication", "confirmed"), "confirmed", "Name confirmed"))
    fields.append(
        yamlfile.listed(yaml, FILE, ("team_languages",), "team_languages", "Languages of the team")
    )
    for line in dict.fromkeys(yaml.names("lines")):
        said = line.replace("_", " ")
        fields.append(
            yamlfile.line(yaml, FILE, ("lines", line, "number"), f"line.{line}", f"Help line: {said}",
                          "The safety texts must name the same number.", 40)
        )  # fmt: skip
        tick = _tick(
            yaml, ("lines", line, "confirmed"), f"line_confirmed.{line}", f"{said}: confirmed"
        )
        fields.append(tick)
    return Fields(Target("organisation"), "Who runs this service", "organisation", tuple(fields))


def _tick(yaml: YamlText, at: Path, name: str, label: str) -> Field:
    first, last = yaml.lines(*at)
    return Field(name, label, typed.yes(yaml.flag(*at)), "tick", "", 0, (), FILE, first, last)


def write(source: Source, _name: str, changed: Values) -> Mapping[str, str]:
    """The source with the changed facts written."""
    paths = {name: at for name, at, *_ in _FACTS}

    def change(yaml: YamlText) -> YamlText:
        for key, value in changed.items():
            kind, _, line = key.partition(".")
            if key == "team_languages":
                yaml = yaml.with_entries((key,), typed.lines(value))
            elif key == "confirmed":
                yaml = yaml.with_value(("publication", "confirmed"), typed.is_yes(value))
            elif kind == "line":
                yaml = yaml.with_value(("lines", line, "number"), value)
            elif kind == "line_confirmed":
                yaml = yaml.with_value(("lines", line, "confirmed"), typed.is_yes(value))
            else:
                yaml = yaml.with_value(paths[key], value)
        return yaml

    return yamlfile.edit(source, FILE, change)
