"""Which answer engine runs here, and where it keeps what it has learnt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from adapters.settings import Settings
from bot.ports import AnswerEngine
from bot.release import Release
from bot.understanding import Understanding

if TYPE_CHECKING:
    from content.engine.health import Health


class Engine(Protocol):
    """An answer engine as the program uses it."""

    @property
    def plain(self) -> AnswerEngine: ...
    @property
    def health(self) -> Health: ...
    def understand(self, text: str, release: Release) -> Understanding: ...
    def start(self, release: Release) -> None: ...
    def warm(self, release: Release) -> None: ...


def folder_of(config: Settings) -> Path:
    """The folder of the engine's files: beside the key file, where the program may write."""
    return config.key_file.parent / "answers"


def engine_of(config: Settings) -> Engine:
    """The engine for a running service. It answers at once, without the model until that is ready."""
    if config.answers == "plain":
        from content.answers import PlainEngine

        return PlainEngine()
    from content.engine.engine import ModelEngine

    return ModelEngine(folder_of(config))
