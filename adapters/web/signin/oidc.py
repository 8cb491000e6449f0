"""Sign-in by OpenID Connect: authorization code with PKCE, where an issuer is configured.

Nothing is kept on our side between the two halves: state, nonce and verifier are made from one random
cookie of the browser that began, so only that browser can end it, on any replica. Staff are matched by
the accounts ``oidc:<e-mail>`` (if the issuer says that it is verified) and ``oidc:<sub>``.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote, urlsplit

import aiohttp
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.names import STAFF_KIND
from adapters.web.pages import problem_page
from adapters.web.sessions import Visitor, cookie_name, first_page, parts_of, set_cookie
from adapters.web.signin.limits import check_rate
from adapters.web.signin.opening import open_session
from bot.errors import FrontdeskError
from bot.release import Staff

log = logging.getLogger(__name__)

COOKIE = "oidc"
PAGE_SECONDS = 600
"""How long the sign-in at the issuer may take."""

SCOPE = "openid email"
SECONDS = 10.0
"""How long the issuer may take to answer us."""

KNOWN_SECONDS = 3600.0
"""How long the issuer's addresses and keys are believed; an unknown key asks again at once."""

MOST_BYTES = 1_000_000
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
"""Signatures taken; never "none", never one by a shared secret."""

LEEWAY = 60
"""Seconds by which the two clocks may differ."""


class OidcFailed(FrontdeskError):
    """The issuer did not confirm who this is; the message holds nothing that it said."""


@dataclass(frozen=True, slots=True)
class OidcConfig:
    """The issuer's address, and what it knows us by."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    document: dict[str, Any]
    keys: dict[str, Any]
    at: float


class Oidc:
    """One issuer: its discovery document and keys, fetched when first needed."""

    def __init__(self, config: OidcConfig) -> None:
        self._config = config
        self._known: _Known | None = None
        self._lock = asyncio.Lock()

    async def address(self, redirect: str, secret: str) -> str:
        """Where to send the browser. Raises ``OidcFailed``."""
        known = await self._discovered()
        uri = prepare_grant_uri(
            known.document["authorization_endpoint"],
            client_id=self._config.client_id,
            response_type="code",
            redirect_uri=redirect,
            scope=SCOPE,
            state=_made(secret, "state"),
            nonce=_made(secret, "nonce"),
            code_challenge=_challenge(_made(secret, "verifier")),
            code_challenge_method="S256",
        )
        return str(uri)

    async def accounts(self, code: str, redirect: str, secret: str) -> tuple[str, ...]:
        """The staff accounts that a code stands for. Raises ``OidcFailed``."""
        known = await self._discovered()
        token = await self._token(known, code, redirect, secret)
        claims = await self._claims(token, _made(secret, "nonce"), known)
        found = []
        email = claims.get("email")
        if isinstance(email, str) and claims.get("email_verified") in (True, "true"):
            found.append(f"oidc:{email.casefold()}")
        return (*found, f"oidc:{claims['sub']}")

    async def _token(self, known: _Known, code: str, redirect: str, secret: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "client_id": self._config.client_id,
            "code_verifier": _made(secret, "verifier"),
        }
        headers = {"accept": "application/json"}
        offered = known.document.get("token_endpoint_auth_methods_supported")
        if isinstance(offered, list) and "client_secret_basic" not in offered:
            form["client_secret"] = self._config.client_secret
        else:
            # RFC 6749, 2.3.1: both parts are form-encoded first.
            pair = f"{quote(self._config.client_id)}:{quote(self._config.client_secret)}"
            headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        answer = await _json("POST", known.document["token_endpoint"], data=form, headers=headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcFailed("no ID token")
        return token

    async def _claims(self, token: str, nonce: str, known: _Known) -> CodeIDToken:
        try:
            try:
                decoded = _decoded(token, known.keys)
            except (JoseError, ValueError):  # perhaps a new key
                known = await self._discovered(anew=True)
                decoded = _decoded(token, known.keys)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": known.document["issuer"]},
                    "aud": {"essential": True, "value": self._config.client_id},
                },
                params={"client_id": self._config.client_id, "nonce": nonce},
            )
            claims.validate(leeway=LEEWAY)
        except OidcFailed:
            raise
        except Exception as problem:  # whatever a forged token trips: its words stay out of the log
            raise OidcFailed(type(problem).__name__) from None
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise OidcFailed("no subject")
        return claims

    async def _discovered(self, *, anew: bool = False) -> _Known:
        async with self._lock:
            known = self._known
            age = time.monotonic() - known.at if known is not None else 0.0
            if known is not None and age < (5.0 if anew else KNOWN_SECONDS):
                return known
            issuer = self._config.issuer.rstrip("/")
            document = await _json("GET", f"{issuer}/.well-known/openid-configuration")
            if str(document.get("issuer", "")).rstrip("/") != issuer:
                raise OidcFailed("another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _check_address(str(document.get(name, "")))
            keys = await _json("GET", document["jwks_uri"])
            self._known = _Known(document, keys, time.monotonic())
            return self._known


def _decoded(token: str, keys: dict[str, Any]) -> jwt.Token:
    return jwt.decode(token, KeySet.import_key_set(cast(Any, keys)), algorithms=ALGORITHMS)


def _check_address(url: str) -> None:
    """https, or plain http to this computer (a test, a side-car)."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return
    raise OidcFailed("an address without TLS")


async def _json(
    method: str,
    url: str,
    *,
    data: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """One call to the issuer. Raises ``OidcFailed``."""
    _check_address(url)
    limit = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, trust_env=False) as session,
            session.request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as answer,
        ):
            if answer.status != 200:
                raise OidcFailed(f"status {answer.status}")
            body = await answer.content.read(MOST_BYTES + 1)
            while len(body) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
                body += more
            if len(body) > MOST_BYTES:
                raise OidcFailed("too long an answer")
            found = json.loads(body)
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as problem:
        raise OidcFailed(type(problem).__name__) from None
    if not isinstance(found, dict):
        raise OidcFailed("no object")
    return found


def _made(secret: str, what: str) -> str:
    """43 characters that only who knows the cookie can make."""
    made = hmac.new(secret.encode(), f"oidc {what}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636."""
    made = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def oidc_of(request: Request) -> Oidc | None:
    """The configured issuer."""
    found = getattr(request.app.state, "oidc", None)
    return found if isinstance(found, Oidc) else None


def _redirect(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}/signin/oidc/back"


async def begin(request: Request) -> Response:
    """Off to the issuer."""
    check_rate(request)
    oidc = oidc_of(request)
    if oidc is None:
        return problem_page(request, 404)
    secret = secrets.token_urlsafe(32)
    try:
        address = await oidc.address(_redirect(request), secret)
    except OidcFailed as problem:
        log.warning("OpenID Connect: %s", problem)
        return problem_page(request, 502, key="oidc")
    response = RedirectResponse(address, 303)
    # Lax: the way back begins on the issuer's site.
    set_cookie(response, request, COOKIE, secret, PAGE_SECONDS, samesite="lax")
    return response


async def back(request: Request) -> Response:
    """Back from the issuer, with a code or a refusal."""
    check_rate(request)
    parts, oidc = parts_of(request), oidc_of(request)
    if oidc is None:
        return problem_page(request, 404)
    secret = request.cookies.get(cookie_name(request, COOKIE), "")
    state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
    good = secret and hmac.compare_digest(
        state.encode("utf-8", "replace"), _made(secret, "state").encode()
    )
    if not good or not code:
        return problem_page(request, 403, key="oidc")
    try:
        accounts = await oidc.accounts(code, _redirect(request), secret)
    except OidcFailed as problem:
        log.warning("OpenID Connect: %s", problem)
        return problem_page(request, 403, key="oidc")
    release = await parts.store.live_release()
    staff = _match(release.organisation.staff if release is not None else (), accounts)
    if staff is None:
        await parts.store.note_audit("web", "sign-in", "OpenID Connect", "not on the list")
        return problem_page(request, 403, key="oidc-stranger")
    visitor = Visitor("", staff.id, None, STAFF_KIND, staff)
    return await open_session(
        request, STAFF_KIND, staff.id, to=first_page(visitor), forget=(COOKIE,)
    )


def _match(staff: tuple[Staff, ...], accounts: tuple[str, ...]) -> Staff | None:
    """The entry that names one of the accounts; e-mail addresses in any case."""
    for account in accounts:
        for one in staff:
            if any(account in (own, own.casefold()) for own in one.accounts):
                return one
    return None
