"""The one-time link of the terminal: opens a session on this computer, once."""

from __future__ import annotations

import time
from collections import deque

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.guard import is_local
from adapters.web.names import LINK_KIND
from adapters.web.pages import problem_page
from adapters.web.sessions import parts_of
from adapters.web.signin.opening import open_session

MINUTE = 60.0


class Tries:
    """Counts wrong links; past the limit no link opens until the minute is over."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._wrong: deque[float] = deque(maxlen=most)

    @property
    def too_many(self) -> bool:
        """Whether the last ``most`` wrong links all came within a minute."""
        return len(self._wrong) == self._most and time.monotonic() - self._wrong[0] < MINUTE

    def wrong(self) -> None:
        """Another wrong one."""
        self._wrong.append(time.monotonic())


async def link(request: Request) -> Response:
    """Use a link: a session cookie and on to the page, or kind words."""
    if not is_local(request.scope):
        return problem_page(request, 403, key="not-local")
    tries: Tries = request.app.state.tries
    if request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", ""):
        # A browser that only looks ahead must not use the link up.
        return Response(status_code=204)
    if tries.too_many:
        raise HTTPException(429)
    parts = parts_of(request)
    found = await parts.store.use_link(request.path_params["token"])
    if found is None or found[0] != LINK_KIND:
        tries.wrong()
        return problem_page(request, 403, key="link")
    return await open_session(request, LINK_KIND, found[1], to="/")
