"""What an operator sets from outside: one table, one class, one way to load them.

Settings come from the environment or from a file named `.env`; the environment wins. `SETTINGS`
names every setting with what it is for, its default and an example, so that documentation and
`.env.example` are tested against it. `load_settings` gives a `Settings` with everything checked, or
a `SettingsError` that names every wrong setting at once and never repeats what was typed into one.
"""

import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SHIPPED_CONTENT: Final = Path(__file__).resolve().parent.parent / "content"


class SettingsError(Exception):
    """Settings that cannot be used.

    `problems` holds one sentence for each wrong setting; the message is all of them. No value that
    was typed is in it, because a wrong value is often a token in the wrong place.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"Some settings cannot be used:\n{lines}")


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

_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}
_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "«": "»"}
_ON: Final = frozenset({"on", "yes", "true", "1"})
_OFF: Final = frozenset({"off", "no", "false", "0"})


def _trimmed(value: object) -> object:
    """Without the blanks and quotes that copying brings along; when nothing is left, None."""
    if not isinstance(value, str):
        return value
    value = value.strip().strip("\ufeff\u200b").strip()
    while len(value) >= 2 and _QUOTES.get(value[0]) == value[-1]:
        value = value[1:-1].strip()
    return value or None


def _wrong(text: str) -> PydanticCustomError:
    """A refusal in our own words; it reads on from the setting's name and never has the value."""
    return PydanticCustomError("setting", "{text}", {"text": text})


def _url(value: str, *, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """The value itself when it is an address with one of the schemes and a host."""
    needed = " or ".join(f"{scheme}://" for scheme in schemes)
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise _wrong("must not contain blanks")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _wrong(f"is not an address that starts with {needed}") from None
    if parts.scheme not in schemes or not host:
        raise _wrong(f"must be an address that starts with {needed}")
    if parts.query or parts.fragment:
        raise _wrong("must not contain ? or #")
    return value


def _field(name: str, *, shown: bool = True) -> Any:
    """The attribute for the setting called `name`, with the default from the table."""
    default = _BY_NAME[name].default or None
    return Field(default=default, validation_alias=name, validate_default=True, repr=shown)


class Settings(BaseModel):
    """Every setting, checked. Attributes are named as in the environment, less `FRONTDESK_`.

    `Settings()` is all defaults, whatever the environment says; tests may also give attributes by
    name. The program itself uses `load_settings`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, hide_input_in_errors=True
    )

    database_url: str = _field("DATABASE_URL", shown=False)  # it may hold a password
    content_folder: Path = _field("FRONTDESK_CONTENT")
    key_file: Path = _field("FRONTDESK_KEY_FILE")
    host: str = _field("FRONTDESK_HOST")
    port: int = _field("FRONTDESK_PORT")
    public_url: str | None = _field("FRONTDESK_PUBLIC_URL")
    metrics_token: SecretStr | None = _field("FRONTDESK_METRICS_TOKEN")
    log: Literal["text", "json"] = _field("FRONTDESK_LOG")
    desk_card: Literal["full", "minimal"] = _field("FRONTDESK_DESK_CARD")
    answers: Literal["model", "plain"] = _field("FRONTDESK_ANSWERS")

    oidc_issuer: str | None = _field("FRONTDESK_OIDC_ISSUER")
    oidc_client_id: str | None = _field("FRONTDESK_OIDC_CLIENT_ID")
    oidc_client_secret: SecretStr | None = _field("FRONTDESK_OIDC_CLIENT_SECRET")

    telegram_bot_token: SecretStr | None = _field("TELEGRAM_BOT_TOKEN")
    telegram_api_url: str = _field("TELEGRAM_API_URL")
    telegram_webhook_url: str | None = _field("TELEGRAM_WEBHOOK_URL")
    telegram_webhook_secret: SecretStr | None = _field("TELEGRAM_WEBHOOK_SECRET")
    telegram_desk_chat: int | None = _field("TELEGRAM_DESK_CHAT")

    slack_bot_token: SecretStr | None = _field("SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = _field("SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = _field("SLACK_SIGNING_SECRET")
    slack_api_url: str = _field("SLACK_API_URL")
    slack_desk_channel: str | None = _field("SLACK_DESK_CHANNEL")
    slack_patients: bool = _field("SLACK_PATIENTS")

    @property
    def web_url(self) -> str:
        """Where the web desk is reached: the public address, else the one it listens on."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @model_validator(mode="before")
    @classmethod
    def _trim_and_forget_empty(cls, given: Any) -> Any:
        return {
            name: value
            for name, typed in dict(given).items()
            if (value := _trimmed(typed)) is not None
        }

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        value = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", value)
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise _wrong("is not a database address") from None
        if url.drivername == "postgresql+psycopg":
            if not url.database:
                raise _wrong("must end with the name of a database")
            return value
        if url.drivername != "sqlite":
            raise _wrong("must start with sqlite:/// or postgresql://")
        if url.host:
            raise _wrong("needs three slashes after sqlite:")
        if not url.database or url.database == ":memory:" or "\x00" in url.database:
            raise _wrong("must name a file: a database in memory loses what it was told")
        return value

    @field_validator("content_folder", mode="before")
    @classmethod
    def _shipped_content(cls, value: object) -> object:
        return SHIPPED_CONTENT if value is None else value

    @field_validator("content_folder", "key_file")
    @classmethod
    def _check_path(cls, value: Path) -> Path:
        if "\x00" in str(value):
            raise _wrong("is not a path")
        return value

    @field_validator("host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", value):
            raise _wrong("must be a host name or an address, without http:// and without a port")
        return value

    @field_validator("port", mode="before")
    @classmethod
    def _check_port(cls, value: object) -> int:
        text = str(value)
        if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
            raise _wrong("must be a number from 1 to 65535")
        return int(text)

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        return value and _url(value).rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _check_issuer(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(_url(value))
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise _wrong("must start with https://")
        return value.rstrip("/")

    @field_validator("desk_card", mode="before")
    @classmethod
    def _check_card(cls, value: object) -> object:
        text = str(value).lower()
        if text not in {"full", "minimal"}:
            raise _wrong("must be full or minimal")
        return text

    @field_validator("answers", mode="before")
    @classmethod
    def _check_answers(cls, value: object) -> object:
        text = str(value).lower()
        if text not in {"model", "plain"}:
            raise _wrong("must be model or plain")
        return text

    @field_validator("log", mode="before")
    @classmethod
    def _check_log(cls, value: object) -> object:
        text = str(value).lower()
        if text not in {"text", "json"}:
            raise _wrong("must be text or json")
        return text

    @field_validator("metrics_token")
    @classmethod
    def _check_metrics_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[!-~]{16,}", value.get_secret_value()):
            raise _wrong("must be at least 16 plain letters, digits and signs, without blanks")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _check_telegram_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise _wrong(
                "must be digits, a colon, then letters, digits, _ or -, as @BotFather gave it"
            )
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _check_telegram_api(cls, value: str) -> str:
        value = _url(value).rstrip("/")
        if re.search(r"/bot([0-9]+:[^/]*|<[^/]*)?$", value):
            raise _wrong("must stop before /bot")
        return value

    @field_validator("telegram_webhook_url")
    @classmethod
    def _check_webhook(cls, value: str | None) -> str | None:
        return value and _url(value, schemes=("https",))

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _check_webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise _wrong("must be 1 to 256 letters, digits, _ or -")
        return value

    @field_validator("telegram_desk_chat", mode="before")
    @classmethod
    def _check_desk_chat(cls, value: object) -> int | None:
        if value is None:
            return None
        text = str(value).replace("\u2212", "-")  # a typographic minus, as pages print it
        if not re.fullmatch(r"-[0-9]{1,18}", text) or int(text) == 0:
            raise _wrong("must be the id of a group: a minus sign and digits")
        return int(text)

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret")
    @classmethod
    def _check_slack_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        start = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}.get(
            info.field_name or "", ""
        )
        text = value.get_secret_value()
        if start and not text.startswith(start):
            raise _wrong(f"must start with {start}")
        if not re.fullmatch(r"[!-~]+", text):
            raise _wrong("must be plain letters, digits and signs, without blanks")
        if len(text) <= len(start):
            raise _wrong("is cut short")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _check_slack_api(cls, value: str) -> str:
        return _url(value).rstrip("/") + "/"

    @field_validator("slack_desk_channel")
    @classmethod
    def _check_channel(cls, value: str | None) -> str | None:
        if value is None:
            return None
        name = value.removeprefix("#")
        if not re.fullmatch(r"[\w-]{1,80}", name):
            raise _wrong("must be the name or the id of a channel")
        return name

    @field_validator("slack_patients", mode="before")
    @classmethod
    def _check_on_off(cls, value: object) -> bool:
        text = str(value).lower()
        if text not in _ON | _OFF:
            raise _wrong("must be on or off")
        return text in _ON


def load_settings(
    env_file: str | os.PathLike[str] | None = ".env",
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings in force: the environment, then the file, then the defaults.

    A missing file is no fault. Raises `SettingsError` with every fault at once, from either place.
    """
    problems: list[str] = []
    given: dict[str, str] = _read_env_file(env_file, problems) if env_file is not None else {}
    given |= {name: environ[name] for name in _BY_NAME if _trimmed(environ.get(name)) is not None}
    settings = None
    try:
        settings = Settings.model_validate(given)
    except ValidationError as refused:
        for error in refused.errors(include_url=False, include_input=False):
            setting = _BY_NAME[str(error["loc"][0])]
            words = error["msg"] if error["type"] == "setting" else "cannot be used"
            problems.append(f"{setting.name} {words}; for example {setting.example}")
    if problems or settings is None:
        raise SettingsError(problems)
    return settings


def _read_env_file(env_file: str | os.PathLike[str], problems: list[str]) -> dict[str, str]:
    """Our settings in a file of NAME=value lines; what cannot be read goes to `problems`."""
    try:
        text = Path(env_file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as fault:
        problems.append(f"{env_file} cannot be opened: {fault.strerror}")
        return {}
    except ValueError:
        problems.append(f"{env_file} must be a text file in UTF-8")
        return {}
    given: dict[str, str] = {}
    for row in parse_stream(io.StringIO(text)):
        if row.error:
            problems.append(f"{env_file}, line {row.original.line}: must be NAME=value")
        elif row.key in _BY_NAME and row.value is not None:
            given[row.key] = row.value
    return given
