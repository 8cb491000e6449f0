"""Two editors changed one text: both versions side by side, and the second one chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.forms import TEXT_FIELDS, read_form
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, check_form, parts_of, text_field
from adapters.web.words.edit import kept_edit, read_fields, target_of
from adapters.web.words.history import Piece, compared
from adapters.web.words.studio import Edition, go, live, name_of, page, source_or


@dataclass(frozen=True, slots=True)
class Side:
    """One field that both changed, or that one of them did. clash: both, and differently."""

    name: str
    label: str
    mine: str
    theirs: str
    shown: tuple[Piece, ...]
    clash: bool


@allowed(Action.WORDS_EDIT)
async def show(request: Request, visitor: Visitor) -> Response:
    """Both texts."""
    target = target_of(request, visitor)
    now = await live(request)
    kept = await kept_edit(request, visitor, str(target))
    base = await source_or(request, kept.base, now) if kept is not None else None
    if kept is None or base is None:
        return go(f"/words/edit/{target}")
    theirs = await read_fields(request, now, target)
    was = await read_fields(request, base, target)
    sides = tuple(
        Side(
            one.name, one.label, kept.fields.get(one.name, one.value), one.value,
            compared(one.value, kept.fields.get(one.name, one.value)),
            one.value != was.values.get(one.name)
            and kept.fields.get(one.name) != was.values.get(one.name),
        )
        for one in theirs.fields
        if kept.fields.get(one.name, one.value) != one.value
    )  # fmt: skip
    return page(
        request, visitor, now, "choose", target=target, title=theirs.title, sides=sides,
        who=await _who(request, now, base), base=base.id,
    )  # fmt: skip


async def _who(request: Request, now: Edition, base: Edition) -> str:
    """Who published last since the edit began."""
    for one in await parts_of(request).store.releases():
        if one.id == base.id:
            break
        return name_of(now.release, one.by)
    return "somebody else"


@allowed(Action.WORDS_EDIT)
async def choose(request: Request, visitor: Visitor) -> Response:
    """Mine, theirs, or field by field: the edit goes on from the text that is live now."""
    target = target_of(request, visitor)
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    store, now = parts_of(request).store, await live(request)
    kept = await kept_edit(request, visitor, str(target))
    wanted = text_field(form, "take")
    if kept is None or wanted == "theirs":
        await store.drop_edit(visitor.editor, str(target))
        return go(f"/words/edit/{target}")
    theirs = await read_fields(request, now, target)
    if wanted == "mine":
        chosen: Mapping[str, str] = {**theirs.values, **kept.fields}
        base = await source_or(request, kept.base, now)
        if base is not None:  # what I did not touch stays as they wrote it
            was = (await read_fields(request, base, target)).values
            mine = {k: v for k, v in kept.fields.items() if v != was.get(k)}
            chosen = {**theirs.values, **mine}
    elif wanted == "each":
        chosen = {
            one.name: kept.fields.get(one.name, one.value)
            if text_field(form, f"take.{one.name}") == "mine"
            else one.value
            for one in theirs.fields
        }
    else:
        raise HTTPException(422)
    await store.save_edit(visitor.editor, str(target), now.id, chosen)
    return go(f"/words/edit/{target}")
