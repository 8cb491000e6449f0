"""The one-time link: opens a session, once."""

from __future__ import annotations

import time
from collections import deque
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.pages import problem_page
from adapters.web.parts import LINK_KIND
from adapters.web.sessions import parts_of, seen_of, set_cookie

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
    seconds = int(timedelta(hours=parts.settings.desk_hours).total_seconds())
    token = await parts.store.new_session(LINK_KIND, found[1], seconds)
    seen_of(request).note(token, (LINK_KIND, found[1]))
    # A page that goes on by itself, not a redirect: a strict cookie is not sent after a redirect
    # that began on another site, such as a link opened from a chat in the browser.
    html = parts.templates.get_template("welcome.html").render()
    response = HTMLResponse(html)
    set_cookie(response, request, "desk", token, seconds)
    return response
