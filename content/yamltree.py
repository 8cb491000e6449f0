"""YAML as a tree that remembers its lines, without YAML's surprises.

Only plain data: no aliases (a "billion laughs" file cannot be written), no tags, no merge keys; ``no`` is
the word "no", ``12:30`` and dates are text, a key that stands twice is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.resolver import Resolver

from content.findings import Findings

Scalar = str | int | float | bool | None
MAX_DEPTH = 20
MAX_NODES = 50_000
_CONTROL = "The file holds control characters. Do this: save it as plain text."


@dataclass(frozen=True, slots=True)
class Tree:
    """One node: a scalar, a list or a mapping, with the line where it stands (from 1).

    ``key_lines`` are the lines of a mapping's keys.
    """

    value: Scalar | tuple[Tree, ...] | dict[str, Tree]
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)

    @property
    def mapping(self) -> dict[str, Tree] | None:
        """The children by key, None if this is no mapping."""
        return self.value if isinstance(self.value, dict) else None

    @property
    def sequence(self) -> tuple[Tree, ...] | None:
        """The children in order, None if this is no list."""
        return self.value if isinstance(self.value, tuple) else None


EMPTY = Tree({}, 1)


class _NoAlias(yaml.MarkedYAMLError):
    pass


class _Scalars(Resolver):
    """The scalars of YAML 1.2's core schema (no sexagesimal, no dates, no yes/no)."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


class _Loader(_Scalars, yaml.SafeLoader):
    """The reader in Python: it says what is wrong with a file, and where."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise _NoAlias(None, None, "an alias (*name)", event.start_mark)
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("int", r"[-+]?[0-9]{1,15}", list("-+0123456789")),
    ("float", r"[-+]?[0-9]{1,15}\.[0-9]{1,15}", list("-+0123456789")),
):
    _Scalars.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^{_pattern}$"), _first
    )


_C: Any = getattr(yaml, "CSafeLoader", None)
_Quick: Any = type("_Quick", (_Scalars, _C), {}) if _C else None
"""libyaml's reader, thirty times as fast; None where PyYAML was built without it."""


_DIFFERENT = re.compile(r"[?\t\x85\u2028\u2029\ufeff]|[|>]#|---")
"""libyaml takes these where the reader in Python does not; a file is good or bad by the latter alone."""


def _quickly(text: str) -> yaml.Node | None:
    """The nodes of a good file; None of any other, and of one without content."""
    if _Quick is None or _DIFFERENT.search(text):
        return None
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_Quick):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH or isinstance(event, yaml.AliasEvent):
                return None  # composing recurses in C: nothing deep may reach it
        node: yaml.Node | None = yaml.compose(text, Loader=_Quick)
    except (yaml.YAMLError, ValueError):
        return None
    return node


def parse(text: str, path: str, findings: Findings, *, first_line: int = 1) -> Tree | None:
    """The tree of a YAML text; None, with a finding, where it is not YAML that we take.

    first_line: the line of the file on which the text begins (front matter begins on 2).
    """
    offset = first_line - 1
    node = _quickly(text) or _slowly(text, path, findings, offset)
    return None if node is None else _Walk(path, findings, offset).tree(node, 0)


def _slowly(text: str, path: str, findings: Findings, offset: int) -> yaml.Node | None:
    """The nodes of any file, no keys for an empty one; None, with a finding, if it is not YAML that we take."""
    try:
        loader = _Loader(text)
    except yaml.YAMLError:
        findings.add(path, 0, _CONTROL)
        return None
    try:
        node = loader.get_single_node()
    except _NoAlias as problem:
        findings.add(
            path, _line(problem, offset), "Aliases (*name) are not taken. Do this: write it out."
        )
    except yaml.MarkedYAMLError as problem:
        said = problem.problem or "unreadable"
        findings.add(path, _line(problem, offset), f"This is not valid YAML: {said}.")
    except (yaml.YAMLError, ValueError):
        findings.add(path, 0, _CONTROL)
    except RecursionError:
        findings.add(path, 0, "The YAML is nested too deeply. Do this: make it flatter.")
    else:
        top = yaml.Mark("", 0, 0, 0, "", 0)
        return node or yaml.MappingNode("tag:yaml.org,2002:map", [], top, top)
    finally:
        loader.dispose()
    return None


def _line(problem: yaml.MarkedYAMLError, offset: int) -> int:
    mark = problem.problem_mark or problem.context_mark
    return mark.line + 1 + offset if mark is not None else 0


class _Walk:
    def __init__(self, path: str, findings: Findings, offset: int) -> None:
        self._path, self._findings, self._offset = path, findings, offset
        self._left = MAX_NODES

    def tree(self, node: yaml.Node, depth: int) -> Tree:
        line = node.start_mark.line + 1 + self._offset
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            if self._left == -1 or depth == MAX_DEPTH + 1:
                self._add(
                    line, "The YAML is nested too deeply or too long. Do this: make it flatter."
                )
            return Tree(None, line)
        match node:
            case yaml.ScalarNode():
                return Tree(self._scalar(node, line), line)
            case yaml.SequenceNode():
                return Tree(tuple(self.tree(one, depth + 1) for one in node.value), line)
            case yaml.MappingNode():
                return self._mapping(node, line, depth)
            case _:
                return Tree(None, line)

    def _mapping(self, node: yaml.MappingNode, line: int, depth: int) -> Tree:
        children: dict[str, Tree] = {}
        lines: dict[str, int] = {}
        for key, value in self._pairs(node):
            at = key.start_mark.line + 1 + self._offset
            if not isinstance(key, yaml.ScalarNode):
                self._add(at, "A key must be a word.")
                continue
            if key.value in children:
                self._add(at, f'"{key.value}" stands here twice. Do this: keep one.')
            children[key.value] = self.tree(value, depth + 1)
            lines[key.value] = at
        return Tree(children, line, lines)

    @staticmethod
    def _pairs(node: yaml.MappingNode) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        yield from node.value

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Scalar:
        text = str(node.value)
        match node.tag.removeprefix("tag:yaml.org,2002:"):
            case "str":
                return text
            case "null" if not text or text.lower() in ("~", "null"):
                return None
            case "bool" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "int" if re.fullmatch(r"[-+]?[0-9]{1,15}", text):
                return int(text)
            case "float" if re.fullmatch(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}", text):
                return float(text)
            case _:
                self._add(
                    line, "Tags (!name) are not taken. Do this: write plain text or a number."
                )
                return None

    def _add(self, line: int, message: str) -> None:
        self._findings.add(self._path, line, message)
