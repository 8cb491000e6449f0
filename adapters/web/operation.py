"""The pages for machines: ``/healthz``, ``/readyz``, ``/metrics``."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.web.guard import is_local
from adapters.web.sessions import parts_of
from bot.errors import NotNow

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Standing(Protocol):
    """What knows how the house stands (``adapters.operation.standing.Standing``)."""

    async def look(self) -> tuple[bool, Mapping[str, Any]]: ...
    async def page(self) -> bytes: ...


def routes() -> list[Route]:
    """They answer everybody, within the walls; numbers only where ``may_count`` says so."""
    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def healthz(request: Request) -> Response:
    """Whether this process answers."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """Whether it can do its work: 200 or 503. Checks are told to who may count only."""
    standing: Standing | None = request.app.state.standing
    checks: Mapping[str, Any]
    try:
        if standing is not None:
            ready, checks = await standing.look()
        else:
            checks = await parts_of(request).store.health()
            ready = bool(checks.get("key_ok", True))
    except NotNow:
        ready, checks = False, {}
    answer: dict[str, object] = {"ready": ready}
    if may_count(request):
        answer["checks"] = dict(checks)
    return JSONResponse(answer, 200 if ready else 503)


async def metrics(request: Request) -> Response:
    """The numbers, to this computer or with the token; 404 for everybody else."""
    standing: Standing | None = request.app.state.standing
    if standing is None or not may_count(request):
        return PlainTextResponse("Not found\n", 404)
    return Response(await standing.page(), media_type=METRICS_TYPE)


def may_count(request: Request) -> bool:
    """On this computer, or with ``Authorization: Bearer <FRONTDESK_METRICS_TOKEN>``."""
    if is_local(request.scope):
        return True
    token: str = request.app.state.metrics_token
    given = request.headers.getlist("authorization")
    wanted = f"Bearer {token}".encode()
    return bool(token) and len(given) == 1 and hmac.compare_digest(given[0].encode(), wanted)
