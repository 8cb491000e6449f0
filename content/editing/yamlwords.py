"""Writes one value as YAML: plain where that is safe for every reader, else in double quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping

Scalar = str | bool | int
Entry = str | Mapping[str, str]

_PLAIN = re.compile(r"[^\W_][\w .,'’()/&%+~*“”‘…–—?!;-]*")
_SAID_OTHERWISE = re.compile(
    r"(?i:null|true|false|yes|no|on|off|y|n)|[-+.]?[0-9][0-9_.,:eExXoO+-]*"
)
"""Words and numbers that one YAML reader or another does not take as text; dates read the same as text."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def scalar(value: Scalar, *, flow: bool = False) -> str:
    """A value for one line. flow: it stands inside [] or {}, where a comma ends it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return value if _is_plain(value, flow) else quoted(value)


def _is_plain(text: str, flow: bool) -> bool:
    if not _PLAIN.fullmatch(text) or text.endswith(" "):
        return False
    if flow and (
        "," in text or "?" in text
    ):  # PyYAML's own reader ends a text in brackets at either
        return False
    return bool(_DATE.fullmatch(text)) or not _SAID_OTHERWISE.fullmatch(text)


def quoted(text: str) -> str:
    """In double quotes, with everything escaped that YAML does not take as it is."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char == "\n":
        return "\\n"
    code = ord(char)
    if 0x20 <= code < 0x7F or 0xA0 <= code <= 0x2027 or 0x202A <= code <= 0xD7FF:
        return char
    if 0xE000 <= code <= 0xFFFD and code != 0xFEFF:
        return char
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def entry(value: Entry, *, flow: bool) -> str:
    """An entry of a list: a text, or a small mapping in braces."""
    if isinstance(value, str):
        return scalar(value, flow=flow)
    inner = ", ".join(f"{scalar(k, flow=True)}: {scalar(v, flow=True)}" for k, v in value.items())
    return "{" + inner + "}"
