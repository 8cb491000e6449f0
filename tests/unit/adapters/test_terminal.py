"""The terminal's own parts: what is safe to print, and what stands in the chat."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.board import Board, Shown
from adapters.terminal.plain import safe, whole
from bot.screens import Choice

MENU = ((Choice("Menu", "sec:home:1"),),)


@given(st.text())
def test_nothing_that_is_printed_can_order_the_terminal_about(text: str) -> None:
    kept = safe(text)
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs") for char in kept)
    kept.encode()
    assert safe(kept) == kept


def test_what_is_kept_and_what_goes() -> None:
    assert safe("a\x1b[31mb\x9b2Jc\r\nd\te\u202ef") == "a[31mb2Jc\nd ef"
    assert safe("مرحبا 👩‍⚕️ 안녕") == "مرحبا 👩‍⚕️ 안녕"
    assert whole("a\ud800b") == "a\ufffdb"


def test_an_edit_takes_its_old_buttons_with_it() -> None:
    board = Board()
    board.show(Shown(1, "home", ((Choice("Read", "a"),), *MENU)))
    board.show(Shown(2, "guide", MENU), replaces=1)
    assert board.button("Read") is None
    assert board.button("Menu") == (2, MENU[0][0])
    assert [one.seq for one in board.standing()] == [2]


def test_the_newest_message_answers_a_label_that_stands_twice() -> None:
    board = Board()
    board.show(Shown(1, "one", ((Choice("Menu", "a"),),)))
    board.show(Shown(2, "two", ((Choice("Menu", "b"),),)))
    assert board.button("Menu") == (2, Choice("Menu", "b"))
    board.remove(2)
    assert board.button("Menu") == (1, Choice("Menu", "a"))
    assert board.button("menu") is None
    assert board.button("menu", anyhow=True) == (1, Choice("Menu", "a"))


def test_an_edit_of_a_message_that_is_gone_becomes_a_new_one() -> None:
    board = Board()
    board.show(Shown(5, "late", MENU), replaces=3)
    assert [one.seq for one in board.standing()] == [5]
    assert board.fresh() == board.standing()
    assert board.fresh() == ()
