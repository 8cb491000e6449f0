"""Settings from the environment or from a file named `.env`; the environment wins."""

import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import ValidationError

from adapters.settings.checked import Settings
from adapters.settings.table import BY_NAME
from adapters.settings.typed import REFUSED, trimmed


class SettingsError(Exception):
    """Settings that cannot be used.

    `problems` holds one sentence for each wrong setting; the message is all of them. No value that
    was typed is in it, because a wrong value is often a token in the wrong place.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"Some settings cannot be used:\n{lines}")


def load_settings(
    env_file: str | os.PathLike[str] | None = ".env",
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings in force: the environment, then the file, then the defaults.

    A missing file is no fault. Raises `SettingsError` with every fault at once, from either place.
    """
    problems: list[str] = []
    given: dict[str, str] = _read_env_file(env_file, problems) if env_file is not None else {}
    given |= {name: environ[name] for name in BY_NAME if trimmed(environ.get(name)) is not None}
    settings = None
    try:
        settings = Settings.model_validate(given)
    except ValidationError as refused:
        for error in refused.errors(include_url=False, include_input=False):
            setting = BY_NAME[str(error["loc"][0])]
            words = error["msg"] if error["type"] == REFUSED else "cannot be used"
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
        elif row.key in BY_NAME and row.value is not None:
            given[row.key] = row.value
    return given
