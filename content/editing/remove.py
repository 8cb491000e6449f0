"""Pages that go or get another id: what links to them, links put right, and the line in moved.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from content.check_links import NOT_MEAN, REQUIRED
from content.editing import places, targets, typed
from content.editing.create import new_id
from content.editing.errors import CannotEdit
from content.editing.kinds import also, menu, page, yamlfile
from content.editing.pagetext import PageText
from content.editing.places import Source
from content.editing.target import Target
from content.editing.yamltext import YamlText
from content.fields import ID
from content.structure import REMOVED

MOVED = "moved.yaml"
OLD, MENU = "old page", "menu"
GOES_ALONG = frozenset({OLD, MENU})
"""Ways of leading to a page that go with it: nobody has to put them right first, and nobody could. A page
that stands on no menu may not be published at all."""
STYLE = "style.yaml"
TOPICS = "not-covered.yaml"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Something that leads to a page. how: "related", "link in the text", "menu", "old page", "rule"."""

    target: str
    title: str
    how: str

    def __str__(self) -> str:
        return f"{self.title} ({self.how})"


def links_to(source: Source, name: str) -> tuple[Link, ...]:
    """Everything that leads to a page, but itself."""
    found: list[Link] = []
    for file in places.page_files(source).values():
        if file.id == name:
            continue
        try:
            text = PageText(source[file.path])
        except CannotEdit:
            continue
        title = text.head.said("title") or file.id
        if name in text.head.entries("related"):
            found.append(Link(f"page:{file.id}", title, "related"))
        if _in_body(name).search(text.body):
            found.append(Link(f"page:{file.id}", title, "link in the text"))
    for one in menu.names(source):
        if one != name and name in yamlfile.read(source, menu.FILE).entries(one):
            found.append(Link(f"menu:{one}", f"Menu of {one}", MENU))
    if (moved := _yaml(source, MOVED)) is not None:
        found += [Link("", old, OLD) for old in moved.names() if moved.said(old) == name]
    if (topics := _yaml(source, TOPICS)) is not None:
        near = [one for one in topics.names() if topics.said(one, "nearest") == name]
        found += [Link("", f"Topic {one}, not covered", "nearest page") for one in near]
    if (rules := _yaml(source, STYLE)) is not None and name in rules.entries("not_mean"):
        found.append(Link("", STYLE, "rule"))
    return tuple(found)


def _yaml(source: Source, path: str) -> YamlText | None:
    try:
        return yamlfile.read(source, path)
    except CannotEdit:
        return None


def _in_body(name: str) -> re.Pattern[str]:
    """An inline link or a reference to a page in Markdown."""
    return re.compile(rf"(\]\(\s*<?|(?m:^) {{0,3}}\[[^\]]+\]:\s*<?){re.escape(name)}(?=[>\s)]|$)")


def remove_page(source: Source, name: str, *, to: str = "") -> Mapping[str, str]:
    """The source without a page.

    to: the page that takes its place: every link, menu and old button leads there from now on. Without it,
    a page that a text leads to is not removed (CannotEdit, with the list), its buttons on menus go along, and
    moved.yaml notes that it went: its old buttons, and those of its earlier ids, say so and show Home, rather
    than something that they do not promise; and its id is never given to another page.
    """
    file, _ = page.find(source, name)
    _ours(name)
    links = [one for one in links_to(source, name) if one.how not in GOES_ALONG]
    if links and not to:
        because = tuple(str(one) for one in links)
        raise CannotEdit(
            "This page cannot go: something leads to it. Say where it should lead.", because
        )
    if to and (to == name or to not in places.page_files(source)):
        raise CannotEdit(f'There is no page "{to}" to lead to.')
    made = {path: text for path, text in source.items() if path != file.path}
    made = _led(made, name, to) if to else _noted(_off_menus(made, name), name, REMOVED)
    if menu.FILE in made:
        made = dict(yamlfile.edit(made, menu.FILE, lambda yaml: yaml.without((name,))))
    for path in also.paths(made, "also"):
        made = dict(yamlfile.edit(made, path, lambda yaml: _handed_on(yaml, name, to)))
    return made


def rename_page(source: Source, name: str, new: str = "") -> tuple[Mapping[str, str], str]:
    """The source with a page under another id (made from its title if none is given), and that id."""
    file, text = page.find(source, name)
    _ours(name)
    kept = {path: one for path, one in source.items() if path != file.path}
    if not new:
        new = new_id(source, file.kind, text.head.said("title"))
    moved = _yaml(source, MOVED)
    taken = new in places.page_files(source) or (moved is not None and new in moved.names())
    if not ID.fullmatch(new) or taken or (file.kind == "term") != new.startswith("term-"):
        raise CannotEdit(f'"{typed.line(new)[:40]}" is no free id for this page.')
    path = file.path.rsplit("/", 1)[0] + f"/{new}.md"
    made = _led({**kept, path: text.with_value("id", new).text}, name, new)
    result: Mapping[str, str] = made
    for one in (menu.FILE, *also.paths(made, "also")):
        if one in result:
            result = yamlfile.edit(result, one, lambda yaml: yaml.with_key((name,), new))
    return result, new


def _ours(name: str) -> None:
    if name in (*REQUIRED, NOT_MEAN):
        raise CannotEdit("The program needs this page under this name.")


def _led(source: Mapping[str, str], name: str, to: str) -> dict[str, str]:
    """Every link to ``name`` leads to ``to``; moved.yaml says so for old buttons."""
    made = dict(source)
    for file in places.page_files(source).values():
        try:
            text = PageText(source[file.path])
        except CannotEdit:
            continue
        related = text.head.entries("related")
        if name in related:
            text = text.with_entries("related", _swapped(related, name, to, but=file.id))
        if _in_body(name).search(text.body):
            text = text.with_body(_in_body(name).sub(rf"\g<1>{to}", text.body))
        if text.text != source[file.path]:
            made[file.path] = text.text
    for one in menu.names(made):
        entries = yamlfile.read(made, menu.FILE).entries(one)
        if name in entries:
            wanted = "\n".join(_swapped(entries, name, to))
            made = dict(targets.write(made, Target("menu", one), {"entries": wanted}))
    if STYLE in made and name in yamlfile.read(made, STYLE).entries("not_mean"):
        rules = _swapped(yamlfile.read(made, STYLE).entries("not_mean"), name, to)
        made = dict(
            yamlfile.edit(made, STYLE, lambda yaml: yaml.with_entries(("not_mean",), rules))
        )
    if TOPICS in made:
        made = dict(yamlfile.edit(made, TOPICS, lambda yaml: _nearest(yaml, name, to)))
    return _noted(made, name, to)


def _noted(source: Mapping[str, str], name: str, to: str) -> dict[str, str]:
    """What became of an id, in moved.yaml."""
    return dict(
        yamlfile.edit({MOVED: "{}\n", **source}, MOVED, lambda yaml: _moved(yaml, name, to))
    )


def _off_menus(source: Mapping[str, str], name: str) -> dict[str, str]:
    """Every menu without the button of a page."""
    made = dict(source)
    for one in menu.names(made):
        entries = yamlfile.read(made, menu.FILE).entries(one)
        if name in entries:
            kept = "\n".join(entry for entry in entries if entry != name)
            made = dict(targets.write(made, Target("menu", one), {"entries": kept}))
    return made


def _swapped(entries: tuple[str, ...], name: str, to: str, but: str = "") -> tuple[str, ...]:
    new = (to if one == name else one for one in entries)
    return tuple(one for one in dict.fromkeys(new) if one != but)


def _nearest(yaml: YamlText, name: str, to: str) -> YamlText:
    for one in yaml.names():
        if yaml.said(one, "nearest") == name:
            yaml = yaml.with_value((one, "nearest"), to)
    return yaml


def _moved(yaml: YamlText, name: str, to: str) -> YamlText:
    for old in yaml.names():
        if yaml.said(old) == name:
            yaml = yaml.with_value((old,), to)
    return yaml.with_value((name,), to)


def _handed_on(yaml: YamlText, name: str, to: str) -> YamlText:
    """The sayings of a page that goes are from now on those of the one that takes its place."""
    if to and yaml.size(to) and yaml.size(name):
        both = tuple(dict.fromkeys((*yaml.entries(to), *yaml.entries(name))))
        yaml = yaml.with_entries((to,), both)
    return yaml.without((name,))


def target_of(link: Link) -> Target | None:
    """What to open to change a link; None where it stands in a file without a form."""
    kind, _, name = link.target.partition(":")
    return Target(kind, name) if kind else None
