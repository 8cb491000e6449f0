"""The first page: find any text as patients see it; what waits; the lists of everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, parts_of
from adapters.web.words.counting import table
from adapters.web.words.studio import Edition, context, live, page, studio_of
from bot.ports import EditRow
from bot.text import flat
from content.editing import find, places, review, targets
from content.editing.errors import CannotEdit
from content.editing.find import Hit
from content.editing.kinds import page as pages
from content.editing.kinds import phrase
from content.editing.target import parse

HITS = 24
"""Places that a search shows: more than anybody reads, few enough for a phone."""

WAITING = 6
"""Pages to check that the first page names; all of them are on a list."""

LISTS = {
    "pages": "Pages",
    "phrases": "Phrases and buttons",
    "safety": "Safety texts",
    "form": "Questions of the form",
    "menus": "Menus",
    "asked": "How patients ask",
    "review": "To check",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one sort."""

    kind: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list. words: what patients read there, or where it stands."""

    target: str
    title: str
    words: str = ""
    group: str = ""


def grouped(hits: Iterable[Hit]) -> tuple[Group, ...]:
    """Hits by sort, the sort with the best hit first."""
    found: dict[str, list[Hit]] = {}
    for one in hits:
        found.setdefault(one.kind, []).append(one)
    return tuple(Group(kind, tuple(some)) for kind, some in found.items())


@allowed(Action.WORDS_READ)
async def index(request: Request, visitor: Visitor) -> Response:
    """Search, unfinished edits, what waits, what is read."""
    now = await live(request)
    query = request.query_params.get("q", "")[:200]
    hits = (
        await studio_of(request).run(find.search, now.source, query, most=HITS)
        if query.strip()
        else ()
    )
    groups = grouped(hits)
    if "hx-request" in request.headers:
        html = parts_of(request).templates.get_template("words/_hits.html")
        return HTMLResponse(html.render(context(visitor, now, query=query, groups=groups)))
    edits = await parts_of(request).store.edits(visitor.editor)
    waiting = await studio_of(request).run(review.review_list, now.source, now.today)
    counts = await table(request, now) if visitor.may(Action.COUNTS) else None
    return page(
        request, visitor, now, "index", section="find", query=query, groups=groups,
        edits=[(one, _title(now, one)) for one in edits], waiting=waiting[:WAITING],
        waiting_count=len(waiting), counts=counts, lists=LISTS,
    )  # fmt: skip


def _title(now: Edition, row: EditRow) -> str:
    if row.target.startswith("new:"):
        return row.fields.get("title") or "Without a title yet"
    target = parse(row.target)
    try:
        return targets.read(now.source, target).title if target is not None else row.target
    except CannotEdit:
        return f"{row.target} (gone meanwhile)"


@allowed(Action.WORDS_READ)
async def listed(request: Request, visitor: Visitor) -> Response:
    """One list of everything of a sort."""
    name = request.path_params["name"]
    if name not in LISTS:
        raise HTTPException(404)
    now = await live(request)
    if name == "review":
        waiting = await studio_of(request).run(review.review_list, now.source, now.today)
        return page(request, visitor, now, "review", section="review", waiting=waiting)
    entries = await studio_of(request).run(_entries, now, name)
    groups = dict.fromkeys(one.group for one in entries)
    return page(
        request, visitor, now, "list", section=name, title=LISTS[name],
        groups=[(group, [one for one in entries if one.group == group]) for group in groups],
    )  # fmt: skip


def _entries(now: Edition, name: str) -> list[Entry]:
    source, release = now.source, now.release
    match name:
        case "pages":
            return [
                Entry(f"page:{file.id}", pages.title_of(source[file.path]) or file.id, "",
                      f"{places.IN_WORDS[file.kind]}".capitalize())
                for file in sorted(places.page_files(source).values(), key=lambda one: _ORDER[one.kind])
            ]  # fmt: skip
        case "phrases":
            return [
                Entry(
                    f"phrase:{key}",
                    flat(one.forms["other"])[:160],
                    key,
                    phrase.sort(key).capitalize(),
                )
                for key, one in sorted(release.phrases.items(), key=lambda one: phrase.sort(one[0]))
            ]
        case "asked":
            kinds: tuple[str, ...] = ("asks", "also", "topic")
        case _:
            kinds = {"safety": ("safety",), "form": ("step",), "menus": ("menu",)}[name]
    found = []
    for target in targets.targets(source):
        if target.kind in kinds:
            form = targets.read(source, target)
            found.append(
                Entry(str(target), form.title, _first(form.values), form.kind.capitalize())
            )
    return found


_ORDER = {"section": 0, "faq": 1, "term": 2, "page": 3}


def _first(values: dict[str, str]) -> str:
    said = next(iter(values.values()), "")
    return " ".join(said.split())[:140]
