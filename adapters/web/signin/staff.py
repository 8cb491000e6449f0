"""The bot's one-time link for staff: a page with a button, and what pressing it does.

Looking at the link uses nothing up, so a chat's link preview or a virus scanner does no harm. The button
carries a token that fits only the cookie set with the page: the browser that opened the link is the one
that may use it. The first press wins; the same browser pressing twice is let in twice.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web.forms import read_form
from adapters.web.names import SIGNIN_KIND, STAFF_KIND
from adapters.web.pages import problem_page
from adapters.web.sessions import (
    Visitor,
    check_csrf,
    cookie_name,
    first_page,
    parts_of,
    set_cookie,
    staff_entry,
    visitor_of,
)
from adapters.web.signin.limits import check_rate
from adapters.web.signin.oidc import oidc_of
from adapters.web.signin.opening import open_session

COOKIE = "signin"
PAGE_SECONDS = 600
"""How long the page with the button keeps: as long as the link."""

TWICE_SECONDS = 30.0
"""How long a second press of the same button by the same browser counts as the first."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,200}")
_PRESSED = 200


class Pressed:
    """Buttons pressed lately, by what only their browser knows: whose they were, and when."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def note(self, form: str, subject: str) -> None:
        """It was pressed and worked."""
        self._seen[form] = (subject, time.monotonic())
        while len(self._seen) > _PRESSED:
            self._seen.popitem(last=False)

    def again(self, form: str) -> str | None:
        """Whose it was, if it was pressed a moment ago."""
        subject, at = self._seen.get(form, ("", 0.0))
        return subject if subject and time.monotonic() - at < TWICE_SECONDS else None


async def start(request: Request) -> Response:
    """How staff sign in; whoever is signed in is led on."""
    visitor = await visitor_of(request)
    if visitor is not None and visitor.role:
        return RedirectResponse(first_page(visitor), 303)
    oidc = oidc_of(request) is not None
    html = parts_of(request).templates.get_template("words/signin.html").render(oidc=oidc)
    return HTMLResponse(html)


async def show(request: Request) -> Response:
    """The page behind the link: a button."""
    check_rate(request)
    token = request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        return problem_page(request, 403, key="signin")
    given = request.cookies.get(cookie_name(request, COOKIE), "")
    own = given if _TOKEN.fullmatch(given) else secrets.token_urlsafe(24)
    template = parts_of(request).templates.get_template("words/signin_link.html")
    response = HTMLResponse(template.render(csrf=_form_token(own, token), path=request.url.path))
    set_cookie(response, request, COOKIE, own, PAGE_SECONDS)
    return response


async def use(request: Request) -> Response:
    """The button: uses the link up and opens the session."""
    check_rate(request)
    parts, token = parts_of(request), request.path_params["token"]
    own = request.cookies.get(cookie_name(request, COOKIE), "")
    form = await read_form(request)
    if not own or not _TOKEN.fullmatch(token):
        return problem_page(request, 403, key="signin-cookie")
    expected = _form_token(own, token)
    check_csrf(request, form, expected)
    pressed: Pressed = request.app.state.pressed
    subject = pressed.again(expected)
    if subject is None:
        found = await parts.store.use_link(token)
        if found is None or found[0] != SIGNIN_KIND:
            await parts.store.note_audit("web", "sign-in", "a link", "used, expired or unknown")
            return problem_page(request, 403, key="signin")
        subject = found[1]
        pressed.note(expected, subject)
    staff = await staff_entry(parts.store, STAFF_KIND, subject)
    if staff is None:
        await parts.store.note_audit(f"staff:{subject}", "sign-in", "a link", "not on the list")
        return problem_page(request, 403, key="signin")
    visitor = Visitor("", subject, None, STAFF_KIND, staff)
    return await open_session(request, STAFF_KIND, subject, to=first_page(visitor))


def _form_token(own: str, token: str) -> str:
    """What the form of one link in one browser carries."""
    return hmac.new(own.encode(), b"sign in " + token.encode(), hashlib.sha256).hexdigest()
