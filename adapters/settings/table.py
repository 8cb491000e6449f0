"""The table of settings: what each is for, its default and an example."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: the name an operator writes, and what to know about it."""

    name: str
    purpose: str
    default: str
    """As it would be written in `.env`; empty when there is none."""
    example: str
    secret: bool = False


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "DATABASE_URL",
        "Where everything is stored: an SQLite file, or PostgreSQL for several replicas.",
        "sqlite:///var/frontdesk.db",
        "postgresql://frontdesk:password@localhost/frontdesk",
        secret=True,
    ),
    Setting(
        "FRONTDESK_CONTENT",
        "The folder with the texts that patients read; unset, the one that ships.",
        "",
        "/srv/frontdesk/content",
    ),
    Setting(
        "FRONTDESK_KEY_FILE",
        "The file with the master key. Back it up apart from the database.",
        "var/master.key",
        "/run/secrets/frontdesk.key",
    ),
    Setting(
        "FRONTDESK_HOST", "The address that the web desk listens on.", "127.0.0.1", "127.0.0.1"
    ),
    Setting("FRONTDESK_PORT", "The port that the web desk listens on.", "8000", "8000"),
    Setting(
        "FRONTDESK_PUBLIC_URL",
        "The address at which people and platforms reach the web desk, when it differs.",
        "",
        "https://desk.example.org",
    ),
    Setting(
        "FRONTDESK_METRICS_TOKEN",
        "What a collector elsewhere sends to read /metrics; unset, only this computer may.",
        "",
        "long-random-text",
        secret=True,
    ),
    Setting(
        "FRONTDESK_LOG",
        "How log lines are written: text for people, json for a collector.",
        "text",
        "json",
    ),
    Setting(
        "FRONTDESK_DESK_CARD",
        "How much of an enquiry a desk channel shows: full, or minimal (reference only).",
        "full",
        "minimal",
    ),
    Setting(
        "FRONTDESK_ANSWERS",
        "What answers free text: the language model that comes with it (model), or words alone (plain).",
        "model",
        "plain",
    ),
    Setting(
        "FRONTDESK_OIDC_ISSUER",
        "The OpenID Connect service where staff may sign in, besides /signin in the chat.",
        "",
        "https://login.example.org",
    ),
    Setting(
        "FRONTDESK_OIDC_CLIENT_ID",
        "What that service calls this Frontdesk.",
        "",
        "frontdesk",
    ),
    Setting(
        "FRONTDESK_OIDC_CLIENT_SECRET",
        "The secret that it gave for it.",
        "",
        "long-random-text",
        secret=True,
    ),
    Setting(
        "TELEGRAM_BOT_TOKEN",
        "The token that @BotFather gave; it turns Telegram on.",
        "",
        "123456789:AAExampleExampleExampleExampleExamp",
        secret=True,
    ),
    Setting(
        "TELEGRAM_API_URL",
        "The Bot API server: the part before /bot<token>/<method>.",
        "https://api.telegram.org",
        "http://127.0.0.1:8081",
    ),
    Setting(
        "TELEGRAM_WEBHOOK_URL",
        "The https address that Telegram posts to; unset, the bot polls.",
        "",
        "https://desk.example.org/telegram",
    ),
    Setting(
        "TELEGRAM_WEBHOOK_SECRET",
        "What Telegram sends along to prove itself: 1 to 256 of A-Z a-z 0-9 _ -.",
        "",
        "long-random-text",
        secret=True,
    ),
    Setting(
        "TELEGRAM_DESK_CHAT",
        "The id of the Telegram group (with topics) where facilitators work.",
        "",
        "-1001234567890",
    ),
    Setting(
        "SLACK_BOT_TOKEN",
        "The bot token of the Slack app; it turns Slack on.",
        "",
        "xoxb-example",
        secret=True,
    ),
    Setting(
        "SLACK_APP_TOKEN",
        "The app-level token, for Socket Mode (no public address needed).",
        "",
        "xapp-example",
        secret=True,
    ),
    Setting(
        "SLACK_SIGNING_SECRET",
        "The signing secret, for events over HTTP instead of Socket Mode.",
        "",
        "0123456789abcdef0123456789abcdef",
        secret=True,
    ),
    Setting(
        "SLACK_API_URL",
        "The Slack Web API: the part before the method's name.",
        "https://slack.com/api/",
        "http://127.0.0.1:8082/api/",
    ),
    Setting(
        "SLACK_DESK_CHANNEL",
        "The Slack channel where facilitators work, by name or id.",
        "",
        "#patient-desk",
    ),
    Setting(
        "SLACK_PATIENTS",
        "Whether patients may ask on Slack (on), or only staff use it (off).",
        "on",
        "off",
    ),
)

BY_NAME: Final = {setting.name: setting for setting in SETTINGS}
