"""Requests that nobody signed, or that are none: to every route of the running server, out of a seed.

They go over real sockets, byte for byte as written here, because a client library would mend them.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

MARK = "zxqbody"
"""Stands in every body, path, query and header value that could end in a log."""

METHODS = (
    *["GET"] * 4,
    *["POST"] * 6,
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "BREW",
    "get",
)
HOSTS = ("localhost", "127.0.0.1", "evil.example", "localhost.evil.example", "", "[::1", "a b", "é")
FILLS = (
    "FD-AAAA",
    "1",
    "home",
    "page:home",
    "../../etc/passwd",
    "%00",
    "%ff",
    "é",
    "a" * 300,
    "0",
    "-1",
    "{x}",
    "nan",
)
KINDS = (
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "text/plain",
    "application/json; charset=nonsense",
    "",
    "\x80",
    "a/b; q=\x00",
)

STAMPS = ("", "0", "9" * 40, "é", "-1")


@dataclass(frozen=True, slots=True)
class Request:
    """Bytes for a socket. whole: a well-formed message, after which the connection goes on."""

    data: bytes
    whole: bool


class Forger:
    """Makes requests. ``paths`` are the routes, with ``{placeholders}``; ``hooks`` those of platforms."""

    def __init__(self, seed: str, port: int, paths: Sequence[str], hooks: Sequence[str]) -> None:
        self.chance = random.Random(seed)
        self.port, self.paths, self.hooks = port, paths, hooks

    def request(self) -> Request:
        """The next one; one in eight is broken as HTTP."""
        chance = self.chance
        path = chance.choice(self.hooks if chance.random() < 0.3 else self.paths)
        method = chance.choice(METHODS)
        body = self.body() if method not in ("GET", "HEAD") or chance.random() < 0.1 else b""
        lines = [f"{method} {self.target(path)} HTTP/1.1".encode("utf-8", "surrogatepass")]
        lines += [one.encode("latin-1", "replace") for one in self.headers()]
        lines.append(b"Content-Length: %d" % len(body))
        data = b"\r\n".join(lines) + b"\r\n\r\n" + body
        return Request(self.broken(data), False) if chance.random() < 0.125 else Request(data, True)

    def target(self, path: str) -> str:
        chance = self.chance
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + quote(chance.choice(FILLS), safe="/%:") + rest.partition("}")[2]
        if chance.random() < 0.1:
            path += chance.choice(
                ("/", "//", "/..", "/%2e%2e/", ";a", "/\\", f"/{MARK}", "%", "%zz")
            )
        if chance.random() < 0.2:
            path += "?" + chance.choice(
                (f"q={MARK}", f"next=//{MARK}", "a=%ff", "&&&", f"code={MARK}&state={MARK}")
            )
        return path.replace(" ", "%20")

    def headers(self) -> list[str]:
        chance = self.chance
        host = f"localhost:{self.port}" if chance.random() < 0.7 else chance.choice(HOSTS)
        out = [f"Host: {host}"]
        secret = f"{MARK}{chance.random()}"
        choices = (
            f"Cookie: frontdesk-desk-{self.port}={secret}; __Host-frontdesk-desk={secret}; frontdesk={secret}",
            f"X-Telegram-Bot-Api-Secret-Token: {secret}",
            f"X-Slack-Signature: v0={secret}\r\nX-Slack-Request-Timestamp: {int(time.time())}",
            f"X-Slack-Signature: v0={'0' * 64}\r\nX-Slack-Request-Timestamp: {chance.choice(STAMPS)}",
            f"Origin: http://{MARK}.example",
            "Sec-Fetch-Site: cross-site",
            "HX-Request: true",
            f"X-Forwarded-For: {MARK}",
            f"Authorization: Bearer {secret}",
            f"User-Agent: {MARK}",
            f"Referer: http://x/{MARK}",
            "Expect: 100-continue",
            "Accept-Encoding: nonsense",
            f"X-Slack-Retry-Num: {MARK}",
            "Last-Event-ID: \xff",
            f"Content-Encoding: {MARK}",
            f"X: {'a' * chance.randint(1, 9000)}",
        )
        out += chance.sample(choices, chance.randint(0, 4))
        if kind := chance.choice(KINDS):
            out.append(f"Content-Type: {kind}")
        return [one for one in out if "\x00" not in one]

    def body(self) -> bytes:
        """What a platform or a form would send, or half of it, or something else."""
        chance = self.chance
        user = {"id": 7, "is_bot": False, "first_name": MARK}
        message = {
            "message_id": 1,
            "date": int(time.time()),
            "chat": {"id": 7, "type": "private", "first_name": MARK},
            "from": user,
            "text": f"I cannot breathe {MARK}",
        }
        event = {
            "type": "message",
            "channel_type": "im",
            "user": "U1",
            "channel": "D1",
            "text": MARK,
            "ts": "1.1",
        }
        form = {
            "csrf": MARK,
            "nonce": f"{MARK}-{chance.random()}",
            "text": f"I cannot breathe {MARK}",
            "do": "publish",
            "tap": "1|sec:home:1",
            "why": MARK,
            "f.title": MARK,
            "kind": "emergency",
            "word": MARK,
            "token": MARK,
        }
        made = chance.choice(
            (
                lambda: json.dumps({"update_id": chance.randrange(10**9), "message": message}),
                lambda: json.dumps(
                    {
                        "token": MARK,
                        "event_id": f"Ev{MARK}",
                        "type": "event_callback",
                        "event": event,
                    }
                ),
                lambda: json.dumps({"type": "url_verification", "challenge": MARK}),
                lambda: (
                    "payload=" + quote(json.dumps({"type": "block_actions", "user": {"id": MARK}}))
                ),
                lambda: urlencode(form),
                lambda: (
                    f"--b\r\nContent-Disposition: form-data; name=f; filename={MARK}\r\n\r\n{MARK}\r\n--b--"
                ),
                lambda: "--b\r\nContent-Disposition: form-data\r\n" + MARK,
                lambda: "[" * 5_000,
                lambda: (
                    MARK
                    + "".join(
                        chr(chance.randrange(1, 0x500)) for _ in range(chance.randint(0, 400))
                    )
                ),
                lambda: "csrf=" + f"&a={MARK}" * 3_000,
                lambda: "",
            )
        )()
        data = made.encode()
        if chance.random() < 0.2:
            data = data[: chance.randint(0, len(data))]
        if chance.random() < 0.1:
            data += bytes(chance.randrange(256) for _ in range(chance.randint(1, 60)))
        if chance.random() < 0.002:
            data += MARK.encode() * 160_000  # over the million that any of ours takes
        return data

    def broken(self, data: bytes) -> bytes:
        """No HTTP any more."""
        chance = self.chance
        match chance.randrange(9):
            case 0:
                return data[: chance.randint(1, len(data))]
            case 1:
                return data.replace(
                    b"HTTP/1.1", chance.choice((b"HTTP/9.9", b"HTTP", b"", b"HTTP/1.1 x")), 1
                )
            case 2:
                return data.replace(b"Content-Length: ", b"Content-Length: -", 1)
            case 3:
                return data.replace(
                    b"Content-Length: ", b"Transfer-Encoding: chunked\r\nContent-Length: ", 1
                )
            case 4:
                return data.replace(b"\r\n", b"\n", chance.randint(1, 9))
            case 5:
                return data.replace(b"Host:", b"Host\x00:", 1)
            case 6:
                return bytes(chance.randrange(256) for _ in range(chance.randint(1, 300)))
            case 7:
                return b"Content-Length: 3\r\n" + data
            case _:
                return data.replace(
                    b"Content-Length: ", b"Content-Length: 9\r\nContent-Length: ", 1
                )


class Sender:
    """Sends requests over a few connections and counts the answers by status (0: none came)."""

    def __init__(self, port: int, connections: int = 8) -> None:
        self._port = port
        self._connections = connections
        self.statuses: Counter[int] = Counter()
        self.bodies_with_mark = 0
        self.failed: list[bytes] = []

    async def send(self, forger: Forger, count: int) -> None:
        """Send ``count`` requests."""
        left = iter(range(count))

        async def work() -> None:
            line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
            for _ in left:
                request = forger.request()
                if line is None or not request.whole:
                    if line is not None:
                        line[1].close()
                    line = await asyncio.open_connection("127.0.0.1", self._port)
                status, goes_on = await self._ask(line, request)
                self.statuses[status] += 1
                if status >= 500:
                    self.failed.append(request.data[:300])
                if not goes_on:
                    line[1].close()
                    line = None
            if line is not None:
                line[1].close()

        await asyncio.gather(*(work() for _ in range(self._connections)))

    async def _ask(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: Request
    ) -> tuple[int, bool]:
        reader, writer = line
        try:
            writer.write(request.data)
            if not request.whole:
                writer.write_eof()
            async with asyncio.timeout(30):
                return await self._answer(reader, request)
        except (ConnectionError, asyncio.IncompleteReadError):
            return 0, False

    async def _answer(self, reader: asyncio.StreamReader, request: Request) -> tuple[int, bool]:
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status == 100:
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
        fields = dict(
            one.lower().split(b": ", 1) for one in head.split(b"\r\n")[1:] if b": " in one
        )
        if not request.whole or fields.get(b"connection") == b"close":
            await reader.read()
            return status, False
        size = fields.get(b"content-length")
        if request.data.startswith(b"HEAD ") or status in (204, 304):
            return status, True
        if size is None:
            return status, False
        await reader.readexactly(int(size))
        return status, True
