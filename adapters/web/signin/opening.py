"""Opening a session: the one place where a browser becomes signed in."""

from __future__ import annotations

import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.sessions import cookie_name, parts_of, seen_of, set_cookie

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


async def open_session(
    request: Request, kind: str, subject: str, *, to: str, forget: tuple[str, ...] = ()
) -> Response:
    """A new session in this browser, and a page that goes on to ``to``. An older session of the same
    browser ends; ``forget``: cookies that have done their work."""
    parts = parts_of(request)
    seconds = int(timedelta(days=parts.settings.session_days).total_seconds())
    before = request.cookies.get(cookie_name(request, "desk"), "")
    old = await parts.store.session_row(before) if before else None
    if old is not None and old.kind == kind and old.subject == subject:
        await parts.store.revoke_session(old.id)
    note = browser_words(request.headers.get("user-agent", ""))
    token = await parts.store.new_session(kind, subject, seconds, note=note)
    seen_of(request).note(token, (kind, subject))
    await parts.store.note_audit(f"{kind}:{subject}", "signed in", note)
    return welcome(request, token, seconds, to=to, forget=forget)


def welcome(
    request: Request, token: str, seconds: int, *, to: str, forget: tuple[str, ...] = ()
) -> Response:
    """A page that goes on by itself, not a redirect: a strict cookie is not sent after a redirect that
    began on another site, such as a link opened from a chat in the browser."""
    html = parts_of(request).templates.get_template("welcome.html").render(to=to)
    response = HTMLResponse(html)
    set_cookie(response, request, "desk", token, seconds)
    for name in forget:
        forget_cookie(response, request, name)
    return response


def forget_cookie(response: Response, request: Request, what: str) -> None:
    """Take a cookie of ours away."""
    secure = request.url.scheme == "https"
    response.delete_cookie(
        cookie_name(request, what), path="/", secure=secure, httponly=True, samesite="strict"
    )


def browser_words(agent: str) -> str:
    """ "Firefox on Windows", for the list of sessions; nothing else of what the browser says is kept."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, agent)), "")
    return " on ".join(one for one in (browser, system) if one) or "a browser"
