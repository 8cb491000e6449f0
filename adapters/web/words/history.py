"""Every Release: who, when, why, what changed text by text; and the way back to any of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.forms import TEXT_FIELDS, read_form
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, check_form, parts_of, text_field
from adapters.web.words import publishing
from adapters.web.words.studio import go, live, name_of, page, studio_of
from adapters.web.words.told import NOTHING_YET, Told, just_published, refusal
from bot.errors import NotFound
from bot.ports import ReleaseRow
from content.editing import changes
from content.editing.changes import Change

SHOWN = 50
"""Publications on a page of the history."""

LONGEST_COMPARED = 20_000
"""Characters that are compared word by word; longer texts are shown whole, before and after."""


@dataclass(frozen=True, slots=True)
class Line:
    """One publication. number: counted from the first one, 1."""

    number: int
    id: str
    at: datetime
    who: str
    why: str
    live: bool
    parent: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a text that stayed, went or came. how: "same", "gone" or "new"."""

    how: str
    text: str


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one, word by word."""
    if len(before) + len(after) > LONGEST_COMPARED:
        return tuple(one for one in (Piece("gone", before), Piece("new", after)) if one.text)
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    out: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if gone == come:
            out.append(Piece("same", gone))
            continue
        out += [one for one in (Piece("gone", gone), Piece("new", come)) if one.text]
    return tuple(out)


async def _rows(request: Request) -> tuple[ReleaseRow, ...]:
    return await parts_of(request).store.releases()


@allowed(Action.WORDS_READ)
async def index(request: Request, visitor: Visitor) -> Response:
    """The list, newest first."""
    now = await live(request)
    rows = await _rows(request)
    try:
        start = max(0, int(request.query_params.get("from", "0")))
    except ValueError:
        raise HTTPException(404) from None
    lines = [
        Line(len(rows) - place, one.id, one.published_at, name_of(now.release, one.by), one.why,
             one.live, one.parent)
        for place, one in enumerate(rows)
    ]  # fmt: skip
    return page(
        request, visitor, now, "history", section="history", lines=lines[start : start + SHOWN],
        more=start + SHOWN if start + SHOWN < len(lines) else 0, **await just_published(request, now),
    )  # fmt: skip


def _row(rows: tuple[ReleaseRow, ...], number: int) -> ReleaseRow:
    if not 1 <= number <= len(rows):
        raise HTTPException(404)
    return rows[len(rows) - number]


@allowed(Action.WORDS_READ)
async def one(request: Request, visitor: Visitor) -> Response:
    """What one publication changed."""
    return await _one(request, visitor)


async def _one(request: Request, visitor: Visitor, told: Told = NOTHING_YET) -> Response:
    now = await live(request)
    rows = await _rows(request)
    number = request.path_params["number"]
    row = _row(rows, number)
    parent = row.parent or (rows[len(rows) - number + 1].id if number > 1 else "")
    changed = await _diff(request, parent, row.id) if parent else ()
    line = Line(
        number, row.id, row.published_at, name_of(now.release, row.by), row.why, row.live, parent
    )
    shown = [(change, compared(change.before, change.after)) for change in changed]
    return page(
        request, visitor, now, "release", status=told.status, section="history", line=line,
        changes=shown, refused=told.refused,
    )  # fmt: skip


async def _diff(request: Request, old: str, new: str) -> tuple[Change, ...]:
    studio, store = studio_of(request), parts_of(request).store
    try:
        before, after = await studio.source(store, old), await studio.source(store, new)
    except NotFound:
        return ()
    return await studio.run(changes.diff, before, after)


@allowed(Action.WORDS_ROLLBACK)
async def back(request: Request, visitor: Visitor) -> Response:
    """Make the Release of a publication live again, as a new publication with a reason."""
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    rows = await _rows(request)
    row = _row(rows, request.path_params["number"])
    why = text_field(form, "why").strip()
    if not why:
        return await _one(request, visitor, refusal(("Say why in a line.", ())))
    try:
        old = await studio_of(request).source(parts_of(request).store, row.id)
    except NotFound:
        raise HTTPException(404) from None

    def change(_: Mapping[str, str]) -> Mapping[str, str]:
        return old

    try:
        done = await publishing.publish(request, visitor, change, why=why)
    except publishing.REFUSED as problem:
        return await _one(request, visitor, refusal(publishing.sentence(problem)))
    return go(f"/words/history?live={done.id}&was={done.before}")
