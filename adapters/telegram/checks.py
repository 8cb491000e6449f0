"""What ``doctor`` asks of Telegram. Nothing is posted, and a running bot is not disturbed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from telegram import ChatMemberAdministrator, ChatMemberOwner
from telegram.error import TelegramError

from adapters.telegram.client import Client
from adapters.telegram.errors import Fault, TokenRefused, fault_of

CLOCK_SECONDS = 30
"""More than this off and "reply by 14:00" is wrong by what people notice; TLS breaks much later."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: whether it is well, what was looked at, and how to mend it ("" when well)."""

    ok: bool
    what: str
    mend: str = ""


async def check(
    client: Client, *, api_url: str, webhook_url: str | None, desk: int | None
) -> tuple[Check, ...]:
    """Token, webhook against the mode, clock, desk group and the bot's rights there."""
    try:
        await client.initialize()
    except TokenRefused:
        return (
            Check(
                False,
                "Telegram refuses the bot token",
                "copy the token from @BotFather into TELEGRAM_BOT_TOKEN",
            ),
        )
    except TelegramError:
        return (
            Check(
                False,
                "Telegram cannot be reached",
                "check the network, a proxy or firewall, and TELEGRAM_API_URL",
            ),
        )
    found = [Check(True, f"Telegram token: @{client.bot.username}")]
    found.append(await _webhook(client, webhook_url))
    found.append(await _clock(api_url))
    if desk is None:
        found.append(
            Check(
                True,
                "Telegram desk: none (patients only); add the bot to a group with topics and copy "
                "the id that it names into TELEGRAM_DESK_CHAT",
            )
        )
    else:
        found.extend(await _desk(client, desk))
    return tuple(found)


async def _webhook(client: Client, url: str | None) -> Check:
    try:
        info = await client.get_webhook_info()
    except TelegramError as error:
        return Check(False, f"webhook: {type(error).__name__}", "run doctor again in a minute")
    if url is None:
        if info.url:
            return Check(
                False,
                "a webhook is set, but this program polls",
                "start it once: it takes the webhook away; or set TELEGRAM_WEBHOOK_URL",
            )
        return Check(True, f"Telegram polling; {info.pending_update_count} updates wait")
    if info.url != url:
        return Check(
            False,
            "the webhook at Telegram is not TELEGRAM_WEBHOOK_URL",
            "start the program: it sets the webhook",
        )
    if info.last_error_message:
        return Check(
            False,
            f"Telegram's last call to the webhook failed: {info.last_error_message[:120]}",
            "make the address reachable from outside on port 443, 80, 88 or 8443 with a valid "
            "certificate, and keep TELEGRAM_WEBHOOK_SECRET as it is",
        )
    return Check(True, f"Telegram webhook; {info.pending_update_count} updates wait")


async def _clock(api_url: str) -> Check:
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.head(api_url, allow_redirects=False) as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return Check(True, "clock: Telegram did not tell the time")
    away = (datetime.now(UTC) - theirs.astimezone(UTC)).total_seconds()
    if abs(away) > CLOCK_SECONDS:
        return Check(
            False,
            f"this machine's clock is {away:+.0f} s off Telegram's",
            "turn time synchronisation on: timedatectl set-ntp true",
        )
    return Check(True, "clock: agrees with Telegram's")


async def _desk(client: Client, desk: int) -> list[Check]:
    try:
        chat = await client.get_chat(desk)
    except TelegramError as error:
        if fault_of(error) is Fault.UNREACHABLE:
            return [
                Check(
                    False,
                    f"the bot is not in the desk group {desk}",
                    "add the bot to the group, or correct TELEGRAM_DESK_CHAT",
                )
            ]
        if fault_of(error) is Fault.MIGRATED:
            return [
                Check(
                    False,
                    f"the desk group {desk} has a new id",
                    "copy the new id, shown at start and in the log, into TELEGRAM_DESK_CHAT",
                )
            ]
        return [Check(False, f"desk group: {type(error).__name__}", "run doctor again in a minute")]
    found = [Check(True, f"Telegram desk: group {desk}")]
    if not chat.is_forum:
        found.append(Check(False, "the desk group has no topics", "group settings: turn Topics on"))
    if chat.username:
        found.append(
            Check(
                False,
                "the desk group is public, and patients' words stand in it",
                "group settings: make it private",
            )
        )
    try:
        member = await client.get_chat_member(desk, client.bot.id)
    except TelegramError as error:
        found.append(Check(False, f"the bot's rights: {type(error).__name__}", "run doctor again"))
        return found
    if isinstance(member, ChatMemberOwner):
        return found
    if not isinstance(member, ChatMemberAdministrator):
        # Privacy mode hides ordinary messages from bots; administrators see all of them.
        found.append(
            Check(
                False,
                "the bot is not an administrator of the desk group, so it sees no notes",
                "group settings, Administrators: add the bot, with the right to manage topics",
            )
        )
        return found
    if not member.can_manage_topics:
        found.append(
            Check(
                False,
                "the bot may not manage topics in the desk group",
                "group settings, Administrators, the bot: turn Manage topics on",
            )
        )
    if not member.can_delete_messages:
        found.append(
            Check(
                False,
                "the bot may not delete messages in the desk group, so /forget leaves copies there",
                "group settings, Administrators, the bot: turn Delete messages on",
            )
        )
    return found
