"""Titles, labels and aliases: each stands for one page only, so that a typed one finds its page."""

from __future__ import annotations

from bot.release import Item
from content.findings import Findings
from content.memo import cleaned
from content.parts import Parts


def check(parts: Parts, findings: Findings) -> None:
    """Names claimed twice, and aliases that something else answers first."""
    owner: dict[str, str] = {}
    for item in parts.items.values():
        for name in names(item):
            first = owner.setdefault(name, item.id)
            if first != item.id:
                where = parts.item_where[item.id]
                line = where.line(f"alias:{name}") or where.line("title")
                message = f'"{name}" already leads to {first} (title, button or alias there).'
                findings.add(where.path, line, message + " Do this: keep it on one page.")
    _asked(parts, findings)


def names(item: Item) -> tuple[str, ...]:
    """All names of an item, cleaned, each once."""
    found = (cleaned(text) for text in (item.title, item.button, *item.aliases))
    return tuple(dict.fromkeys(name for name in found if name))


def _asked(parts: Parts, findings: Findings) -> None:
    asks = parts.asks
    for item in parts.items.values():
        where = parts.item_where[item.id]
        for alias in item.aliases:
            name = cleaned(alias)
            if name in asks.person:
                other = "a wish for a person"
            elif name in asks.small_talk:
                other = "small talk"
            elif name in asks.privacy and item.id != "privacy":
                other = "a privacy question"
            elif name in asks.commands and asks.commands[name] != item.id:
                other = f"the command {asks.commands[name]}"
            else:
                continue
            message = f'"{alias}" is answered as {other} first (asks.yaml). Do this: keep it in one place.'
            findings.add(where.path, where.line(f"alias:{name}"), message)
