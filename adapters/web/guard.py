"""The walls around every answer: headers, sizes, who may knock, and kind words for what failed."""

from __future__ import annotations

import logging
import traceback
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.pages import problem_page
from bot.errors import NotNow

log = logging.getLogger(__name__)

FORM_BYTES = 1_000_000
"""The largest form: a message of 50,000 characters takes at most 600,000 bytes URL-encoded."""

FORM_AROUND_FILE = 100_000
"""What a file's form may weigh beside the file: its caption and its boundaries."""

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""Host names that can only mean this computer. Any other name is a foreign page's (DNS rebinding)."""

PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Signs that somebody from outside stands behind a local client."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}


class Walls:
    """Outermost: security headers on every answer, a limit on every body, no error that shows its inside."""

    def __init__(self, app: ASGIApp, *, file_max_bytes: int) -> None:
        self._app = app
        self._file_max_bytes = file_max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if scope.get("scheme") == "https":
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        limited = self._limited(scope, receive)
        try:
            await self._app(scope, limited, guarded_send)
        except Exception as problem:
            # Only the kind of error and where: its message may hold what somebody typed.
            place = traceback.extract_tb(problem.__traceback__)[-1]
            log.error("%s in %s at %s", type(problem).__name__, place.name, place.lineno)
            if started:
                raise RuntimeError("an answer broke off half-way") from None
            status = 503 if isinstance(problem, NotNow) else 500
            answer = problem_page(Request(scope), status)
            await answer(scope, receive, guarded_send)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        multipart = Headers(scope=scope).get("content-type", "").startswith("multipart/form-data")
        limit = self._file_max_bytes + FORM_AROUND_FILE if multipart else FORM_BYTES
        taken = 0

        async def limited_receive() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    raise HTTPException(413)
            return message

        return limited_receive


class Reach:
    """Who may knock: this computer; and, where FRONTDESK_PUBLIC_URL is https, whoever asks for that name.

    A request for the public name counts as https, so that its cookies are ``Secure`` and bound to the
    host. Proxy headers are believed from a proxy on this computer only.
    """

    def __init__(self, app: ASGIApp, *, public_url: str = "") -> None:
        self._app = app
        self._public = public_host(public_url)
        self._configured = bool(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_local(scope):
            await self._app(scope, receive, send)
            return
        key = "not-local"
        if self._configured:
            key = "not-public" if self._public else "not-https"
        if self._public and asked_host(scope) == self._public:
            if came_by_tls(scope):
                scope["scheme"] = "https"
                await self._app(scope, receive, send)
                return
            key = "not-tls"
        answer = problem_page(Request(scope), 403, key=key)
        await answer(scope, receive, send)


def public_host(url: str) -> str:
    """The Host header that requests for a public address carry; "" if the address is not https."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix(":443") if parts.scheme == "https" else ""


def asked_host(scope: Scope) -> str:
    """The one Host header, lower case; "" where there is none or several."""
    hosts = Headers(scope=scope).getlist("host")
    return hosts[0].strip().lower().removesuffix(":443") if len(hosts) == 1 else ""


def is_loopback(scope: Scope) -> bool:
    """Whether the other end of the connection is on this computer."""
    client = scope.get("client")
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False


def came_by_tls(scope: Scope) -> bool:
    """Whether the browser spoke TLS, as far as can be told: a proxy on this computer is believed when
    it says no. A proxy elsewhere cannot prove anything; the cookies do not travel without TLS anyway."""
    if scope.get("scheme") == "https" or not is_loopback(scope):
        return True
    said = Headers(scope=scope).getlist("x-forwarded-proto")
    return not said or said[-1].rpartition(",")[2].strip().lower() == "https"


def client_of(scope: Scope) -> str:
    """The address that a request came from, for rate limits; a proxy on this computer may say whose it is."""
    client = scope.get("client")
    said = Headers(scope=scope).getlist("x-forwarded-for")
    if said and is_loopback(scope):
        return said[-1].rpartition(",")[2].strip()[:60]
    return str(client[0]) if client is not None else ""


def is_local(scope: Scope) -> bool:
    """Whether client and Host are this computer, with no proxy in between."""
    if not is_loopback(scope):
        return False
    headers = Headers(scope=scope)
    if any(name in headers for name in PROXY_HEADERS):
        return False
    hosts = headers.getlist("host")
    return len(hosts) == 1 and host_name(hosts[0]) in LOCAL_NAMES


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
