"""What Telegram shows around the chat: commands, name, descriptions; and how updates reach us.

The words are content, from the live Release. Each text is asked for first and set only where it
differs: Telegram limits how often a name may be set.
"""

from __future__ import annotations

import logging

from telegram import BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from adapters.telegram import limits
from adapters.telegram.client import Client
from adapters.telegram.outbound import clean
from bot.release import Release

log = logging.getLogger(__name__)

COMMANDS = (
    "menu",
    "ask",
    "human",
    "status",
    "privacy",
    "mydata",
    "forget",
    "language",
    "help",
    "stop",
)
"""In the order shown. /start is known to everybody and needs no line."""


def commands_of(release: Release, language: str = "") -> tuple[BotCommand, ...]:
    """The commands, with their descriptions from content (phrases ``command.<name>``), in a language of the
    Release; what is not translated comes in its own one. Empty for a language that has none of them."""
    own = release.translated(language).phrases if language else {}
    if language and not any(f"command.{name}" in own for name in COMMANDS):
        return ()
    found: list[BotCommand] = []
    for name in COMMANDS:
        key = f"command.{name}"
        phrase = own.get(key) or release.phrases.get(key)
        label = "" if phrase is None else next(iter(phrase.labels.values()), "")
        text = clean(label).strip()[: limits.COMMAND_DESCRIPTION]
        if text:
            found.append(BotCommand(name, text))
    return tuple(found)


async def publish_profile(client: Client, release: Release) -> None:
    """Make the bot's profile say what the Release says. A refusal is logged and does no harm."""
    organisation = release.organisation
    name = organisation.bot_name[: limits.BOT_NAME]
    about = organisation.bot_description[: limits.BOT_DESCRIPTION]
    short = organisation.bot_short_description[: limits.BOT_SHORT_DESCRIPTION]
    try:
        await _publish_commands(client, commands_of(release), None)
        for language in release.translations:
            # Bot API, setMyCommands: language_code is "a two-letter ISO 639-1 language code"
            await _publish_commands(client, commands_of(release, language), language[:2])
        if name and (await client.get_my_name()).name != name:
            await client.set_my_name(name)
        if about and (await client.get_my_description()).description != about:
            await client.set_my_description(about)
        if short and (await client.get_my_short_description()).short_description != short:
            await client.set_my_short_description(short)
    except TelegramError as error:
        log.warning("the bot's profile could not be set: %s", type(error).__name__)


async def _publish_commands(
    client: Client, commands: tuple[BotCommand, ...], language: str | None
) -> None:
    """Set the commands of a language (None: for everybody else) where Telegram has others."""
    scope = BotCommandScopeAllPrivateChats()
    if not commands:
        return
    if tuple(await client.get_my_commands(scope=scope, language_code=language)) != commands:
        await client.set_my_commands(commands, scope=scope, language_code=language)


async def receive_by_webhook(client: Client, url: str, secret: str) -> None:
    """Have Telegram post updates to ``url``. Raises ``TelegramError``."""
    await client.set_webhook(
        url,
        secret_token=secret,
        allowed_updates=list(limits.UPDATE_KINDS),
        drop_pending_updates=False,
    )


async def receive_by_polling(client: Client) -> None:
    """Take a webhook away, so that polling is allowed; waiting updates stay. Raises ``TelegramError``."""
    await client.delete_webhook(drop_pending_updates=False)
