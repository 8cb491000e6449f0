"""What ``doctor`` asks of Slack. Nothing is posted, and a running bot is not disturbed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import Slack
from adapters.slack.errors import code_of
from adapters.slack.identity import Identity, resolve_channel
from bot.errors import NotFound

CLOCK_SECONDS = 60
"""Slack refuses nothing below 300 seconds, but signatures and promised times need a right clock."""

DESK_SCOPES = frozenset(
    {"chat:write", "files:read", "files:write", "groups:history", "groups:read", "users:read"}
)
PATIENT_SCOPES = frozenset({"commands", "im:history", "im:read", "im:write", "reactions:write"})

TERMS = (
    "Slack patients: on. Slack's terms for health data reportedly exclude talking with patients on"
    " ordinary plans; ask your lawyer, or set SLACK_PATIENTS=off"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: whether it is well, what was looked at, and how to mend it ("" when well)."""

    ok: bool
    what: str
    mend: str = ""


async def check(
    *,
    bot_token: str,
    app_token: str | None,
    signing_secret: str | None,
    api_url: str,
    desk_channel: str | None,
    patients: bool,
    now: Callable[[], float] = time.time,
) -> tuple[Check, ...]:
    """Token, scopes, the way events come in, clock, desk channel, and a note on terms."""
    slack = Slack(bot_token, api_url)
    slack.open()
    try:
        found, us = await _token(slack.web, desk_channel is not None, patients, now)
        if us is None:
            return tuple(found)
        found.append(await _way_in(slack.web, app_token, signing_secret))
        if desk_channel is None:
            found.append(
                Check(
                    True,
                    "Slack desk: none (patients only); make a private channel, invite the bot and"
                    " put its name into SLACK_DESK_CHANNEL",
                )
            )
        else:
            found.append(await _desk(slack.web, desk_channel, us))
        if patients:
            found.append(Check(True, TERMS))
        return tuple(found)
    finally:
        await slack.close()


async def _token(
    web: AsyncWebClient, desk: bool, patients: bool, now: Callable[[], float]
) -> tuple[list[Check], Identity | None]:
    try:
        answer = await web.auth_test()
    except SlackApiError as problem:
        mend = "install the app again and copy its bot token (xoxb-…) into SLACK_BOT_TOKEN"
        return [Check(False, f"Slack refuses the bot token: {code_of(problem)}", mend)], None
    except Exception as problem:
        mend = "check the network, a proxy or firewall, and SLACK_API_URL"
        return [Check(False, f"Slack cannot be reached: {type(problem).__name__}", mend)], None
    us = Identity(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id") or ""))
    found = [Check(True, f"Slack token: {answer.get('user')} in {answer.get('team')}")]
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    needed = (DESK_SCOPES if desk else frozenset()) | (PATIENT_SCOPES if patients else frozenset())
    needed |= {"chat:write"}
    found.append(_scopes(headers, needed))
    found.append(_clock(headers, now()))
    return found, us


def _scopes(headers: Mapping[str, str], needed: frozenset[str]) -> Check:
    has = {one.strip() for one in headers.get("x-oauth-scopes", "").split(",")}
    missing = sorted(needed - has)
    if not missing:
        return Check(True, "Slack permissions")
    return Check(
        False,
        f"Slack permissions missing: {', '.join(missing)}",
        "add them under OAuth & Permissions (or use deploy/slack-manifest.yaml), then reinstall",
    )


def _clock(headers: Mapping[str, str], now: float) -> Check:
    try:
        theirs = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        return Check(True, "clock: Slack's answer named no time")
    apart = abs(theirs - now)
    if apart <= CLOCK_SECONDS:
        return Check(True, f"clock: within {CLOCK_SECONDS} seconds of Slack's")
    return Check(
        False,
        f"clock: {apart:.0f} seconds apart from Slack's",
        "switch time synchronisation on (timedatectl set-ntp true)",
    )


async def _way_in(web: AsyncWebClient, app_token: str | None, signing_secret: str | None) -> Check:
    if app_token:
        try:
            await web.apps_connections_open(app_token=app_token)
        except SlackApiError as problem:
            return Check(
                False,
                f"Slack Socket Mode: {code_of(problem)}",
                "switch Socket Mode on and make an app-level token (xapp-…) with connections:write"
                " for SLACK_APP_TOKEN",
            )
        except Exception as problem:
            return Check(False, f"Slack Socket Mode: {type(problem).__name__}", "try again")
        return Check(True, "Slack events: Socket Mode")
    if signing_secret:
        return Check(True, "Slack events: over HTTP, signed")
    return Check(
        False,
        "Slack events: no way in",
        "set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET with a public request URL",
    )


async def _desk(web: AsyncWebClient, named: str, us: Identity) -> Check:
    try:
        channel_id = await resolve_channel(web, named)
        answer = await web.conversations_info(channel=channel_id)
    except NotFound:
        return _not_there(named)
    except SlackApiError as problem:
        if code_of(problem) == "channel_not_found":
            return _not_there(named)
        return Check(False, f"Slack desk: {code_of(problem)}", "check the bot's permissions")
    except Exception as problem:
        return Check(False, f"Slack desk: {type(problem).__name__}", "try again")
    channel: Mapping[str, Any] = answer.get("channel") or {}
    if channel.get("is_archived"):
        return Check(False, "Slack desk: the channel is archived", "unarchive it or name another")
    if not channel.get("is_member"):
        return Check(
            False, "Slack desk: the bot is not in the channel", "in the channel: /invite @the-bot"
        )
    if not channel.get("is_private"):
        return Check(
            False,
            "Slack desk: the channel is public, so everybody can read what patients write",
            "make it private (channel settings), or name a private one in SLACK_DESK_CHANNEL",
        )
    return Check(
        True, f"Slack desk: {channel.get('name') or channel_id}, private, {us.bot_user} in"
    )


def _not_there(named: str) -> Check:
    return Check(
        False,
        f"Slack desk: the bot sees no channel {named}",
        "invite the bot to the private channel, or give the channel's id in SLACK_DESK_CHANNEL",
    )
