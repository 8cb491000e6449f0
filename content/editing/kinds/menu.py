"""Menus as forms: which buttons a page shows, in order."""

from __future__ import annotations

from collections.abc import Mapping

from content.editing import places, typed
from content.editing.errors import CannotEdit
from content.editing.fields import Fields, Values
from content.editing.kinds import page, yamlfile
from content.editing.places import Source
from content.editing.target import Target
from content.structure import ACTS

FILE = "menus.yaml"


def names(source: Source) -> tuple[str, ...]:
    """The pages that have a menu."""
    try:
        return tuple(dict.fromkeys(yamlfile.read(source, FILE).names()))
    except CannotEdit:
        return ()


def read(source: Source, name: str) -> Fields:
    """The form of a menu."""
    yaml = yamlfile.read(source, FILE)
    if name not in yaml.names():
        raise CannotEdit(f'There is no menu "{name}".')
    acts = tuple((f"act:{act}", _ACTS.get(act, act)) for act in ACTS)
    help = "One button a line, in the order of the screen."
    field = yamlfile.listed(
        yaml, FILE, (name,), "entries", "Buttons", help, choices=(*page.choices(source), *acts)
    )
    file = places.page_files(source).get(name)
    title = (page.title_of(source[file.path]) if file is not None else "") or name
    return Fields(Target("menu", name), f"Menu of {title}", "menu", (field,))


_ACTS = {
    "write": "Write to a person",
    "question": "My question",
    "mydata": "See my data",
    "forget": "Delete my data",
    "stop": "Stop messages",
}
"""Names for editors; the buttons' own words are phrases (``button.write`` and so on)."""


def write(source: Source, name: str, changed: Values) -> Mapping[str, str]:
    """The source with a menu's buttons written."""
    wanted = typed.lines(changed.get("entries", ""))
    if "entries" not in changed:
        return dict(source)
    return yamlfile.edit(source, FILE, lambda yaml: yaml.with_entries((name,), wanted))
