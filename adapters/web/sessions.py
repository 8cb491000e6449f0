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
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.guard import is_local
from adapters.web.names import DESK, LINK_KIND, PATIENT_KIND, STAFF_KIND
from adapters.web.parts import Parts
from adapters.web.roles import LOCAL, MAY, NOBODY, Action, may
from bot.errors import NotNow
from bot.events import Actor, Address
from bot.ports import SessionRow, Store
from bot.release import Staff

ACCOUNT = "local"
"""The account part of every web address: there is one web face in this round."""

SEEN, SEEN_SECONDS = 1_000, 3_600.0
"""How many sessions are remembered, and for how long they are believed without the database."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in browser. token: the session's own; kind and subject: who it is (the local link's
    "local", or a staff id); patient: the conversation that this browser writes in as a patient, None
    before the first; staff: the entry on the live staff list, None if there is none."""

    token: str
    subject: str
    patient: Address | None
    kind: str = LINK_KIND
    staff: Staff | None = None

    @property
    def local(self) -> bool:
        """Whether this session came from the link in the terminal."""
        return self.kind == LINK_KIND

    @property
    def role(self) -> str:
        """The role of the staff entry; ``roles.LOCAL`` or ``roles.NOBODY`` without one."""
        if self.staff is not None and self.staff.role in MAY:
            return self.staff.role
        return LOCAL if self.local else NOBODY

    def may(self, action: Action) -> bool:
        """Whether this visitor may do something. Whoever has the terminal may at least look."""
        return may(self.role, action, local=self.local) or (self.local and action in MAY[LOCAL])

    @property
    def account(self) -> str:
        """The staff account, as the staff list names it."""
        if self.local:
            return f"web:{self.subject}"
        accounts = self.staff.accounts if self.staff is not None else ()
        own = [one for one in accounts if one.startswith("web:")]
        return next(iter((*own, *accounts)), f"staff:{self.subject}")

    @property
    def name(self) -> str:
        """The name for history and audit."""
        return self.staff.name if self.staff is not None else self.account

    @property
    def editor(self) -> str:
        """Whose unfinished edits these are: the same person on every device and way in."""
        return self.staff.id if self.staff is not None else self.account

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


def allowed(action: Action, *, else_home: bool = False) -> Callable[[SignedInPage], Page]:
    """A page for a signed-in browser whose role may do ``action``; others read how to sign in (401) or
    that it is not theirs (403; with ``else_home`` they are led to a page that is)."""

    def wrap(page: SignedInPage) -> Page:
        @functools.wraps(page)
        async def checked(request: Request) -> Response:
            visitor = await visitor_of(request, needs_role=action is not Action.TRY_PATIENT)
            if visitor is None:
                raise HTTPException(401)
            here = action is not Action.TRY_PATIENT or is_local(request.scope)
            if not here or not visitor.may(action):
                if else_home and visitor.role:
                    return RedirectResponse(first_page(visitor), 303)
                raise NotAllowed(403)
            return await page(request, visitor)

        checked.action = action  # type: ignore[attr-defined]  # for the test that walks the routes
        return checked

    return wrap


class NotAllowed(HTTPException):
    """Signed in, but this is not theirs to do."""


def first_page(visitor: Visitor) -> str:
    """Where a visitor begins: their own work."""
    if visitor.local:
        return "/"
    if visitor.may(Action.DESK_READ):
        return "/desk"
    return "/words" if visitor.may(Action.WORDS_READ) else "/sessions"


def cookie_name(request: Request, what: str) -> str:
    """Browsers share cookies between the ports of a host, so the name says the port."""
    if request.url.scheme == "https":
        return f"__Host-frontdesk-{what}"
    return f"frontdesk-{what}-{request.url.port or 80}"


def set_cookie(
    response: Response,
    request: Request,
    what: str,
    token: str,
    seconds: int,
    *,
    samesite: Literal["strict", "lax"] = "strict",
) -> None:
    """Keep a token in the browser, out of reach of scripts and of other sites. ``lax``: sent along when
    another site leads back here, as an OpenID provider does."""
    response.set_cookie(
        cookie_name(request, what),
        token,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite=samesite,
        secure=request.url.scheme == "https",
    )


async def visitor_of(request: Request, *, needs_role: bool = True) -> Visitor | None:
    """The visitor behind the cookies; None if nobody is signed in. Raises ``NotNow`` where the role is
    needed and cannot be looked up."""
    seen = seen_of(request)
    parts = parts_of(request)
    token = request.cookies.get(cookie_name(request, "desk"), "")
    found = await seen.look_up(parts, token) if token else None
    if found is None or found[0] not in (LINK_KIND, STAFF_KIND):
        return None
    if found[0] == LINK_KIND and not is_local(request.scope):
        return None  # the terminal's link is worth nothing outside this computer
    patient: Address | None = None
    patient_token = request.cookies.get(cookie_name(request, "patient"), "")
    if patient_token and found[0] == LINK_KIND:
        known = await seen.look_up(parts, patient_token)
        if known is not None and known[0] == PATIENT_KIND:
            patient = patient_address(known[1])
    try:
        staff = await staff_entry(parts.store, *found)
    except NotNow:
        if needs_role:
            raise
        staff = None
    return Visitor(token, found[1], patient, found[0], staff)


async def staff_entry(store: Store, kind: str, subject: str) -> Staff | None:
    """The entry on the live staff list that a session stands for."""
    release = await store.live_release()
    if release is None:
        return None
    if kind == LINK_KIND:
        return release.staff_of(f"web:{subject}")
    return next((one for one in release.organisation.staff if one.id == subject), None)


def is_idle(row: SessionRow, hours: int, *, now: datetime | None = None) -> bool:
    """Whether a sign-in was not used for so long that it has ended."""
    return (now or datetime.now(UTC)) - row.last_seen_at > timedelta(hours=hours)


class SeenSessions:
    """Sessions that the store knew lately: while the database is away a patient in danger must still
    get through to the safety text."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[tuple[str, str], float]] = OrderedDict()

    async def look_up(self, parts: Parts, token: str) -> tuple[str, str] | None:
        """(kind, subject) of a session token. Raises ``NotNow`` for one that was not seen lately."""
        store = parts.store
        try:
            row = await store.session_row(token)
            if (
                row is not None
                and row.kind != PATIENT_KIND
                and is_idle(row, parts.settings.desk_hours)
            ):
                await store.revoke_session(row.id)
                row = None
            found = await store.session(token) if row is not None else None
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


def check_csrf(request: Request, form: FormData, expected: str) -> None:
    """Check that a page of ours sent this form. Raises ``HTTPException`` 403."""
    check_origin(request)
    given = form.get("csrf", "")
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode("utf-8", "replace"), expected.encode()
    ):
        raise HTTPException(403)


def check_form(request: Request, visitor: Visitor, form: FormData) -> str:
    """Check that our own page sent this form; its one-use id. Raises ``HTTPException`` 403 or 422."""
    check_csrf(request, form, visitor.csrf)
    nonce = form.get("nonce", "")
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise HTTPException(422)
    return nonce


def text_field(form: FormData, name: str) -> str:
    """What was typed into a field, "" where it is missing or not a text."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
