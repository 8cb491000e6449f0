"""Slack over HTTP: one ASGI endpoint for events, interactivity and commands.

It checks the signature before anything reads the body, answers after the commit, and logs neither
bodies nor headers. 503 asks Slack to come again (it does after 0, 1 and 5 minutes, and hourly with
Delayed Events on); a person sees that a tap or a command failed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.signature import is_genuine

_log = logging.getLogger(__name__)

BODY_MAX = 1_000_000
"""Bytes. Slack's largest payloads (a modal of 100 blocks) stay far below."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]


TELL_SECONDS = 60.0
"""How often refused requests are told of: a stranger must not fill the disk with our log."""


class _Told:
    """When something was last said."""

    def __init__(self) -> None:
        self._at = float("-inf")

    def due(self, at: float) -> bool:
        """Whether to say it again."""
        due = at - self._at >= TELL_SECONDS
        if due:
            self._at = at
        return due


def slack_endpoint(app: AsyncApp, secret: str, *, now: Callable[[], float] = time.time) -> Asgi:
    """The ASGI application to mount at one path; ``secret`` is the signing secret."""

    told = _Told()

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await _answer(send, 405)
            return
        body = await _read(receive)
        if body is None:
            await _answer(send, 413)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        stamp = headers.get("x-slack-request-timestamp", "")
        if not is_genuine(secret, stamp, headers.get("x-slack-signature", ""), body, now()):
            if told.due(now()):
                _log.warning("requests without Slack's signature are refused")
            await _answer(send, 401)
            return
        try:
            request = AsyncBoltRequest(
                body=body.decode("utf-8"),
                query=scope.get("query_string", b"").decode("latin-1"),
                headers=dict(headers),
            )
        except Exception:  # signed, and yet nothing that Bolt can read; it raises what comes along
            await _answer(send, 400)
            return
        try:
            response = await app.async_dispatch(request)
        except Exception as problem:  # Bolt's own code, around our listeners
            _log.warning("Bolt could not handle a payload: %s", type(problem).__name__)
            response = BoltResponse(status=500, body="")
        await _respond(send, response)

    return endpoint


async def _read(receive: Receive) -> bytes | None:
    """The body; None if it is larger than anything Slack sends."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _respond(send: Send, response: BoltResponse) -> None:
    # What Bolt does not know is no fault of ours: 404 would count against the subscription.
    status = 200 if response.status == 404 else response.status
    kind = response.headers.get("content-type", ["text/plain;charset=utf-8"])[0]
    text = response.body if response.status == 200 else ""
    await _answer(send, status, text.encode(), kind)


async def _answer(
    send: Send, status: int, body: bytes = b"", kind: str = "text/plain;charset=utf-8"
) -> None:
    headers = [
        (b"content-type", kind.encode("latin-1")),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
