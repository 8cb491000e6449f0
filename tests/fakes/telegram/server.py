"""The HTTP side: methods, long polling with Telegram's offsets, webhooks with retries, and faults."""

from __future__ import annotations

import asyncio
import email.utils
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.telegram.methods import Files, Methods, Params, decode
from tests.fakes.telegram.world import BOT_ID, TOKEN, ApiError, Chat, World

SLOW_SECONDS = 1.5
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Fault:
    """Something that goes wrong ``times`` times. kind: "drop_before", "drop_after", "hang" (after
    the work), "slow", "garbage", or an HTTP status."""

    method: str
    kind: str | int
    times: int = 1


class FakeTelegram:
    """A Bot API server. ``async with FakeTelegram() as telegram: … telegram.url``."""

    token = TOKEN
    bot_id = BOT_ID

    def __init__(self) -> None:
        self.world = World()
        self.methods = Methods(self.world)
        self.url = ""
        self.faults: list[Fault] = []
        self.tunnel: dict[str, str] = {}
        """https address that the bot gave → where it really listens"""
        self.polls: list[Params] = []
        self.webhook: Params = {}
        self.deliveries: list[tuple[int, int]] = []
        """(update id, HTTP status) of what was posted to the webhook"""
        self.clock_offset = 0.0
        self.hook: Callable[[str, str], bool] = lambda stage, method: False
        """Asked "before" and "after" every call is carried out; True: nobody is there any more."""
        self._poll: asyncio.Event | None = None
        self._runner: web.AppRunner | None = None
        self._pusher: asyncio.Task[None] | None = None
        self._next_user = 41_000_001

    async def __aenter__(self) -> FakeTelegram:
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        app.router.add_route("*", "/", self._root)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pusher is not None:
            self._pusher.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    # ---- people and faults

    def new_user(self) -> int:
        self._next_user += 1
        return self._next_user

    def desk(self, number: int = -1001234567890, *, forum: bool = True) -> Chat:
        """A private group with topics, the bot an administrator."""
        return self.world.group(number, "Desk", forum=forum)

    def fault(self, method: str, kind: str | int, times: int = 1) -> None:
        """Let calls of a method go wrong."""
        self.faults.append(Fault(method, kind, times))

    def too_many(self, method: str = "*", seconds: float = 1, chat: int | None = None) -> None:
        """Refuse the next call with 429."""
        self.world.rate_limits.append((method, chat, seconds))

    def push_raw(self, row: Any) -> None:
        """A row that is not as it should be."""
        self.world.updates.append(row)
        self.world.stir()

    # ---- HTTP

    async def _root(self, request: web.Request) -> web.Response:
        date = email.utils.formatdate(time.time() + self.clock_offset, usegmt=True)
        return web.Response(status=302, headers={"Date": date, "Location": "/"})

    async def _download(self, request: web.Request) -> web.Response:
        name = request.match_info["path"].removeprefix("files/")
        if request.match_info["token"] != TOKEN or name not in self.world.files:
            return web.Response(status=404)
        return web.Response(body=self.world.files[name][1])

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _refusal(ApiError(401, "Unauthorized"))
        fault = self._fault(method)
        if fault == "drop_before" or self.hook("before", method):
            return _dropped(request)
        if isinstance(fault, int):
            return _refusal(ApiError(fault, "Internal Server Error"))
        params, files = await _read(request)
        if fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        try:
            result = await self._work(method, params, files)
        except ApiError as error:
            return _refusal(error)
        if fault == "drop_after" or self.hook("after", method):
            return _dropped(request)
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "garbage":
            return web.Response(text="<html>not json</html>")
        return web.json_response({"ok": True, "result": result})

    def _fault(self, method: str) -> str | int | None:
        for one in self.faults:
            if one.method in (method, "*") and one.times > 0:
                one.times -= 1
                return one.kind
        return None

    async def _work(self, method: str, params: Params, files: Files) -> Any:
        match method:
            case "getUpdates":
                self.polls.append(params)
                return await self._get_updates(params)
            case "setWebhook":
                return self._set_webhook(params)
            case "deleteWebhook":
                self.webhook = {}
                return True
            case "getWebhookInfo":
                info: Params = {
                    "url": self.webhook.get("url", ""),
                    "has_custom_certificate": False,
                    "pending_update_count": len(self.world.updates),
                }
                failed = [status for _, status in self.deliveries[-1:] if status != 200]
                if failed:
                    info |= {
                        "last_error_date": int(time.time()),
                        "last_error_message": f"Wrong response from the webhook: {failed[0]}",
                    }
                return info
            case _:
                return self.methods.call(method, params, files)

    # ---- polling

    async def _get_updates(self, params: Params) -> list[Any]:
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self._poll is not None:
            self._poll.set()
        mine = self._poll = asyncio.Event()
        if "allowed_updates" in params:
            self.world.allowed = params["allowed_updates"]
        offset = params.get("offset")
        if offset is not None:
            self._forget(int(offset))
        end = time.monotonic() + min(int(params.get("timeout", 0)), 50)
        try:
            while not self.world.updates and time.monotonic() < end:
                changed = self.world.changed
                waits = [asyncio.ensure_future(one.wait()) for one in (changed, mine)]
                await asyncio.wait(
                    waits,
                    timeout=end - time.monotonic(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for one in waits:
                    one.cancel()
                if mine.is_set():
                    raise ApiError(
                        409,
                        "Conflict: terminated by other getUpdates request; make sure that only one "
                        "bot instance is running",
                    )
        finally:
            if self._poll is mine:
                self._poll = None
        return self.world.updates[: int(params.get("limit", 100))]

    def _forget(self, offset: int) -> None:
        """Everything before the first row that is not below ``offset`` is gone."""
        rows = self.world.updates
        keep = next((at for at, row in enumerate(rows) if _row_number(row) >= offset), len(rows))
        self.world.forgotten.extend(_row_number(row) for row in rows[:keep])
        del rows[:keep]

    # ---- webhook

    def _set_webhook(self, params: Params) -> bool:
        if not params["url"].startswith("https://"):
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided")
        self.webhook = params
        self.world.allowed = params.get("allowed_updates")
        if self._pusher is None:
            self._pusher = asyncio.create_task(self._push())
        return True

    async def _push(self) -> None:
        """Post waiting updates, each chat's in order, a refused one again and again."""
        async with aiohttp.ClientSession() as session:
            busy: set[str] = set()
            tasks: set[asyncio.Task[None]] = set()
            while True:
                changed = self.world.changed
                seen: set[str] = set()
                for row in list(self.world.updates) if self.webhook else []:
                    lane = _lane(row)
                    if lane in busy or lane in seen:
                        continue
                    seen.add(lane)
                    busy.add(lane)
                    task = asyncio.create_task(self._post(session, row, lane, busy))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                try:
                    await asyncio.wait_for(changed.wait(), 0.05)
                except TimeoutError:
                    pass

    async def _post(
        self, session: aiohttp.ClientSession, row: Any, lane: str, busy: set[str]
    ) -> None:
        url = self.webhook["url"]
        for public, real in self.tunnel.items():
            url = url.replace(public, real)
        headers = {SECRET: self.webhook["secret_token"]} if "secret_token" in self.webhook else {}
        number = _row_number(row)
        try:
            async with session.post(url, json=row, headers=headers) as answer:
                body = await answer.read()
                self.deliveries.append((number, answer.status))
                if 200 <= answer.status < 300:
                    self.world.updates.remove(row)
                    if body.strip().startswith(b"{"):
                        params = json.loads(body)
                        self.methods.call(params.pop("method"), params, {})
                else:
                    await asyncio.sleep(0.05)
        except aiohttp.ClientError:
            self.deliveries.append((number, 0))
            await asyncio.sleep(0.05)
        finally:
            busy.discard(lane)
            self.world.stir()


def _row_number(row: Any) -> int:
    number = row.get("update_id") if isinstance(row, dict) else None
    return number if isinstance(number, int) else -1


def _lane(row: Any) -> str:
    for kind in ("message", "edited_message", "my_chat_member"):
        if kind in row:
            return str(row[kind]["chat"]["id"])
    if "callback_query" in row:
        # Telegram queues taps by user, apart from the chat's messages.
        return f"tap:{row['callback_query']['from']['id']}"
    return "?"


async def _read(request: web.Request) -> tuple[Params, Files]:
    if request.content_type == "application/json":
        return await request.json(), {}
    fields: dict[str, str] = {}
    files: Files = {}
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[key] = (value.filename, value.file.read())
        elif isinstance(value, str):
            fields[key] = value
    return decode(fields), files


def _refusal(error: ApiError) -> web.Response:
    body: Params = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return web.json_response(body, status=error.code)


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
