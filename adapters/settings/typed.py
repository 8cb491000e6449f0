"""What somebody typed into a setting: tidied, and refused in words that never repeat it."""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

REFUSED: Final = "setting"
"""The type of the errors whose message is one of our own sentences."""

_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "«": "»"}


def trimmed(value: object) -> object:
    """Without the blanks and quotes that copying brings along; when nothing is left, None."""
    if not isinstance(value, str):
        return value
    value = value.strip().strip("\ufeff\u200b").strip()
    while len(value) >= 2 and _QUOTES.get(value[0]) == value[-1]:
        value = value[1:-1].strip()
    return value or None


def wrong(text: str) -> PydanticCustomError:
    """A refusal in our own words; it reads on from the setting's name and never has the value."""
    return PydanticCustomError(REFUSED, "{text}", {"text": text})


def address(value: str, *, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """The value itself when it is an address with one of the schemes and a host."""
    needed = " or ".join(f"{scheme}://" for scheme in schemes)
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise wrong("must not contain blanks")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise wrong(f"is not an address that starts with {needed}") from None
    if parts.scheme not in schemes or not host:
        raise wrong(f"must be an address that starts with {needed}")
    if parts.query or parts.fragment:
        raise wrong("must not contain ? or #")
    return value
