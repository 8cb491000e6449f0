"""Our dataclasses to JSON values and back, by their type hints.

A dataclass becomes an object with ``"_"`` naming its class; mappings, tuples, frozensets, enums and
aware datetimes (ISO 8601) are read back by the hints of the field. ``encode`` is total for every
type in ``bot``; ``decode`` raises ``ValueError`` for anything else.
"""

from __future__ import annotations

import collections.abc
import functools
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: Any) -> Any:
    """A JSON value for one of our values."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        out = {"_": type(value).__name__}
        for field in fields(value):
            out[field.name] = encode(getattr(value, field.name))
        return out
    if isinstance(value, Mapping):
        return {str(key): encode(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(encode(one) for one in value)
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    raise ValueError(f"no JSON for {type(value).__name__}")


def decode(kind: Any, data: Any) -> Any:
    """The value of type ``kind`` that ``encode`` made ``data`` from. Fields that are missing take their
    defaults, unknown ones are left out, so that old rows stay readable."""
    return _reader(kind)(data)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@functools.cache
def _reader(kind: Any) -> Any:
    if kind is Any or kind is object:
        return lambda data: data
    if kind is type(None):
        return _read_none
    if isinstance(kind, type) and is_dataclass(kind):
        return functools.partial(_read_dataclass, kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind is datetime:
        return _read_time
    if kind is date:
        return _read_day
    if kind is float:
        return _read_float
    if kind in (str, int, bool):
        return functools.partial(_read_plain, kind)
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return functools.partial(_read_union, args)
    if origin is tuple:
        return functools.partial(_read_tuple, args)
    if origin is frozenset:
        return functools.partial(_read_set, args[0])
    if origin in (Mapping, collections.abc.Mapping, dict):
        return functools.partial(_read_mapping, args[1])
    raise ValueError(f"no reader for {kind!r}")


def _read_none(data: Any) -> None:
    if data is not None:
        raise ValueError("expected null")


def _read_time(data: Any) -> datetime:
    if not isinstance(data, str):
        raise ValueError("expected a time")
    return datetime.fromisoformat(data)


def _read_day(data: Any) -> date:
    if not isinstance(data, str):
        raise ValueError("expected a day")
    return date.fromisoformat(data)


def _read_float(data: Any) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise ValueError("expected a number")
    return float(data)


def _read_plain(kind: type, data: Any) -> Any:
    if type(data) is not kind:
        raise ValueError(f"expected {kind.__name__}, got {type(data).__name__}")
    return data


def _read_dataclass(kind: type, data: Any) -> Any:
    if not isinstance(data, dict) or data.get("_") != kind.__name__:
        raise ValueError(f"expected {kind.__name__}")
    hints = _hints(kind)
    known = {field.name for field in fields(kind)}
    try:
        return kind(
            **{
                name: _reader(hints[name])(one)
                for name, one in data.items()
                if name != "_" and name in known
            }
        )
    except TypeError as problem:
        raise ValueError(f"incomplete {kind.__name__}: {problem}") from None


def _read_union(args: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in args:
        return None
    named = data.get("_") if isinstance(data, dict) else None
    for arm in args:
        if arm is type(None):
            continue
        if named is not None and getattr(arm, "__name__", None) != named:
            continue
        try:
            return _reader(arm)(data)
        except ValueError:
            if named is not None:
                raise
    raise ValueError("fits no arm of the union")


def _read_tuple(args: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError("expected a list")
    if len(args) == 2 and args[1] is Ellipsis:
        reader = _reader(args[0])
        return tuple(reader(one) for one in data)
    if len(args) != len(data):
        raise ValueError("wrong length")
    return tuple(_reader(arm)(one) for arm, one in zip(args, data, strict=True))


def _read_set(arm: Any, data: Any) -> frozenset[Any]:
    if not isinstance(data, list):
        raise ValueError("expected a list")
    return frozenset(_reader(arm)(one) for one in data)


def _read_mapping(arm: Any, data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError("expected an object")
    reader = _reader(arm)
    return {key: reader(one) for key, one in data.items()}
