"""How patients put things, as forms: the sayings of a page (``also``) and of a topic that the guide does not
cover (``topic``). Names are page ids and topics; those of another language begin with it: ``ko/start``."""

from __future__ import annotations

from collections.abc import Mapping

from content.also import LONGEST
from content.editing import places, typed
from content.editing.errors import CannotEdit
from content.editing.fields import Fields, Values
from content.editing.kinds import yamlfile
from content.editing.places import Source
from content.editing.target import Target

FILES = {"also": "also.yaml", "topic": "not-covered.yaml"}


def paths(source: Source, kind: str) -> tuple[str, ...]:
    """The files of all languages, the patients' own first."""
    own = places.locale(source)
    found = [path for path in source if path.endswith(f"/{FILES[kind]}") and path.count("/") == 1]
    return tuple(sorted(found, key=lambda one: (one.split("/")[0] != own, one)))


class Sayings:
    """Names, read and write of one kind."""

    def __init__(self, kind: str, title: str, sort: str) -> None:
        self._kind, self._title, self._sort = kind, title, sort

    def names(self, source: Source) -> tuple[str, ...]:
        """All lists of all languages."""
        own = places.locale(source)
        found: list[str] = []
        for path in paths(source, self._kind):
            language = path.split("/")[0]
            try:
                keys = yamlfile.read(source, path).names()
            except CannotEdit:
                continue
            found += [name if language == own else f"{language}/{name}" for name in keys]
        return tuple(dict.fromkeys(found))

    def read(self, source: Source, name: str) -> Fields:
        """The form of one list."""
        path, key = self._find(source, name)
        yaml = yamlfile.read(source, path)
        if key not in yaml.names():
            raise CannotEdit(f'There are no sayings "{name}".')
        help = "Whole questions as patients type them, mistakes included, one a line."
        field = yamlfile.listed(yaml, path, (key,), "phrases", "Sayings", help, LONGEST)
        return Fields(Target(self._kind, name), f"{self._title}: {name}", self._sort, (field,))

    def write(self, source: Source, name: str, changed: Values) -> Mapping[str, str]:
        """The source with one list written."""
        path, key = self._find(source, name)
        wanted = typed.lines(changed.get("phrases", ""))
        if "phrases" not in changed:
            return dict(source)
        return yamlfile.edit(source, path, lambda yaml: yaml.with_entries((key,), wanted))

    def _find(self, source: Source, name: str) -> tuple[str, str]:
        language, _, key = name.rpartition("/")
        return f"{language or places.locale(source)}/{FILES[self._kind]}", key


ALSO = Sayings("also", "Also asked as", "how patients ask")
TOPIC = Sayings("topic", "Not covered", "topic that is not covered")
