"""Names of places and what stands behind each, in a few large blocks of memory instead of a million small ones."""

from __future__ import annotations

import marshal
from array import array
from bisect import bisect_left
from collections.abc import Mapping

Entry = tuple[int, str, str, str]
"""(inhabitants, name, zone, country code)"""

PLAIN = 2
"""The form of ``marshal`` that says the same of the same, whoever else holds the texts."""


class Gazetteer:
    """Cleaned name → entries, largest first. A hundred thousand names as a dict take 25 MB, this takes 8, and
    leaves no holes behind it. Read only after it is made: threads may share it."""

    def __init__(self, entries: Mapping[str, list[Entry]]) -> None:
        names, values = bytearray(), bytearray()
        self._name_ends, self._value_at = array("I", [0]), array("I")
        known: dict[bytes, int] = {}
        for name, found in sorted((one.encode(), both) for one, both in entries.items()):
            names += name
            self._name_ends.append(len(names))
            packed = marshal.dumps(found, PLAIN)
            if packed not in known:
                known[packed] = len(values)
                values += packed
            self._value_at.append(known[packed])
        self._names, self._values = bytes(names), memoryview(bytes(values))

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._value_at)

    def get(self, name: str) -> list[Entry]:
        """What is known by a name; empty if nothing is."""
        wanted = name.encode("utf-8", "replace")
        at = bisect_left(range(len(self)), wanted, key=self._name)
        if at == len(self) or self._name(at) != wanted:
            return []
        here = self._values[self._value_at[at] :]  # a view: nothing is copied
        found: list[Entry] = marshal.loads(here)  # noqa: S302  our own, made above
        return found

    def _name(self, at: int) -> bytes:
        return self._names[self._name_ends[at] : self._name_ends[at + 1]]
