"""Every section and common question is at most three taps from home."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from bot.release import Item, Kind
from content.findings import Findings
from content.parts import Parts

MOST_TAPS = 3


def taps(parts: Parts, start: str = "home") -> dict[str, int]:
    """Taps from a page to the first screen of each other; going on to the next page is a tap too."""
    found: dict[str, int] = {}
    waiting = [(0, start)]
    while waiting:
        cost, name = heapq.heappop(waiting)
        if name in found or name not in parts.items:
            continue
        found[name] = cost
        for extra, target in _buttons(parts.items[name], parts):
            if target not in found:
                heapq.heappush(waiting, (cost + extra, target))
    return found


def _buttons(item: Item, parts: Parts) -> Iterator[tuple[int, str]]:
    """(taps, target) of the buttons of an item: its menu first, links where they stand, related last."""
    for entry in parts.menus.get(item.id, ()):
        yield 1, entry
    last = max(len(item.pages) - 1, 0)
    for number, page in enumerate(item.pages):
        for target in page.links:
            yield number + 1, target
    for target in item.related:
        yield last + 1, target
    if item.not_mean:
        yield 1, "not-mean"


def check(parts: Parts, findings: Findings) -> None:
    """A finding for each section and question that is further away."""
    if "home" not in parts.items:
        return
    near = taps(parts)
    for item in parts.items.values():
        if item.kind not in (Kind.SECTION, Kind.FAQ) or near.get(item.id, 99) <= MOST_TAPS:
            continue
        where = parts.item_where[item.id]
        away = f"{near[item.id]} taps from home" if item.id in near else "not reachable from home"
        message = f"This page is {away}; {MOST_TAPS} are the most. Do this: add it to menus.yaml."
        findings.add(where.path, where.line("id"), message)
