"""What the forms over YAML files share: reading one, writing one, where a key stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from content.editing.errors import CannotEdit
from content.editing.fields import Field
from content.editing.lineends import LineEnds
from content.editing.places import Source
from content.editing.yamltext import Path, YamlText


def read(source: Source, path: str) -> YamlText:
    """The YAML of a file. Raises CannotEdit where it is missing or cannot be read."""
    if path not in source:
        raise CannotEdit(f"The file {path} is missing.")
    return YamlText(LineEnds.split(source[path])[1])


def edit(source: Source, path: str, change: Callable[[YamlText], YamlText]) -> Mapping[str, str]:
    """The source with one YAML file changed, in its own line ends."""
    if path not in source:
        raise CannotEdit(f"The file {path} is missing.")
    ends, text = LineEnds.split(source[path])
    made = change(YamlText(text)).text
    return dict(source) if made == text else {**source, path: ends.put_back(made)}


def line(
    yaml: YamlText, file: str, at: Path, name: str, label: str, help: str = "", most: int = 0
) -> Field:
    """A single value as an input."""
    first, last = yaml.lines(*at)
    return Field(name, label, yaml.said(*at), "line", help, most, (), file, first, last)


def listed(
    yaml: YamlText, file: str, at: Path, name: str, label: str, help: str = "", most: int = 0,
    choices: tuple[tuple[str, str], ...] = (),
) -> Field:  # fmt: skip
    """A list of texts as an input, one a line."""
    first, last = yaml.lines(*at)
    value = "\n".join(yaml.entries(*at))
    return Field(name, label, value, "list", help, most, choices, file, first, last)
