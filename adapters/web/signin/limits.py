"""A limit on tries to sign in, for each address that they come from."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.web.guard import client_of

MINUTE = 60.0
ADDRESSES = 10_000
"""Addresses remembered at once; the one heard of longest ago is forgotten first."""


class Limiter:
    """Counts tries by address within the last minute, in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, address: str) -> bool:
        """Count a try; False if this address has had its share for now."""
        now = time.monotonic()
        tries = self._tries.setdefault(address, deque(maxlen=self._most))
        self._tries.move_to_end(address)
        while len(self._tries) > ADDRESSES:
            self._tries.popitem(last=False)
        if len(tries) == self._most and now - tries[0] < MINUTE:
            return False
        tries.append(now)
        return True


def check_rate(request: Request) -> None:
    """Count a try to sign in. Raises ``HTTPException`` 429 past the limit."""
    limiter = request.app.state.signin_limit
    assert isinstance(limiter, Limiter)  # noqa: S101 - tells the type checker what create_app put there
    if not limiter.note(client_of(request.scope)):
        raise HTTPException(429)
