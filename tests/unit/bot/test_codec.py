"""The codec: every dataclass of the core through JSON and back; junk is a ValueError, never a surprise."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import pkgutil
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot
from bot.codec import decode, encode
from bot.effects import Effect, ShowScreen
from bot.events import Event
from bot.release import Release
from bot.state import Conversation, Mode

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False))

MODULES = [
    name
    for _, name, _ in pkgutil.iter_modules(bot.__path__)
    if name not in ("ports", "rows", "patterns", "slips")
]
"""The seams (``bot.ports``), their rows and the lexicon made ready (``bot.patterns``, ``bot.slips``) never go
through JSON."""


def stored() -> list[type]:
    """All dataclasses of the core that are values (the phrase table is code, not data)."""
    found: dict[str, type] = {}
    for name in MODULES:
        module = importlib.import_module(f"bot.{name}")
        for one in vars(module).values():
            if isinstance(one, type) and dataclasses.is_dataclass(one):
                found[f"{one.__module__}.{one.__name__}"] = one
    return [
        found[key] for key in sorted(found) if found[key] is not Release and "pattern" not in key
    ]


KINDS = stored()


def test_a_whole_release(shipped: Release) -> None:
    assert decode(Release, json.loads(json.dumps(encode(shipped)))) == shipped


def test_there_is_something_to_test() -> None:
    assert len(KINDS) > 60


FEW = settings(max_examples=6, suppress_health_check=list(HealthCheck))
"""A kind each is many tests; the big ones hold all the small ones."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@FEW
def test_round_trip(kind: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    text = json.dumps(encode(value))
    assert decode(kind, json.loads(text)) == value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@FEW
def test_wrong_types_are_value_errors(kind: type, data: st.DataObject) -> None:
    """Each field in turn gets a value that fits no field of ours."""
    value = encode(data.draw(st.from_type(kind)))
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        if hints[field.name] in (Any, object):
            continue
        wrong = "no number" if hints[field.name] in (float, float | None) else 3.5
        with pytest.raises(ValueError, match=r".+"):
            decode(kind, {**value, field.name: wrong})


@given(value=st.from_type(Conversation))
def test_unknown_fields_are_left_out_and_missing_ones_take_their_defaults(
    value: Conversation,
) -> None:
    data = encode(value)
    assert decode(Conversation, {**data, "added_next_year": [1, {"x": 2}]}) == value
    bare = {"_": "Conversation", "id": data["id"], "address": data["address"]}
    assert decode(Conversation, bare) == Conversation(value.id, value.address)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(data=JSON | st.fixed_dictionaries({"_": st.sampled_from([k.__name__ for k in KINDS])}))
@pytest.mark.parametrize("kind", [Event, Effect, Conversation, frozenset[str], Mode, datetime])
def test_junk_is_a_value_error(kind: Any, data: Any) -> None:
    with contextlib.suppress(ValueError):
        decode(kind, data)


def test_a_set_is_a_list_and_not_a_string() -> None:
    for wrong in ("abc", 5, {"a": 1}):
        with pytest.raises(ValueError, match="list"):
            decode(frozenset[str], wrong)


def test_what_is_not_ours_has_no_json() -> None:
    for wrong in (object(), b"bytes", ShowScreen):
        with pytest.raises(ValueError, match="no JSON"):
            encode(wrong)


def test_a_union_is_read_by_name_never_by_likeness() -> None:
    """Two events with the same fields stay what they were."""
    data = {"_": "Left"}
    assert type(decode(Event, data)).__name__ == "Left"
    with pytest.raises(ValueError, match="union"):
        decode(Event, {"_": "Conversation"})
