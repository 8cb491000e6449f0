"""Hostile and half-written content is explained, never published; ``make hostile`` makes 10,000 of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import content
from content.findings import Findings
from tests.limits import hostile
from tests.limits.hostile import Hostile, explained
from tests.limits.many_hostile import judged
from tests.limits.rounds import SEED
from tests.unit.content.conftest import small_source


@pytest.mark.parametrize("number", [0, 1])
def test_bad_content_is_explained_and_the_last_good_release_serves(number: int) -> None:
    seen = judged(f"{SEED}/{number}", 60)
    assert seen["folders"] + seen["forms"] + seen["archives"] == 60
    assert min(seen["folders"], seen["forms"], seen["archives"]) > 6
    assert seen["refused"] > seen["published, clean"] > 0


@pytest.mark.parametrize("kind", range(17))
def test_each_way_to_spoil_a_file(
    kind: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every one of them really makes something of a page that the linter has to judge."""
    made = Hostile("x", small_source(), tmp_path)
    monkeypatch.setattr(made.chance, "randrange", _always(kind, made.chance.randrange))
    path = "en/guide/start.md"
    data = made._worse(path, made.base[path])
    assert data != made.base[path].encode() or kind in (0, 1, 6, 7, 12)


def _always(first: int, then: Callable[..., int]) -> Callable[..., int]:
    left = [first]
    return lambda *given: left.pop() if left else then(*given)


async def test_the_judge_sees_a_linter_that_lets_a_fault_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiler that forgets what it found publishes rubbish: the round must fail."""
    made = Hostile("y", small_source(), tmp_path)
    await made.begin()
    release = content.build(small_source(), now=hostile.NOW)
    monkeypatch.setattr(hostile.content, "build", lambda source, now: release)
    with pytest.raises(AssertionError):
        await _several(made)


async def _several(made: Hostile) -> None:
    for _ in range(30):
        await made.one()


def test_a_finding_names_its_file() -> None:
    found = Findings()
    found.add("en/x.md", 3, "Something is wrong.")
    explained(tuple(map(str, found.sorted())), {"en/x.md": ""})
    with pytest.raises(AssertionError):
        explained(("en/x.md: two\nlines",), {"en/x.md": ""})
    with pytest.raises(AssertionError):
        explained(("nonsense/place",), {})
