"""New things by form: a common question, a section, a glossary card."""

from __future__ import annotations

from collections.abc import Mapping
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
from adapters.web.words.edit import Work, kept_edit, mends_of, typed_values
from adapters.web.words.looks import draft_screens, looks, screens_of
from adapters.web.words.studio import Edition, context, go, live, page, studio_of
from adapters.web.words.told import Told, refusal
from bot.errors import BadContent
from content.editing import create
from content.editing.errors import CannotEdit
from content.editing.target import Target

NAMES = {"faq": "common question", "section": "section of the guide", "term": "glossary card"}


def _kind(request: Request) -> str:
    kind = str(request.path_params["kind"])
    if kind not in NAMES:
        raise HTTPException(404)
    return kind


async def _work(
    request: Request, kind: str, now: Edition, values: Mapping[str, str], *, judge: bool = True
) -> Work:
    parts, studio = parts_of(request), studio_of(request)

    def made() -> Work:
        blank = create.form(now.source, kind)
        form = blank.filled(values)
        found = create.findings(now.source, kind, form.values) if judge and form != blank else ()
        strict = judge and form != blank and not any(one.blocks for one in found)
        screens = draft_screens(form, now.release)
        if strict:
            try:
                page_made = create.create_page(now.source, kind, form.values, today=now.today)
                release = content.build(page_made.source)
                screens = screens_of(release, page_made.target, parts.phrases_of)
            except (CannotEdit, BadContent):
                strict = False
        return Work(
            Target("page"), now, form, blank, found, looks(screens, studio.previews), strict
        )

    return await studio.run(made)


@allowed(Action.WORDS_EDIT)
async def show(request: Request, visitor: Visitor) -> Response:
    """The empty form, or what was begun."""
    kind, now = _kind(request), await live(request)
    kept = await kept_edit(request, visitor, f"new:{kind}")
    work = await _work(request, kind, now, kept.fields if kept else {})
    return _page(request, visitor, now, kind, work, Told(kept=kept.saved_at if kept else None))


def _page(
    request: Request,
    visitor: Visitor,
    now: Edition,
    kind: str,
    work: Work,
    told: Told,
) -> Response:
    return page(
        request, visitor, now, "new", status=told.status, kind=kind, name=NAMES[kind], work=work,
        kept=told.kept, refused=told.refused, why=told.why, mends=mends_of(work), swap=False, focus="",
    )  # fmt: skip


async def _typed(
    request: Request, visitor: Visitor, kind: str, form: FormData, now: Edition
) -> tuple[Work, datetime | None]:
    blank = await studio_of(request).run(create.form, now.source, kind)
    values = typed_values(form, blank)
    work = await _work(request, kind, now, values)
    store, name = parts_of(request).store, f"new:{kind}"
    if not work.changed:
        await store.drop_edit(visitor.editor, name)
        return work, None
    await store.save_edit(visitor.editor, name, now.id, work.form.values)
    return work, context(visitor, now)["now"]


@allowed(Action.WORDS_EDIT)
async def look(request: Request, visitor: Visitor) -> Response:
    """While typing."""
    kind, now = _kind(request), await live(request)
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    work, kept = await _typed(request, visitor, kind, form, now)
    html = parts_of(request).templates.get_template("words/_live_edit.html")
    return HTMLResponse(
        html.render(context(visitor, now, work=work, mends=mends_of(work), kept=kept, swap=True))
    )


@allowed(Action.WORDS_EDIT)
async def act(request: Request, visitor: Visitor) -> Response:
    """A button of the form."""
    kind, now = _kind(request), await live(request)
    form = await read_form(request, fields=TEXT_FIELDS)
    check_form(request, visitor, form)
    store = parts_of(request).store
    wanted, why = text_field(form, "do"), text_field(form, "why")
    if wanted == "drop":
        await store.drop_edit(visitor.editor, f"new:{kind}")
        return go("/words")
    work, kept = await _typed(request, visitor, kind, form, now)
    if wanted.startswith("mend:"):
        mend = mends_of(work).get(wanted.removeprefix("mend:"))
        values = {**work.form.values, **(mend.values if mend is not None else {})}
        work = await _work(request, kind, now, values)
        await store.save_edit(visitor.editor, f"new:{kind}", now.id, work.form.values)
    elif wanted == "publish":
        if not visitor.may(Action.WORDS_PUBLISH):
            raise HTTPException(403)
        return await _publish(request, visitor, now, kind, work, why)
    return _page(request, visitor, now, kind, work, Told(kept=kept, why=why))


async def _publish(
    request: Request, visitor: Visitor, now: Edition, kind: str, work: Work, why: str
) -> Response:
    made: list[Target] = []

    def change(source: Mapping[str, str]) -> Mapping[str, str]:
        created = create.create_page(source, kind, work.form.values, today=now.today)
        made[:] = [created.target]
        return created.source

    if work.blocked or not work.changed:
        message = "It is not live: what is marked has to be mended first."
        stop = (message if work.changed else "Write something first.", ())
        return _page(request, visitor, now, kind, work, refusal(stop, why=why))
    try:
        done = await publishing.publish(request, visitor, change, why=why or f"New {NAMES[kind]}")
    except publishing.REFUSED as problem:
        refused = refusal(publishing.sentence(problem), why=why)
        return _page(request, visitor, now, kind, work, refused)
    await parts_of(request).store.drop_edit(visitor.editor, f"new:{kind}")
    return go(f"/words/edit/{made[0]}?live={done.id}&was={done.before}")
