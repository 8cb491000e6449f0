"""What Slack knows about the people who write to us: trusted colleagues, and their direct messages.

Both answers are kept for a while, because taps must be handled within Slack's three seconds.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

TRUST_SECONDS = 600.0
"""How long a look-up counts: a colleague turned guest is refused ten minutes later."""
REMEMBER = 5_000


class People:
    """Looks people up and remembers them. Raises what the client raises."""

    def __init__(self, web: AsyncWebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._web = web
        self._clock = clock
        self._trust: OrderedDict[str, tuple[float, bool]] = OrderedDict()
        self._direct: OrderedDict[str, str] = OrderedDict()

    async def is_trusted(self, user: str, team: str) -> bool:
        """Whether this is a full member of our workspace: no guest, no stranger from a shared
        channel, nobody of another organisation, no bot, not deactivated."""
        known = self._trust.get(user)
        if known is not None and known[0] > self._clock():
            return known[1]
        answer = await self._web.users_info(user=user)
        trusted = full_member(answer.get("user") or {}, team)
        self._trust[user] = (self._clock() + TRUST_SECONDS, trusted)
        _shrink(self._trust)
        return trusted

    async def direct_channel(self, user: str) -> str:
        """The id of our direct messages with somebody; opened if there is none yet."""
        if user not in self._direct:
            answer = await self._web.conversations_open(users=user)
            self.remember_direct(user, str((answer.get("channel") or {})["id"]))
        return self._direct[user]

    def remember_direct(self, user: str, channel: str) -> None:
        """Spare a question: an event has just told us."""
        self._direct[user] = channel
        _shrink(self._direct)


def full_member(user: Mapping[str, Any], team: str) -> bool:
    """The same from a user object (docs.slack.dev/reference/objects/user-object)."""
    refused = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
    if any(user.get(flag) for flag in refused):
        return False
    grid = (user.get("enterprise_user") or {}).get("teams") or ()
    return bool(user.get("id")) and (user.get("team_id") == team or team in grid)


def _shrink(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > REMEMBER:
        kept.popitem(last=False)
