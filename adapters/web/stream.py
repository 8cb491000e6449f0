"""The event stream: tells open pages that something changed, never what was said; and alerts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.roles import Action
from adapters.web.sessions import Visitor, allowed, parts_of

BEAT_SECONDS = 10
"""A sign of life; pages that miss two of them ask by themselves."""

RECONNECT_MS = 2_000


@allowed(Action.DESK_READ)
async def events(request: Request, visitor: Visitor) -> Response:
    """News for one page; ``?desk=1`` counts it as an open desk."""
    live = parts_of(request).live
    mine = str(visitor.patient) if visitor.patient is not None else ""

    async def stream() -> AsyncIterator[ServerSentEvent]:
        async with live.watch(desk=request.query_params.get("desk") == "1") as news:
            yield ServerSentEvent(event="hello", data="1", retry=RECONNECT_MS)
            async for one in news:
                for alert in one.alerts:
                    said = {"reference": alert.reference, "text": alert.text}
                    yield ServerSentEvent(event="alert", data=json.dumps(said))
                told = {"patient": one.everything or mine in one.addresses}
                yield ServerSentEvent(event="news", data=json.dumps(told))

    return EventSourceResponse(
        stream(),
        ping=BEAT_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(event="beat", data="1"),
    )
