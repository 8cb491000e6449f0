"""The short form of ``make fuzz``: nothing breaks, and work grows with the text and not with its square."""

from __future__ import annotations

import itertools
import sys

import pytest

from bot import danger
from bot.release import Release
from bot.skeleton import skeleton
from bot.words import clauses, words
from tests.fuzz.texts import known_words, texts


def test_no_text_breaks_anything(shipped: Release) -> None:
    for text in itertools.islice(texts(1, known_words(shipped.lexicon)), 60):
        assert all(words(text))
        assert all(clauses(text))
        assert all(skeleton(text))
        assert danger.find(text, shipped.lexicon) in (None, *shipped.lexicon.kinds)


def steps(text: str, release: Release) -> int:
    """Lines of ours that run while a text is looked at: the same on a busy machine as on an idle one."""
    count = 0

    def trace(frame: object, event: str, _: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        danger.find(text, release.lexicon)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "piece",
    ["want to ", "cannot ", "a b ", "숨 ", "血止", "i ", "ا ", "ﷺ", "the guide ", "1. ", "หาย"],
)
def test_twice_the_text_is_about_twice_the_work(shipped: Release, piece: str) -> None:
    danger.find("warm", shipped.lexicon)
    short, long = (steps((piece * 2048)[:size], shipped) for size in (1_000, 4_000))
    assert long < 6 * short + 2_000, (short, long)
