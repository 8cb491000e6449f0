"""The shipped safety lexicon against sentences that were written before its words were looked at."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.danger import find
from bot.release import Lexicon, Release
from tests.unit.bot.danger_sentences import DANGER, HARMLESS

FALSE_ALARMS = 0.02
"""Share of harmless look-alikes that may raise an alarm: it costs one message, a miss may cost a life.
Measured: none of 74."""


@pytest.mark.parametrize(("kind", "sentence"), DANGER, ids=[text for _, text in DANGER])
def test_danger_is_found(shipped: Release, kind: str, sentence: str) -> None:
    for said in (sentence, sentence.upper(), f"Hello. {sentence}!!", f"{sentence} 😭 pls answer"):
        assert find(said, shipped.lexicon) == kind


def test_there_are_enough_sentences() -> None:
    assert len(DANGER) > 100
    assert len(HARMLESS) > 60


def test_harmless_sentences_seldom_alarm(shipped: Release) -> None:
    alarms = [one for one in HARMLESS if find(one, shipped.lexicon)]
    assert len(alarms) <= FALSE_ALARMS * len(HARMLESS), alarms


def test_nothing_that_the_guide_says_or_is_asked_alarms(shipped: Release) -> None:
    """Titles, buttons and aliases are what patients type."""
    for item in shipped.items.values():
        for words in (item.title, item.button, *item.aliases):
            assert find(words, shipped.lexicon) is None, words


@pytest.mark.parametrize(
    "said",
    ["I can´t breathe", "I can’t breathe", "I CAN'T BREATHE", "i cant\nbreathe", "I can t breathe",
     "Ｉ ｃａｎ'ｔ ｂｒｅａｔｈｅ", "I can\u200b't bre\u00adathe", "**can't** _breathe_"],
)  # fmt: skip
def test_every_spelling_of_the_keyboard(shipped: Release, said: str) -> None:
    assert find(said, shipped.lexicon) == "emergency"


@pytest.mark.parametrize("before", [0, 4_000, 4_090, 4_096, 8_000, 39_000])
def test_danger_is_found_wherever_it_stands_in_a_long_text(shipped: Release, before: int) -> None:
    text = "a " * (before // 2) + "I cannot breathe" + " b" * 5_000
    assert find(text, shipped.lexicon) == "emergency"


def test_self_harm_wins_and_no_saying_suppresses_it(shipped: Release) -> None:
    lexicon = shipped.lexicon
    assert find("I cannot breathe, I want to die, he hits me", lexicon) == "self-harm"
    assert find("I am dying to know if I want to kill myself", lexicon) == "self-harm"
    assert find("I am dying to know which clinic is best", lexicon) is None
    assert find("I am dying to know, and I cannot breathe", lexicon) == "emergency"


PATTERNS = Lexicon(
    kinds={
        "emergency": (("cannot", "~", "breath*"), ("red*", "spot")),
        "violence": (("hit", "me"),),
    },
    harmless=(("hit", "me", "up"), ("hit", "me", "with", "~", "news")),
)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("cannot breathe", "emergency"),
        ("cannot really even well breathe", "emergency"),
        ("cannot one two three four breathe", None),
        ("breathe cannot", None),
        ("reddish spot", "emergency"),
        ("redspot", None),
        ("he hit me", "violence"),
        ("hit me up", None),
        ("hit me up or he will hit me", "violence"),
        ("hit me with the good news", None),
        ("he hit me with a stick", "violence"),
        ("", None),
    ],
)
def test_patterns(said: str, kind: str | None) -> None:
    assert find(said, PATTERNS) == kind


@given(text=st.text() | st.text(st.characters(categories=["Cs", "Cf", "Cc", "Mn", "So"])))
def test_any_text(shipped: Release, text: str) -> None:
    assert find(text, shipped.lexicon) in (None, *shipped.lexicon.kinds)


def test_the_worst_text_is_quick(shipped: Release) -> None:
    """50,000 characters of the lexicon's own words, in an order that matches nothing whole; 1 s is
    what a turn may cost at the very most, on a machine that does other things too."""
    kinds = shipped.lexicon.kinds.values()
    known = sorted(
        {word.rstrip("*") for one in kinds for pattern in one for word in pattern} - {"~"}
    )
    for seed in range(3):
        chosen = random.Random(seed).choices(known, k=9_000)
        text = " ".join(f"{word}x" if seed else word for word in chosen)[:50_000]
        start = time.process_time()
        find(text, shipped.lexicon)
        assert time.process_time() - start < 1
    start = time.process_time()
    find("cannot " * 7_000, shipped.lexicon)
    assert time.process_time() - start < 1
