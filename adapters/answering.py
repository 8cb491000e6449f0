"""Where the answer engine keeps what it has learnt, and how it is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from adapters.settings import Settings

if TYPE_CHECKING:
    from content.engine.engine import ModelEngine


def folder_of(config: Settings) -> Path:
    """The folder of the engine's files: beside the key file, where the program may write."""
    return config.key_file.parent / "answers"


def engine_of(config: Settings) -> ModelEngine:
    """The engine for a running service. It answers at once, without the model until that is ready."""
    from content.engine.engine import ModelEngine

    return ModelEngine(folder_of(config))
