"""Asks as forms: words with a meaning of their own. Names are ``person``, ``small.hello``, ``command.menu``;
those of another language begin with it: ``ko/person``."""

from __future__ import annotations

from collections.abc import Mapping

from content.asks import ANSWERS, COMMANDS
from content.editing import places, typed
from content.editing.errors import CannotEdit
from content.editing.fields import Fields, Values
from content.editing.kinds import yamlfile
from content.editing.places import Source
from content.editing.target import Target
from content.editing.yamltext import Path, YamlText

_TITLES = {"person": "A wish for a person", "privacy": "Questions about privacy"}


def names(source: Source) -> tuple[str, ...]:
    """All groups of all languages, the patients' own first."""
    own = places.locale(source)
    paths = [path for path in source if path.endswith("/asks.yaml") and path.count("/") == 1]
    found: list[str] = []
    for path in sorted(paths, key=lambda one: (one != f"{own}/asks.yaml", one)):
        language = path.split("/")[0]
        prefix = "" if language == own else f"{language}/"
        try:
            yaml = yamlfile.read(source, path)
        except CannotEdit:
            continue
        found += [f"{prefix}{name}" for name in _groups(yaml)]
    return tuple(dict.fromkeys(found))


def _groups(yaml: YamlText) -> list[str]:
    found: list[str] = [name for name in _TITLES if name in yaml.names()]
    replies = (yaml.said("small_talk", n, "reply") for n in range(yaml.size("small_talk")))
    found += [reply for reply in replies if reply.startswith("small.")]
    found += [name for name in ANSWERS if name in yaml.names()]
    return found + [
        f"command.{name}" for name in yaml.names("commands") if name in (*COMMANDS, *ANSWERS)
    ]


def _find(source: Source, name: str) -> tuple[str, YamlText, Path]:
    language, _, group = name.rpartition("/")
    path = places.asks_path(source, language)
    yaml = yamlfile.read(source, path)
    if group not in _groups(yaml):
        raise CannotEdit(f'There are no asks "{name}".')
    if group in _TITLES:
        return path, yaml, (group, "phrases")
    if group.startswith("command."):
        return path, yaml, ("commands", group.removeprefix("command."))
    if group.startswith("small."):
        count = yaml.size("small_talk")
        at = next(n for n in range(count) if yaml.said("small_talk", n, "reply") == group)
        return path, yaml, ("small_talk", at, "phrases")
    return path, yaml, (group,)


def read(source: Source, name: str) -> Fields:
    """The form of one group."""
    path, yaml, at = _find(source, name)
    group = name.rpartition("/")[2]
    title = _TITLES.get(group, f"Words for {group.removeprefix('command.')}")
    help = "Whole messages, one a line; case and punctuation do not matter."
    field = yamlfile.listed(yaml, path, at, "phrases", "Sayings", help, 200)
    return Fields(Target("asks", name), title, "asks", (field,))


def write(source: Source, name: str, changed: Values) -> Mapping[str, str]:
    """The source with a group's sayings written."""
    path, _, at = _find(source, name)
    if "phrases" not in changed:
        return dict(source)
    wanted = typed.lines(changed["phrases"])
    return yamlfile.edit(source, path, lambda yaml: yaml.with_entries(at, wanted))
