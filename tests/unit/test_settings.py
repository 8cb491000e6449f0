"""Settings: what is accepted, what is refused in which words, and that no secret is repeated."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.settings import SETTINGS, SHIPPED_CONTENT, Settings, SettingsError, load_settings

ROOT = Path(__file__).resolve().parents[2]
NAMES = [setting.name for setting in SETTINGS]
SECRET_NAMES = [setting.name for setting in SETTINGS if setting.secret]
TOKEN = "123456789:AAH-not_a_real_token"


def load(**environ: str) -> Settings:
    return load_settings(env_file=None, environ=environ)


def refusal(**environ: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(**environ)
    return caught.value


def test_defaults() -> None:
    settings = load()
    assert settings.database_url == "sqlite:///var/frontdesk.db"
    assert settings.content_folder == SHIPPED_CONTENT == ROOT / "content"
    assert settings.key_file == Path("var/master.key")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.web_url == "http://127.0.0.1:8000"
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_patients is True
    assert settings.desk_card == "full"
    assert settings.telegram_bot_token is None
    assert settings.slack_bot_token is None


def test_every_setting_is_in_the_table_once() -> None:
    aliases = [str(field.validation_alias) for field in Settings.model_fields.values()]
    assert sorted(aliases) == sorted(NAMES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_examples_and_defaults_are_accepted(setting: object) -> None:
    load(**{setting.name: setting.example})  # type: ignore[attr-defined]
    assert load(**{setting.name: setting.default}) == load()  # type: ignore[attr-defined]


def test_the_example_file_names_every_setting_and_changes_nothing() -> None:
    path = ROOT / ".env.example"
    lines = path.read_text(encoding="utf-8").splitlines()
    written = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert written == NAMES
    assert load_settings(path, {}) == load()
    text = "\n".join(lines)
    assert all(setting.purpose in text for setting in SETTINGS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h:5432/d?sslmode=require",) * 2,
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("postgresql:///d?host=/run/postgresql", "postgresql+psycopg:///d?host=/run/postgresql"),
        ("sqlite:////var/lib/frontdesk.db", "sqlite:////var/lib/frontdesk.db"),
    ],
)
def test_database_addresses(typed: str, meant: str) -> None:
    assert load(DATABASE_URL=typed).database_url == meant.replace(
        "postgresql://", "postgresql+psycopg://"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "mysql://u:p@h/d",
        "postgresql://u:p@h",
        "postgresql://u:p@h:port/d",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://frontdesk.db",
        "frontdesk.db",
    ],
)
def test_database_addresses_that_cannot_work(typed: str) -> None:
    assert str(refusal(DATABASE_URL=typed)).count("DATABASE_URL") == 1


@pytest.mark.parametrize(
    "wrap", ['"{}"', "'{}'", "  {}\n", '" {} "', "“{}”", "'\"{}\"'", "\ufeff{}"]
)
def test_stray_quotes_and_blanks_are_trimmed(wrap: str) -> None:
    settings = load(TELEGRAM_BOT_TOKEN=wrap.format(TOKEN), FRONTDESK_PORT=wrap.format("9000"))
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.port == 9000


@pytest.mark.parametrize("empty", ["", " ", '""', "''", "\n"])
def test_empty_means_unset(empty: str) -> None:
    assert load(**dict.fromkeys(NAMES, empty)) == load()


def test_all_faults_are_named_at_once() -> None:
    error = refusal(
        FRONTDESK_PORT="80000",
        TELEGRAM_DESK_CHAT="my group",
        SLACK_PATIENTS="maybe",
        SLACK_BOT_TOKEN="xapp-1",
        TELEGRAM_WEBHOOK_URL="http://desk.example.org/",
    )
    assert len(error.problems) == 5
    for name, words in [
        ("FRONTDESK_PORT", "from 1 to 65535; for example 8000"),
        ("TELEGRAM_DESK_CHAT", "-1001234567890"),
        ("SLACK_PATIENTS", "on or off"),
        ("SLACK_BOT_TOKEN", "xoxb-"),
        ("TELEGRAM_WEBHOOK_URL", "https://"),
    ]:
        assert any(row.startswith(name) and words in row for row in error.problems), name


@pytest.mark.parametrize(
    ("name", "typed", "attribute", "meant"),
    [
        ("SLACK_PATIENTS", "Off", "slack_patients", False),
        ("SLACK_PATIENTS", "yes", "slack_patients", True),
        ("SLACK_DESK_CHANNEL", "#desk", "slack_desk_channel", "desk"),
        ("SLACK_API_URL", "http://localhost:1/api", "slack_api_url", "http://localhost:1/api/"),
        ("TELEGRAM_API_URL", "http://localhost:1/", "telegram_api_url", "http://localhost:1"),
        ("TELEGRAM_DESK_CHAT", "-100123", "telegram_desk_chat", -100123),
        ("TELEGRAM_DESK_CHAT", "\u2212100123", "telegram_desk_chat", -100123),
        ("FRONTDESK_DESK_CARD", "MINIMAL", "desk_card", "minimal"),
        ("FRONTDESK_ANSWERS", "Plain", "answers", "plain"),
        ("FRONTDESK_LOG", "JSON", "log", "json"),
        ("FRONTDESK_HOST", "::1", "web_url", "http://[::1]:8000"),
        (
            "FRONTDESK_PUBLIC_URL",
            "https://desk.example.org/",
            "web_url",
            "https://desk.example.org",
        ),
    ],
)
def test_values(name: str, typed: str, attribute: str, meant: object) -> None:
    assert getattr(load(**{name: typed}), attribute) == meant


@pytest.mark.parametrize(
    "typed", ["https://api.telegram.org/bot", f"https://api.telegram.org/bot{TOKEN}", "localhost"]
)
def test_the_telegram_server_stops_before_the_token(typed: str) -> None:
    assert TOKEN not in str(refusal(TELEGRAM_API_URL=typed))


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "\ufeff# ours\nexport FRONTDESK_PORT='9001'\nFRONTDESK_HOST = 0.0.0.0\nOTHER=${x}\n",
        encoding="utf-8",
    )
    settings = load_settings(env_file, {"FRONTDESK_PORT": "9002", "FRONTDESK_HOST": ""})
    assert (settings.port, settings.host) == (9002, "0.0.0.0")


def test_faults_in_the_file_and_in_values_come_together(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(f"FRONTDESK_PORT=x\nTELEGRAM_BOT_TOKEN: {TOKEN}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file, {})
    assert len(caught.value.problems) == 2
    assert "line 2" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "missing", {}) == load()
    with pytest.raises(SettingsError):
        load_settings(tmp_path, {})
    (tmp_path / ".env").write_bytes(b"FRONTDESK_PORT=\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(tmp_path / ".env", {})


def test_secrets_do_not_show() -> None:
    settings = load(
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_WEBHOOK_SECRET="hush-hush",
        SLACK_BOT_TOKEN="xoxb-hush-hush",
        SLACK_APP_TOKEN="xapp-hush-hush",
        SLACK_SIGNING_SECRET="hush-hush",
        DATABASE_URL="postgresql://u:hush-hush@h/d",
    )
    assert "hush" not in repr(settings)
    assert TOKEN not in repr(settings)


_TYPED = st.one_of(
    st.text(),
    st.text(alphabet="sqlitepogrehx:/@?#[]%&=.-0129 \"'{}\x00\u2212\udc80", max_size=40),
    st.sampled_from([setting.example for setting in SETTINGS]).flatmap(
        lambda example: st.builds(
            lambda cut, more: example[:cut] + more + example[cut:],
            st.integers(0, len(example)),
            st.text(max_size=4),
        )
    ),
)


@given(st.dictionaries(st.sampled_from(NAMES), _TYPED))
def test_any_value_gives_settings_or_a_settings_error(environ: dict[str, str]) -> None:
    try:
        load(**environ)
    except SettingsError as error:
        assert error.problems


@given(st.sampled_from(NAMES), st.text(alphabet="QZ§¤{}%", min_size=8), _TYPED)
def test_no_value_is_repeated_in_a_refusal(name: str, typed: str, start: str) -> None:
    try:
        load(**{name: start + typed})
    except SettingsError as error:
        assert typed not in str(error)
        assert error.__cause__ is None


@given(st.binary(max_size=200))
def test_any_file_gives_settings_or_a_settings_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    env_file = tmp_path_factory.getbasetemp() / f"{os.getpid()}.env"
    env_file.write_bytes(b"FRONTDESK_PORT=" + content)
    try:
        load_settings(env_file, {})
    except SettingsError as error:
        assert error.problems


@pytest.mark.parametrize(
    ("listens", "reached"),
    [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "::1"), ("desk.local", "desk.local")],
)
def test_an_address_to_listen_on_everywhere_is_reached_here(listens: str, reached: str) -> None:
    assert Settings(host=listens).own_host == reached
