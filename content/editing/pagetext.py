"""A page file in two halves, the keys at the top and the body, each edited in place."""

from __future__ import annotations

from collections.abc import Sequence

from content.editing.errors import CannotEdit
from content.editing.lineends import LineEnds
from content.editing.yamltext import YamlText
from content.editing.yamlwords import Scalar


class PageText:
    """A page or safety file. Raises CannotEdit where it has no keys between two lines of dashes."""

    def __init__(self, text: str) -> None:
        self._ends, plain = LineEnds.split(text)
        lines = plain.split("\n")
        end = next((n for n, one in enumerate(lines[1:], 1) if one.rstrip() == "---"), None)
        if lines[0].rstrip() != "---" or end is None:
            raise CannotEdit("The keys at the top of this file cannot be read.")
        self._open, self._close = lines[0], lines[end]
        self.head = YamlText("\n".join(lines[1:end]) + "\n")
        self._rest = "\n".join(lines[end + 1 :])
        self.body = self._rest.strip("\n")
        blank = len(self._rest) - len(self._rest.lstrip("\n")) if self.body else 0
        self.body_first = end + 2 + blank
        self.body_last = self.body_first + self.body.count("\n")

    def lines(self, key: str) -> tuple[int, int]:
        """The lines of a key in the file."""
        first, last = self.head.lines(key)
        return (first + 1, last + 1) if first else (0, 0)

    def with_value(self, key: str, value: Scalar | None, *, after: str = "") -> PageText:
        """Set, add or take away a key."""
        return self._with_head(self.head.with_value((key,), value, after=after))

    def with_entries(self, key: str, wanted: Sequence[str], *, after: str = "") -> PageText:
        """Set a list."""
        return self._with_head(self.head.with_entries((key,), wanted, after=after))

    def with_body(self, body: str) -> PageText:
        """Put another body below the keys."""
        blank = len(self._rest) - len(self._rest.lstrip("\n")) if self.body else 0
        return self._made(self.head.text, "\n" * blank + body + "\n")

    @property
    def text(self) -> str:
        """The file."""
        return self._ends.put_back(f"{self._open}\n{self.head.text}{self._close}\n{self._rest}")

    def _with_head(self, head: YamlText) -> PageText:
        return self._made(head.text if head.text.endswith("\n") else head.text + "\n", self._rest)

    def _made(self, head: str, rest: str) -> PageText:
        return PageText(self._ends.put_back(f"{self._open}\n{head}{self._close}\n{rest}"))
