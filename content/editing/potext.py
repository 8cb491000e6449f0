"""Edits a PO text in place: only the msgstr lines of a changed phrase are replaced.

PO libraries rewrap and reorder a whole file when they write it; here all else stays byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ID = re.compile(r'msgid\s+"(?P<key>[^"]*)"')
_STRING = re.compile(r'msgstr(?:\[(?P<form>[0-5])\])?\s+"(?P<text>(?:[^"\\]|\\.)*)"')
_MORE = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Message:
    """One phrase. line: of its msgid, from 1; strings: form number → (text, first line, last line)."""

    key: str
    line: int
    strings: dict[int, tuple[str, int, int]]


@lru_cache(maxsize=64)
def messages(text: str) -> dict[str, Message]:
    """All phrases of a PO text by key; lines that are no PO are passed over (the linter names them)."""
    found: dict[str, Message] = {}
    message: Message | None = None
    form = -1
    for number, line in enumerate(text.split("\n"), 1):
        said = line.strip()
        if match := _ID.fullmatch(said):
            message, form = Message(match["key"], number, {}), -1
            if message.key:
                found.setdefault(message.key, message)
        elif (match := _STRING.fullmatch(said)) and message is not None:
            form = int(match["form"] or 0)
            message.strings[form] = (_read(match["text"]), number, number)
        elif (match := _MORE.fullmatch(said)) and message is not None and form >= 0:
            before, first, _ = message.strings[form]
            message.strings[form] = (before + _read(match["text"]), first, number)
        elif said.startswith("msg"):
            form = -1
    return found


def with_string(text: str, message: Message, form: int, new: str) -> str:
    """The PO text with one string of a phrase replaced."""
    _, first, last = message.strings[form]
    lines = text.split("\n")
    name = lines[first - 1].strip().split('"', 1)[0].rstrip()
    lines[first - 1 : last] = _written(name, new)
    return "\n".join(lines)


def _written(name: str, text: str) -> list[str]:
    pieces = [one for one in re.split(r"(?<=\n)(?!\n)", text) if one]
    if len(pieces) < 2:
        return [f'{name} "{_escaped(text)}"']
    return [f'{name} ""', *(f'"{_escaped(one)}"' for one in pieces)]


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return plain.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _read(text: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANT.get(found.group(1), found.group(1)), text)
