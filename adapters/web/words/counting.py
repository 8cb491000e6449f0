"""What is read, missed and found helpful, counted without names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, parts_of
from adapters.web.words.studio import Edition, live, name_of, page
from bot.browsing import UNTRANSLATED

DAYS = 90
"""How far back the table looks."""


@dataclass(frozen=True, slots=True)
class Line:
    """One page. live: reads under the live Release; all: within the days looked at; not_taken: how often
    it was offered as an answer and not opened."""

    id: str
    title: str
    live: int
    all: int
    not_taken: int
    helpful: int
    unhelpful: int
    untranslated: str = ""
    """Readers of other languages who got it in English: "ko 12, ru 3", the most first."""


@dataclass(frozen=True, slots=True)
class Table:
    """Pages, most read first; misses by sort."""

    lines: tuple[Line, ...]
    not_covered: int
    not_understood: int
    days: int = DAYS


@dataclass(frozen=True, slots=True)
class Counted:
    """A Release under which something was counted: when, by whom and why it went live."""

    id: str
    at: datetime
    who: str
    why: str


async def table(request: Request, now: Edition, only: str = "") -> Table:
    """The counts of the last days; ``only``: under one Release."""
    found: Counter[tuple[str, str]] = Counter()
    here: Counter[str] = Counter()
    for row in await parts_of(request).store.counts(DAYS):
        if only not in ("", row.release):
            continue
        found[row.kind, row.key] += row.number
        if row.kind == "read" and row.release == now.id:
            here[row.key] += row.number
    english = by_language(found)
    keys = {key for kind, key in found if kind not in ("miss", UNTRANSLATED)} | set(english)
    lines = [
        Line(
            key, item.title if (item := now.release.items.get(key)) else key, here[key],
            found["read", key],
            max(0, found["choice_offered", key] - found["choice_taken", key]),
            found["helpful", key], found["unhelpful", key], english.get(key, ""),
        )
        for key in keys
    ]  # fmt: skip
    lines.sort(key=lambda one: (-one.all, one.title))
    return Table(tuple(lines), found["miss", "not_covered"], found["miss", "not_understood"])


def by_language(found: Counter[tuple[str, str]]) -> dict[str, str]:
    """Page → how often it was shown for want of a translation, by language."""
    pages: dict[str, Counter[str]] = {}
    for (kind, key), number in found.items():
        language, _, page_id = key.partition("/")
        if kind == UNTRANSLATED and page_id:
            pages.setdefault(page_id, Counter())[language] += number
    return {
        page_id: ", ".join(f"{language} {number}" for language, number in one.most_common())
        for page_id, one in pages.items()
    }


@allowed(Action.COUNTS)
async def counts(request: Request, visitor: Visitor) -> Response:
    """The whole table, or of one Release."""
    now = await live(request)
    releases = await counted(request, now)
    only = request.query_params.get("release", "")
    if only not in {one.id for one in releases}:
        only = ""
    shown = await table(request, now, only)
    return page(
        request,
        visitor,
        now,
        "counts",
        section="counts",
        counts=shown,
        releases=releases,
        only=only,
    )


async def counted(request: Request, now: Edition) -> tuple[Counted, ...]:
    """The Releases with counts, newest first; one that went live again counts from its latest time."""
    store = parts_of(request).store
    known = {row.release for row in await store.counts(DAYS)}
    newest = {row.id: row for row in reversed(await store.releases())}
    rows = sorted(newest.values(), key=lambda row: row.published_at, reverse=True)
    return tuple(
        Counted(row.id, row.published_at, name_of(now.release, row.by), row.why)
        for row in rows
        if row.id in known
    )
