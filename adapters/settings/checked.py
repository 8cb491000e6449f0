"""Every setting as the program uses it, checked."""

import re
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from adapters.settings.table import BY_NAME
from adapters.settings.typed import address, trimmed, wrong

SHIPPED_CONTENT: Final = Path(__file__).resolve().parent.parent.parent / "content"

_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, never listened on
"""Every address of this computer at once: somewhere to listen, nowhere to connect to."""

_ON: Final = frozenset({"on", "yes", "true", "1"})
_OFF: Final = frozenset({"off", "no", "false", "0"})


def _field(name: str, *, shown: bool = True) -> Any:
    """The attribute for the setting called `name`, with the default from the table."""
    default = BY_NAME[name].default or None
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
    def own_host(self) -> str:
        """What this computer calls the address that the web desk listens on."""
        return "127.0.0.1" if self.host in _EVERYWHERE else self.host

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
            if (value := trimmed(typed)) is not None
        }

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        value = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", value)
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise wrong("is not a database address") from None
        if url.drivername == "postgresql+psycopg":
            if not url.database:
                raise wrong("must end with the name of a database")
            return value
        if url.drivername != "sqlite":
            raise wrong("must start with sqlite:/// or postgresql://")
        if url.host:
            raise wrong("needs three slashes after sqlite:")
        if not url.database or url.database == ":memory:" or "\x00" in url.database:
            raise wrong("must name a file: a database in memory loses what it was told")
        return value

    @field_validator("content_folder", mode="before")
    @classmethod
    def _shipped_content(cls, value: object) -> object:
        return SHIPPED_CONTENT if value is None else value

    @field_validator("content_folder", "key_file")
    @classmethod
    def _check_path(cls, value: Path) -> Path:
        if "\x00" in str(value):
            raise wrong("is not a path")
        return value

    @field_validator("host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", value):
            raise wrong("must be a host name or an address, without http:// and without a port")
        return value

    @field_validator("port", mode="before")
    @classmethod
    def _check_port(cls, value: object) -> int:
        text = str(value)
        if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
            raise wrong("must be a number from 1 to 65535")
        return int(text)

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        return value and address(value).rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _check_issuer(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(address(value))
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise wrong("must start with https://")
        return value.rstrip("/")

    @field_validator("desk_card", mode="before")
    @classmethod
    def _check_card(cls, value: object) -> object:
        text = str(value).lower()
        if text not in {"full", "minimal"}:
            raise wrong("must be full or minimal")
        return text

    @field_validator("answers", mode="before")
    @classmethod
    def _check_answers(cls, value: object) -> object:
        text = str(value).lower()
        if text not in {"model", "plain"}:
            raise wrong("must be model or plain")
        return text

    @field_validator("log", mode="before")
    @classmethod
    def _check_log(cls, value: object) -> object:
        text = str(value).lower()
        if text not in {"text", "json"}:
            raise wrong("must be text or json")
        return text

    @field_validator("metrics_token")
    @classmethod
    def _check_metrics_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[!-~]{16,}", value.get_secret_value()):
            raise wrong("must be at least 16 plain letters, digits and signs, without blanks")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _check_telegram_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise wrong(
                "must be digits, a colon, then letters, digits, _ or -, as @BotFather gave it"
            )
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _check_telegram_api(cls, value: str) -> str:
        value = address(value).rstrip("/")
        if re.search(r"/bot([0-9]+:[^/]*|<[^/]*)?$", value):
            raise wrong("must stop before /bot")
        return value

    @field_validator("telegram_webhook_url")
    @classmethod
    def _check_webhook(cls, value: str | None) -> str | None:
        return value and address(value, schemes=("https",))

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _check_webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise wrong("must be 1 to 256 letters, digits, _ or -")
        return value

    @field_validator("telegram_desk_chat", mode="before")
    @classmethod
    def _check_desk_chat(cls, value: object) -> int | None:
        if value is None:
            return None
        text = str(value).replace("\u2212", "-")  # a typographic minus, as pages print it
        if not re.fullmatch(r"-[0-9]{1,18}", text) or int(text) == 0:
            raise wrong("must be the id of a group: a minus sign and digits")
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
            raise wrong(f"must start with {start}")
        if not re.fullmatch(r"[!-~]+", text):
            raise wrong("must be plain letters, digits and signs, without blanks")
        if len(text) <= len(start):
            raise wrong("is cut short")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _check_slack_api(cls, value: str) -> str:
        return address(value).rstrip("/") + "/"

    @field_validator("slack_desk_channel")
    @classmethod
    def _check_channel(cls, value: str | None) -> str | None:
        if value is None:
            return None
        name = value.removeprefix("#")
        if not re.fullmatch(r"[\w-]{1,80}", name):
            raise wrong("must be the name or the id of a channel")
        return name

    @field_validator("slack_patients", mode="before")
    @classmethod
    def _check_on_off(cls, value: object) -> bool:
        text = str(value).lower()
        if text not in _ON | _OFF:
            raise wrong("must be on or off")
        return text in _ON
