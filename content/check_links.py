"""Everything that names a page names one that is there; everything the program needs is there."""

from __future__ import annotations

from content.asks import CONTEXT
from content.findings import Findings, did_you_mean
from content.parts import Parts
from content.safety import KINDS

REQUIRED = ("home", "about", "privacy", "consent", "help")
"""Pages that the program itself shows."""

ONE_PAGE = {
    "home": "it shows the main menu and no way on",
    "consent": "nobody agrees to what stands on a second one",
}

NOT_MEAN = "not-mean"


def check(parts: Parts, findings: Findings) -> None:
    """Links, related pages, menus, moved pages, required pages."""
    _required(parts, findings)
    _items(parts, findings)
    _menus(parts, findings)
    _moved(parts, findings)
    _safety(parts, findings)


def _required(parts: Parts, findings: Findings) -> None:
    for name in REQUIRED:
        if name not in parts.items:
            path = f"{parts.locale}/pages/{name}.md"
            findings.add(path, 0, "The program needs this page. Do this: write it.")
    for name, why in ONE_PAGE.items():
        item = parts.items.get(name)
        if item is not None and len(item.pages) > 1:
            where = parts.item_where[name]
            findings.add(where.path, where.line("page:2"), f"This is one page only: {why}.")
    if "home" not in parts.menus and parts.menu_where.path:
        findings.add(parts.menu_where.path, 0, 'There is no menu for "home". Do this: add one.')


def _items(parts: Parts, findings: Findings) -> None:
    for item in parts.items.values():
        where = parts.item_where[item.id]
        for target in item.related:
            if target == item.id:
                findings.add(where.path, where.line("related"), "The page is related to itself.")
            else:
                _target(target, where.path, where.line("related"), parts, findings)
        for page in item.pages:
            for target in page.links:
                _target(target, where.path, where.line(f"link:{target}"), parts, findings)
        if item.not_mean and NOT_MEAN not in parts.items:
            message = f'not_mean: true needs a page with the id "{NOT_MEAN}".'
            findings.add(where.path, where.line("id"), message)
    for name in parts.style.not_mean:
        found = parts.items.get(name)
        if found is None:
            _target(name, parts.style_path, 0, parts, findings)
        elif not found.not_mean:
            where = parts.item_where[name]
            message = "This page must carry the button to not-mean. Do this: add `not_mean: true`."
            findings.add(where.path, where.line("id"), message)


def _target(target: str, path: str, line: int, parts: Parts, findings: Findings) -> None:
    if target in parts.items:
        return
    if parts.moved.get(target) == "":
        message = (
            f'There is no page "{target}" any more: it was removed. Do this: take it away here.'
        )
    elif target in parts.moved:
        message = f'"{target}" has moved to "{parts.moved[target]}". Do this: write the new id.'
    else:
        message = f'There is no page "{target}".{did_you_mean(target, parts.items)}'
    findings.add(path, line, message)


def _menus(parts: Parts, findings: Findings) -> None:
    where = parts.menu_where
    for name, entries in parts.menus.items():
        _target(name, where.path, where.line(name), parts, findings)
        for entry in entries:
            if not entry.startswith("act:"):
                _target(entry, where.path, where.line(f"{name}:{entry}"), parts, findings)


def _moved(parts: Parts, findings: Findings) -> None:
    where = parts.moved_where
    for old in parts.moved:
        line = where.line(old)
        if old in parts.items:
            findings.add(where.path, line, f'"{old}" is still a page. Do this: take the line away.')
        seen, target = {old}, parts.moved[old]
        while target in parts.moved and target not in parts.items:
            if target in seen or len(seen) > 9:  # bot.release.Release.item follows ten steps
                findings.add(
                    where.path, line, f'"{old}" moves in a circle or through too many ids.'
                )
                break
            seen.add(target)
            target = parts.moved[target]
        else:
            if target:
                _target(target, where.path, line, parts, findings)


def _safety(parts: Parts, findings: Findings) -> None:
    for kind in KINDS:
        if kind not in parts.safety:
            path = f"{parts.locale}/safety/{kind}.md"
            findings.add(path, 0, "The program needs this safety text. Do this: write it.")
        if parts.lexicon_where.path and not parts.lexicon.kinds.get(kind):
            findings.add(parts.lexicon_where.path, 0, f'"{kind}" has no words. Do this: add some.')
    for kind in parts.lexicon.kinds:
        if kind not in KINDS:
            line = parts.lexicon_where.line(kind)
            hint = did_you_mean(kind, (*KINDS, *CONTEXT))
            findings.add(parts.lexicon_where.path, line, f'"{kind}" is no kind of danger.{hint}')
