"""Telegram's webhook: an endpoint that answers only after the commit.

A refused update is sent again, in order, for that chat alone; so only "not now" is refused, and
whatever cannot be read is parked and accepted.
"""

from __future__ import annotations

import hmac
import json
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.telegram.inbox import Inbox
from bot.errors import NotNow

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)

MOST_BYTES = 1_000_000
"""Of an update's body. The largest ones (a long text with entities) stay under 100 kB."""


class Webhook:
    """The endpoint of one bot, its ``handle`` to be a Starlette route (POST).

    ``secret``: what was given to setWebhook. An endpoint without one is not made: anybody could
    speak for patients.
    """

    def __init__(self, inbox: Inbox, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook needs a secret")
        self._inbox = inbox
        self._secret = secret.encode()

    async def handle(self, request: Request) -> Response:
        """200 when handled (with the answer to a tap), 503 when Telegram shall send it again,
        401 or 403 without the right secret, 413 for a body that is no update."""
        given = request.headers.get(SECRET_HEADER)
        if given is None:
            return Response(status_code=401)
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        raw: object
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raw = {"unreadable": body.decode("utf-8", "replace")}
        try:
            answer = await self._inbox.take(raw)
        except NotNow:
            return Response(status_code=503, headers={"Retry-After": "1"})
        if answer is None:
            return Response(status_code=200)
        # Telegram carries out a method in the response: no request of ours is needed.
        return JSONResponse(answer.as_method())


async def _body(request: Request) -> bytes | None:
    """The body, None where it is too long; never more of it in memory than allowed."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
