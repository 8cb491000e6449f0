"""Reads the keys of one mapping, with a finding for each that is missing, wrong or unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from content.findings import Findings, did_you_mean, quoted
from content.yamltree import Tree

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"""Content ids: at most 32 of a-z 0-9 - (button data holds 64 bytes, see ``bot.buttons``)."""


class Fields:
    """The keys of ``tree``. Ask for what you know, then call ``done`` to have the rest reported."""

    def __init__(self, tree: Tree, path: str, findings: Findings, what: str = "") -> None:
        self.path = path
        self.line = tree.line
        self._findings = findings
        self._what = what
        self._asked: list[str] = []
        self._lines = tree.key_lines
        self._known = tree.mapping
        if self._known is None:
            self.add(tree.line, f"{what or 'This'} must be a list of `key: value` lines.")
            self._known = {}

    def add(self, line: int, message: str) -> None:
        """A finding in this file."""
        self._findings.add(self.path, line, message)

    def at(self, key: str) -> int:
        """The line of a key, or of the mapping where it is missing."""
        return self._lines.get(key, self.line)

    def has(self, key: str) -> bool:
        """Whether the key is there and not empty."""
        found = self.tree(key)
        return found is not None and found.value is not None

    def tree(self, key: str) -> Tree | None:
        """What stands under a key."""
        if key not in self._asked:
            self._asked.append(key)
        return (self._known or {}).get(key)

    def names(self) -> tuple[str, ...]:
        """All keys, in the order of the file."""
        return tuple(self._known or ())

    def text(
        self, key: str, *, required: bool = False, default: str = "", longest: int = 2000
    ) -> str:
        """A text on one line; numbers are taken as written."""
        found = self.tree(key)
        if found is None or found.value is None:
            if required:
                self.add(
                    self.line, f'"{key}" is missing{self._in()}. Do this: add a line `{key}: …`.'
                )
            return default
        if isinstance(found.value, tuple | dict | bool):
            self.add(self.at(key), f'"{key}" must be a text.')
            return default
        text = " ".join(str(found.value).split())
        if required and not text:
            self.add(self.at(key), f'"{key}" is empty. Do this: fill it in.')
        if len(text) > longest:
            self.add(
                self.at(key), f'"{key}" is longer than {longest} characters. Do this: shorten it.'
            )
            return default
        return text

    def texts(self, key: str) -> tuple[tuple[str, int], ...]:
        """A list of texts, each with its line."""
        found = self.tree(key)
        if found is None or found.value is None:
            return ()
        if found.sequence is None:
            self.add(self.at(key), f'"{key}" must be a list, such as `{key}: [one, two]`.')
            return ()
        out: list[tuple[str, int]] = []
        for one in found.sequence:
            if one.value is None or isinstance(one.value, tuple | dict | bool):
                self.add(
                    one.line, f'Every entry of "{key}" must be a text. Do this: put it in quotes.'
                )
                continue
            out.append((" ".join(str(one.value).split()), one.line))
        return tuple(out)

    def ids(self, key: str) -> tuple[str, ...]:
        """A list of content ids; whether they exist is checked later."""
        out: list[str] = []
        for text, line in self.texts(key):
            if text in out:
                self.add(line, f'"{text}" stands twice in "{key}". Do this: keep one.')
            else:
                out.append(text)
        return tuple(out)

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        found = self.tree(key)
        if found is None or found.value is None:
            return default
        if not isinstance(found.value, bool):
            self.add(self.at(key), f'"{key}" must be true or false.')
            return default
        return found.value

    def number(self, key: str, default: int, *, lowest: int = 0, highest: int = 1_000_000) -> int:
        """A whole number within bounds."""
        found = self.tree(key)
        if found is None or found.value is None:
            return default
        value = found.value
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            self.add(self.at(key), f'"{key}" must be a whole number from {lowest} to {highest}.')
            return default
        return value

    def one_of(self, key: str, allowed: Iterable[str], default: str) -> str:
        """One of a few words."""
        names = list(allowed)
        value = self.text(key, required=True, default=default)
        if value not in names:
            hint = did_you_mean(value, names)
            self.add(self.at(key), f'"{key}" must be one of {", ".join(names)}.{hint}')
            return default
        return value

    def day(self, key: str, *, never: bool = False, required: bool = False) -> str | None:
        """A date as 2027-02-01; with ``never`` also that word, which gives None."""
        text = self.text(key, required=required)
        if not text or (never and text == "never"):
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            other = ", or never" if never else ""
            message = f'"{key}" must be a date such as 2027-02-01{other}, not {quoted(text)}.'
            self.add(self.at(key), message)
            return None

    def child(self, key: str, *, required: bool = False) -> Fields:
        """The mapping under a key; an empty one where it is missing."""
        found = self.tree(key)
        if found is None or found.value is None:
            if required:
                self.add(self.line, f'"{key}" is missing{self._in()}. Do this: add it.')
            return Fields(Tree({}, self.at(key)), self.path, self._findings, f'"{key}"')
        return Fields(found, self.path, self._findings, f'"{key}"')

    def children(self, key: str) -> tuple[Fields, ...]:
        """The mappings in the list under a key."""
        found = self.tree(key)
        if found is None or found.value is None:
            return ()
        if found.sequence is None:
            self.add(self.at(key), f'"{key}" must be a list of entries that begin with "- ".')
            return ()
        return tuple(
            Fields(one, self.path, self._findings, f'an entry of "{key}"') for one in found.sequence
        )

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self._known or ():
            if key not in self._asked:
                hint = did_you_mean(key, self._asked)
                self.add(self.at(key), f'"{key}" is not a key that belongs here{self._in()}.{hint}')

    def _in(self) -> str:
        return f" in {self._what}" if self._what else ""
