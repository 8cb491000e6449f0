"""Who is asking: the signed-in session, the patient conversation of this browser, the forms' tokens."""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.parts import DESK, LINK_KIND, PATIENT_KIND, Parts
from bot.errors import NotNow
from bot.events import Actor, Address
from bot.ports import Store

ACCOUNT = "local"
"""The account part of every web address: there is one web face in this round."""

SEEN, SEEN_SECONDS = 1_000, 3_600.0
"""How many sessions are remembered, and for how long they are believed without the database."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in browser. token: the session's own; subject: who it is ("local");
    patient: the conversation that this browser writes in as a patient, None before the first."""

    token: str
    subject: str
    patient: Address | None

    @property
    def account(self) -> str:
        """The staff account, as the staff list names it."""
        return f"web:{self.subject}"

    @property
    def actor(self) -> Actor:
        """This visitor as somebody who acts on the web desk."""
        return Actor(account=self.account, desk=DESK, forms=True)

    @property
    def csrf(self) -> str:
        """The token that every form of this session carries."""
        return hmac.new(self.token.encode(), b"frontdesk form", hashlib.sha256).hexdigest()


Page = Callable[[Request], Awaitable[Response]]
SignedInPage = Callable[[Request, Visitor], Awaitable[Response]]


def parts_of(request: Request) -> Parts:
    """The collaborators, from the app."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - tells the type checker what create_app put there
    return parts


def signed_in(page: SignedInPage) -> Page:
    """A page for a signed-in browser only; others read how to sign in (401)."""

    @functools.wraps(page)
    async def checked(request: Request) -> Response:
        visitor = await visitor_of(request)
        if visitor is None:
            raise HTTPException(401)
        return await page(request, visitor)

    return checked


def cookie_name(request: Request, what: str) -> str:
    """Browsers share cookies between the ports of a host, so the name says the port."""
    if request.url.scheme == "https":
        return f"__Host-frontdesk-{what}"
    return f"frontdesk-{what}-{request.url.port or 80}"


def set_cookie(response: Response, request: Request, what: str, token: str, seconds: int) -> None:
    """Keep a session token in the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        cookie_name(request, what),
        token,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


async def visitor_of(request: Request) -> Visitor | None:
    """The visitor behind the cookies; None if nobody is signed in."""
    seen = seen_of(request)
    store = parts_of(request).store
    token = request.cookies.get(cookie_name(request, "desk"), "")
    found = await seen.look_up(store, token) if token else None
    if found is None or found[0] != LINK_KIND:
        return None
    patient: Address | None = None
    patient_token = request.cookies.get(cookie_name(request, "patient"), "")
    if patient_token:
        known = await seen.look_up(store, patient_token)
        if known is not None and known[0] == PATIENT_KIND:
            patient = patient_address(known[1])
    return Visitor(token, found[1], patient)


class SeenSessions:
    """Sessions that the store knew lately: while the database is away a patient in danger must still
    get through to the safety text."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[tuple[str, str], float]] = OrderedDict()

    async def look_up(self, store: Store, token: str) -> tuple[str, str] | None:
        """(kind, subject) of a session token. Raises ``NotNow`` for one that was not seen lately."""
        try:
            found = await store.session(token)
        except NotNow:
            seen = self._seen.get(_digest(token))
            if seen is None or time.monotonic() - seen[1] > SEEN_SECONDS:
                raise
            return seen[0]
        if found is None:
            self._seen.pop(_digest(token), None)
        else:
            self.note(token, found)
        return found

    def note(self, token: str, found: tuple[str, str]) -> None:
        """Remember a session that the store just knew or made."""
        self._seen[_digest(token)] = (found, time.monotonic())
        self._seen.move_to_end(_digest(token))
        while len(self._seen) > SEEN:
            self._seen.popitem(last=False)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def seen_of(request: Request) -> SeenSessions:
    """The sessions that this process saw lately."""
    seen = request.app.state.seen
    assert isinstance(seen, SeenSessions)  # noqa: S101 - tells the type checker what create_app put there
    return seen


def patient_address(chat: str) -> Address:
    """Where the conversation of a web patient lives."""
    return Address("web", ACCOUNT, chat)


def new_nonce() -> str:
    """A one-use id for a form: sent twice, it is one Update."""
    return secrets.token_urlsafe(18)


def check_origin(request: Request) -> None:
    """Refuse what another site's page sends. Raises ``HTTPException`` 403."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin", "null")
    # Our referrer policy makes browsers send "null" for a plain form of our own page.
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403)


def check_form(request: Request, visitor: Visitor, form: FormData) -> str:
    """Check that our own page sent this form; its one-use id. Raises ``HTTPException`` 403 or 422."""
    check_origin(request)
    given = form.get("csrf", "")
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode("utf-8", "replace"), visitor.csrf.encode()
    ):
        raise HTTPException(403)
    nonce = form.get("nonce", "")
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise HTTPException(422)
    return nonce


def text_field(form: FormData, name: str) -> str:
    """What was typed into a field, "" where it is missing or not a text."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
