"""Our dataclasses to JSON values and back, by their type hints.

A dataclass becomes an object with ``"_"`` naming its class; mappings, tuples, frozensets, enums and
aware datetimes (ISO 8601) are read back by the hints of the field. ``encode`` is total for every
type in ``bot``; ``decode`` raises ``ValueError`` for anything else.
"""

from __future__ import annotations

import collections.abc
import functools
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(value: Any) -> Any:
    """A JSON value for one of our values."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    return (_WRITERS.get(kind) or _writer(kind))(value)


def decode(kind: Any, data: Any) -> Any:
    """The value of type ``kind`` that ``encode`` made ``data`` from. Fields that are missing take their
    defaults, unknown ones are left out, so that old rows stay readable."""
    return _reader(kind)(data)


# Writers and readers are made once for each type: looking a class over for every value of it costs
# several times what the value itself does, and every turn writes dozens.

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_WRITERS: Final[dict[type, Callable[[Any], Any]]] = {}


def _writer(kind: type) -> Callable[[Any], Any]:
    """How values of exactly this type are written. Raises ``ValueError`` where there is no way."""
    made: Callable[[Any], Any]
    if issubclass(kind, Enum):
        made = _write_enum
    elif issubclass(kind, bool | int | float | str):
        made = _as_it_is
    elif issubclass(kind, date):  # a datetime is one too
        made = kind.isoformat
    elif is_dataclass(kind):
        made = _dataclass_writer(kind)
    elif issubclass(kind, Mapping):
        made = _write_mapping
    elif issubclass(kind, frozenset | set):
        made = _write_set
    elif issubclass(kind, tuple | list):
        made = _write_list
    else:
        raise ValueError(f"no JSON for {kind.__name__}")
    _WRITERS[kind] = made
    return made


def _dataclass_writer(kind: type) -> Callable[[Any], Any]:
    name, names = kind.__name__, tuple(field.name for field in fields(kind))

    def write(value: Any) -> Any:
        out: dict[str, Any] = {"_": name}
        for one in names:
            held = getattr(value, one)
            if type(held) in _PLAIN:
                out[one] = held
            elif held == ():
                out[one] = []
            else:
                out[one] = encode(held)
        return out

    return write


def _write_enum(value: Any) -> Any:
    return value.value


def _as_it_is(value: Any) -> Any:
    return value


def _write_mapping(value: Any) -> Any:
    return {str(key): encode(one) for key, one in value.items()}


def _write_set(value: Any) -> Any:
    return sorted(encode(one) for one in value)


def _write_list(value: Any) -> Any:
    return [encode(one) for one in value]


@functools.cache
def _reader(kind: Any) -> Any:
    if kind is Any or kind is object:
        return lambda data: data
    if kind is type(None):
        return _read_none
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
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


def _dataclass_reader(kind: type) -> Any:
    name = kind.__name__
    readers: dict[str, Any] = {}

    def read(data: Any) -> Any:
        if not isinstance(data, dict) or data.get("_") != name:
            raise ValueError(f"expected {name}")
        if not readers:  # only now: a class may name itself in its hints
            hints = get_type_hints(kind)
            readers.update({field.name: _reader(hints[field.name]) for field in fields(kind)})
        given = {key: readers[key](one) for key, one in data.items() if key in readers}
        try:
            return kind(**given)
        except TypeError as problem:
            raise ValueError(f"incomplete {name}: {problem}") from None

    return read


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
        return tuple([reader(one) for one in data])
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
