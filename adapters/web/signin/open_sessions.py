"""The list of open sessions: one's own, for admins everybody's; each can be ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.forms import read_form
from adapters.web.names import LINK_KIND, PATIENT_KIND
from adapters.web.roles import Action
from adapters.web.sessions import (
    Visitor,
    allowed,
    check_form,
    is_idle,
    new_nonce,
    parts_of,
    text_field,
)
from adapters.web.signin.opening import forget_cookie
from bot.ports import SessionRow
from bot.release import Release


@dataclass(frozen=True, slots=True)
class Line:
    """One session as the page shows it."""

    id: str
    who: str
    browser: str
    created_at: datetime
    seen_at: datetime
    here: bool


async def _mine(request: Request, visitor: Visitor) -> tuple[SessionRow, ...]:
    """The sessions that this visitor may see and end."""
    parts = parts_of(request)
    everybody = visitor.may(Action.SESSIONS_ALL)
    rows = await parts.store.sessions(None if everybody else visitor.subject)
    return tuple(
        row
        for row in rows
        if row.kind != PATIENT_KIND
        and (everybody or row.kind == visitor.kind)
        and not is_idle(row, parts.settings.desk_hours)
    )


@allowed(Action.SESSIONS_OWN)
async def page(request: Request, visitor: Visitor) -> Response:
    """The list."""
    parts = parts_of(request)
    release = await parts.store.live_release()
    here = await parts.store.session_row(visitor.token)
    lines = tuple(
        Line(row.id, _who(row, release), row.note, row.created_at, row.last_seen_at,
             here is not None and row.id == here.id)
        for row in await _mine(request, visitor)
    )  # fmt: skip
    html = parts.templates.get_template("words/sessions.html").render(
        lines=lines,
        everybody=visitor.may(Action.SESSIONS_ALL),
        csrf=visitor.csrf,
        nonce=new_nonce,
        visitor=visitor,
        at="sessions",
        Action=Action,
        hours=parts.settings.desk_hours,
        days=parts.settings.session_days,
    )
    return HTMLResponse(html)


def _who(row: SessionRow, release: Release | None) -> str:
    if row.kind == LINK_KIND:
        return "This computer's link"
    staff = release.organisation.staff if release is not None else ()
    return next(
        (one.name for one in staff if one.id == row.subject), f"{row.subject} (not on the list)"
    )


@allowed(Action.SESSIONS_OWN)
async def end(request: Request, visitor: Visitor) -> Response:
    """End one session, or all others of one's own. Raises ``HTTPException`` 404 for one that is not theirs."""
    parts = parts_of(request)
    form = await read_form(request)
    check_form(request, visitor, form)
    here = await parts.store.session_row(visitor.token)
    rows = await _mine(request, visitor)
    wanted = text_field(form, "session")
    if wanted == "others":
        chosen = [
            row
            for row in rows
            if (row.kind, row.subject) == (visitor.kind, visitor.subject)
            and (here is None or row.id != here.id)
        ]
    else:
        chosen = [row for row in rows if row.id == wanted]
        if not chosen:
            raise HTTPException(404)
    for row in chosen:
        await parts.store.revoke_session(row.id)
        whose = "own" if row.subject == visitor.subject else f"{row.kind}:{row.subject}"
        await parts.store.note_audit(visitor.account, "ended a session", whose)
    if here is not None and any(row.id == here.id for row in chosen):
        return _out(request)
    return RedirectResponse("/sessions", 303)


@allowed(Action.SESSIONS_OWN)
async def sign_out(request: Request, visitor: Visitor) -> Response:
    """End this very session."""
    parts = parts_of(request)
    check_form(request, visitor, await read_form(request))
    here = await parts.store.session_row(visitor.token)
    if here is not None:
        await parts.store.revoke_session(here.id)
        await parts.store.note_audit(visitor.account, "signed out", "")
    return _out(request)


def _out(request: Request) -> Response:
    response = RedirectResponse("/signin", 303)
    forget_cookie(response, request, "desk")
    return response
