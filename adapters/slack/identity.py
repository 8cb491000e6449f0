"""Who we are on Slack, and which channel is the desk: asked once, at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import code_of
from bot.errors import NotFound, NotNow

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,}")
_PAGES = 50
"""Pages of 1,000 channels looked through for a name: more than any workspace has."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The workspace and the bot in it, as ``auth.test`` names them. address: where people open it."""

    team: str
    bot_user: str
    bot: str
    address: str = ""


async def who_are_we(web: AsyncWebClient) -> Identity:
    """Ask Slack; raises what the client raises."""
    answer = await web.auth_test()
    return Identity(
        team=str(answer["team_id"]),
        bot_user=str(answer["user_id"]),
        bot=str(answer.get("bot_id") or ""),
        address=str(answer.get("url") or ""),
    )


def is_channel_id(named: str) -> bool:
    """Whether this is a channel's id rather than its name (names are lower case)."""
    return _CHANNEL_ID.fullmatch(named) is not None


class DeskChannel:
    """The desk's channel: what the operator wrote, and the id once it is known.

    The outbox names the desk by what was written, so that it has a name before Slack was asked.
    """

    def __init__(self, named: str) -> None:
        self.named = named.removeprefix("#")
        self._id = self.named if is_channel_id(self.named) else None

    @property
    def destination(self) -> str:
        """The desk's name in the outbox."""
        return f"desk:slack:{self.named}"

    @property
    def id(self) -> str:
        """The channel's id. Raises ``NotNow`` while a name has not been looked up."""
        if self._id is None:
            raise NotNow("the desk channel has not been found yet")
        return self._id

    async def look_up(self, web: AsyncWebClient) -> None:
        """Find the id of a name, once. Raises as ``resolve_channel`` does."""
        if self._id is None:
            self._id = await resolve_channel(web, self.named)


async def resolve_channel(web: AsyncWebClient, named: str) -> str:
    """The id of a channel given by name or id. An id is taken as it is, without asking.

    Raises ``NotFound`` if no channel that the bot can see has the name, and what the client raises.
    """
    named = named.removeprefix("#")
    if is_channel_id(named):
        return named
    cursor = ""
    for _ in range(_PAGES):
        page = await _channels(web, cursor)
        for channel in page.get("channels") or ():
            if channel.get("name") == named:
                return str(channel["id"])
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    raise NotFound("no channel of that name is visible to the bot; invite it, or give the id")


async def _channels(web: AsyncWebClient, cursor: str) -> Mapping[str, Any]:
    for types in ("private_channel,public_channel", "private_channel"):
        try:
            answer = await web.conversations_list(
                types=types, exclude_archived=True, limit=1000, cursor=cursor or None
            )
        except SlackApiError as problem:
            # Without channels:read only private channels may be listed, and those are what we want.
            if code_of(problem) == "missing_scope" and "public" in types:
                continue
            raise
        return answer.data if isinstance(answer.data, Mapping) else {}
    return {}
