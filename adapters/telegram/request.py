"""How python-telegram-bot reaches Telegram: its ``BaseRequest`` on aiohttp.

httpx, the default, was measured at 82 calls a second with 100 in flight, aiohttp at 8,000 (the
design notes). This one also says whether a failed request can have been carried out: ``NotSent``
where no byte of it left, ``MaybeSent`` where the answer is missing. No error of it holds a URL,
because the URL holds the bot token.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from adapters.telegram.errors import MaybeSent, NotSent, TooMany

CONNECT_SECONDS: Final = 5.0
"""To a healthy Telegram a connection takes well under a second."""

READ_SECONDS: Final = 20.0
"""Ordinary methods answer within a second; uploads take longer."""

MAX_ANSWER: Final = 21_000_000
"""Bytes of an answer: the largest file (20 MB) and a little."""

_RETRY_SECONDS: Final = 5.0
"""For a 429 that does not say how long (a proxy's)."""

_AS_JSON: Final = {"Content-Type": "application/json"}

_HTTP_TOO_MANY: Final = 429
_HTTP_GATEWAY_TIMEOUT: Final = 504


class AiohttpRequest(BaseRequest):
    """One pool of connections. Raises ``NotSent``, ``MaybeSent``, ``TooMany`` or, for what Telegram
    answers, what ``BaseRequest`` raises."""

    def __init__(
        self,
        connections: int = 64,
        read_seconds: float = READ_SECONDS,
        heard: Callable[[str | None], None] = lambda date: None,
    ) -> None:
        """``heard``: told the Date header of every answer."""
        self._heard = heard
        self._connections = connections
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None or self._session.closed:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_note_sent)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30),
                trace_configs=[trace],
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One HTTP request: (status, body)."""
        if self._session is None:
            raise NotSent("The connection pool is closed")
        read = _seconds(read_timeout, self._read_seconds)
        connect = _seconds(connect_timeout, CONNECT_SECONDS)
        sent, body = SimpleNamespace(yes=False), _body(request_data)
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=_AS_JSON if isinstance(body, bytes) else None,
                allow_redirects=False,
                timeout=_timeout(connect, read),
                trace_request_ctx=sent,
            ) as response:
                payload = await _read(response)
                status = response.status
                self._heard(response.headers.get("Date"))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            kind = MaybeSent if sent.yes else NotSent
            # The cause is cut off: its text or attributes may hold the URL.
            raise kind(f"No answer: {type(error).__name__}") from None
        if status == _HTTP_TOO_MANY:
            raise TooMany(_retry_after(payload))
        if status == _HTTP_GATEWAY_TIMEOUT:
            raise MaybeSent("Gateway timeout")
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's JSON. The library's own logs the whole payload, people's words included."""
        try:
            answer = json.loads(payload)
        except ValueError:
            raise NetworkError("Invalid server response") from None
        if not isinstance(answer, dict):
            raise NetworkError("Invalid server response")
        return answer


@lru_cache(maxsize=64)
def _timeout(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=connect, sock_connect=connect, sock_read=read)


async def _note_sent(_session: object, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.yes = True


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MAX_ANSWER:
            raise aiohttp.ClientPayloadError("too large")
        parts.append(part)
    return b"".join(parts)


def _body(data: RequestData | None) -> aiohttp.FormData | bytes | None:
    """JSON, which is written much faster than a form; a form only where a file goes along."""
    if data is None:
        return None
    if not data.contains_files:
        return json.dumps(
            data.parameters
        ).encode()  # ASCII only: half a surrogate pair is written too
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form


def _seconds(given: Any, default: float) -> float | None:
    if isinstance(given, DefaultValue):
        return default
    return None if given is None else float(given)


def _retry_after(payload: bytes) -> float:
    try:
        return max(0.0, float(json.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return _RETRY_SECONDS
