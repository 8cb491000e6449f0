"""A strict Slack on loopback: Web API, Socket Mode, HTTP delivery, and people who use it.

Real Bolt and slack_sdk clients talk to it. It answers as Slack would and refuses what Slack would refuse;
``faults`` make it fail on purpose. See ``slack_blocks`` (rules of blocks), ``slack_api`` (methods),
``slack_delivery`` (events to the app) and ``slack_people`` (people).
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes import slack_blocks as rules
from tests.fakes.slack_api import Api, Refused
from tests.fakes.slack_delivery import Delivery, HttpDelivery, SocketDelivery
from tests.fakes.slack_people import Person
from tests.fakes.slack_state import (
    APP,
    BOT_TOKEN,
    BOT_USER,
    SCOPES,
    TEAM,
    Channel,
    Json,
    Message,
    Workspace,
)

_NESTED = ("blocks", "view", "files", "attachments", "metadata")


@dataclass
class Fault:
    """One failure on purpose. kind: "429", "500", "drop_before" (not carried out, line cut),
    "drop_after" (carried out, line cut), "hang" (carried out, no answer), "slow" (answered late), "html",
    or a Slack code."""

    kind: str
    seconds: float = 1.0


class FakeSlack:
    """A workspace with our app installed. Use as an async context manager."""

    def __init__(self) -> None:
        self.world = Workspace()
        self.socket = SocketDelivery(lambda: self.base)
        self.api = Api(self.world, self._told, lambda: self.base, self.socket.ticket)
        self.http: HttpDelivery | None = None
        self.calls: list[tuple[str, Json]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.styles: set[str] = set()
        """The ways in which arguments came: query, form, json, multipart."""
        self.scopes = SCOPES
        self.hook: Callable[[str, str], bool] = lambda stage, method: False
        """Asked "before" and "after" every call is carried out; True: nobody is there any more."""
        self.date: str | None = None
        self.base = ""
        self.echo = True
        """Whether the app hears about its own messages, as on Slack."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None
        self._hung: asyncio.Event | None = None

    # ---- life

    async def __aenter__(self) -> FakeSlack:
        self._hung = asyncio.Event()
        app = web.Application(client_max_size=50_000_000)
        app.router.add_route("*", "/api/{method}", self._web_api)
        app.router.add_post("/upload/{ticket}", self._upload)
        app.router.add_get("/files/{file}", self._download)
        app.router.add_post("/response/{ticket}", self._response)
        app.router.add_get("/link/{ticket}", self.socket.accept)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._hung is not None
        self._hung.set()
        await self.settle()
        await self.socket.close()
        if self.http is not None:
            await self.http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL."""
        return f"{self.base}/api/"

    async def settle(self) -> None:
        """Wait until the app has heard of everything so far."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    # ---- setting the scene

    def person(self, name: str, **flags: Any) -> Person:
        """Somebody in the workspace; ``is_restricted=True`` and the like for guests, ``team_id`` for
        people of another organisation."""
        user = self.world.fresh("U0")
        self.world.users[user] = {
            "id": user,
            "name": name,
            "team_id": TEAM,
            "deleted": False,
            "is_bot": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_stranger": False,
            **flags,
        }
        return Person(self, user, name)

    def channel(self, name: str, *people: Person, private: bool = True, bot: bool = True) -> str:
        """A channel with people in it; its id."""
        made = Channel(self.world.fresh("C0"), name, private)
        made.members = {one.user for one in people} | ({BOT_USER} if bot else set())
        self.world.channels[made.id] = made
        return made.id

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of a method fail, each in its way."""
        self.faults[method].extend(faults)

    def deliver_over_http(self, url: str) -> HttpDelivery:
        """From now on events go to this address instead of the socket."""
        self.http = HttpDelivery(url)
        return self.http

    # ---- what was seen

    def called(self, method: str) -> list[Json]:
        """Arguments of every call of a method so far."""
        return [args for name, args in self.calls if name == method]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Replies in a thread that everybody sees."""
        return [one for one in self.world.seen_by("", channel, ts) if one.ts != ts]

    # ---- towards the app

    async def deliver(self, kind: str, payload: Json, *, retries: int = 3) -> Delivery:
        """Hand a payload to the app as Slack does, again while it is not acknowledged."""
        if self.http is not None:
            return await self.http.deliver(kind, payload, retries=retries)
        return await self.socket.deliver(kind, payload, retries=retries)

    async def deliver_event(self, event: Json, *, event_id: str = "", retries: int = 3) -> Delivery:
        """An Events API payload around an event."""
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event_id": event_id or self.world.fresh("Ev"),
            "event_time": int(float(self.world.next_ts())),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
        }
        return await self.deliver("events_api", payload, retries=retries)

    def _told(self, event: Json) -> None:
        if self.echo and (self.http is not None or self.socket.is_open):
            task = asyncio.create_task(self.deliver_event(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    # ---- the server

    async def _web_api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args, token = await self._arguments(request)
        self.calls.append((method, args))
        if self.hook("before", method):
            return _dropped(request)
        fault = self.faults[method].pop(0) if self.faults[method] else None
        headers = {"x-oauth-scopes": self.scopes}
        if self.date is not None:
            headers["Date"] = self.date
        if fault is not None and fault.kind in ("429", "500", "html", "drop_before"):
            return await self._broken(request, fault)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            fault = None
        try:
            if fault is not None and fault.kind not in ("drop_after", "hang"):
                raise Refused(fault.kind)
            scopes = frozenset(self.scopes.split(","))
            answer = {"ok": True, **self.api.call(method, token, args, scopes)}
        except Refused as refused:
            answer = {"ok": False, "error": refused.code, **refused.more}
        if fault is not None and fault.kind in ("drop_after", "hang"):
            return await self._broken(request, fault)
        if self.hook("after", method):
            return _dropped(request)
        return web.json_response(answer, headers=headers)

    async def _broken(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind == "429":
            return web.json_response(
                {"ok": False, "error": "ratelimited"},
                status=429,
                headers={"Retry-After": str(int(fault.seconds))},
            )
        if fault.kind == "500":
            return web.Response(status=500, text="<html>oops</html>", content_type="text/html")
        if fault.kind == "html":
            return web.Response(status=200, text="<html>hello</html>", content_type="text/html")
        if fault.kind == "hang":
            assert self._hung is not None
            try:
                await asyncio.wait_for(self._hung.wait(), fault.seconds)
            except TimeoutError:
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _arguments(self, request: web.Request) -> tuple[Json, str]:
        args: Json = dict(request.query)
        if args:
            self.styles.add("query")
        kind = request.content_type
        if request.method == "POST" and request.can_read_body:
            if kind == "application/json":
                self.styles.add("json")
                args |= await request.json()
            elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
                form = await request.post()
                if form:
                    self.styles.add("form" if "urlencoded" in kind else "multipart")
                args |= {name: value for name, value in form.items() if isinstance(value, str)}
        token = str(args.pop("token", ""))
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer "):
            token = header.removeprefix("Bearer ")
        for name in _NESTED:
            if isinstance(args.get(name), str):
                args[name] = json.loads(args[name])
        return args, token

    async def _upload(self, request: web.Request) -> web.Response:
        known = self.world.uploads.pop(request.match_info["ticket"], "")
        file_id, _, length = known.partition(":")
        data = await request.read()
        if not file_id or len(data) != int(length):
            return web.Response(status=400, text="no such upload")
        self.world.files[file_id].data = data
        return web.Response(text=f"OK - {len(data)}")

    async def _download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            raise web.HTTPFound("/signin")  # Slack sends people to a sign-in page
        file = self.world.files.get(request.match_info["file"])
        if file is None or file.gone:
            return web.Response(status=404)
        return web.Response(body=file.data)

    async def _response(self, request: web.Request) -> web.Response:
        known = self.world.response_urls.get(request.match_info["ticket"])
        if known is None or known["left"] <= 0:
            return web.Response(status=404, text="expired_url")
        known["left"] -= 1
        body = await request.json()
        try:
            rules.check_message(body.get("text"), body.get("blocks"))
            rules.need(body.get("response_type") == "ephemeral", "not ephemeral")
            rules.need(body.get("replace_original") is False, "would replace the card")
        except rules.Invalid as problem:
            return web.Response(status=400, text=str(problem))
        self.world.messages.append(
            Message(
                known["channel"], self.world.next_ts(), BOT_USER, body["text"], body["blocks"],
                bot=True, to=known["user"],
            )
        )  # fmt: skip
        return web.Response(text="ok")


def _dropped(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
