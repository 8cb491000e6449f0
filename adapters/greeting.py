"""What ``run`` prints: what is on, what is off and the setting that turns it on, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.commands.version import number
from adapters.settings import Settings
from bot.release import Release


@dataclass(slots=True)
class Standing:
    """What the platforms answered so far: "" nothing yet, "refused", or who we are there."""

    telegram: str = ""
    slack: str = ""


def lines(config: Settings, release: Release, standing: Standing) -> Iterator[str]:
    """The start text, line by line."""
    yield f"Frontdesk {number()}, Release {release.id}"
    yield "  on   local page: patient and desk side by side, on this computer only"
    yield _telegram(config, standing.telegram)
    yield _slack(config, standing.slack)
    yield from _samples(config, release)


def _telegram(config: Settings, standing: str) -> str:
    if config.telegram_bot_token is None:
        return "  off  Telegram: set TELEGRAM_BOT_TOKEN in .env"
    if standing == "refused":
        return "  off  Telegram: it refuses TELEGRAM_BOT_TOKEN; copy it again from @BotFather"
    how = "webhook" if config.telegram_webhook_url else "polling"
    desk = (
        f"desk: group {config.telegram_desk_chat}"
        if config.telegram_desk_chat
        else "no desk there: set TELEGRAM_DESK_CHAT"
    )
    return f"  on   Telegram: {standing or 'connecting …'}, {how}; {desk}"


def _slack(config: Settings, standing: str) -> str:
    if config.slack_bot_token is None:
        return "  off  Slack: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN in .env"
    if config.slack_app_token:
        how = "Socket Mode"
    elif config.slack_signing_secret:
        how = "HTTP"
    else:
        return "  off  Slack hears nothing: set SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET for HTTP)"
    desk = (
        f"desk: {config.slack_desk_channel}"
        if config.slack_desk_channel
        else "no desk there: set SLACK_DESK_CHANNEL"
    )
    patients = "patients: on" if config.slack_patients else "patients: off (SLACK_PATIENTS=on)"
    return f"  on   Slack: {standing or 'connecting …'}, {how}; {desk}; {patients}"


def _samples(config: Settings, release: Release) -> Iterator[str]:
    samples = release.organisation.samples
    if not samples:
        return
    real = config.telegram_bot_token is not None or config.slack_bot_token is not None
    ready = "Not ready for patients: " if real else ""
    yield f"{ready}organisation.yaml still holds samples: {', '.join(samples)}."
