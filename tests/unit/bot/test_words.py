"""Cleaning: one form for every spelling; any unicode, quickly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import clean, words


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("I can't breathe", "i cant breathe"),
        ("I CAN’T   breathe!!!", "i cant breathe"),
        ("can`t canʼt can´t", "cant cant cant"),
        ("ｃａｎ't", "cant"),
        ("br\u200beathe", "breathe"),
        ("bre\u00adathe", "breathe"),
        ("\u202ehelp\u202c me", "help me"),
        ("don't—stop", "dont stop"),
        ("STRASSE straße", "strasse strasse"),
        ("chest\tpain\r\nnow", "chest pain now"),
        ("𝐜𝐡𝐞𝐬𝐭 𝐩𝐚𝐢𝐧", "chest pain"),
        ("숨을 못 쉬겠어요", "숨을 못 쉬겠어요"),
        ("🙂 hi 🙂", "hi"),
        ("a_b", "a b"),
        ("", ""),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(text=st.text())
def test_cleaning_is_final(text: str) -> None:
    once = clean(text)
    assert clean(once) == once or len(once) > 4000
    assert once == once.strip()
    assert all(word and " " not in word for word in words(text))


@given(text=st.text(st.characters(categories=["Cs", "Cf", "Mn", "So", "Zs", "Cc", "L"])))
def test_any_unicode(text: str) -> None:
    assert isinstance(clean(text), str)


@pytest.mark.parametrize(
    "char", ["a", "\u200b", "ﷺ", "e\u0301\u0302", "👩‍👩‍👧", "'", "\ud800", "한"]
)
def test_a_very_long_text_is_quick(char: str) -> None:
    """50 ms is forty times what it takes here; a quadratic loop would need seconds."""
    start = time.process_time()
    clean(char * 100_000)
    assert time.process_time() - start < 0.05
