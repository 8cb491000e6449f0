"""The core imports a short written list of standard modules, and makes neither time nor output."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "bot").rglob("*.py"))

ALLOWED = {
    "__future__",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "types",
    "typing",
    "unicodedata",
    "zoneinfo",
}
FORBIDDEN_CALLS = {"__import__", "breakpoint", "compile", "eval", "exec", "input", "open", "print"}
CLOCKS = {"now", "today", "utcnow"}


def faults(source: str) -> list[str]:
    """What a module of the core may not do, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(level=0, module=str(module)):
                imported = [module]
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
                found.append(f"line {node.lineno}: calls {name}()")
                continue
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=clock)
            ) if owner in {"datetime", "date"} and clock in CLOCKS:
                found.append(f"line {node.lineno}: asks the clock; the time is given")
                continue
            case _:
                continue
        found += [
            f"line {node.lineno}: imports {name}"
            for name in imported
            if name not in ALLOWED and name.partition(".")[0] != "bot"
        ]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_stays_pure(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import logging",
        "import os.path",
        "from storage import tables",
        "import json, socket",
        "def f():\n    import random",
        "open('x')",
        "print(1)",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
    ],
)
def test_a_breach_is_seen(source: str) -> None:
    assert len(faults(source)) == 1


def test_there_is_a_core_to_check() -> None:
    assert FILES
