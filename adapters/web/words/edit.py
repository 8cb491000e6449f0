"""One text in a plain form: findings while typing, what is typed kept, the preview, Publish, Undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

import content
from adapters.web.forms import TEXT_FIELDS, read_form
from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, check_form, parts_of, text_field
from adapters.web.words import publishing
from adapters.web.words.looks import Look, draft_screens, looks, screens_of
from adapters.web.words.studio import (
    Edition,
    context,
    go,
    live,
    name_of,
    needs,
    page,
    source_or,
    studio_of,
)
from adapters.web.words.told import Told, just_published, refusal
from bot.errors import BadContent
from bot.ports import EditRow
from content.editing import check, review, targets
from content.editing.check import FormFinding
from content.editing.errors import CannotEdit
from content.editing.fields import Fields
from content.editing.mends import Mend
from content.editing.target import Target, parse

OWN_PAGE = {"menu": "/words/menu/{}"}
"""Kinds that have a page of their own instead of the plain form."""


@dataclass(frozen=True, slots=True)
class Work:
    """An edit as it stands: the form with what is typed, what is wrong with it, how it will look.

    base: the text that it began from; moved: that text was changed by somebody else since.
    """

    target: Target
    base: Edition
    form: Fields
    before: Fields
    findings: tuple[FormFinding, ...]
    looks: tuple[Look, ...]
    strict: bool
    moved: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything was typed that is not live."""
        return self.form.values != self.before.values

    @property
    def blocked(self) -> bool:
        """Whether something keeps it from being published."""
        return any(one.blocks for one in self.findings)

    def at(self, field: str) -> tuple[FormFinding, ...]:
        """What is wrong with one field."""
        return tuple(one for one in self.findings if one.field == field)


def target_of(request: Request, visitor: Visitor) -> Target:
    """The target in the path. Raises ``HTTPException`` 404, or 403 where it is not theirs to change."""
    target = parse(request.path_params["target"])
    if target is None:
        raise HTTPException(404)
    if not visitor.may(needs(target)):
        raise HTTPException(403)
    return target


def typed_values(form: FormData, fields: Fields) -> dict[str, str]:
    """What was typed into the inputs of a form, as the texts are kept."""
    return {
        one.name: targets.tidy(one, text_field(form, f"f.{one.name}")[:100_000])
        for one in fields.fields
        if f"f.{one.name}" in form or one.input == "tick"
    }


async def read_fields(request: Request, edition: Edition, target: Target) -> Fields:
    """The form of a target. Raises ``HTTPException`` 404 where there is none."""
    try:
        return await studio_of(request).run(targets.read, edition.source, target)
    except CannotEdit:
        raise HTTPException(404) from None


async def work_on(
    request: Request, target: Target, base: Edition, values: Mapping[str, str], now: Edition
) -> Work:
    """Look at an edit from all sides."""
    studio, parts = studio_of(request), parts_of(request)
    before = await read_fields(request, base, target)
    form = before.filled(values)

    def judge() -> tuple[tuple[FormFinding, ...], tuple[Look, ...], bool, bool]:
        found = check.findings(base.source, target, values) if form != before else ()
        strict = not any(one.blocks for one in found)
        release = base.release if base.id == now.id else None
        if strict:
            try:
                if form != before or release is None:
                    release = content.build(targets.write(base.source, target, values))
            except (BadContent, CannotEdit):
                strict, release = False, None
        if strict and release is not None:
            screens = screens_of(release, target, parts.phrases_of)
        else:
            screens = draft_screens(form, now.release)
        moved = base.id != now.id and _values(base, target) != _values(now, target)
        return found, looks(screens, studio.previews), strict, moved

    found, shown, strict, moved = await studio.run(judge)
    return Work(target, base, form, before, found, shown, strict, moved)


def _values(edition: Edition, target: Target) -> Mapping[str, str] | None:
    try:
        return targets.read(edition.source, target).values
    except CannotEdit:
        return None


async def kept_edit(request: Request, visitor: Visitor, target: str) -> EditRow | None:
    """The visitor's own unfinished edit of a text."""
    rows = await parts_of(request).store.edits(visitor.editor)
    return next((one for one in rows if one.target == target), None)


@allowed(Action.WORDS_EDIT)
async def show(request: Request, visitor: Visitor) -> Response:
    """The form, with the unfinished edit if there is one."""
    target = target_of(request, visitor)
    if target.kind in OWN_PAGE:
        return go(OWN_PAGE[target.kind].format(target.name))
    now = await live(request)
    kept = await kept_edit(request, visitor, str(target))
    base = await source_or(request, kept.base, now) if kept is not None else now
    if base is None or kept is None:
        base, kept = now, None
    work = await work_on(request, target, base, kept.fields if kept else {}, now)
    return await _page(request, visitor, now, work, Told(kept=kept.saved_at if kept else None))


async def _page(
    request: Request, visitor: Visitor, now: Edition, work: Work, told: Told
) -> Response:
    parts = parts_of(request)
    others = [
        (name_of(now.release, f"staff:{one.editor}"), one.saved_at)
        for one in await parts.store.edits()
        if one.target == str(work.target) and one.editor != visitor.editor
    ]
    return page(
        request, visitor, now, "edit", status=told.status, work=work, kept=told.kept, others=others,
        refused=told.refused, why=told.why, mends=mends_of(work), **await just_published(request, now),
        joined="joined" in request.query_params, checked=_checked(now, work.target),
        focus=request.query_params.get("field", ""), swap=False,
    )  # fmt: skip


def _checked(now: Edition, target: Target) -> str:
    """ "never", or when and by whom; "" for what is no page."""
    item = now.release.items.get(target.name) if target.kind == "page" else None
    if item is None:
        return ""
    return f"{item.reviewed} by {item.reviewer}" if item.reviewed else "never"


def mends_of(work: Work) -> dict[str, Mend]:
    """Every one-click mend under a short name, the same for the same form."""
    return {
        f"{number}.{place}": mend
        for number, finding in enumerate(work.findings)
        for place, mend in enumerate(finding.mends)
    }


@allowed(Action.WORDS_EDIT)
async def look(request: Request, visitor: Visitor) -> Response:
    """While typing: what is wrong, how it looks; and what is typed is kept."""
    target = target_of(request, visitor)
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    now = await live(request)
    work, saved = await _typed(request, visitor, target, form, now)
    html = parts_of(request).templates.get_template("words/_live_edit.html")
    return HTMLResponse(
        html.render(context(visitor, now, work=work, mends=mends_of(work), kept=saved, swap=True))
    )


async def _typed(
    request: Request, visitor: Visitor, target: Target, form: FormData, now: Edition
) -> tuple[Work, datetime | None]:
    """The edit that a form carries, kept if it says something new."""
    store = parts_of(request).store
    base = await source_or(request, text_field(form, "base")[:100], now)
    if base is None:
        raise HTTPException(422)
    fields = await read_fields(request, base, target)
    values = typed_values(form, fields)
    work = await work_on(request, target, base, values, now)
    if not work.changed or await _is_live(request, work):
        await store.drop_edit(visitor.editor, str(target))
        return work, None
    await store.save_edit(visitor.editor, str(target), base.id, work.form.values)
    return work, context(visitor, now)["now"]


async def _is_live(request: Request, work: Work) -> bool:
    """Whether this very edit went live before or while it was looked at: then it is not unfinished."""
    newest = await live(request)
    if newest.id == work.base.id:
        return False

    def says_so() -> bool:
        try:
            made = targets.write(newest.source, work.target, work.form.values)
        except CannotEdit:
            return False
        return content.digest(made) == newest.id

    return await studio_of(request).run(says_so)


@allowed(Action.WORDS_EDIT)
async def act(request: Request, visitor: Visitor) -> Response:
    """A button of the form: publish, mend, look again (without scripts), or throw the edit away."""
    target = target_of(request, visitor)
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    store, now = parts_of(request).store, await live(request)
    wanted = text_field(form, "do")
    if wanted == "drop":
        await store.drop_edit(visitor.editor, str(target))
        return go(f"/words/edit/{target}")
    work, kept = await _typed(request, visitor, target, form, now)
    why = text_field(form, "why")
    if wanted.startswith("mend:"):
        mend = mends_of(work).get(wanted.removeprefix("mend:"))
        values = {**work.form.values, **(mend.values if mend is not None else {})}
        work = await work_on(request, target, work.base, values, now)
        await store.save_edit(visitor.editor, str(target), work.base.id, work.form.values)
        return await _page(request, visitor, now, work, Told(kept=kept, why=why))
    if wanted != "publish":
        return await _page(request, visitor, now, work, Told(kept=kept, why=why))
    if not visitor.may(Action.WORDS_PUBLISH):
        raise HTTPException(403)
    if work.blocked:
        stop = ("It is not live: what is marked has to be mended first.", ())
        return await _page(request, visitor, now, work, refusal(stop, kept=kept, why=why))
    return await _publish(request, visitor, now, work, why)


async def _publish(
    request: Request, visitor: Visitor, now: Edition, work: Work, why: str
) -> Response:
    store = parts_of(request).store
    reason = work.form.values.get("reason", "")  # of danger words that go
    change = publishing.field_edit(work.base, work.target, work.form.values)
    try:
        done = await publishing.publish(request, visitor, change, why=why or reason)
    except publishing.Clash:
        return go(f"/words/choose/{work.target}")
    except publishing.REFUSED as problem:
        if isinstance(problem, publishing.Unchanged):
            await store.drop_edit(visitor.editor, str(work.target))
        refused = refusal(publishing.sentence(problem), why=why)
        return await _page(request, visitor, now, work, refused)
    await store.drop_edit(visitor.editor, str(work.target))
    joined = "&joined=1" if done.joined or work.base.id != done.before else ""
    return go(f"/words/edit/{work.target}?live={done.id}&was={done.before}{joined}")


@allowed(Action.WORDS_PUBLISH)
async def tick(request: Request, visitor: Visitor) -> Response:
    """Checked by an editor: sets reviewer and date of a page."""
    target = target_of(request, visitor)
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    if target.kind != "page":
        raise HTTPException(404)
    now = await live(request)

    def change(source: Mapping[str, str]) -> Mapping[str, str]:
        return review.tick(source, target.name, by=visitor.name, today=now.today)

    try:
        done = await publishing.publish(request, visitor, change, why="Checked by an editor")
    except publishing.REFUSED as problem:
        if isinstance(problem, publishing.Unchanged):
            return go(f"/words/edit/{target}")
        fields = await work_on(request, target, now, {}, now)
        refused = refusal(publishing.sentence(problem))
        return await _page(request, visitor, now, fields, refused)
    return go(f"/words/edit/{target}?live={done.id}&was={done.before}")


@allowed(Action.WORDS_PUBLISH)
async def undo(request: Request, visitor: Visitor) -> Response:
    """Take one publication back."""
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    published, before = text_field(form, "live")[:100], text_field(form, "was")[:100]
    back = text_field(form, "back")
    target = parse(back)
    to = f"/words/edit/{target}" if target is not None else "/words/history"
    try:
        done = await publishing.take_back(request, visitor, published, before, why="Undone")
    except publishing.REFUSED as problem:
        now = await live(request)
        message, because = publishing.sentence(problem)
        return page(
            request, visitor, now, "stopped", status=409, message=message, because=because, to=to
        )
    return go(f"{to}?live={done.id}&was={done.before}")
