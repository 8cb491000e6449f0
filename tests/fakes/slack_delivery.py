"""How Slack hands payloads to an app: Socket Mode with acknowledgements, or signed HTTP requests.

Both send again what was not acknowledged; waits are shortened, the order of things is Slack's.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from adapters.slack.signature import sign
from tests.fakes.slack_state import SECRET, Json

ACK_SECONDS = 3.0


@dataclass
class Delivery:
    """How a delivery went. answer: what came with the acknowledgement."""

    acked: bool
    attempts: int
    answer: Json = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)


class SocketDelivery:
    """The Socket Mode side: any number of connections, envelopes to any one of them."""

    def __init__(self, base: Callable[[], str]) -> None:
        self._base = base
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json | None]] = {}
        self._sent_on: dict[str, web.WebSocketResponse] = {}
        self._turn = 0
        self.acks: list[str] = []
        self._opened = asyncio.Event()
        self.ack_seconds = ACK_SECONDS
        self.line_seconds = 5.0
        """How long an envelope waits for a line; then it counts as not delivered."""
        self.connections = 0

    @property
    def is_open(self) -> bool:
        return any(not one.closed for one in self._open)

    def ticket(self) -> str:
        """The address that apps.connections.open gives; good for one connection."""
        made = uuid.uuid4().hex
        self._tickets.add(made)
        return f"{self._base().replace('http', 'ws', 1)}/link/{made}"

    async def accept(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["ticket"] not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(request.match_info["ticket"])
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.send_json({"type": "hello", "num_connections": len(self._open) + 1})
        self._open.append(line)
        self._opened.set()
        self.connections += 1
        async for message in line:
            if message.type is WSMsgType.TEXT:
                self._acked(json.loads(message.data))
        self._open.remove(line)
        for envelope in [one for one, on in self._sent_on.items() if on is line]:
            waiting = self._waiting.pop(envelope, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(None)  # this line will never acknowledge it
        return line

    def _acked(self, answer: Json) -> None:
        envelope = answer.get("envelope_id", "")
        self.acks.append(envelope)
        waiting = self._waiting.pop(envelope, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload") or {})

    async def deliver(self, kind: str, payload: Json, *, retries: int) -> Delivery:
        """Send an envelope until it is acknowledged, each time as a new envelope."""
        for attempt in range(retries + 1):
            answer = await self._send(kind, payload, attempt)
            if answer is not None:
                return Delivery(True, attempt + 1, answer)
        return Delivery(False, retries + 1)

    async def _send(self, kind: str, payload: Json, attempt: int) -> Json | None:
        lines = [one for one in self._open if not one.closed]
        if not lines:
            self._opened.clear()
            try:
                await asyncio.wait_for(self._opened.wait(), self.line_seconds)
            except TimeoutError:
                return None
            lines = [one for one in self._open if not one.closed]
        if not lines:
            return None
        self._turn += 1
        line = lines[self._turn % len(lines)]
        envelope: Json = {
            "type": kind,
            "envelope_id": str(uuid.uuid4()),
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if attempt:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout"}
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        self._sent_on[envelope["envelope_id"]] = line
        try:
            await line.send_json(envelope)
            return await asyncio.wait_for(waiting, self.ack_seconds)
        except (TimeoutError, ConnectionError):
            self._waiting.pop(envelope["envelope_id"], None)
            return None
        finally:
            del self._sent_on[envelope["envelope_id"]]

    async def refresh(self) -> None:
        """Ask the app to make a new connection, as Slack does about hourly."""
        for line in list(self._open):
            await line.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def cut(self) -> None:
        """Break every line without a word."""
        for line in list(self._open):
            transport: Any = line._req.transport if line._req is not None else None
            if transport is not None:
                transport.abort()

    async def close(self) -> None:
        for line in list(self._open):
            await line.close()


class HttpDelivery:
    """The HTTP side: one request URL for everything."""

    def __init__(self, url: str, secret: str = SECRET) -> None:
        self._url = url
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    async def deliver(self, kind: str, payload: Json, *, retries: int) -> Delivery:
        body, content_type = encoded(kind, payload)
        statuses: list[int] = []
        again = retries if kind == "events_api" else 0  # Slack repeats events only
        for attempt in range(again + 1):
            headers = {"Content-Type": content_type, **self.signed(body)}
            if attempt:
                headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_error"}
            try:
                async with self.session.post(
                    self._url, data=body, headers=headers,
                    timeout=aiohttp.ClientTimeout(total=ACK_SECONDS),
                ) as answer:  # fmt: skip
                    text = await answer.text()
                    statuses.append(answer.status)
            except (TimeoutError, aiohttp.ClientError):
                statuses.append(0)
                continue
            if statuses[-1] == 200:
                said = json.loads(text) if text.startswith("{") else {}
                return Delivery(True, attempt + 1, said, statuses)
        return Delivery(False, len(statuses), {}, statuses)

    def signed(self, body: bytes, stamp: int | None = None, secret: str | None = None) -> Json:
        """Slack's two headers for a body."""
        at = str(int(time.time()) if stamp is None else stamp)
        signature = sign(self._secret if secret is None else secret, at, body)
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """A payload as Slack posts it: events as JSON, interactivity and commands as forms."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"
