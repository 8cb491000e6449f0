"""Edits a YAML text in place: only the characters of what changed are replaced.

A YAML library that reads and writes again loses spacing, quotes and line breaks that nobody edited (we
tried one on the shipped files: four of eight came back different). Here the parser only says where a value
begins and ends. Every edit is read back; where the neat way did not say what was meant, a plain one is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

import yaml

from content.editing import yamlwords
from content.editing.errors import CannotEdit
from content.editing.yamlwords import Entry, Scalar

Path = tuple[str | int, ...]
Edit = tuple[int, int, str]
"""Characters from, to, and what to put in their place."""

_NULLS = ("", "~", "null", "Null", "NULL")
_WIDTH = 100
_MOST_DEPTH = 20


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there (30 times as fast). It recurses in C, so the depth is looked at before."""


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a text. Remembered: small texts (the heads of pages) many, large ones few, because the
    nodes take about thirty times the room of their text.
    """
    return (_few if len(text) > _LARGE else _many)(text)


def _read(text: str) -> yaml.Node | None:
    try:
        _look(text)
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise CannotEdit("This file is not valid YAML; it cannot be edited by form.") from problem
    return node


_LARGE = 4_000
_many = lru_cache(maxsize=2048)(_read)
_few = lru_cache(maxsize=32)(_read)


def _look(text: str) -> None:
    """Refuse aliases (the linter does, too) and deep nesting, event by event."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise CannotEdit("This file has aliases (*name); it cannot be edited by form.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_DEPTH:
            raise CannotEdit("This file is nested too deeply; it cannot be edited by form.")


class YamlText:
    """One YAML text. Edits give a new one; ``text`` is what to write. Raises CannotEdit if unreadable."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = _compose(text)

    # ---- reading

    def node(self, *path: str | int) -> yaml.Node | None:
        """What stands at a path of keys and numbers."""
        node = self.root
        for step in path:
            match node:
                case yaml.MappingNode() if isinstance(step, str):
                    node = _value(node, step)
                case yaml.SequenceNode() if isinstance(step, int) and step < len(node.value):
                    node = node.value[step]
                case _:
                    return None
        return node

    def names(self, *path: str | int) -> tuple[str, ...]:
        """The keys of a mapping, in the order of the file."""
        node = self.node(*path)
        if not isinstance(node, yaml.MappingNode):
            return ()
        return tuple(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))

    def size(self, *path: str | int) -> int:
        """How many entries a list has."""
        node = self.node(*path)
        return len(node.value) if isinstance(node, yaml.SequenceNode) else 0

    def said(self, *path: str | int) -> str:
        """A value as one line; "" where it is missing, empty or no single value."""
        return _said(self.node(*path))

    def flag(self, *path: str | int) -> bool:
        """true or false."""
        return self.said(*path).casefold() == "true"

    def entries(self, *path: str | int) -> tuple[str, ...]:
        """A list of texts; what is none stands as "" so that numbers fit."""
        node = self.node(*path)
        return tuple(map(_said, node.value)) if isinstance(node, yaml.SequenceNode) else ()

    def mappings(self, *path: str | int) -> tuple[Entry, ...]:
        """A list of texts or small mappings, as ``with_entries`` takes it."""
        node = self.node(*path)
        return tuple(map(_plain, node.value)) if isinstance(node, yaml.SequenceNode) else ()

    def lines(self, *path: str | int) -> tuple[int, int]:
        """The first and last line of a key with all that belongs to it, from 1; zeros where it is missing."""
        node = self.node(*path)
        if node is None:
            return 0, 0
        key = self._key(path)
        first = (key or node).start_mark.line + 1
        return first, self.text.count("\n", 0, max(self._tail(node), node.start_mark.index)) + 1

    # ---- writing

    def with_value(self, path: Path, value: Scalar | None, *, after: str = "") -> YamlText:
        """Set a value; None takes the key away. A new key goes below ``after``, else to the end."""
        node = self.node(*path)
        if value is None:
            return self if node is None else self.without(path)
        if node is None:
            made = self._edited([self._insertion(path, value, after)])
        else:
            made = self._edited(
                [self._replaced(node, yamlwords.scalar(value, flow=self._flow(path)))]
            )
        if made.said(*path) != _line(value):
            text = yamlwords.quoted(_line(value))
            old = made.node(*path)
            if old is not None:
                made = made._edited([made._replaced(old, text)])
        if made.said(*path) != _line(value):
            raise CannotEdit("This value cannot be written here.")
        return made

    def with_entries(self, path: Path, wanted: Sequence[Entry], *, after: str = "") -> YamlText:
        """Make a list hold these entries; those that stay are not touched, nor are comments beside them."""
        node = self.node(*path)
        if not isinstance(node, yaml.SequenceNode):
            text = self._list(wanted, path)
            if node is None:
                return self._edited([self._insertion(path, text, after, raw=True)])._sure(
                    path, wanted
                )
            return self._edited([self._replaced(node, text)])._sure(path, wanted)
        old = tuple(_plain(child) for child in node.value)
        new = tuple(wanted)
        if old == tuple(new):
            return self
        if not old or not new:
            edits = [self._replaced(node, self._list(wanted, path))]
        else:
            edits = self._entry_edits(node, old, new)
        try:
            made = self._edited(edits)
            if tuple(map(_plain, made._sequence(path))) == new:
                return made
        except CannotEdit:
            pass
        flat = "[" + ", ".join(yamlwords.entry(one, flow=True) for one in new) + "]"
        return self._edited([self._replaced(node, flat)])._sure(path, new)

    def without_entries(self, path: Path, notes: Mapping[int, str]) -> YamlText:
        """Take entries off a list, by number; each leaves its comment (above the list, if in brackets)."""
        wanted = [one for n, one in enumerate(self.mappings(*path)) if n not in notes]
        node = self.node(*path)
        if not isinstance(node, yaml.SequenceNode) or not wanted:
            return self.with_entries(path, wanted)
        if node.flow_style:
            key = self._key(path) or node
            start, margin = self._line_start(key.start_mark.index), " " * key.start_mark.column
            told = "".join(f"{margin}# {note}\n" for note in notes.values())
            return self.with_entries(path, wanted)._edited([(start, start, told)])
        margin = " " * node.start_mark.column
        edits: list[Edit] = []
        for at, note in notes.items():
            entry = node.value[at]
            dash = self.text.rfind("-", 0, entry.start_mark.index)
            start, end = self._line_start(dash), self._line_end(self._tail(entry))
            edits.append((start, end, f"{margin}# {note}\n"))
        return self._edited(edits)._sure(path, wanted)

    def with_key(self, path: Path, name: str) -> YamlText:
        """Give a key another name; what stands under it stays."""
        key = self._key(path)
        return self if key is None else self._edited([self._replaced(key, yamlwords.scalar(name))])

    def without(self, path: Path) -> YamlText:
        """Take a key away, with its lines."""
        parent = self.node(*path[:-1])
        if not isinstance(parent, yaml.MappingNode):
            return self
        pairs = parent.value
        at = next((n for n, (key, _) in enumerate(pairs) if key.value == path[-1]), None)
        if at is None:
            return self
        if len(pairs) == 1:
            return self._edited([self._replaced(parent, "{}")])
        spans = [(key.start_mark.index, self._tail(value)) for key, value in pairs]
        return self._edited([self._cut(spans, at, bool(parent.flow_style))])

    # ---- where things are

    def _sequence(self, path: Path) -> list[yaml.Node]:
        node = self.node(*path)
        return node.value if isinstance(node, yaml.SequenceNode) else []

    def _sure(self, path: Path, wanted: Sequence[Entry]) -> YamlText:
        if tuple(map(_plain, self._sequence(path))) != tuple(wanted):
            raise CannotEdit("This list cannot be written here.")
        return self

    def _key(self, path: Path) -> yaml.Node | None:
        parent = self.node(*path[:-1])
        if not isinstance(parent, yaml.MappingNode) or not path:
            return None
        return next((key for key, _ in parent.value if key.value == path[-1]), None)

    def _flow(self, path: Path) -> bool:
        """Whether a place is inside brackets or braces."""
        for end in range(len(path)):
            node = self.node(*path[:end])
            if isinstance(node, yaml.CollectionNode) and node.flow_style:
                return True
        return False

    def _tail(self, node: yaml.Node) -> int:
        """Where a node's own characters end (the parser counts following comments in)."""
        match node:
            case yaml.CollectionNode() if not node.flow_style and node.value:
                last = node.value[-1]
                return self._tail(last[1] if isinstance(last, tuple) else last)
            case yaml.ScalarNode(style=style) if style in ("|", ">"):
                start = node.start_mark.index
                return start + len(self.text[start : node.end_mark.index].rstrip())
            case _:
                return int(node.end_mark.index)

    def _line_end(self, at: int) -> int:
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _replaced(self, node: yaml.Node, text: str) -> Edit:
        start = int(node.start_mark.index)
        if text.startswith("\n"):
            start = len(self.text[:start].rstrip(" "))
            if start and self.text[start - 1] == "\n":  # a block list that stood below its key
                start = len(self.text[:start].rstrip())
        elif start and self.text[start - 1] == ":":
            text = f" {text}"
        return start, max(self._tail(node), start), text

    def _list(self, wanted: Sequence[Entry], path: Path) -> str:
        """A list for a new place: in brackets while it is short or what holds it is new, else an entry a line."""
        inside = self._flow(path) or not isinstance(self.node(*path[:-1]), yaml.MappingNode)
        flat = "[" + ", ".join(yamlwords.entry(one, flow=True) for one in wanted) + "]"
        if inside or not wanted or (len(flat) < _WIDTH and isinstance(wanted[0], str)):
            return flat
        margin = "\n" + "  " * len(path) + "- "
        return "".join(margin + yamlwords.entry(one, flow=False) for one in wanted)

    def _insertion(self, path: Path, value: Scalar, after: str, *, raw: bool = False) -> Edit:
        """The edit that adds a key, and the mappings above it that are missing."""
        depth = len(path) - 1
        while depth and not isinstance(self.node(*path[:depth]), yaml.MappingNode):
            depth -= 1
        parent, missing = self.node(*path[:depth]), path[depth:]
        text = str(value) if raw else yamlwords.scalar(value, flow=True)
        for step in reversed(missing[1:]):
            text = "{" + f"{yamlwords.scalar(str(step), flow=True)}: {text}" + "}"
        gap = "" if text.startswith("\n") else " "
        text = f"{yamlwords.scalar(str(missing[0]), flow=True)}:{gap}{text}"
        if len(missing) > 1 and (standing := self.node(*path[: depth + 1])) is not None:
            return self._replaced(standing, text.split(":", 1)[1].strip())
        if not isinstance(parent, yaml.MappingNode):
            if parent is not None:
                return self._replaced(parent, text)
            end = len(self.text)
            return (
                end,
                end,
                ("" if self.text.endswith("\n") or not self.text else "\n") + text + "\n",
            )
        if not parent.value:
            inner = "{" + text + "}" if depth else text
            return self._replaced(parent, inner)
        below = next((pair for pair in parent.value if pair[0].value == after), parent.value[-1])
        tail = self._tail(below[1])
        if parent.flow_style:
            return tail, tail, f", {text}"
        margin = " " * parent.start_mark.column
        end = self._line_end(max(tail, int(below[0].end_mark.index)))
        lead = "" if end and self.text[end - 1] == "\n" else "\n"
        return end, end, f"{lead}{margin}{text}\n"

    def _entry_edits(
        self, node: yaml.SequenceNode, old: Sequence[Entry], new: Sequence[Entry]
    ) -> list[Edit]:
        flow = bool(node.flow_style)
        spans = [(int(one.start_mark.index), self._tail(one)) for one in node.value]
        if not flow:
            spans = [(self.text.rfind("-", 0, start), end) for start, end in spans]
        margin = " " * node.start_mark.column
        edits: list[Edit] = []
        keys_old, keys_new = [repr(one) for one in old], [repr(one) for one in new]
        matcher = SequenceMatcher(None, keys_old, keys_new, autojunk=False)
        for tag, i, j, k, m in matcher.get_opcodes():
            if tag == "equal":
                continue
            same = min(j - i, m - k)
            for n in range(same):
                text = yamlwords.entry(new[k + n], flow=flow)
                edits.append(self._replaced(node.value[i + n], text))
            if tag == "replace" and same == 0:
                continue
            for n in range(i + same, j):
                edits.append(self._cut(spans, n, flow))
            added = new[k + same : m]
            if not added:
                continue
            words = [yamlwords.entry(one, flow=flow) for one in added]
            at = i + same
            if flow and at:
                edits.append((spans[at - 1][1], spans[at - 1][1], "".join(f", {w}" for w in words)))
            elif flow:
                edits.append((spans[0][0], spans[0][0], "".join(f"{w}, " for w in words)))
            else:
                where = self._line_end(spans[at - 1][1]) if at else self._line_start(spans[0][0])
                lead = "" if not where or self.text[where - 1] == "\n" else "\n"
                edits.append((where, where, lead + "".join(f"{margin}- {w}\n" for w in words)))
        return edits

    def _cut(self, spans: Sequence[tuple[int, int]], at: int, flow: bool) -> Edit:
        """Take the part at ``at`` away: with its comma in brackets, else with its lines."""
        start, end = spans[at]
        if not flow:
            return self._line_start(start), self._line_end(end), ""
        if at + 1 < len(spans):
            return start, spans[at + 1][0], ""
        return (spans[at - 1][1] if at else start), end, ""

    def _edited(self, edits: Sequence[Edit]) -> YamlText:
        text = self.text
        ordered = sorted(enumerate(edits), key=lambda one: (one[1][0], one[1][1], one[0]))
        for _, (start, end, new) in reversed(ordered):
            text = text[:start] + new + text[end:]
        return YamlText(text)


def _value(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    found: yaml.Node | None = None
    for name, value in node.value:
        if isinstance(name, yaml.ScalarNode) and name.value == key:
            found = value
    return found


def _said(node: yaml.Node | None) -> str:
    if not isinstance(node, yaml.ScalarNode):
        return ""
    if not node.style and node.value in _NULLS:  # None, or "" from libyaml: a plain one
        return ""
    return " ".join(str(node.value).split())


def _plain(node: yaml.Node) -> Entry:
    """An entry of a list as a value."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _said(value) for key, value in node.value}
    return _said(node)


def _line(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())
