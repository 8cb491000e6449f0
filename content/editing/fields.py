"""The fields of a form: what an editor sees and types for one target. Every value is a string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.editing.target import Target


@dataclass(frozen=True, slots=True)
class Field:
    """One input.

    input: "line", "text" (several lines, Markdown), "list" (one entry a line), "tick" ("yes" or ""),
    "date" or "choice". most: characters, for the counter (of one screen where a text has several; of one
    entry in a list); 0 for none. choices: (value, words) for a choice, or what a list may hold.
    path, first, last: the file and lines where it stands, 0 where it is not written yet.
    """

    name: str
    label: str
    value: str
    input: str = "line"
    help: str = ""
    most: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    path: str = ""
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Fields:
    """A form: the target, its name in plain words, the sort of thing, and the inputs in order."""

    target: Target
    title: str
    kind: str
    fields: tuple[Field, ...]

    @property
    def values(self) -> dict[str, str]:
        """name → value; what ``write`` takes back."""
        return {one.name: one.value for one in self.fields}

    def field(self, name: str) -> Field | None:
        """The input of a name."""
        return next((one for one in self.fields if one.name == name), None)

    def filled(self, values: Mapping[str, str]) -> Fields:
        """The same form with other values; names that it does not have are left out."""
        return replace(
            self,
            fields=tuple(
                replace(one, value=values.get(one.name, one.value)) for one in self.fields
            ),
        )


Values = Mapping[str, str]
