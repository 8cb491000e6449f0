"""Files of a message: which kinds there are, and how Telegram names one.

A file that came from Telegram is sent on by its ``file_id``: no download, no link to its sender, the
caption is ours, and the answer shows the topic that it landed in (``copyMessage`` answers with a bare
id, and fails once the patient deleted the message).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from bot.events import FileRef

# Telegram repeats an animation under "document", so "animation" stays among the documents.
FILES = ("photo", "document", "voice", "audio", "video", "video_note")
"""Contents that go to the desk, by their names in a Message."""

OTHERS = (
    "sticker", "location", "venue", "contact", "poll", "dice", "game", "story", "paid_media",
    "invoice", "giveaway", "giveaway_winners", "checklist",
)  # fmt: skip
"""Contents that we answer, but cannot pass on."""

_TYPES = {"photo": "image/jpeg", "voice": "audio/ogg", "video_note": "video/mp4"}


def file_of(kind: str, content: object) -> FileRef:
    """A content of ``FILES`` as a file. Raises ``TypeError``, ``KeyError`` or ``ValueError``."""
    if kind == "photo":
        if not isinstance(content, list):
            raise TypeError
        # Sizes of one photo: the largest shows skin as it was taken.
        content = max(content, key=lambda one: one["width"] * one["height"])
    if not isinstance(content, Mapping):
        raise TypeError
    file_id = content["file_id"]
    if not isinstance(file_id, str):
        raise TypeError
    return FileRef(
        channel="telegram",
        file_id=file_id,
        kind="video" if kind == "video_note" else kind,
        name=safe_name(content.get("file_name")),
        media_type=_string(content.get("mime_type")) or _TYPES.get(kind, ""),
        size=_size(content.get("file_size")),
        digest="",
    )


def safe_name(name: Any) -> str:
    """A file name without folders, control characters or excess length; "" where none is left."""
    if not isinstance(name, str):
        return ""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", last)[-100:]


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _size(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
